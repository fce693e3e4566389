"""`mien explain`: what in a picture moved the answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mien.cli import _options as options


def explain(
    model: options.ModelFile,
    picture: Annotated[Path, typer.Argument(metavar="PICTURE", help="A picture.")],
    out: options.Out = None,
    *,
    inputs: str,
) -> None:
    """Draw which part of a picture moved the answer.

    Try:

      mien explain runs/demo/model.onnx photo.jpg --out why.png
    """
    from mien import pipeline

    where = out or Path(f"{picture.stem}-explained.png")
    typer.echo(pipeline.explain_picture(model, picture, where, inputs=inputs))
