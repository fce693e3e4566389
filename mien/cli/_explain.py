"""`mien explain`: what in a picture or a clip moved the answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mien.cli import _options as options
from mien.cli._terminal import answer

_METHOD = "How: auto (the first that passes the checks), occlusion, shapley, rise, or grad-cam (a run's folder)."
_OUT = "Draw it: a picture (.png), or a page (.html) with every figure and, of a clip, its sound."


def explain(
    model: options.ModelFile,
    sample: Annotated[Path, typer.Argument(metavar="SAMPLE", help="A picture or a clip.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help=_OUT)] = None,
    method: Annotated[str, typer.Option("--method", metavar="NAME", help=_METHOD)] = "auto",
    as_json: options.Json = False,
    *,
    inputs: str,
) -> None:
    """Draw which part of a picture, or which seconds and frequencies of a clip, moved the answer.

    Try:

      mien explain runs/demo/model.onnx photo.jpg --out why.png

      mien explain runs/voices clip.wav --out why.html

      mien explain runs/voices clip.wav --json

      mien explain runs/demo photo.jpg --method grad-cam
    """
    from mien import pipeline

    where = None if as_json and out is None else pipeline.check_path(out or Path(f"{sample.stem}-explained.png"))
    found = pipeline.explain_sample(model, sample, inputs=inputs, method=method)
    if where is not None:
        found.write(where)
    if as_json:
        answer(found.to_dict())
    else:
        typer.echo(f"{found.sentence}\n\n  drawn in  {where}")
