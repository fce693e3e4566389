"""`mien tune`: many short trainings find the settings that suit the data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli import _options as options
from mien.cli._run import free_folder, no_source
from mien.cli._terminal import answer
from mien.cli._training import reporter
from mien.cli._trials import shown
from mien.core.recipe import Recipe

if TYPE_CHECKING:
    from mien.tune import Study

_TRIALS = "Trials in all, those of earlier sittings among them; 30 where nothing is said."
Trials = Annotated[int | None, typer.Option("--trials", help=_TRIALS)]
Jobs = Annotated[int, typer.Option("--jobs", "-j", help="Trials at once, each on its share of the cores.")]
_MINUTES = "Time for the search; what runs when it is over goes on with --resume. 0: no limit."
Minutes = Annotated[float, typer.Option("--minutes", help=_MINUTES)]
_AGAIN = "Trainings of the best recipe from other seeds at the end, which say how lucky it was."
Again = Annotated[int, typer.Option("--again", help=_AGAIN)]
Resume = Annotated[Path | None, typer.Option("--resume", metavar="STUDY", help="Go on with this search.")]


def tune(
    source: options.MaybeSource = None,
    *,
    recipe: Recipe,
    trials: Trials = None,
    jobs: Jobs = 1,
    minutes: Minutes = 0.0,
    again: Again = 2,
    out: options.Out = None,
    resume: Resume = None,
    replace: options.Replace = False,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Search for the settings that suit SOURCE: many short trainings, judged on validation, the test side untouched.

    What is tried stands in the recipe's search table; without one, the family's own settings around their defaults.

    Examples:

      mien tune faces/

      mien tune faces/ --recipe tune-compact --trials 30 --jobs 2 --out runs/tuned

      mien tune --resume runs/tuned --trials 60
    """
    from mien import tune as roof

    plan = roof.Plan(trials, jobs, minutes, again)
    study = _opened(source, recipe, out, resume, replace=replace)
    with reporter(quiet=quiet) as told, shown(quiet=quiet) as watch:
        roof.resume(study, plan, recipe=recipe if resume is not None else None, reporter=told, watch=watch)
    _finish(study, as_json=as_json)


def _opened(source: str | None, recipe: Recipe, out: Path | None, resume: Path | None, *, replace: bool) -> Study:
    from mien import tune as roof

    if resume is not None:
        return roof.Study.open(resume)
    if source is None:
        raise no_source("mien tune FOLDER, or mien tune --resume")
    return roof.begin(source, recipe, out or free_folder(source, f"{recipe.model}-tuned"), replace=replace)


def _finish(study: Study, *, as_json: bool) -> None:
    from mien import tune as roof

    made = roof.summary(study)
    if as_json:
        answer(made)
        return
    typer.echo()
    mattered = ", ".join(f"{one.name} {one.value:.0%}" for one in roof.importances(study)[:4])
    mattered = mattered and f"What mattered, by the differences in score that it explains: {mattered}."
    for words in (made["sentence"], made["luck"], mattered):
        if words:
            typer.echo(words)
    typer.echo(f"\n  recipe  {study.best_recipe}\n  page    {study.page}\n")
    typer.echo(f"{made['note']} Next:\nmien run {made['source']} --recipe {study.best_recipe}")
