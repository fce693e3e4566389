"""`mien evaluate`: a model file on data it has not seen."""

from __future__ import annotations

import typer

from mien.cli import _options as options
from mien.cli._terminal import answer, progress, table
from mien.core.persons import Persons


def evaluate(
    model: options.ModelFile,
    data: options.Source,
    *,
    labels: options.Labels = "",
    names: options.Names = "",
    persons: Persons,
    inputs: str,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Measure a model file on DATA it has not seen; a test side in DATA is the only side used.

    Try:

      mien evaluate runs/demo/model.onnx new-faces/

      mien evaluate runs/demo faces.parquet --json

      mien evaluate face.onnx face-crops/ --inputs faces --labels happy,sad
    """
    from mien import kinds, pipeline

    chosen, named = options.labels_of(labels), options.labels_of(names)
    shown = progress(quiet=quiet)
    found = pipeline.measure(model, data, labels=chosen, names=named, persons=persons, inputs=inputs, progress=shown)
    if as_json:
        answer(found.to_dict())
        return
    typer.echo(found.sentence)
    rows = []
    for one in found.scores.classes:
        rows.append((one.label, *(f"{part.value:.1%}" for part in (one.precision, one.recall, one.f1)), one.support))
    table(["class", "precision", "recall", "F1", kinds.kind(found.scores.basis.kind).many], rows)
