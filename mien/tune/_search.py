"""From a source and a recipe with a search space to the best recipe: begin, go on, and both."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import mien
from mien import models, pipeline
from mien.core.errors import SettingError, TrainingError
from mien.core.files import write_text
from mien.core.recipe import Recipe
from mien.core.types import Manifest
from mien.core.units import units_of
from mien.tune._lock import alone
from mien.tune._page import write_page
from mien.tune._progress import SearchProgress, unwatched
from mien.tune._result import toml
from mien.tune._search_run import Repeats, SearchRun
from mien.tune._space import fitted, spoken
from mien.tune._store import check_installed
from mien.tune._study import Study, check_same, typed
from mien.tune._tasks import run_tasks
from mien.tune._trial import FAILED
from mien.tune._worker_pool import WorkerPool

TRIALS, REPEATS = 30, 2


@dataclass(frozen=True)
class Plan:
    """How long to search, and on how many processes.

    Parameters
    ----------
    trials : int, optional
        How many in all, those of earlier sittings among them; None is what was asked for last, or 30.
    jobs : int
        Trials at once, each in a process of its own with its share of the cores.
    minutes : float
        Time for the search; what runs when it is over goes on the next time. 0 is without limit.
    repeats : int
        Trainings of the best recipe from other seeds, at the end: they say how much of its score was luck.
    """

    trials: int | None = None
    jobs: int = 1
    minutes: float = 0.0
    repeats: int = REPEATS

    def __post_init__(self) -> None:
        for name, least in (("trials", 1), ("jobs", 1), ("repeats", 0)):
            value = getattr(self, name)
            if value is not None and not value >= least:
                raise SettingError(f"{name} = {value} came", expected=f"at least {least}")
        if not (math.isfinite(self.minutes) and self.minutes >= 0):
            raise SettingError(f"minutes = {self.minutes} came", expected="0 (without limit) or more")


def search(
    source: str | Path,
    recipe: Recipe | None = None,
    *,
    folder: str | Path,
    trials: int = TRIALS,
    jobs: int = 1,
    minutes: float = 0.0,
) -> Study:
    """Search for the best settings: one call from a source to ``best.toml`` and a page.

    Parameters
    ----------
    source : str or path
        As for `pipeline.run`.
    recipe : Recipe, optional
        Its ``search`` says what to try; without one, the family's own space around its defaults.
    folder : path
        Where the search goes; new.
    trials, jobs, minutes
        See `Plan`.

    Returns
    -------
    Study
        With ``best``, and its files in the folder.

    Raises
    ------
    MienError
        Whatever could not be done, in a sentence.
    """
    plan = Plan(trials, jobs, minutes)
    return resume(begin(source, recipe or Recipe(), folder), plan)


def begin(source: str | Path, recipe: Recipe, folder: str | Path, *, replace: bool = False) -> Study:
    """Make a study's folder, and do nothing more.

    Parameters
    ----------
    source : str or path
        As for `pipeline.run`.
    recipe : Recipe
        As it was typed.
    folder : path
        Where.
    replace : bool
        Put it in the place of an earlier one, which stays until the new one has its data.

    Returns
    -------
    Study
        To `resume`.

    Raises
    ------
    SettingError
        If the recipe cannot be run, or there is nothing to search.
    """
    check_installed()
    if recipe.folds > 1:
        came = f"folds = {recipe.folds}: a search chooses on one validation split"
        todo = "Ask for rounds afterwards: mien run SOURCE --recipe best.toml --folds 5"
        raise SettingError(came, expected="folds = 1, or none", todo=todo)
    whole = dataclasses.replace(recipe, search=models.space(recipe), folds=1)
    run = pipeline.begin(source, whole, folder, replace=replace)
    run.update(tune=typed(recipe))
    return Study(run)


def resume(
    study: Study,
    plan: Plan | None = None,
    *,
    recipe: Recipe | None = None,
    reporter: pipeline.Reporter | None = None,
    watch: Callable[[SearchProgress], None] = unwatched,
) -> Study:
    """Do what is left of a search: the data, the trials, the best recipe again, its file and the page.

    Parameters
    ----------
    study : Study
        From `begin`, or `Study.open`.
    plan : Plan, optional
        How long, and on how many processes.
    recipe : Recipe, optional
        If it came: it must be the one that the study began with.
    reporter : pipeline.Reporter, optional
        Where to tell how the data goes.
    watch : callable
        Told of every epoch and every end of a trial.

    Returns
    -------
    Study
        The same.

    Raises
    ------
    SettingError
        If another search works in the folder, or the recipe is another one.
    SourceError
        If the pictures are needed and have gone.
    StorageError
        If the study is damaged, or the disk is full.
    TrainingError
        If no trial could be trained to its end.
    """
    plan, reporter = plan or Plan(), reporter or pipeline.Reporter()
    check_same(study, recipe or Recipe())
    with alone(study.folder) as lock:
        pipeline.resume(study.run, until="load", reporter=reporter)
        _prepare(study, reporter)
        _search(study, plan, lock, watch)
        _check_some(study, plan)
        write_page(study)
    return study


def _search(study: Study, plan: Plan, lock: int, watch: Callable[[SearchProgress], None]) -> None:
    asked = plan.trials or study.store.note("trials") or TRIALS
    study.store.write("trials", asked)
    study.store.recover()
    search_run = SearchRun(study, asked, plan.minutes, watch)
    with WorkerPool(study.folder, min(plan.jobs, asked), lock) as pool:
        try:
            run_tasks(pool, search_run, search_run.until)
            study.store.recover()  # what the end of the time has cut off
            best = study.best
            if best is not None:
                run_tasks(pool, Repeats(study, best, plan.repeats, watch), None)
        finally:
            if study.best is not None:  # also after Ctrl-C
                write_text(study.best_recipe, toml(study))


def _prepare(study: Study, reporter: pipeline.Reporter) -> None:
    """Open the decoded pictures, once more where they have gone, and found the study."""
    found = pipeline.RunContext(study.run, study.recipe, reporter)
    cache, training, validation = found.open_cache(), found.manifest.of("train"), found.side("val")
    cache.rows(training)
    study.store.found(study.recipe, fitted(study.recipe.search, len(training)), mien.__version__)
    if not study.space:
        came = "There is nothing to search: all that was to be tried is larger than the training side"
        raise SettingError(came, todo=f"Collect more {found.kind.many}, or give a smaller batch")
    study.store.write("validation", [int(count) for count in validation.counts])
    study.store.write("what", pipeline.noun(found.manifest.of("val"), study.recipe.inputs))
    study.store.write("units", _units(found.manifest.of("val"), validation.labels))
    over = "; ".join(spoken(name, part) for name, part in study.space.items())
    reporter.say(f"tune: in '{study.folder}', over {over}")


def _units(validation: Manifest, labels: tuple[str, ...]) -> list[int]:
    """Count what stands by itself in each class: people, or pictures with their copies."""
    frame = validation.frame.with_columns(unit=units_of(validation.frame))
    return [frame.filter(frame["label"] == label)["unit"].n_unique() for label in labels]


def _check_some(study: Study, plan: Plan) -> None:
    if study.best is not None:
        return
    failed = [trial for trial in study.trials if trial.state == FAILED]
    if failed:
        first, ended = failed[0], len(study.ended)
        came = f"None of {ended} trials was trained to its end; trial {first.number} failed: {first.why}"
        raise TrainingError(came, todo="Narrow the search to settings that work")
    came = f"No trial was trained to its end in {plan.minutes:g} minutes"
    raise TrainingError(came, todo=f"Go on with: mien tune --resume {study.folder}")
