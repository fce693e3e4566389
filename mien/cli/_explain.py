"""`mien explain`: what in a picture or a clip moved the answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mien.cli import _options as options
from mien.cli._terminal import answer, say
from mien.core.foreign import Foreign

_OUT = "Draw it: a picture (.png), or a page (.html) with every figure and, of a clip, its sound."


def explain(
    model: options.ModelFile,
    sample: Annotated[Path, typer.Argument(metavar="SAMPLE", help="A picture or a clip.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help=_OUT)] = None,
    as_json: options.Json = False,
    *,
    inputs: str,
    foreign: Foreign,
) -> None:
    """Draw which part of a picture, or which seconds and frequencies of a clip, moved the answer.

    Try:

      mien explain runs/demo/model.onnx photo.jpg --out why.png

      mien explain runs/voices clip.wav --out why.html

      mien explain runs/voices clip.wav --json

      mien explain theirs.keras photo.jpg --classes angry,happy,sad
    """
    from mien import pipeline

    where = None if as_json and out is None else pipeline.check_path(out or Path(f"{sample.stem}-explained.png"))
    opened = pipeline.foreign_model(model, foreign)
    found = pipeline.explain_sample(opened, sample, inputs=inputs)
    if where is not None:
        found.write(where)
    if as_json:
        answer(found.to_dict())
        return
    if isinstance(opened, pipeline.ForeignModel):
        say("\n".join(opened.notes))
    typer.echo(f"{found.sentence}\n\n  drawn in  {where}")
