"""Is one recipe better than another, or was its seed? Several models of each, all on the same samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mien.core.errors import SettingError
from mien.evaluate._checks import Clusters, Floats, Integers, truth_of
from mien.evaluate._paired import Difference, rights
from mien.evaluate._resample import draws, units_of
from mien.evaluate._student import quantile, tail
from mien.evaluate._widened import stretch


@dataclass(frozen=True)
class Spread:
    """How good the models of one recipe are: mean accuracy, 0..1, and its standard deviation over so many seeds."""

    mean: float
    deviation: float
    seeds: int


@dataclass(frozen=True)
class PairedSeeds:
    """Two recipes, several seeds of each, on the same samples.

    Parameters
    ----------
    first, second : Spread
        Of each recipe.
    accuracy : Difference
        Of one model's accuracy, on average over seeds: the first recipe's less the second's.
    p : float
        How often two equally good recipes would differ so much or more, with other samples and other seeds.
    """

    first: Spread
    second: Spread
    accuracy: Difference
    p: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def paired_seeds(
    truth: ArrayLike,
    first: Sequence[ArrayLike],
    second: Sequence[ArrayLike],
    *,
    clusters: Clusters = None,
    seed: int = 0,
    rounds: int = 0,
) -> PairedSeeds:
    """Compare two recipes by the answers of several models of each to the same samples.

    2,000 resamples at two levels: samples (or whole clusters) drawn again for all models alike, and seeds drawn again
    for each recipe, one fewer than there are, which makes up for how few they are (Rao & Wu 1988, "Resampling
    Inference with Complex Survey Data"). Interval and p-value are those of Student's t with the resamples' standard
    error and Welch and Satterthwaite's degrees of freedom, as three seeds know little of their own spread.

    Parameters
    ----------
    truth : int [N]
        Class numbers, 0 and up.
    first, second : sequence of int [N]
        Answers of each recipe's models, one array a seed, at least two.
    clusters : sequence of N values, optional
        As for `paired`.
    seed : int
        Of the resamples.
    rounds : int
        Of cross-validation: the samples' part of the variance is then larger, as for `paired`.

    Returns
    -------
    PairedSeeds
        Means, spreads and the difference.

    Raises
    ------
    SettingError
        If a recipe has one seed only, or shapes or numbers do not fit.
    """
    fewest = min(len(first), len(second))
    if fewest < 2:
        raise SettingError(f"Wrong number of seeds: {fewest}", expected="two or more of each recipe")
    whole = truth_of(truth, np.iinfo(np.int64).max)
    ones, twos = rights(whole, *first), rights(whole, *second)
    units = units_of(clusters, len(whole))
    here, there = _patterns(ones, twos, units), _patterns(twos, ones, units)
    if (len(twos), *map(bytes, there)) < (len(ones), *map(bytes, here)):  # so that swapping turns the signs exactly
        found = _compare(*there, len(twos), seed, rounds)
        return PairedSeeds(found.second, found.first, -found.accuracy, found.p)
    return _compare(*here, len(ones), seed, rounds)


def _patterns(ones: Integers, twos: Integers, units: Integers | None) -> tuple[Integers, Integers]:
    """Count right answers within each unit, and how many units are alike.

    Returns int64 [patterns, models + 1], of which the last column counts the unit's samples, and int64 [patterns].
    """
    right = np.concatenate([ones, twos, np.ones_like(ones[:1])]).T
    if units is not None:
        table = np.zeros((int(units.max()) + 1, right.shape[1]), dtype=np.int64)
        np.add.at(table, units, right)
        right = table
    rows, many = np.unique(right, axis=0, return_counts=True)
    return np.ascontiguousarray(rows), many


def _compare(rows: Integers, many: Integers, cut: int, seed: int, rounds: int) -> PairedSeeds:
    drawn = np.concatenate(list(draws(rows, many, seed)))  # [resamples, models + 1]
    sides = slice(0, cut), slice(cut, rows.shape[1] - 1)
    spreads, luck = zip(*(_alone(rows[:, side], rows[:, -1], many) for side in sides), strict=True)
    shares, choose = drawn[:, :-1] / drawn[:, -1:], np.random.default_rng([seed, 1])
    first, second = (_mean(shares[:, side], choose) for side in sides)
    pictures = float((shares[:, sides[0]].mean(axis=1) - shares[:, sides[1]].mean(axis=1)).var())
    # Drawing at both levels counts the luck of one model with one sample three times instead of once (Owen 2007, "The
    # pigeonhole bootstrap"). In 300 simulated pairs of equal recipes, 200 samples and 5 seeds each, 2 were then told
    # apart; without the surplus 20 of 600.
    variance = max(float((first - second).var()) - 2 * sum(luck), pictures)
    shared = (stretch(rounds) ** 2 - 1) * pictures  # what the rounds learn from each other's samples
    seeds = [(one.deviation**2 / one.seeds, one.seeds - 1) for one in spreads]
    freedom = _freedom([(pictures, int(many.sum()) - 1), *seeds])
    difference, p = _student(spreads[0].mean - spreads[1].mean, float(np.sqrt(variance + shared)), freedom)
    return PairedSeeds(spreads[0], spreads[1], difference, p)


def _alone(hits: Integers, sizes: Integers, many: Integers) -> tuple[Spread, float]:
    """Return one recipe's spread, and the variance of its mean that is luck of one model with one unit.

    `hits` is int64 [patterns, seeds], right answers of a unit; `sizes` int64 [patterns], its samples.
    """
    samples = many @ sizes
    shares = (many @ hits) / samples
    luck = many @ (hits - sizes[:, None] * shares).var(axis=1, ddof=1) / samples**2 / len(shares)
    return Spread(float(shares.mean()), float(shares.std(ddof=1)), len(shares)), float(luck)


def _mean(shares: Floats, choose: np.random.Generator) -> Floats:
    """Average each row ``[resamples, seeds]`` over seeds drawn with replacement, one fewer than there are."""
    seeds = shares.shape[1]
    weights = choose.multinomial(seeds - 1, np.full(seeds, 1 / seeds), size=len(shares))
    mean: Floats = (shares * weights).sum(axis=1) / (seeds - 1)
    return mean


def _freedom(parts: Sequence[tuple[float, int]]) -> float:
    below = sum(part**2 / freedom for part, freedom in parts if freedom)
    return max(sum(part for part, _ in parts) ** 2 / below, 1.0) if below else 1.0


def _student(value: float, error: float, freedom: float) -> tuple[Difference, float]:
    if error < 1e-12:  # all the same: nothing can be told
        return Difference(value, min(value, 0.0), max(value, 0.0)), 1.0
    half = quantile(freedom) * error
    low, high = max(value - half, -1.0), min(value + half, 1.0)
    return Difference(value, low, high), min(2 * tail(abs(value) / error, freedom), 1.0)
