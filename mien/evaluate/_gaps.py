"""Tell a group that is served worse from chance, and say how large a gap could have been seen at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mien.evaluate._checks import Clusters, Floats, Integers, names_of, pair
from mien.evaluate._figures import wilson
from mien.evaluate._gap import Between, Gap
from mien.evaluate._grouping import UNKNOWN, grouping
from mien.evaluate._groups import FEWEST
from mien.evaluate._paired import LEVEL, POWER, Difference
from mien.evaluate._resample import witnesses_of
from mien.evaluate._shuffled import movable, shuffled
from mien.evaluate._student import NORMAL, quantile
from mien.evaluate._swap import holm
from mien.evaluate._widened import stretch, wider

_EQUAL = 1e-9  # figures closer than this are equal
_Flags = NDArray[np.bool_]


def gaps(
    truth: ArrayLike,
    probabilities: ArrayLike,
    labels: Sequence[str],
    groups: Mapping[str, Sequence[Any]],
    *,
    clusters: Clusters = None,
    rounds: int = 0,
    order: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Gap, ...]:
    """Find for each column the clearest gap between two of its groups, and say what could not have been seen.

    Pairs of groups are compared in units of the gaps that chance makes between them, so that a group of few samples,
    whose figure is far off by chance, does not hide what two large groups show. Samples that are ``unknown`` are left
    out, and so are groups of fewer than 5 clusters. The least detectable gap is about (c + 0.84) s: s is the standard
    deviation of the shuffled gaps, c what the clearest of them exceeds with a chance of 5 % / columns.

    Parameters
    ----------
    truth, probabilities, labels, groups, clusters, rounds, order
        As for `by_group`. With rounds, gaps count for less, as much as intervals are wider.

    Returns
    -------
    tuple of Gap
        One for each column in which two groups can be compared, in the order given.

    Raises
    ------
    SettingError
        If shapes or ranges do not fit.

    Examples
    --------
    >>> truth = [0] * 80
    >>> probabilities = [[0.9, 0.1]] * 60 + [[0.1, 0.9]] * 20
    >>> (found,) = gaps(truth, probabilities, ("happy", "sad"), {"glasses": [False] * 40 + [True] * 40})
    >>> found.accuracy.best, found.accuracy.worst, found.accuracy.gap.value, found.accuracy.beyond_chance
    ('no', 'yes', 0.5, True)
    """
    whole, rows = pair(truth, probabilities)
    names = names_of(labels, rows.shape[1])
    looked = _Looked(whole, rows.argmax(axis=1) == whole, witnesses_of(clusters, len(whole)))
    columns = []
    for column, values in groups.items():
        named, codes = grouping(column, list(values), len(whole), (order or {}).get(column, ()))
        kept = _comparable(named, codes, looked.units)
        if len(kept.names) > 1:
            columns.append((column, kept))
    level, factor = LEVEL / max(len(columns), 1), stretch(rounds)
    found = [_gap(column, kept, looked, (level, factor, len(columns))) for column, kept in columns]
    return tuple(
        _corrected(
            [_with_recall(gap, kept, looked, names, factor) for gap, (_, kept) in zip(found, columns, strict=True)]
        )
    )


class _Looked(NamedTuple):
    truth: Integers
    right: _Flags
    units: Integers


class _Kept(NamedTuple):
    """The groups that are compared: their names, the rows in them, and each such row's group."""

    names: tuple[str, ...]
    rows: Integers
    codes: Integers
    small: tuple[str, ...]


def _comparable(named: tuple[str, ...], codes: Integers, units: Integers) -> _Kept:
    sizes = [len(np.unique(units[codes == code])) for code in range(len(named))]
    large = [code for code, size in enumerate(sizes) if size >= FEWEST and named[code] != UNKNOWN]
    small = tuple(name for name, size in zip(named, sizes, strict=True) if size < FEWEST and name != UNKNOWN)
    rows = np.flatnonzero(np.isin(codes, large))
    again = np.searchsorted(large, codes[rows]) if large else codes[:0]
    return _Kept(tuple(named[code] for code in large), rows, again, small)


class _Tested(NamedTuple):
    between: Between
    pair: tuple[int, int]
    spread: Floats  # of the gaps that chance makes, each pair's, float64 [pairs]
    clearest: Floats  # of each shuffling, in units of the spread, float64 [ROUNDS]
    moved: Integers  # what changes places between the two of each pair, int64 [pairs]


def _tested(kept: _Kept, looked: _Looked, factor: float) -> _Tested:
    right, units, codes = looked.right[kept.rows], looked.units[kept.rows], kept.codes
    first, second = np.array(list(combinations(range(len(kept.names)), 2))).T
    share = np.bincount(codes, weights=right) / np.bincount(codes)
    dealt = shuffled(right, units, codes)
    by_chance = dealt[:, first] - dealt[:, second]
    spread = by_chance.std(axis=0)
    scale = np.where(spread > _EQUAL, spread, np.inf)
    clearest = (np.abs(by_chance) / scale).max(axis=1)
    clear = np.abs(share[first] - share[second]) / scale
    place = int(clear.argmax())
    best, worst = sorted((int(first[place]), int(second[place])), key=lambda code: -share[code])
    p = (1 + int((clearest >= clear[place] / factor - _EQUAL).sum())) / (1 + len(clearest))
    gap = wider(_difference(right, units, codes, (best, worst)), factor, -1.0)
    shares = float(share[best]), float(share[worst])
    between = Between(kept.names[best], kept.names[worst], *shares, gap, p, p)
    moved = movable(units, codes)
    return _Tested(between, (best, worst), spread, clearest, moved[first] + moved[second])


