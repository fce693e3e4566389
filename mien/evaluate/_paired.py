"""Is one model better than another, or was it luck? Both answered the same samples, so the samples decide."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import ceil, isclose
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mien.core.errors import SettingError
from mien.evaluate._checks import Clusters, Floats, Integers, truth_of
from mien.evaluate._figures import wilson
from mien.evaluate._resample import bounds, draws, tally, units_of
from mien.evaluate._student import NORMAL
from mien.evaluate._swap import mcnemar, swap_test
from mien.evaluate._widened import stretch, wider

POWER = 0.8  # a difference counts as tellable where four tests of five would tell it
LEVEL = 0.05
CASES = 4  # both wrong, only the second right, only the first right, both right


@dataclass(frozen=True)
class Difference:
    """How much larger one share is than another, and how far chance alone may have moved that.

    Parameters
    ----------
    value : float
        The first less the second, -1..1.
    low, high : float
        The 95 % interval, -1..1.
    """

    value: float
    low: float
    high: float

    @property
    def one_sided(self) -> bool:
        """True when the interval leaves zero out."""
        return self.low > 0 or self.high < 0

    def __neg__(self) -> Difference:
        """Return the difference the other way round."""
        return Difference(0.0 - self.value, 0.0 - self.high, 0.0 - self.low)  # 0.0 -, so that none becomes -0.0


@dataclass(frozen=True)
class Paired:
    """Two models on the same samples.

    Parameters
    ----------
    n : int
        Samples.
    units : int
        What was drawn again and swapped: samples, or clusters of them.
    both, only_first, only_second, neither : int
        Samples that both, one or none of them answered right.
    accuracy, balanced_accuracy : Difference
        The first's less the second's.
    error : float
        Standard error of the difference in accuracy.
    mcnemar : float
        Exact p-value of McNemar's test (1947), which Dietterich (1998, "Approximate Statistical Tests for Comparing
        Supervised Classification Learning Algorithms") recommends: how often two equally good models would differ so
        much or more. It takes samples as independent.
    p : float
        The same with whole clusters swapped; without clusters equal to `mcnemar`.
    """

    n: int
    units: int
    both: int
    only_first: int
    only_second: int
    neither: int
    accuracy: Difference
    balanced_accuracy: Difference
    error: float
    mcnemar: float
    p: float

    def needed(self, level: float = LEVEL) -> int | None:
        """Estimate how many samples would tell a difference of this size.

        Parameters
        ----------
        level : float
            Chance of calling equal models different, 0..1; divide it by the number of comparisons.

        Returns
        -------
        int or None
            Samples of the same kind with which four tests of five would tell it, if it is as large as measured
            (normal approximation; for single samples Connor 1987, "Sample size for testing differences in proportions
            for the paired-sample design", without its correction). None where both are right equally often.
        """
        if not self.accuracy.value or not self.error:
            return None
        return ceil(self.n * (_reach(level) * self.error / self.accuracy.value) ** 2)

    def tellable(self, level: float = LEVEL) -> float:
        """Estimate the smallest difference that these samples would tell.

        Parameters
        ----------
        level : float
            As for `needed`.

        Returns
        -------
        float
            A difference in accuracy, 0..1, that four tests of five would tell.
        """
        return min(_reach(level) * self.error, 1.0)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def paired(
    truth: ArrayLike, first: ArrayLike, second: ArrayLike, *, clusters: Clusters = None, seed: int = 0, rounds: int = 0
) -> Paired:
    """Compare the answers of two models to the same samples.

    Intervals are 95 % percentile intervals of 2,000 bootstrap resamples of samples, or of whole clusters, a little
    expanded where there are few (Hesterberg 2015). Swapping the two turns every sign and changes nothing else; the
    order of the samples does not matter.

    Parameters
    ----------
    truth : int [N]
        Class numbers, 0 and up.
    first, second : int [N]
        Class numbers that each model answered.
    clusters : sequence of N values, optional
        Samples with the same value, such as one person's, are no independent witnesses: they are drawn and swapped
        together. None stands alone.
    seed : int
        Of the resamples.
    rounds : int
        Of cross-validation, in which the answers were given: intervals, error and p-values are then as much wider as
        those of one model (Nadeau & Bengio 2003).

    Returns
    -------
    Paired
        Counts, differences with their intervals, and p-values.

    Raises
    ------
    SettingError
        If shapes or numbers do not fit.

    Examples
    --------
    >>> found = paired([0] * 20, [0] * 18 + [1] * 2, [0] * 8 + [1] * 12)
    >>> found.only_first, found.only_second, found.accuracy.value, round(found.mcnemar, 6)
    (10, 0, 0.5, 0.001953)
    """
    whole = truth_of(truth, np.iinfo(np.int64).max)
    ones, twos = (rights(whole, answers)[0] for answers in (first, second))
    units = units_of(clusters, len(whole))
    classes = np.unique(whole, return_inverse=True)[1]
    codes, kinds = classes * CASES + 2 * ones + twos, CASES * (int(classes.max()) + 1)
    turned = classes * CASES + 2 * twos + ones
    here, there = tally(units, codes, kinds), tally(units, turned, kinds)
    # One of the two directions is drawn, whichever was asked for, so that swapping turns the signs exactly.
    back = _key(there) < _key(here)
    accuracy, balanced, error = _spread(*(there if back else here), seed)
    if back:
        accuracy, balanced = -accuracy, -balanced
    counts = [int(count) for count in np.bincount(2 * ones + twos, minlength=CASES)]
    differences = (ones - twos) if units is None else np.bincount(units, weights=ones - twos).astype(np.int64)
    return Paired(
        n=len(whole),
        units=len(whole) if units is None else int(units.max()) + 1,
        both=counts[3],
        only_first=counts[2],
        only_second=counts[1],
        neither=counts[0],
        accuracy=wider(accuracy, stretch(rounds), -1.0),
        balanced_accuracy=wider(balanced, stretch(rounds), -1.0),
        error=error * stretch(rounds),
        mcnemar=_weaker(mcnemar(counts[2], counts[1]), rounds),
        p=_weaker(swap_test(differences), rounds),
    )


def _weaker(p: float, rounds: int) -> float:
    """Return the p-value of a difference that lies as many wider errors from nought."""
    return p if rounds < 2 or not 0 < p < 1 else 2 * NORMAL.cdf(NORMAL.inv_cdf(p / 2) / stretch(rounds))


def rights(truth: Integers, *answers: ArrayLike) -> Integers:
    """Say which answers are right.

    `truth` int64 [N]; `*answers` int [N]; returns int64 [models, N], 1 where it is right.
    """
    checked = [truth_of(one, np.iinfo(np.int64).max, "answers") for one in answers]
    for one in checked:
        if len(one) != len(truth):
            raise SettingError(f"Wrong number of answers: {len(one)}", expected=f"one a label, {len(truth)}")
    return np.array([one == truth for one in checked], dtype=np.int64)


def _key(found: tuple[Integers, Integers]) -> tuple[bytes, bytes]:
    return found[0].tobytes(), found[1].tobytes()


def _spread(rows: Integers, many: Integers, seed: int) -> tuple[Difference, Difference, float]:
    """Return the differences in accuracy and balanced accuracy, and the standard error of the first."""
    value, many_values = _differences((many @ rows)[None]), []
    for drawn in draws(rows, many, seed):
        many_values.append(_differences(drawn))
    spread, units = np.concatenate(many_values), int(many.sum())
    accuracy, balanced = (_interval(float(value[0, i]), spread[:, i], units) for i in range(2))
    return accuracy, balanced, float(spread[:, 0].std())


def _differences(counts: Integers) -> Floats:
    """Turn counts ``[..., classes * 4]`` into differences of accuracy and balanced accuracy ``[..., 2]``."""
    each = counts.reshape(*counts.shape[:-1], -1, CASES)  # [..., classes, cases]
    ahead, support = each[..., 2] - each[..., 1], each.sum(axis=-1)
    recall = np.divide(ahead, support, out=np.zeros(ahead.shape), where=support > 0)
    balanced = recall.sum(axis=-1) / (support > 0).sum(axis=-1)
    return np.stack([ahead.sum(axis=-1) / support.sum(axis=-1), balanced], axis=-1)


def _interval(value: float, spread: Floats, units: int) -> Difference:
    if units == 1:  # one person tells nothing of others
        return Difference(value, -1.0, 1.0)
    low, high = np.clip(bounds(np.asarray(value), spread, units), -1.0, 1.0)
    if isclose(low, high):  # every resample agrees, which is no proof
        return _agreed(value, units)
    return Difference(value, min(float(low), value), max(float(high), value))


def _agreed(value: float, units: int) -> Difference:
    if isclose(value, 0.0, abs_tol=1e-12):
        most = wilson(0.0, units).high
        return Difference(0.0, -most, most)
    least = 2 * wilson(1.0, units).low - 1  # all the others might speak for the other model
    low, high = sorted([np.sign(value) * least, np.sign(value)])
    return Difference(value, min(float(low), value), max(float(high), value))


def _reach(level: float) -> float:
    return NORMAL.inv_cdf(POWER) - NORMAL.inv_cdf(level / 2)
