"""`mien run`: the whole story."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from mien.cli import _options as options
from mien.cli._terminal import answer
from mien.cli._training import reporter
from mien.core.answer import MADE_HERE
from mien.core.errors import SettingError
from mien.core.recipe import AUTO, Recipe

if TYPE_CHECKING:
    from mien.core.run import Run


def run(
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
    """The whole story: from SOURCE to a report and one model file.

    Examples:

      mien run faces/

      mien run faces.zip --labels happy,sad --out runs/two

      mien run fer2013.csv --model compact --epochs 30

      mien run --resume runs/two
    """
    from mien import pipeline

    with reporter(quiet=quiet, events=events) as told:
        made = pipeline.resume(start(source, recipe, out, resume, replace=replace), reporter=told)
    finish(made, as_json)


def start(source: str | None, recipe: Recipe, out: Path | None, resume: Path | None, *, replace: bool) -> Run:
    """Begin a run, or open the one to go on with."""
    from mien import pipeline

    if resume is not None:
        return _opened(resume)
    if source is None:
        raise no_source("mien run FOLDER, or mien demo")
    name = "model" if recipe.model == AUTO else recipe.model
    return pipeline.begin(source, recipe, out or free_folder(source, name), replace=replace)


def no_source(commands: str) -> SettingError:
    """Return the error of a command without its SOURCE, with commands to try."""
    return SettingError("No SOURCE came", expected="a folder, archive or table", todo=f"Try: {commands}")


def _opened(folder: Path) -> Run:
    from mien import tune
    from mien.core.run import Run

    run = Run.open(folder)
    if tune.is_study(run):
        raise SettingError(f"'{folder}' is a search, not a run", todo=f"It goes on with: mien tune --resume {folder}")
    return run


def finish(run: Run, as_json: bool, files: Sequence[Path] = ()) -> None:
    """Print the closing block: what was made, how good it is, the next command."""
    from mien import kinds, pipeline

    made = pipeline.summary(run)
    if as_json:
        answer({**made, "files": [str(file) for file in files]} if files else made)
        return
    typer.echo(f"\n{made['sentence']}\n{made['proof']}\n\n  report  {run.report}")
    typer.echo(f"  model   {run.model}  ({run.model.stat().st_size / 1e6:.1f} MB)")
    for file in files:
        typer.echo(f"  export  {file}")
    kind, made_here = kinds.kind(pipeline.contract(run).kind), MADE_HERE.get(made["trained_on"])
    one = (made_here or kind.one).replace(" ", "_").upper()
    typer.echo(f"\nNext: mien predict {one} --model {run.model}")
    if made["good_for"]:
        typer.echo(made["good_for"])
    if made_here and kind.faces:
        typer.echo("For photos, the face model in the box: mien predict PHOTO")


def free_folder(source: str, kind: str) -> Path:
    """Choose a folder in ``runs/`` that is not there yet."""
    name = source.replace(":", "-") if source.startswith("sample:") else Path(source).absolute().name.partition(".")[0]
    first = Path("runs") / f"{name or 'data'}-{kind}"
    further = (first.with_name(f"{first.name}-{number}") for number in count(2))
    return next(folder for folder in chain([first], further) if not folder.exists())
