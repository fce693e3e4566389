"""How quickly an epoch goes, what it waits for, and how long is left."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from mien.core.recipe import Recipe
from mien.train._checkpoint import Position
from mien.train._events import Step, Watch

if TYPE_CHECKING:
    import keras

T = TypeVar("T")

EVERY = 0.25  # seconds between two events: reading the learning rate off the backend is not free
LATELY = 20  # events that the speed is taken over


class Pace:
    """Tells of one epoch's steps."""

    def __init__(self, recipe: Recipe, steps: int, watch: Watch) -> None:
        self._epochs, self._steps, self._watch = int(recipe.epochs or 1), steps, watch
        self._began = self._told = time.perf_counter()
        self._waited = 0.0
        self._pictures: list[tuple[float, int]] = [(self._began, 0)]

    def waiting(self, batches: Iterable[T]) -> Iterator[T]:
        """Yield the same batches and count the time until each is there."""
        began = time.perf_counter()
        for batch in batches:
            self._waited += time.perf_counter() - began
            yield batch
            began = time.perf_counter()

    def told(self, at: Position, seconds: float, pictures: int, optimizer: keras.optimizers.Optimizer) -> None:
        """Tell of a step, unless the last was told of just now."""
        now = time.perf_counter()
        self._pictures.append((now, self._pictures[-1][1] + pictures))
        if now - self._told < EVERY and at.step < self._steps:
            return
        self._told = now
        del self._pictures[: -LATELY * 50]
        (then, before), (_, after) = self._pictures[0], self._pictures[-1]
        speed = (after - before) / max(now - then, 1e-9)
        left = (self._epochs - at.epoch) * self._steps - at.step
        self._watch(
            Step(
                epoch=at.epoch + 1,
                step=at.step,
                loss=at.loss / at.step,
                accuracy=at.accuracy / at.step,
                learning_rate=float(np.asarray(optimizer.learning_rate)),
                pictures_per_second=speed,
                seconds=seconds,
                seconds_left=left * pictures / max(speed, 1e-9),
                waited=self._waited / max(now - self._began, 1e-9),
            )
        )
