"""`mien evaluate`: a model file, of Mien's or of anybody's, on data it has not seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from mien.cli import _options as options
from mien.cli._terminal import answer, progress, table
from mien.core.foreign import Foreign
from mien.core.persons import Persons

if TYPE_CHECKING:
    from mien.pipeline import Adopted


def evaluate(
    model: options.ModelFile,
    data: options.Source,
    *,
    labels: options.Labels = "",
    names: options.Names = "",
    persons: Persons,
    inputs: str,
    foreign: Foreign,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Measure a model file on DATA it has not seen; a test side in DATA is the only side used.

    MODEL may be one that Mien did not make: a Keras file, a SavedModel folder, an ONNX file, or a zip of one with its
    labels, as Teachable Machine exports.

    Try:

      mien evaluate runs/demo/model.onnx new-faces/

      mien evaluate runs/demo faces.parquet --json

      mien evaluate face.onnx face-crops/ --inputs faces --labels happy,sad

      mien evaluate theirs.h5 faces/ --classes angry,happy,sad
    """
    from mien import kinds, pipeline

    chosen, named = options.labels_of(labels), options.labels_of(names)
    shown = progress(quiet=quiet)
    opened = pipeline.foreign_model(model, foreign)
    found = pipeline.measure(opened, data, labels=chosen, names=named, persons=persons, inputs=inputs, progress=shown)
    if as_json:
        answer(found.to_dict())
        return
    many = kinds.kind(found.scores.basis.kind).many
    if found.adopted:
        _show(found.adopted, many)
    typer.echo(found.sentence)
    rows = []
    for one in found.scores.classes:
        rows.append((one.label, *(f"{part.value:.1%}" for part in (one.precision, one.recall, one.f1)), one.support))
    table(["class", "precision", "recall", "F1", many], rows)


def _show(adopted: Adopted, many: str) -> None:
    """Say how a model that Mien did not make was taken, and which ways of reading pictures were tried."""
    typer.echo("\n".join(adopted.notes))
    if adopted.tried:
        typer.echo(adopted.tried.sentence(many))
        rows = [(f"as {reading}", f"{share:.1%}") for reading, share in adopted.tried.shares]
        table(["read", f"right on {adopted.tried.samples:,} {many}"], rows)
    typer.echo("")
