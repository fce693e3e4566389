"""One small fit, as the tests of training need it again and again."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mien import models, train
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import InputContract

LABELS = ("angry", "happy", "sad")
SIZE = 24


class Recorded:
    """Batches that write down which epochs were asked of them, and from which batch."""

    def __init__(self, batches: Any, asked: list[tuple[int, int]]) -> None:
        self.batches, self.asked = batches, asked

    @property
    def labels(self) -> Any:
        return self.batches.labels

    @property
    def counts(self) -> Any:
        return self.batches.counts

    def __len__(self) -> int:
        return len(self.batches)

    def epoch(self, number: int, start: int = 0) -> Any:
        self.asked.append((number, start))
        return self.batches.epoch(number, start)


class Weighted(Recorded):
    """Batches whose samples count as is said, the same in every batch."""

    say: Any = None

    def weights(self, number: int, start: int = 0) -> Any:
        return iter([self.say] * (len(self) - start))


@pytest.fixture(scope="session")
def fit_in(toys) -> Callable[..., tuple[Any, train.History, Run]]:
    """From a folder and settings to a trained model, its history and its run."""

    def fit_once(
        folder: Path, place: str = "run", *, prepare: Callable = lambda model: None, misled: bool = False, **given: Any
    ) -> tuple[Any, train.History, Run]:
        watch, asked = given.pop("watch", lambda model, row: None), given.pop("asked", [])
        events, say = given.pop("events", []), given.pop("say", None)
        settings = {"model": "report", "epochs": 4, "batch": 8, "patience": 0} | given
        recipe = models.resolve(Recipe(**settings))
        model = models.build(InputContract(LABELS, SIZE), recipe, training=True)
        prepare(model)
        training, validation = toys(LABELS, SIZE, each=10, shuffle=True), toys(LABELS, SIZE, each=4, seed=1)
        training = Recorded(training, asked) if say is None else Weighted(training, asked)
        training.say = say
        if misled:  # what is learnt here is wrong there, so that validation only gets worse
            training.batches = dataclasses.replace(training.batches, numbers=np.roll(training.batches.numbers, 10))
        run = Run(folder / place)

        def told(event: train.Event) -> None:
            events.append(event)
            if isinstance(event, train.Epoch):
                watch(model, event)

        history = train.fit(model, training, validation, recipe, run, watch=told)
        return model, history, run

    return fit_once


@pytest.fixture
def fit(fit_in, tmp_path) -> Callable[..., tuple[Any, train.History, Run]]:
    """The same in a folder of the test's own."""
    return functools.partial(fit_in, tmp_path)


@pytest.fixture
def weights() -> Callable[[Any], list[np.ndarray]]:
    return lambda model: [np.asarray(variable).copy() for variable in model.variables]


@pytest.fixture
def same() -> Callable[..., bool]:
    """Whether two lists of arrays are equal to the bit."""

    def equal(some: list[np.ndarray], others: list[np.ndarray]) -> bool:
        return all(np.array_equal(one, two) for one, two in zip(some, others, strict=True))

    return equal
