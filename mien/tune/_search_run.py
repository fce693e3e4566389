"""What a search gives to its workers: trials until there are enough, then the best recipe from other seeds."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mien.core.files import write_text
from mien.core.run import Run
from mien.tune import _rules
from mien.tune._progress import Now, SearchProgress
from mien.tune._result import toml
from mien.tune._space import longest, steps
from mien.tune._tasks import Task
from mien.tune._trial import FAILED, Trial

if TYPE_CHECKING:
    from mien.tune._study import Study


class SearchRun:
    """Gives out trials until as many have ended as were asked for."""

    def __init__(self, study: Study, asked: int, minutes: float, watch: Callable[[SearchProgress], None]) -> None:
        self._study, self._store, self._asked, self._watch = study, study.store, asked, watch
        self._began = time.monotonic()
        self.until = self._began + 60 * minutes if minutes else None
        self._longest = longest(study.recipe, study.space)
        self._pruner = _rules.pruner(self._longest)
        self._running: dict[int, Now] = {}
        self._best = study.best
        self._before = self._ended = self._store.count()

    def next(self) -> Task | None:
        """Draw a trial, while there are fewer than were asked for."""
        over = self.until is not None and time.monotonic() >= self.until
        if over or self._ended + len(self._running) >= self._asked:
            return None
        trial = self._store.ask(self._study.recipe.seed)
        self._running[trial.number] = Now(trial.number)
        self._notify()
        return Task(trial.number, trial.place, trial.settings)

    def begun(self, task: Task, epochs: int, scores: list[float]) -> None:
        """Write down what an earlier sitting measured."""
        self._running[task.number] = Now(task.number, 0, epochs)
        for score in scores:
            self._report(task.number, score)
        self._notify()

    def epoch(self, task: Task, score: float) -> bool:
        """Write down an epoch and ask the rule whether to go on."""
        now = self._report(task.number, score)
        self._notify()
        return now.epoch >= now.epochs or not self._store.hopeless(task.number, self._pruner)

    def ended(self, task: Task, word: dict[str, Any]) -> None:
        """Write down how it ended; the best one's recipe goes into its file at once."""
        now = self._running.pop(task.number)
        if word["kind"] == "pruned":
            word["why"] = f"Given up after epoch {now.epoch} of {now.epochs}: the others were ahead at that point."
        if word["kind"] == FAILED:
            word["epochs"] = now.epoch
        self._store.end(task.number, word.pop("kind"), **word)
        _tidy(Run(self._study.folder / task.place))
        self._ended += 1
        best = self._study.best
        if best is not None and (self._best is None or best.number != self._best.number):
            self._best = best
            write_text(self._study.best_recipe, toml(self._study))
        self._notify(self._store.trial(task.number))

    def _report(self, number: int, score: float) -> Now:
        before = self._running[number]
        now = replace(before, epoch=before.epoch + 1, score=max(score, before.score))
        self._running[number] = now
        for step in steps(now.epoch, max(now.epochs, now.epoch), self._longest):
            self._store.report(number, step, now.score)
        return now

    def _notify(self, news: Trial | None = None) -> None:
        running = tuple(self._running.values())
        self._watch(SearchProgress(self._asked, self._ended, running, self._best, self._left(), news))

    def _left(self) -> float | None:
        done = self._ended - self._before + sum(now.share for now in self._running.values())
        spent = time.monotonic() - self._began
        if done <= 0:
            return None
        # A trial that is given up takes less than one that is not, so this is rather too long at first.
        left = spent / done * max(self._asked - self._before - done, 0)
        return left if self.until is None else min(left, max(self.until - time.monotonic(), 0.0))


class Repeats:
    """Gives out trainings of the best recipe from other seeds."""

    def __init__(self, study: Study, best: Trial, count: int, watch: Callable[[SearchProgress], None]) -> None:
        self._study, self._best, self._watch = study, best, watch
        seed, key = study.recipe.seed, str(best.number)
        known = (study.store.note("again") or {}).get(key, {})
        seeds = range(seed + 1, seed + 1 + count)
        self._seeds = [one for one in seeds if str(one) not in known]
        self._count, self._ended = len(self._seeds), 0
        self._running: dict[int, Now] = {}

    def next(self) -> Task | None:
        """Give the next seed."""
        if not self._seeds:
            return None
        seed = self._seeds.pop(0)
        self._running[seed] = Now(seed)
        self._notify()
        return Task(seed, f"again/{self._best.number:04}-{seed}", self._best.settings, seed)

    def begun(self, task: Task, epochs: int, scores: list[float]) -> None:
        """Show how long it is."""
        self._running[task.number] = Now(task.number, len(scores), epochs, max(scores, default=0.0))
        self._notify()

    def epoch(self, task: Task, score: float) -> bool:
        """Show an epoch; a repeat is never given up."""
        now = self._running[task.number]
        self._running[task.number] = replace(now, epoch=now.epoch + 1, score=max(score, now.score))
        self._notify()
        return True

    def ended(self, task: Task, word: dict[str, Any]) -> None:
        """Write its score down beside the best trial's number, so that a better trial gets repeats of its own."""
        self._running.pop(task.number)
        self._ended += 1
        _tidy(Run(self._study.folder / task.place))
        if word["kind"] == "done":
            known: dict[str, dict[str, float]] = self._study.store.note("again") or {}
            known.setdefault(str(self._best.number), {})[str(task.seed)] = word["score"]
            self._study.store.write("again", known)
        self._notify()

    def _notify(self) -> None:
        running = tuple(self._running.values())
        self._watch(SearchProgress(self._count, self._ended, running, self._best, repeats=True))


def _tidy(place: Run) -> None:
    """Keep the curves of a trial and let its weights go: thirty trainings of `report` would be 2 GB."""
    shutil.rmtree(place.checkpoints, ignore_errors=True)
    for path in place.tensorboard.glob("*"):
        if not path.name.startswith("events."):
            with suppress(OSError):
                path.unlink()
