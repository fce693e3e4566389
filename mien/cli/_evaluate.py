"""`mien evaluate`: a model file on data it has not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli import _options as options
from mien.cli._terminal import answer, progress, table
from mien.core.persons import Persons

if TYPE_CHECKING:
    from mien.pipeline import ByGroup

_GROUPS = typer.Option(
    "--groups",
    metavar="A,B,...|auto",
    help="Columns of DATA to look for gaps in, or what is measured of samples, such as measured_light; auto: all that "
    "make a few groups.",
)


def evaluate(
    model: options.ModelFile,
    data: options.Source,
    *,
    labels: options.Labels = "",
    names: options.Names = "",
    persons: Persons,
    inputs: str,
    groups: Annotated[str, _GROUPS] = "",
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Measure a model file on DATA it has not seen; a test side in DATA is the only side used.

    Try:

      mien evaluate runs/demo/model.onnx new-faces/

      mien evaluate runs/demo faces.parquet --json

      mien evaluate face.onnx face-crops/ --inputs faces --labels happy,sad

      mien evaluate runs/demo new-faces/ --groups auto
    """
    from mien import kinds, pipeline

    chosen, named = options.labels_of(labels), options.labels_of(names)
    shown = progress(quiet=quiet)
    found = pipeline.measure(
        model,
        data,
        labels=chosen,
        names=named,
        persons=persons,
        inputs=inputs,
        groups=options.labels_of(groups),
        progress=shown,
    )
    if as_json:
        answer(found.to_dict())
        return
    typer.echo(found.sentence)
    rows = []
    for one in found.scores.classes:
        rows.append((one.label, *(f"{part.value:.1%}" for part in (one.precision, one.recall, one.f1)), one.support))
    many = kinds.kind(found.scores.basis.kind).many
    table(["class", "precision", "recall", "F1", many], rows)
    _show_groups(found.by_group, many)


def _show_groups(found: ByGroup, many: str) -> None:
    from mien.evaluate import gap_sentence
    from mien.html import percent, span

    rows = []
    for one in found.scores:
        balanced = "-" if one.balanced is None else percent(one.balanced.value, unit=False)
        right = percent(one.accuracy, unit=False)
        rows.append((one.column.replace("_", " "), one.value, right, span(one.low, one.high), balanced, one.n))
    if rows:
        table(["column", "group", "right of 100", "95 %", "balanced", many], rows)
    for gap in found.gaps:
        typer.echo(f"{gap.column.replace('_', ' ')}: {gap_sentence(gap)}")
    for name, kind in found.measured.items():
        typer.echo(f"{name.replace('_', ' ')} is a measure, which stands for a property: {kind.about} {kind.error}")
