"""`mien export`: a trained run's one file, and what is made from it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mien.cli import _options as options
from mien.cli._run import finish
from mien.cli._terminal import say
from mien.cli._training import reporter

_TO = "The model file (onnx), files for Android and iOS (litert), or a page that any host can serve (web)."
To = Annotated[str, typer.Option("--to", metavar="onnx|litert|web", help=_TO)]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")]


def export(
    run: RunFolder,
    to: To = "onnx",
    out: options.Out = None,
    int8: Annotated[bool, typer.Option("--int8", help="Write a copy in 8 bits too: a quarter of the size.")] = False,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Finish a trained run: measure it, and write its one model file and its report; on demand for phones and the web.

    Try:

      mien export runs/x

      mien export runs/x --out smile.onnx --int8

      mien export runs/x --to litert

      mien export runs/x --to web --int8 --out site
    """
    from mien import pipeline
    from mien.core.run import Run

    pipeline.check_format(to)
    with reporter(quiet=quiet) as told:
        done = pipeline.resume(Run.open(run), reporter=told)
        made = pipeline.deliver(done, to, out, int8=int8, reporter=told)
    for sentence in made.sentences:
        say(sentence)
    finish(done, as_json=as_json, files=made.files)
