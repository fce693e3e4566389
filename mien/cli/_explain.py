"""`mien explain`: what in a picture or a clip moved the answer, or which features a model goes by."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from mien.cli import _options as options
from mien.cli._terminal import answer, say
from mien.core.errors import SettingError
from mien.core.foreign import Foreign

_OUT = "Draw it: a picture (.png), or a page (.html) with every figure and, of a clip, its sound."
_SAMPLE = "A picture or a clip; or sample:faces, a drawn face of which one action unit at a time is changed."
_ACTING = "With sample:faces: the expression that is drawn."
_SEED = "With sample:faces: who is drawn, from 0."
_METHOD = "How: auto (the first that passes the checks), shapley, occlusion, rise, or grad-cam (a run's folder)."
_FEATURES = "Of a run of svm or forest: what each group of named features is worth to it. Needs no sample."


def explain(
    model: options.ModelFile,
    sample: Annotated[Path | None, typer.Argument(metavar="SAMPLE", help=_SAMPLE)] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help=_OUT)] = None,
    method: Annotated[str, typer.Option("--method", metavar="NAME", help=_METHOD)] = "auto",
    as_json: options.Json = False,
    *,
    acting: Annotated[str, typer.Option("--acting", metavar="LABEL", help=_ACTING)] = "happy",
    seed: Annotated[int, typer.Option("--seed", min=0, help=_SEED)] = 0,
    features: Annotated[bool, typer.Option("--features", help=_FEATURES)] = False,
    inputs: str,
    foreign: Foreign,
) -> None:
    """Draw which part of a picture, or which seconds and frequencies of a clip, moved the answer.

    Try:

      mien explain runs/demo/model.onnx photo.jpg --out why.png

      mien explain runs/voices clip.wav --out why.html

      mien explain runs/voices clip.wav --json

      mien explain runs/demo photo.jpg --method grad-cam

      mien explain runs/forest --features

      mien explain face sample:faces --acting surprise --out turns.html

      mien explain theirs.keras photo.jpg --classes angry,happy,sad
    """
    if features:
        _features(model, sample, as_json)
        return
    if sample is None:
        raise SettingError("No sample came", expected="a picture or a clip, or --features")
    from mien import pipeline

    where = None if as_json and out is None else pipeline.check_path(out or Path(f"{_stem(sample)}-explained.png"))
    if str(sample) == pipeline.DRAWN_FACES:
        drawn = pipeline.explain_drawn(model, acting=acting, seed=seed, inputs=inputs)
        if where is not None:
            pipeline.write_drawn(drawn, where)
        _tell(drawn.to_dict() if as_json else drawn.sentence, where)
        return
    opened = pipeline.foreign_model(model, foreign)
    found = pipeline.explain_sample(opened, sample, inputs=inputs, method=method)
    if where is not None:
        found.write(where)
    if isinstance(opened, pipeline.ForeignModel) and not as_json:
        say("\n".join(opened.notes))
    _tell(found.to_dict() if as_json else found.sentence, where)


def _stem(sample: Path) -> str:
    return sample.stem.replace(":", "-")


def _tell(found: dict[str, Any] | str, where: Path | None) -> None:
    if isinstance(found, str):
        typer.echo(f"{found}\n\n  drawn in  {where}")
    else:
        answer(found)


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
