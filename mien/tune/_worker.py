"""A process that trains one trial after another for the search that started it.

It reads one task a line from standard input and tells of it, one JSON object a line, on standard output. When the
other end is gone, it ends at once: checkpoints are whole or not there, so nothing is lost but a few steps.
"""

from __future__ import annotations

import gc
import json
import os
import queue
import shutil
import sys
import threading
from collections.abc import Callable
from typing import Any

from mien import models, pipeline, train
from mien.core import artifacts
from mien.core.errors import MienError, MissingPartError, SettingError, SourceError, StorageError
from mien.core.run import Run
from mien.tune._space import tried

CODE = "from mien.tune._worker import main; main()"
HALTING = (SourceError, StorageError, MissingPartError)  # what would befall every other trial too

Tell = Callable[..., None]


class _GivenUp(Exception):  # noqa: N818 - no error: the search has seen enough
    """The search wants no more epochs of this trial."""


def main() -> None:
    """Work until standard input ends. The arguments are those of this process: the study's folder."""
    answers, tell = _wires()
    run = Run.open(sys.argv[1])
    while True:
        task = answers.get()
        tell(**_done(run, task, answers, tell))
        if "keras" in sys.modules:
            import keras

            keras.utils.clear_session()  # or every model that was ever built stays in memory
        gc.collect()


def _wires() -> tuple[queue.Queue[dict[str, Any]], Tell]:
    """Take standard output for ourselves: what a library prints goes where errors go."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    answers: queue.Queue[dict[str, Any]] = queue.Queue()

    def listen() -> None:
        for line in sys.stdin:
            answers.put(json.loads(line))
        os._exit(0)  # in the middle of a step, too: the search is over, or was killed

    threading.Thread(target=listen, daemon=True).start()

    def tell(**words: Any) -> None:  # noqa: ANN401 - JSON values
        out.write(json.dumps(words) + "\n")
        out.flush()

    return answers, tell


def _done(run: Run, task: dict[str, Any], answers: queue.Queue[dict[str, Any]], tell: Tell) -> dict[str, Any]:
    try:
        return _train(run, task, answers, tell)
    except HALTING as error:
        kind = next(kind.__name__ for kind in HALTING if isinstance(error, kind))
        return {"kind": "halt", "error": kind, "came": error.came, "expected": error.expected, "todo": error.todo}
    except MienError as error:
        return {"kind": "failed", "why": str(error)}
    except Exception as error:  # a library's error in one trial must not end the others
        first = (str(error).strip().splitlines() or ["no word"])[0]
        return {"kind": "failed", "why": f"{type(error).__name__}: {first}"}


def _train(run: Run, task: dict[str, Any], answers: queue.Queue[dict[str, Any]], tell: Tell) -> dict[str, Any]:
    recipe = models.resolve(tried(artifacts.read_recipe(run), task["settings"], seed=task["seed"]))
    work, place = pipeline.RunContext(run, recipe, pipeline.Reporter()), Run(run.folder / task["place"])
    samples = len(work.manifest.of("train"))
    if recipe.batch is not None and recipe.batch > samples:
        raise SettingError(f"batch = {recipe.batch} is larger than the training side, {samples} {work.kind.many}")
    begun = place.checkpoints.exists()
    recipe.save(place.recipe)
    told = _Told(place, answers, tell)
    try:
        return _fit(work, place, told)
    except StorageError:
        if not begun:
            raise
        # What an earlier sitting left cannot be used, by a kill or another version of Mien: from the start, then.
        shutil.rmtree(place.folder, ignore_errors=True)
        recipe.save(place.recipe)
        return _fit(work, place, told)


def _fit(work: pipeline.RunContext, place: Run, told: _Told) -> dict[str, Any]:
    member = pipeline.EnsembleMember(work.recipe, place)
    try:
        model, batches = work.fresh(member), (work.training(member), work.side("val"))
        history = train.fit(model, *batches, work.recipe, place, watch=told.event)
    except _GivenUp:
        history = train.History(tuple(told.rows))
        history.save(place.history)
        return {"kind": "pruned", **_figures(history)}
    return {"kind": "done", "why": history.stopped, **_figures(history)}


class _Told:
    """Tells the search of each epoch and hears whether to go on."""

    def __init__(self, place: Run, answers: queue.Queue[dict[str, Any]], tell: Tell) -> None:
        self.rows: list[train.Epoch] = []
        self._place, self._answers, self._tell = place, answers, tell

    def event(self, event: train.Event) -> None:
        if isinstance(event, train.Begun):
            self.rows = list(train.History.read(self._place.history).epochs[: event.epoch])
            self._tell(kind="begun", epochs=event.epochs, scores=[row.val_balanced_accuracy for row in self.rows])
        elif isinstance(event, train.Epoch):
            self.rows.append(event)
            self._tell(kind="epoch", score=event.val_balanced_accuracy)
            if not self._answers.get()["go"]:
                raise _GivenUp


def _figures(history: train.History) -> dict[str, Any]:
    return {
        "score": history.best.val_balanced_accuracy,
        "epoch": history.best.epoch,
        "epochs": len(history.epochs),
        "seconds": round(history.epochs[-1].seconds, 2),
    }
