"""`mien train`: a run up to its training."""

from __future__ import annotations

import typer

from mien.cli import _options as options
from mien.cli._models import print_layers
from mien.cli._run import start
from mien.cli._terminal import answer, say
from mien.cli._training import reporter
from mien.core.recipe import Recipe


def train(
    source: options.MaybeSource = None,
    *,
    recipe: Recipe,
    out: options.Out = None,
    resume: options.Resume = None,
    replace: options.Replace = False,
    events: options.Events = None,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Train, and stop there; without SOURCE, show the layers that would be trained.

    Try:

      mien train --model report

      mien train faces/ --model compact --epochs 10 --out runs/x

      mien train --resume runs/x
    """
    from mien import pipeline

    if source is None and resume is None:
        print_layers(recipe, len(recipe.labels) or 5)
        say("These layers, for 5 classes unless --labels says otherwise. To train them: mien train SOURCE")
        return
    from mien.core import artifacts

    with reporter(quiet=quiet, events=events) as told:
        run = start(source, recipe, out, resume, replace=replace)
        pipeline.resume(run, until="load", reporter=told)
        if not (quiet or as_json or events == "-"):
            print_layers(artifacts.read_recipe(run), len(pipeline.contract(run).labels), pipeline.contract(run).kind)
        pipeline.resume(run, until="train", reporter=told)
    if as_json:
        answer({"run": str(run.folder), **run.state().to_dict()})
    else:
        typer.echo(f"Trained: {run.folder}. Next: mien export {run.folder}")
