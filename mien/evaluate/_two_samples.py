"""Do two lots of samples come from one source? Tests for shares and for scores; the base of Mien has no SciPy."""

from __future__ import annotations

from math import erfc, exp, inf, lgamma, log, sqrt

import numpy as np
from numpy.typing import ArrayLike

from mien.core.errors import SettingError
from mien.evaluate._checks import Floats

EXPECTED = 5.0  # counts of a cell by chance; with less the chi-squared distribution does not hold (Cochran 1954)


def chi_squared_tail(value: float, freedom: int) -> float:
    """Return how often chance exceeds a value of the chi-squared distribution.

    By the recurrence of the incomplete gamma function, from ``erfc`` or ``exp`` (Abramowitz & Stegun 1964, 6.5.21).

    >>> round(chi_squared_tail(3.841459, 1), 6), round(chi_squared_tail(11.0705, 5), 6)
    (0.05, 0.05)
    """
    half, order = value / 2, 0.5 if freedom % 2 else 1.0
    if half <= 0:
        return 1.0
    found = erfc(sqrt(half)) if freedom % 2 else exp(-half)
    while order < freedom / 2:
        found += exp(order * log(half) - half - lgamma(order + 1))
        order += 1
    return min(found, 1.0)


def fisher_exact(first: int, first_of: int, second: int, second_of: int) -> float:
    """Return the p-value of Fisher's exact test (1935) for two shares, 0..1, two-sided.

    >>> round(fisher_exact(1, 10, 9, 10), 6)
    0.001093
    """
    total, many = first + second, first_of + second_of
    low, high = max(0, total - second_of), min(total, first_of)
    logs = np.array([_choose(first_of, k) + _choose(second_of, total - k) for k in range(low, high + 1)])
    logs -= _choose(many, total)
    return float(min(np.exp(logs[logs <= logs[first - low] + 1e-7]).sum(), 1.0))


def shares_test(first: ArrayLike, second: ArrayLike) -> float:
    """Return the p-value of two lots having the same shares in each category.

    Parameters
    ----------
    first, second : float [K]
        Counts of each category; effective ones, which need not be whole, where samples do not all count the same (Rao &
        Scott 1981, "The Analysis of Categorical Data from Complex Sample Surveys").

    Returns
    -------
    float
        0..1: Pearson's chi-squared test of homogeneity. Categories of which chance would leave fewer than 5 in a cell
        are joined, the rarest first; where only two are left and that is still so, Fisher's exact test. 1 where nothing
        can be compared.

    Raises
    ------
    SettingError
        If they have not equally many categories, or a count is below 0.

    Examples
    --------
    >>> round(shares_test([30, 70], [50, 50]), 6), shares_test([5, 5], [50, 50])
    (0.003892, 1.0)
    """
    counts = np.array([np.asarray(one, np.float64) for one in (first, second)])
    if counts.ndim != 2 or not (counts >= 0).all():
        raise SettingError(f"Received counts of shape {list(counts.shape)}", expected="two lots, counts of 0 or more")
    sums = counts.sum(axis=1)
    if not sums.all():
        return 1.0
    joined = _joined(counts, float(sums.min() / sums.sum()))
    if joined.shape[1] < 2:
        return 1.0
    expected = np.outer(sums, joined.sum(axis=0)) / sums.sum()
    if expected.min() < EXPECTED and sums.max() < 100_000:
        (a, b), (c, d) = np.rint(joined).astype(int).tolist()
        return fisher_exact(a, a + b, c, c + d)
    return chi_squared_tail(float(((joined - expected) ** 2 / expected).sum()), joined.shape[1] - 1)


def ks_distance(first: ArrayLike, second: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Return the largest gap between the distributions of two lots of numbers, 0..1 (Smirnov 1939).

    `weights`, float [N], say what each of `second` counts.

    >>> round(ks_distance([1, 2, 3], [2, 3, 4]), 6)
    0.333333
    """
    one, two = np.sort(np.asarray(first, np.float64)), np.asarray(second, np.float64)
    order = np.argsort(two, kind="stable")
    mass = np.ones(len(two)) if weights is None else np.asarray(weights, np.float64)
    below = np.concatenate([[0.0], np.cumsum(mass[order])]) / mass.sum()
    points = np.concatenate([one, two])
    ahead = np.searchsorted(one, points, side="right") / len(one)
    return float(np.abs(ahead - below[np.searchsorted(two[order], points, side="right")]).max())


def ks_test(distance: float, first: float, second: float) -> float:
    """Return the p-value of a distance between two lots of so many samples, by its limit (Kolmogorov 1933).

    Parameters
    ----------
    distance : float
        From `ks_distance`.
    first, second : float
        Samples, or how many the lots are worth.

    Returns
    -------
    float
        0..1; too large, if anything, where few samples or equal numbers are compared.

    Examples
    --------
    >>> round(ks_test(0.1358, 200, 200), 3)
    0.05
    """
    reach = sqrt(first * second / (first + second)) * distance if min(first, second) > 0 else 0.0
    if reach < 0.3:  # the series does not converge there, and the tail is 1 to five digits
        return 1.0
    steps = np.arange(1, 101)
    tail = 2 * float(((-1.0) ** (steps - 1) * np.exp(-2 * (steps * reach) ** 2)).sum())
    return min(max(tail, 0.0), 1.0)


def _choose(count: int, some: int) -> float:
    return lgamma(count + 1) - lgamma(some + 1) - lgamma(count - some + 1) if 0 <= some <= count else -inf


def _joined(counts: Floats, smaller: float) -> Floats:
    """Join the rarest categories, [2, K], until each has enough in the smaller lot by chance, or two are left."""
    order = np.argsort(-counts.sum(axis=0), kind="stable")
    columns = [column for column in counts.T[order] if column.sum() > 0]
    while len(columns) > 2 and columns[-1].sum() * smaller < EXPECTED:
        rarest = columns.pop()
        columns[-1] = columns[-1] + rarest
        columns.sort(key=lambda column: -column.sum())
    return np.array(columns).T
