"""The training loop: the same lines on TensorFlow, JAX and PyTorch."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core import artifacts
from mien.core.balance import class_weights
from mien.core.errors import StorageError
from mien.core.history import Epoch, History
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Batches, WeightedBatches
from mien.train import _checkpoint
from mien.train._checkpoint import Position
from mien.train._diagnosis import no_number
from mien.train._events import Begun, Saved, Stopped, Watch
from mien.train._pace import Pace
from mien.train._phases import enter, phase
from mien.train._schedule import plateau_rate
from mien.train._stop import reason_to_stop
from mien.train._tensorboard import Board
from mien.train._validate import averaged, measure

if TYPE_CHECKING:
    import keras

    from mien.core.types import Singles, Targets
    from mien.train._validate import Measured

BEST = "best.npz"
LAST = "last.npz"
DEAREST = 0.01  # share of the training's time that checkpoints by the clock may cost


class Loop:
    """One training of one network."""

    def __init__(
        self, model: keras.Model, training: Batches, validation: Batches, recipe: Recipe, run: Run, watch: Watch
    ) -> None:
        self._model, self._training, self._validation = model, training, validation
        self._recipe, self._run, self._watch = recipe, run, watch
        self._at = Position()
        self._best: list[np.ndarray] | None = None  # weights of the best epoch that are not on the disk yet
        balance = 0.0 if recipe.even_groups else recipe.balance  # even groups have even classes
        self._weights = class_weights(training.counts, balance) if balance else None
        self._saved, self._cost = time.perf_counter(), 0.0  # when the last checkpoint was made, and what it cost
        self._saved_step = 0

    def go(self) -> History:
        """Train to the end."""
        self._resume()
        self._began = time.perf_counter() - self._at.seconds
        epochs, steps = int(self._recipe.epochs or 1), len(self._training)
        self._watch(Begun(epochs, steps, int(self._recipe.batch or 1), self._at.epoch, self._at.step))
        with Board(self._run.tensorboard, self._at.epoch) as board:
            while not (stopped := reason_to_stop(self._rows, self._recipe)):
                self._train_epoch(board)
                self._end_epoch(board)
            self._save()
            _checkpoint.load(self._model.variables, self._run.checkpoints / BEST)
            board.embeddings(self._model, self._validation)
        self._watch(Stopped(stopped))
        return History(self._rows, stopped)

    def _resume(self) -> None:
        path = self._run.checkpoints / LAST
        found = _checkpoint.where(path)
        if found is None and self._run.history.exists():
            came = f"The run has some epochs behind it, but its checkpoint '{path}' is gone"
            raise StorageError(came, todo="Start the run anew: mien run SOURCE --replace")
        self._at = found or Position()
        # After the last epoch its own phase is still the one in the file.
        epoch = min(self._at.epoch, int(self._recipe.epochs or 1) - 1)
        self._phase = phase(self._model, self._recipe, epoch)
        enter(self._model, self._recipe, self._phase, len(self._training))
        if found is not None:
            _checkpoint.load(self._state, path)

    @property
    def _state(self) -> list[keras.Variable]:
        return [*self._model.variables, *self._model.optimizer.variables]

    @property
    def _rows(self) -> tuple[Epoch, ...]:
        return self._at.rows

    @property
    def _seconds(self) -> float:
        return time.perf_counter() - self._began

    def _train_epoch(self, board: Board) -> None:
        if self._recipe.schedule == "plateau":
            rows = self._rows[self._phase.first :]
            self._model.optimizer.learning_rate = plateau_rate(self._recipe, self._phase.rate, rows)
        pace = Pace(self._recipe, len(self._training), self._watch)
        batches = pace.waiting(self._training.epoch(self._at.epoch, self._at.step))
        for (rows, targets), weights in zip(batches, self._sample_weights(), strict=False):
            if (self._at.epoch, self._at.step) == (0, 0):
                board.pictures(rows, targets, self._training.labels)
            self._step(rows, targets, weights)
            pace.told(self._at, self._seconds, len(rows), self._model.optimizer)
            if self._recipe.minutes and self._seconds >= 60 * self._recipe.minutes:
                break
            self._save_in_time()

    def _sample_weights(self) -> Iterator[Singles | None]:
        """Give the weights of the batches to come; those that have none are followed by None for ever."""
        training = self._training
        given = training.weights(self._at.epoch, self._at.step) if isinstance(training, WeightedBatches) else None
        return repeat(None) if given is None else given

    def _step(self, rows: Any, targets: Targets, weight: Singles | None) -> None:  # noqa: ANN401 - a batch
        if self._weights is not None:
            weight = (targets @ self._weights).astype(np.float32)
        logs = self._model.train_on_batch(rows, targets, sample_weight=weight, return_dict=True)
        at, loss = self._at, float(logs["loss"])  # of this batch alone: Keras forgets the ones before
        if not math.isfinite(loss):
            raise no_number(loss, self._recipe, epoch=at.epoch + 1, step=at.step + 1)
        accuracy = at.accuracy + float(logs["accuracy"])
        self._at = replace(at, step=at.step + 1, loss=at.loss + loss, accuracy=accuracy, seconds=self._seconds)

    def _end_epoch(self, board: Board) -> None:
        rate = float(np.asarray(self._model.optimizer.learning_rate))
        with averaged(self._model):
            measured = measure(self._model, self._validation)
            row = self._row(measured, rate)
            history = History((*self._rows, row))
            if history.best is row:
                self._best = [np.asarray(variable).copy() for variable in self._model.variables]
        self._at = Position(epoch=len(history.epochs), seconds=row.seconds, rows=history.epochs)
        going_on = not reason_to_stop(self._rows, self._recipe)
        if self._phase.end <= self._at.epoch < int(self._recipe.epochs or 1):  # also where a target ends the run here
            self._phase = phase(self._model, self._recipe, self._at.epoch)
            enter(self._model, self._recipe, self._phase, len(self._training))
        board.epoch(row, measured.confusion, self._training.labels)
        self._watch(row)
        if going_on:
            self._save_in_time(epoch_ended=True)

    def _row(self, measured: Measured, rate: float) -> Epoch:
        steps = max(self._at.step, 1)
        loss, accuracy = self._at.loss / steps, self._at.accuracy / steps
        return Epoch(len(self._rows) + 1, self._seconds, rate, loss, accuracy, **measured.figures)

    def _save_in_time(self, *, epoch_ended: bool = False) -> None:
        every = self._recipe.checkpoint_steps or 0
        done = self._at.epoch * len(self._training) + self._at.step
        since = time.perf_counter() - self._saved
        by_step = every and done - self._saved_step >= every
        seconds = self._recipe.checkpoint_seconds
        by_clock = epoch_ended or (seconds and since >= seconds)
        if by_step or (by_clock and since * DEAREST >= self._cost):
            self._save()
            self._saved_step = done

    def _save(self) -> None:
        began = time.perf_counter()
        # The order matters to whoever is killed in between: a best epoch that is ahead of `last` is reached again, and
        # `last` holds the rows of the history.
        if self._best is not None:
            _checkpoint.save(self._best, self._run.checkpoints / BEST)
            self._best = None
        _checkpoint.save(self._state, self._run.checkpoints / LAST, self._at)
        if self._rows:
            artifacts.write_history(self._run, History(self._rows))
        self._saved = time.perf_counter()
        self._cost = self._saved - began
        self._watch(Saved(self._at.epoch, self._at.step, self._cost))