def _gap(column: str, kept: _Kept, looked: _Looked, how: tuple[float, float, int]) -> Gap:
    level, factor, columns = how
    tested = _tested(kept, looked, factor)
    easiest, hardest = _detectable(tested, level, factor)
    return Gap(column, tested.between, _mix(kept, looked, tested.pair), easiest, hardest, columns, small=kept.small)


def _detectable(tested: _Tested, level: float, factor: float) -> tuple[float | None, float | None]:
    """Return the least gaps that would be told, between the two groups easiest and hardest to compare."""
    top = tested.clearest.max()
    if (
        top <= _EQUAL or (tested.clearest >= top - _EQUAL).mean() > level
    ):  # the clearest of all is no news at this level
        return None, None
    cut = float(np.quantile(tested.clearest, 1 - level, method="higher"))
    least = [
        factor * _least(spread, cut, int(moved)) for spread, moved in zip(tested.spread, tested.moved, strict=True)
    ]
    return _possible(min(least)), _possible(max(least))


def _least(spread: float, cut: float, moved: int) -> float:
    """Solve gap = cut sqrt(spread^2 + gap^2 / moved) + 0.84 spread: a gap adds to the spread of what is shuffled."""
    power, rest = NORMAL.inv_cdf(POWER), 1 - cut**2 / moved
    if rest <= 0:
        return np.inf
    return float(spread * (power + np.sqrt(power**2 - rest * (power**2 - cut**2))) / rest)


def _possible(gap: float) -> float | None:
    return gap if gap < 0.995 else None


def _mix(kept: _Kept, looked: _Looked, two: tuple[int, int]) -> float:
    truth, right = looked.truth[kept.rows], looked.right[kept.rows]
    recall = np.bincount(truth, weights=right) / np.maximum(np.bincount(truth), 1)
    best, worst = (float(recall[truth[kept.codes == code]].mean()) for code in two)
    return best - worst


def _with_recall(gap: Gap, kept: _Kept, looked: _Looked, names: tuple[str, ...], factor: float) -> Gap:
    """Add the clearest gap in one class's recall; its p is that for all classes of the column."""
    found = []
    for number, label in enumerate(names):
        shown = looked.truth[kept.rows] == number
        some = _comparable(kept.names, np.where(shown, kept.codes, -1), looked.units[kept.rows])
        if len(some.names) > 1:
            found.append((_tested(some._replace(rows=kept.rows[some.rows]), looked, factor).between, label))
    if len(found) < 2:  # of one class alone, recall is accuracy
        return gap
    recall, label = min(found, key=lambda one: one[0].p)
    return replace(gap, recall=replace(recall, corrected=min(recall.p * len(found), 1.0)), label=label)


def _corrected(found: list[Gap]) -> list[Gap]:
    shares = holm([gap.accuracy.p for gap in found])
    recalls = iter(holm([gap.recall.corrected for gap in found if gap.recall]))
    return [
        replace(
            gap,
            accuracy=replace(gap.accuracy, corrected=share),
            recall=replace(gap.recall, corrected=next(recalls)) if gap.recall else None,
        )
        for gap, share in zip(found, shares, strict=True)
    ]


def _difference(right: _Flags, units: Integers, codes: Integers, two: tuple[int, int]) -> Difference:
    """Put a 95 % interval around a gap between two groups.

    Where every sample stands alone, by the two score intervals (Newcombe 1998, method 10); else from what each unit
    contributes to the gap, linearised (Liang & Zeger 1986), with Student's t.
    """
    masks = [codes == code for code in two]
    shares = [float(right[mask].mean()) for mask in masks]
    counts = [len(np.unique(units[mask])) for mask in masks]
    value = shares[0] - shares[1]
    parts = sum(
        sign * mask * (right - share) / mask.sum() for sign, mask, share in zip((1, -1), masks, shares, strict=True)
    )
    each = np.bincount(np.unique(units, return_inverse=True)[1], weights=parts)
    least = min(counts)
    half = quantile(sum(counts) - 2) * float(np.sqrt(least / (least - 1) * np.square(each).sum()))
    alone = counts == [int(mask.sum()) for mask in masks] and not set(units[masks[0]]) & set(units[masks[1]])
    if half > _EQUAL and not alone:
        return Difference(value, max(value - half, -1.0), min(value + half, 1.0))
    best, worst = (wilson(share, count) for share, count in zip(shares, counts, strict=True))
    below = np.hypot(best.value - best.low, worst.high - worst.value)
    above = np.hypot(best.high - best.value, worst.value - worst.low)
    return Difference(value, float(value - below), float(value + above))
