"""`mien demo`: the whole story on faces or voices that are made for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mien.cli import _options as options
from mien.cli._run import finish
from mien.cli._training import reporter
from mien.core.errors import SettingError, did_you_mean
from mien.core.recipe import Recipe

# Kind -> what is made, how many of them, and what of the family's defaults would take longer than a demo should.
_DEMOS = {
    "picture": ("faces", 1200, Recipe(folds=1)),
    "sound": ("voices", 480, Recipe(model="voice", folds=1, epochs=24, seconds=2.0)),
}


def demo(
    out: options.Out = None,
    kind: Annotated[str, typer.Option("--kind", metavar="|".join(_DEMOS), help="Faces or voices.")] = "picture",
    samples: Annotated[int | None, typer.Option("--samples", min=100, help="How many to make.")] = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Draw faces, or synthesise voices, and run the whole story on them: no data needed, about two minutes.

    Examples:

      mien demo

      mien demo --kind sound

      mien demo --out /tmp/first --samples 400
    """
    from mien import pipeline
    from mien.samples import SAMPLE, draw_sample

    if kind not in _DEMOS:
        raise SettingError(f"There is no demo of the kind '{kind}'", todo=did_you_mean(kind, _DEMOS))
    name, usual, recipe = _DEMOS[kind]
    folder = out or Path("runs/demo" if kind == "picture" else f"runs/demo-{kind}")
    count = samples or usual
    with reporter(quiet=quiet) as told:
        made = draw_sample(
            SAMPLE + name, told.progress, folder=folder.parent / "samples" / f"{name}-{count}", samples=count
        )
        done = pipeline.resume(pipeline.begin(made, recipe, folder, replace=True), reporter=told)
    finish(done, as_json)
