"""Tasks, the workers that do them, and who is told how they went."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from mien.core import errors

if TYPE_CHECKING:
    from mien.tune._worker_pool import Worker, WorkerPool

TICK = 0.5  # seconds between two looks at the clock
TROUBLE = 3  # processes that may end by themselves, one after another, before the search gives up


@dataclass(frozen=True)
class Task:
    """One training for a worker."""

    number: int  # by which its source knows it
    place: str  # folder beneath the study's
    settings: Mapping[str, Any]  # what differs from the study's recipe
    seed: int | None = None  # another seed


class TaskSource(Protocol):
    """Gives tasks and hears how they went."""

    def next(self) -> Task | None:
        """Return a task; None while there is none."""

    def begun(self, task: Task, epochs: int, scores: list[float]) -> None:
        """Hear that a training of so many epochs begins, with these behind it."""

    def epoch(self, task: Task, score: float) -> bool:
        """Hear of an epoch, and say whether to go on."""

    def ended(self, task: Task, word: dict[str, Any]) -> None:
        """Hear how it ended: ``kind`` is done, pruned or failed."""


def run_tasks(pool: WorkerPool, source: TaskSource, until: float | None) -> None:
    """Let a pool do all that a source gives, or as much as fits into the time."""
    loop = _TaskLoop(pool, source)
    while loop.goes_on():
        if until is not None and time.monotonic() >= until:
            pool.drop()
            return


class _TaskLoop:
    """One source's tasks on one pool."""

    def __init__(self, pool: WorkerPool, source: TaskSource) -> None:
        self._pool, self._source = pool, source
        self._tasks: dict[Worker, Task] = {}
        self._crashes = 0

    def goes_on(self) -> bool:
        """Hand out what there is, and hear for a while; False when all is done."""
        while self._pool.free and (task := self._source.next()) is not None:
            words = {"place": task.place, "settings": dict(task.settings), "seed": task.seed}
            self._tasks[self._pool.give(words)] = task
        if not self._pool.busy:
            return False
        for worker, word in self._pool.listen(TICK):
            if worker in self._tasks:
                self._hear(worker, word)
        return True

    def _hear(self, worker: Worker, word: dict[str, Any] | None) -> None:
        task = self._tasks[worker]
        if word is None:
            del self._tasks[worker]
            self._crashed(task, worker)
        elif word["kind"] == "begun":
            self._source.begun(task, word["epochs"], word["scores"])
        elif word["kind"] == "epoch":
            worker.send({"go": self._source.epoch(task, word["score"])})
        elif word["kind"] == "halt":
            raise _halt(word)
        else:
            del self._tasks[worker]
            self._crashes = 0
            self._source.ended(task, word)
            self._pool.rest(worker)

    def _crashed(self, task: Task, worker: Worker) -> None:
        self._crashes += 1
        words = worker.last_words()
        self._source.ended(task, {"kind": "failed", "why": words})
        if self._crashes >= TROUBLE:
            came = f"{TROUBLE} processes in a row ended by themselves. {words}"
            todo = "Where the memory was used up, take fewer --jobs or a smaller batch, and go on with --resume"
            raise errors.TrainingError(came, todo=todo)


def _halt(word: dict[str, Any]) -> errors.MienError:
    made: errors.MienError = getattr(errors, word["error"])(word["came"], expected=word["expected"], todo=word["todo"])
    return made
