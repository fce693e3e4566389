"""`mien explain`: what in a picture or a clip moved the answer, or which features a model goes by."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mien.cli import _options as options
from mien.cli._terminal import answer
from mien.core.errors import SettingError

_OUT = "Draw it: a picture (.png), or a page (.html) with every figure and, of a clip, its sound."
_METHOD = "How: auto (the first that passes the checks), shapley, occlusion, rise, or grad-cam (a run's folder)."
_FEATURES = "Of a run of svm or forest: what each group of named features is worth to it. Needs no sample."


def explain(
    model: options.ModelFile,
    sample: Annotated[Path | None, typer.Argument(metavar="SAMPLE", help="A picture or a clip.")] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help=_OUT)] = None,
    method: Annotated[str, typer.Option("--method", metavar="NAME", help=_METHOD)] = "auto",
    features: Annotated[bool, typer.Option("--features", help=_FEATURES)] = False,
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

      mien explain runs/forest --features
    """
    if features:
        _features(model, sample, as_json)
        return
    if sample is None:
        raise SettingError("No sample came", expected="a picture or a clip, or --features")
    from mien import pipeline

    where = None if as_json and out is None else pipeline.check_path(out or Path(f"{sample.stem}-explained.png"))
    found = pipeline.explain_sample(model, sample, inputs=inputs, method=method)
    if where is not None:
        found.write(where)
    if as_json:
        answer(found.to_dict())
    else:
        typer.echo(f"{found.sentence}\n\n  drawn in  {where}")


def _features(model: Path, sample: Path | None, as_json: bool) -> None:
    if sample is not None:
        raise SettingError(f"--features came with the sample '{sample}'", todo="Leave one of them out")
    from mien import pipeline

    found, kind = pipeline.explain_features(model)
    if as_json:
        answer(found.to_dict())
        return
    from mien import html

    typer.echo(f"{found.sentence(f'validation {kind.many}')}\n")
    width = max(len(one.name) for one in found.groups)
    for one in found.groups:
        ends = f"{html.points(one.low)} to {html.points(one.high)}"
        typer.echo(f"  {one.name:<{width}}  {html.points(one.lost):>5} of 100  ({ends})")
