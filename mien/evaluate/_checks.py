"""What comes in is checked once, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mien.core.errors import SettingError

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Clusters = Sequence[Any] | ArrayLike | None  # one value a sample; equal ones are drawn together, None stands alone

SUM_TOLERANCE = 1e-3  # float16 softmax over ten classes stays within it


def truth_of(truth: ArrayLike, classes: int, name: str = "truth") -> Integers:
    """Check class numbers. `truth` int [N], 0..classes-1, N at least 1; returns int64 [N]."""
    array = np.asarray(truth)
    if array.ndim != 1 or not array.size or not np.issubdtype(array.dtype, np.integer):
        came = f"an array of {array.dtype} with shape {list(array.shape)} as {name}"
        raise SettingError(f"Received {came}", expected="whole class numbers, one a sample, at least 1")
    if array.min() < 0 or array.max() >= classes:
        came = f"Received class numbers from {array.min()} to {array.max()}"
        raise SettingError(came, expected=f"0 to {classes - 1}")
    return array.astype(np.int64)


def pair(truth: ArrayLike, probabilities: ArrayLike) -> tuple[Integers, Floats]:
    """Check class numbers and the probabilities that go with them.

    `truth` int [N], 0..classes-1; `probabilities` float [N, classes], rows sum to 1 within 0.001. Returns both as int64
    and float64.
    """
    rows = np.asarray(probabilities)
    if rows.ndim != 2 or rows.shape[1] < 2 or not np.issubdtype(rows.dtype, np.floating):
        came = f"probabilities of {rows.dtype} with shape {list(rows.shape)}"
        raise SettingError(f"Received {came}", expected="floats of shape [samples, classes], at least 2 classes")
    checked, rows = truth_of(truth, rows.shape[1]), rows.astype(np.float64)
    if len(checked) != len(rows):
        raise SettingError(f"Received {len(checked)} labels for {len(rows)} rows of probabilities")
    wrong = ~(np.isfinite(rows).all(axis=1) & (rows >= 0).all(axis=1))
    wrong |= ~(np.abs(rows.sum(axis=1) - 1) <= SUM_TOLERANCE)
    if wrong.any():
        first = int(np.argmax(wrong))
        raise SettingError(
            f"Row {first} of the probabilities is {np.round(rows[first], 3).tolist()}",
            expected="probabilities of 0 to 1 that add up to 1",
            todo="Divide sigmoid outputs by their sum first",
        )
    return checked, rows


def names_of(labels: Sequence[str], classes: int) -> tuple[str, ...]:
    """Check the classes' names."""
    names = tuple(labels)
    if len(names) != classes or len(set(names)) != classes:
        raise SettingError(f"Received the labels {list(names)}", expected=f"{classes} different ones")
    return names
