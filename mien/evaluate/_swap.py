"""Tests by swapping: the answers of two models that are equally good could be exchanged and nobody would notice."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from mien.core.errors import SettingError


@lru_cache(maxsize=65_536)  # hundreds of runs make ten thousands of pairs, whose counts repeat
def mcnemar(only_first: int, only_second: int) -> float:
    """Return the exact p-value of McNemar's test.

    Parameters
    ----------
    only_first, only_second : int
        Samples that only the one and only the other answered right.

    Returns
    -------
    float
        0..1, two-sided: twice the chance of so few or fewer heads in so many throws of a coin (McNemar 1947, in its
        exact form). 1 where the two differ nowhere.

    Raises
    ------
    SettingError
        If a count is below 0.

    Examples
    --------
    >>> mcnemar(5, 0), mcnemar(3, 3), mcnemar(0, 0)
    (0.0625, 1.0, 1.0)
    """
    if min(only_first, only_second) < 0:
        raise SettingError(f"Received {only_first} and {only_second} samples", expected="counts of 0 or more")
    throws, few = only_first + only_second, min(only_first, only_second)
    if 2 * few >= throws - 1:
        return 1.0
    steps = np.arange(few, dtype=np.float64)
    # of C(throws, 0), C(throws, 1) ..
    logs = np.concatenate([[0.0], np.cumsum(np.log((throws - steps) / (steps + 1)))])
    highest = float(logs.max())
    logarithm = highest + float(np.log(np.exp(logs - highest).sum())) + (1 - throws) * float(np.log(2))
    return float(min(np.exp(logarithm), 1.0))


def swap_test(differences: ArrayLike) -> float:
    """Return the p-value of swapping the two models within whole clusters.

    Parameters
    ----------
    differences : int [clusters]
        How many samples more of each cluster, such as a person's, the first answered right.

    Returns
    -------
    float
        0..1, two-sided: of all ways to swap the two models cluster by cluster, the share in which they differ as much
        or more (Fisher's randomisation test, 1935). Where no cluster differs by more than 1 this is McNemar's exact
        test. All ways are counted, by the characteristic function of the sum.

    Raises
    ------
    SettingError
        If they are not whole numbers.

    Examples
    --------
    >>> swap_test([1, 1, 1, 1, 1]), round(swap_test([3, 2, -1]), 9)
    (0.0625, 0.5)
    """
    given = np.asarray(differences)
    if given.ndim != 1 or not np.issubdtype(given.dtype, np.integer):
        raise SettingError(f"Received differences of {given.dtype}", expected="one whole number a cluster")
    if np.abs(given).max(initial=0) <= 1:
        return mcnemar(int((given > 0).sum()), int((given < 0).sum()))
    sizes, many = np.unique(np.abs(given[given != 0]), return_counts=True)
    total, observed = int(sizes @ many), int(abs(given.sum()))
    points = 2 * total + 1  # the sum is one of -total..total
    angles = 2 * np.pi * np.arange(total + 1) / points
    wave = np.ones(total + 1)
    for size, count in zip(sizes.tolist(), many.tolist(), strict=True):
        wave *= np.cos(size * angles) ** count
    chances = np.fft.irfft(wave, n=points)  # of the sums 0..total, then -total..-1
    least = 2.0 ** (1 - int(many.sum()))  # every cluster for the same model: rounding must not go below it
    inner = chances[0] + 2 * chances[1:observed].sum() if observed else 0.0
    outer = 2 * chances[observed : total + 1].sum() if observed else 1.0
    return float(np.clip(outer if outer < 0.5 else 1 - inner, least, 1.0))


def holm(values: Sequence[float]) -> list[float]:
    """Correct p-values for how many of them there are.

    Parameters
    ----------
    values : sequence of float
        p-values, 0..1.

    Returns
    -------
    list of float
        In the same order, each at least as large: below 0.05 stay those that can all be called differences with one
        chance in twenty of calling any difference wrongly (Holm 1979, "A Simple Sequentially Rejective Multiple Test
        Procedure").

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    given = np.asarray(values, dtype=np.float64)
    order = np.argsort(given, kind="stable")
    stepped = np.minimum(np.maximum.accumulate(given[order] * np.arange(len(given), 0, -1)), 1.0)
    corrected: list[float] = stepped[np.argsort(order)].tolist()
    return corrected
