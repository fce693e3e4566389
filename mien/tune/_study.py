"""A study: the folder of one search."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from mien import models
from mien.core import artifacts
from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.tune._space import Space
from mien.tune._store import Store
from mien.tune._trial import ENDED, Trial, best_of

DATABASE = "study.db"


@dataclass(frozen=True)
class Study:
    """A search: its data, its trials, and what came of them.

    Its folder is a run that has been collected, audited, split and decoded, with ``study.db`` beside it, one folder a
    trial in ``trials/``, and in the end ``best.toml`` and ``tune.html``.
    """

    run: Run
    known: dict[int, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def open(cls, folder: Path | str) -> Study:
        """Open a search that is there, to read or to `resume`; `SettingError` if the folder holds none."""
        try:
            run = Run.open(folder)
        except SettingError as error:
            came = f"'{folder}' is not a search"
            raise SettingError(came, expected=f"a folder with {DATABASE} in it", todo="Check the path") from error
        if not is_study(run):
            came = f"'{folder}' is a run, not a search"
            expected = f"a folder with {DATABASE} in it"
            raise SettingError(came, expected=expected, todo=f"A run goes on with: mien run --resume {folder}")
        return cls(run)

    @property
    def folder(self) -> Path:
        return self.run.folder

    @property
    def database(self) -> Path:
        """Every trial with its settings, epochs and end: Optuna's tables, SQLite."""
        return self.folder / DATABASE

    @property
    def best_recipe(self) -> Path:
        return self.folder / "best.toml"

    @property
    def page(self) -> Path:
        return self.folder / "tune.html"

    @cached_property
    def store(self) -> Store:
        return Store(self.database)

    @cached_property
    def recipe(self) -> Recipe:
        """The recipe that is searched around, resolved."""
        return artifacts.read_recipe(self.run)

    @property
    def typed(self) -> dict[str, Any]:
        """The recipe as it was given, as JSON values."""
        return self.run.state().tune or {}

    @property
    def space(self) -> Space:
        """What is searched: setting to choices or range."""
        return self.store.space

    @property
    def trials(self) -> tuple[Trial, ...]:
        """All trials that have begun, in order."""
        return self.store.trials()

    @property
    def best(self) -> Trial | None:
        """The best trial; None where none was trained to its end."""
        return best_of(self.trials)

    @property
    def first(self) -> Trial | None:
        """The recipe itself as a trial: None where it lies outside its space, or is not done."""
        return best_of([trial for trial in self.trials if trial.first])

    @property
    def again(self) -> tuple[float, ...]:
        """What the best recipe scored when it was trained again from other seeds, 0..1."""
        best = self.best
        known: dict[str, dict[str, float]] = self.store.note("again") or {}
        return tuple(known.get(str(best.number), {}).values()) if best else ()

    @property
    def validation(self) -> tuple[int, ...]:
        """How many validation pictures each class has that all trials were judged on."""
        return tuple(self.store.note("validation") or ())

    @property
    def measured_on(self) -> str:
        """On how many validation pictures of which kind all trials were judged."""
        what = str(self.store.note("what") or "pictures")
        kind = "" if what == "pictures" else f" ({what})"
        return f"{sum(self.validation):,} validation pictures{kind}"

    @property
    def units(self) -> tuple[int, ...]:
        """How many people, or pictures that are no copies of each other, validation holds of each class."""
        return tuple(self.store.note("units") or self.validation)

    @property
    def ended(self) -> tuple[Trial, ...]:
        """The trials that count: done, pruned or failed."""
        return tuple(trial for trial in self.trials if trial.state in ENDED)


def is_study(run: Run) -> bool:
    """Say whether a run's folder is that of a search; true from the moment the search has begun."""
    return run.state().tune is not None


def typed(recipe: Recipe) -> dict[str, Any]:
    """Say what a recipe sets itself, as JSON values."""
    unset = vars(Recipe())
    mine = {name: value for name, value in vars(recipe).items() if value != unset[name] or name == "model"}
    plain: dict[str, Any] = json.loads(json.dumps(mine))
    return plain


def check_same(study: Study, recipe: Recipe) -> None:
    """Refuse to go on with another recipe than the one that the study began with; the default one stands for none."""
    if recipe == Recipe():
        return
    models.resolve(recipe)
    before, now = study.typed, typed(recipe)
    differing = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    if differing:
        words = ", ".join(f"{name} = {now.get(name)!r} instead of {before.get(name)!r}" for name in differing)
        came = f"The recipe is not the one that the search in '{study.folder}' began with: {words}"
        raise SettingError(came, todo="Leave --recipe and its settings away to go on, or search anew in another --out")
