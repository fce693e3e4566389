"""Measure a network on the validation side after an epoch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mien.core.types import Batches, Estimator, Progress, silent

if TYPE_CHECKING:
    import keras
    import numpy.typing as npt

    from mien.core.types import Floats, Integers


@dataclass(frozen=True)
class Measured:
    """The validation side as the network answers it now."""

    truth: Integers  # int64 [N], class numbers
    probabilities: Floats  # float64 [N, classes], rows sum to 1

    @property
    def loss(self) -> float:
        """Cross-entropy against the labels, nats."""
        chosen = self.probabilities[np.arange(len(self.truth)), self.truth]
        return float(-np.log(np.maximum(chosen, 1e-7)).mean())

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        """Whether each answer is right, bool ``[N]``."""
        right: npt.NDArray[np.bool_] = self.probabilities.argmax(1) == self.truth
        return right

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return float(self.right.mean())

    @property
    def balanced_accuracy(self) -> float:
        """Mean recall of the classes that occur."""
        return float(np.mean([self.right[self.truth == label].mean() for label in np.unique(self.truth)]))

    @property
    def figures(self) -> dict[str, float]:
        """What an `Epoch` holds of validation."""
        shares = {"val_accuracy": self.accuracy, "val_balanced_accuracy": self.balanced_accuracy}
        return {"val_loss": self.loss, **shares}

    @property
    def confusion(self) -> Integers:
        """Counts, int64 ``[classes, classes]``; a row is what it was, a column what was answered."""
        classes = self.probabilities.shape[1]
        pairs = np.bincount(self.truth * classes + self.probabilities.argmax(1), minlength=classes * classes)
        return pairs.reshape(classes, classes)


def measure(model: keras.Model | Estimator, side: Batches, progress: Progress = silent) -> Measured:
    """Ask a model about every sample of a side."""
    answers, full = [], 0
    for rows, targets in progress(side.epoch(0), total=len(side), what="measuring"):
        full = max(full, len(targets))
        more = [(0, full - len(targets)), *[(0, 0)] * (rows.ndim - 1)]
        padded = np.pad(rows, more)  # one shape, one trace
        answers.append(np.asarray(model.predict_on_batch(padded), np.float64)[: len(targets)])
    found = np.concatenate(answers)
    # sigmoid outputs do not sum to one
    return Measured(side.numbers, found / np.maximum(found.sum(1, keepdims=True), 1e-30))


@contextmanager
def averaged(model: keras.Model) -> Iterator[None]:
    """Put the moving average of the weights in their place for a while, where the optimiser keeps one."""
    optimizer = getattr(model.optimizer, "inner_optimizer", model.optimizer)  # the one that scales the loss holds it
    if not optimizer.use_ema:
        yield
        return
    variables = list(model.trainable_variables)
    kept = [np.asarray(variable).copy() for variable in variables]
    optimizer.finalize_variable_values(variables)
    for variable in variables:  # memory of its own: JAX would give both one buffer, and free it with the first
        variable.assign(np.asarray(variable).copy())
    try:
        yield
    finally:
        for variable, value in zip(variables, kept, strict=True):
            variable.assign(value)
