"""`mien watch`: has the world changed since a model was made?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli import _options as options
from mien.cli._terminal import answer, progress, table

if TYPE_CHECKING:
    from mien.watch import Drift

_SOURCE = "A log that mien serve --counts writes, or a folder of samples, which the model is then asked about."
Source = Annotated[Path, typer.Argument(metavar="LOG|FOLDER", help=_SOURCE)]
_AGAINST = "The run, or its model file, with whose validation answers it is compared."
Against = Annotated[Path, typer.Option("--against", "-a", metavar="RUN|MODEL", help=_AGAINST)]
Model = Annotated[str, typer.Option("--model", metavar="NAME", help="Whose rows, where the log has several models.")]
Since = Annotated[str, typer.Option("--since", metavar="DAY", help="From which day on the log counts, UTC.")]
Page = Annotated[Path | None, typer.Option("--out", "-o", metavar="HTML", help="Write a page with charts.")]


def watch(
    source: Source,
    against: Against,
    *,
    model: Model = "",
    since: Since = "",
    inputs: str,
    out: Page = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Say whether the answers of today look as they did when the model was made.

    Exit code 0: no change was found. 1: a change was found. 2: it could not be told.

    Examples:

      mien watch answers.jsonl --against runs/demo

      mien watch photos-of-may/ --against runs/demo --out watch.html

      mien watch answers.jsonl --against face.onnx --model face --since 2026-05-01 --json
    """
    from mien import watch as verbs

    shown = progress(quiet=quiet)
    found = verbs.drift(source, against, model=model, since=since, inputs=inputs, progress=shown)
    if out is not None:
        verbs.write_page(found, out)
    if as_json:
        answer(found.to_dict())
    else:
        _print_drift(found, out)
    raise typer.Exit(1 if found.changed else 0)


def _print_drift(found: Drift, out: Path | None) -> None:
    from mien import html
    from mien.watch import title

    rows = []
    for one in found.judged.changes:
        now = f"{html.percent(one.value)} ({html.span(one.low, one.high)})"
        chance = "more than chance" if one.found else "may be chance"
        least = f"{html.points(one.least, places=0)} of 100"
        rows.append((title(one, found.kind), html.percent(one.was), now, chance, least))
    for sentence in found.sentences():
        typer.echo(sentence)
    typer.echo("")
    table(["compared", "then", "now", "the difference", "shows from"], rows)
    typer.echo(f"  page    {out}" if out else "As a page, with charts: --out watch.html")
