"""What comes in is checked once, in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mien.core.errors import SettingError

if TYPE_CHECKING:
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

SUM_TOLERANCE = 1e-3  # float16 softmax over ten classes stays within it


def truth_of(truth: npt.ArrayLike, classes: int, name: str = "truth") -> Integers:
    """Check class numbers.

    Parameters
    ----------
    truth : int [N]
        Class numbers, 0..classes-1.
    classes : int
        How many classes there are.
    name : str
        What to call them in an error.

    Returns
    -------
    int64 [N]
        The same, N at least 1.

    Raises
    ------
    SettingError
        If they are anything else.
    """
    array = np.asarray(truth)
    if array.ndim != 1 or not array.size or not np.issubdtype(array.dtype, np.integer):
        came = f"an array of {array.dtype} with shape {list(array.shape)} as {name}"
        raise SettingError(f"There came {came}", expected="whole class numbers, one a sample, at least 1")
    if array.min() < 0 or array.max() >= classes:
        raise SettingError(f"There came class number {array.min()} to {array.max()}", expected=f"0 to {classes - 1}")
    return array.astype(np.int64)


def pair(truth: npt.ArrayLike, probabilities: npt.ArrayLike) -> tuple[Integers, Floats]:
    """Check class numbers and the probabilities that go with them.

    Parameters
    ----------
    truth : int [N]
        Class numbers, 0..classes-1.
    probabilities : float [N, classes]
        0..1; each row sums to 1 within 0.001.

    Returns
    -------
    (int64 [N], float64 [N, classes])
        The same.

    Raises
    ------
    SettingError
        If they are anything else.
    """
    rows = np.asarray(probabilities)
    if rows.ndim != 2 or rows.shape[1] < 2 or not np.issubdtype(rows.dtype, np.floating):
        came = f"probabilities of {rows.dtype} with shape {list(rows.shape)}"
        raise SettingError(f"There came {came}", expected="floats of shape [samples, classes], at least 2 classes")
    checked, rows = truth_of(truth, rows.shape[1]), rows.astype(np.float64)
    if len(checked) != len(rows):
        raise SettingError(f"There came {len(checked)} labels for {len(rows)} rows of probabilities")
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
    """Check the classes' names.

    Parameters
    ----------
    labels : sequence of str
        Names, each once.
    classes : int
        How many there must be.

    Returns
    -------
    tuple of str
        The same.

    Raises
    ------
    SettingError
        If there are more or fewer, or one stands twice.
    """
    names = tuple(labels)
    if len(names) != classes or len(set(names)) != classes:
        raise SettingError(f"There came the labels {list(names)}", expected=f"{classes} different ones")
    return names
