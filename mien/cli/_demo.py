"""`mien demo`: the whole story on faces that are drawn for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mien.cli import _options as options
from mien.cli._run import finish
from mien.cli._watch import reporter
from mien.core.recipe import Recipe


def demo(
    out: options.Out = None,
    samples: Annotated[int, typer.Option("--samples", min=100, help="Faces to draw.")] = 1200,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Draw faces and run the whole story on them: no data needed, about two minutes.

    Examples:

      mien demo

      mien demo --out /tmp/first --samples 400
    """
    from mien import pipeline
    from mien.samples import draw

    folder = out or Path("runs/demo")
    faces = folder.parent / "samples" / f"faces-{samples}"
    with reporter(quiet=quiet) as told:
        draw(faces, samples=samples, progress=told.progress)
        made = pipeline.resume(pipeline.begin(faces, Recipe(folds=1), folder, replace=True), reporter=told)
    finish(made, as_json)
