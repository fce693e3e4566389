"""`mien export`: a trained run's one file, and what is made from it; or one file of a model of another maker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli import _options as options
from mien.cli._run import finish
from mien.cli._terminal import answer, say
from mien.cli._training import reporter
from mien.core.errors import SettingError
from mien.core.foreign import Foreign

if TYPE_CHECKING:
    from mien.pipeline import Delivered

_TO = "The model file (onnx), files for Android and iOS (litert), or a page that any host can serve (web)."
To = Annotated[str, typer.Option("--to", metavar="onnx|litert|web", help=_TO)]
_RUN = "The folder of a run; or a model that Mien did not make, to make one Mien file of: see mien evaluate."
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help=_RUN)]


def export(
    run: RunFolder,
    to: To = "onnx",
    out: options.Out = None,
    int8: Annotated[bool, typer.Option("--int8", help="Write a copy in 8 bits too: a quarter of the size.")] = False,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
    *,
    inputs: str,
    foreign: Foreign,
) -> None:
    """Finish a trained run: measure it, and write its one model file and its report; on demand for phones and the web.

    Try:

      mien export runs/x

      mien export runs/x --out smile.onnx --int8

      mien export runs/x --to litert

      mien export runs/x --to web --int8 --out site

      mien export theirs.h5 --classes angry,happy,sad --out mine.onnx
    """
    from mien import pipeline
    from mien.core.run import Run

    pipeline.check_format(to)
    opened = pipeline.foreign_model(run, foreign)
    if isinstance(opened, pipeline.ForeignModel):
        made_of = pipeline.adopt(opened, to, out, int8=int8, inputs=inputs)
        _show(made_of, as_json=as_json)
        return
    if inputs != "auto":
        raise SettingError(f"inputs = '{inputs}' came, and the run '{run}' says it itself", todo="Leave --inputs out")
    with reporter(quiet=quiet) as told:
        done = pipeline.resume(Run.open(run), reporter=told)
        made = pipeline.deliver(done, to, out, int8=int8, reporter=told)
    for sentence in made.sentences:
        say(sentence)
    finish(done, as_json=as_json, files=made.files)


def _show(made: Delivered, *, as_json: bool) -> None:
    """Say what was made of a model that Mien did not make."""
    (file,) = made.files
    if as_json:
        answer({"model": str(file), "notes": list(made.sentences)})
        return
    for sentence in made.sentences:
        say(sentence)
    typer.echo(f"  model   {file}  ({file.stat().st_size / 1e6:.1f} MB)\n\nNext: mien evaluate {file} DATA")
