"""`mien split`: who trains, who chooses and who measures."""

from __future__ import annotations

from typing import Annotated

import typer

from mien.cli import _options as options
from mien.cli._terminal import answer, table
from mien.core.persons import Persons


def split(
    source: options.Source,
    *,
    out: options.Out = None,
    train: Annotated[float, typer.Option("--train", help="Share to train on.")] = 0.7,
    val: Annotated[float, typer.Option("--val", help="Share to choose the best epoch on.")] = 0.2,
    test: Annotated[float, typer.Option("--test", help="Share to measure on once.")] = 0.1,
    seed: options.Seed = 0,
    names: options.Names = "",
    persons: Persons,
    as_json: options.Json = False,
) -> None:
    """Decide who trains, who chooses and who measures; copies and one person never stand on two sides.

    Try:

      mien split faces/ --out faces.parquet

      mien split faces.parquet --train 0.8 --val 0.1 --test 0.1 --json

      mien split faces.csv --by subject
    """
    from mien import audit, collect
    from mien import split as stage

    manifest = collect.scan(source, names=options.labels_of(names), persons=persons)
    divided = stage.assign(audit.clean(*audit.check(manifest)), train=train, val=val, test=test, seed=seed)
    if out is not None:
        divided.save(out)
    proof = stage.prove(divided)
    if as_json:
        answer(proof.to_dict())
        return
    table(["class", "train", "val", "test"], [(row.label, row.train, row.val, row.test) for row in proof.classes])
    for said in (*divided.notes, *([divided.persons] if proof.nobody else [])):
        typer.echo(said)
    typer.echo(proof.sentence)
