"""`mien collect`: what is there, as a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli import _options as options
from mien.cli._audit import omitted
from mien.cli._terminal import answer, progress, say, table
from mien.core.persons import Persons
from mien.core.types import SPLITS

if TYPE_CHECKING:
    from mien.core.types import Manifest

_SAMPLES = "How many to make, of a source such as sample:faces (1,200) or sample:voices (480)."
Samples = Annotated[int | None, typer.Option("--samples", min=8, help=_SAMPLES, show_default=False)]
Dirty = Annotated[bool, typer.Option("--dirty", help="Plant defects and write down which (sample:faces, ...).")]
To = Annotated[Path | None, typer.Option("--to", metavar="FOLDER", help="Where to make them (sample:faces, ...).")]


def collect(
    source: options.Source,
    *,
    out: options.Out = None,
    labels: options.Labels = "",
    names: options.Names = "",
    persons: Persons,
    samples: Samples = None,
    seed: options.Seed = 0,
    dirty: Dirty = False,
    to: To = None,
    as_json: options.Json = False,
) -> None:
    r"""List every sample of SOURCE in a manifest, a Parquet table; with sample:faces and the like, make them first.

    Try:

      mien collect faces/ --out faces.parquet

      mien collect videos/ --person 'actor(\d+)'

      mien collect sample:faces --dirty --to drawn/
    """
    from mien import collect as stage
    from mien.samples import SAMPLE, draw_sample

    shown = progress(quiet=as_json)
    if source.startswith(SAMPLE):
        folder = draw_sample(source, shown, folder=to, samples=samples, seed=seed, dirty=dirty)
        say(f"made {folder}")
        manifest = stage.scan(folder, persons=persons, progress=shown)
    else:
        manifest = stage.scan(source, names=options.labels_of(names), persons=persons, progress=shown)
    chosen = options.labels_of(labels)
    manifest = manifest.with_labels(chosen) if chosen else manifest
    if out is not None:
        manifest.save(out)
    _print_manifest(manifest, as_json)


def _print_manifest(manifest: Manifest, as_json: bool) -> None:
    used = manifest.used.frame
    counts = dict(sorted(used["label"].value_counts().iter_rows()))
    splits = [split for split in SPLITS if (used["split"] == split).any()]
    if as_json:
        sides = {split: len(manifest.of(split)) for split in splits}
        listed = {"samples": len(manifest), "labels": counts, "splits": sides, "groups": list(manifest.groups)}
        persons = {"persons": used["person"].drop_nulls().n_unique(), "nobody": used["person"].null_count()}
        answer({**listed, **persons, **omitted(manifest)})
        return
    parts = {split: dict(manifest.of(split).frame["label"].value_counts().iter_rows()) for split in splits}
    rows = [(label, count, *(parts[split].get(label, 0) for split in splits)) for label, count in counts.items()]
    table(["class", "samples", *splits], rows)
    for said in manifest.remarks:
        typer.echo(said)
