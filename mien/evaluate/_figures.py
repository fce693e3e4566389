"""From a confusion matrix to every figure with its interval.

Drawing N samples again with replacement is the same as drawing the cells of the confusion matrix from a multinomial
distribution, so that 2,000 resamples (Efron & Tibshirani 1993, chapter 13: the percentile interval) take
milliseconds however many samples there are. Where samples come in clusters, such as persons, those are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from mien.evaluate._checks import Clusters, Floats, Integers
from mien.evaluate._resample import bounds, draws, tally, units_of
from mien.evaluate._scores import Averages, ClassScores, Estimate, Scores

Z2 = 1.959964**2  # 95 %


def of_answers(
    truth: Integers, answers: Integers, labels: Sequence[str], *, seed: int = 0, clusters: Clusters = None
) -> Scores:
    """Score answers that carry no probabilities, which leaves out the figures that need them.

    `truth` and `answers` are class numbers, int64 [N]; samples with the same value in `clusters` are drawn together.
    """
    kinds, units = len(labels), units_of(clusters, truth.size)
    confusion = np.bincount(truth * kinds + answers, minlength=kinds**2).reshape(kinds, kinds)
    given, support = confusion.sum(axis=0), confusion.sum(axis=1)
    total = np.array(truth.size)
    witnesses = truth.size if units is None else int(units.max()) + 1
    # How many samples speak for a figure, in the order of `figures`: used only where resampling cannot tell.
    behind = [total, total, given, support, support, *[total] * 6]
    value = figures(confusion)
    spread = _spread(_drawn(truth * kinds + answers, units, confusion, seed))
    known = [
        estimates(one, interval(one, many, None if units is None else witnesses), np.minimum(base, witnesses))
        for one, many, base in zip(value, spread, behind, strict=True)
    ]
    accuracy, balanced, precision, recall, f1, *averages = known
    classes = tuple(map(ClassScores, labels, precision, recall, f1, support.tolist()))
    macro, weighted = (Averages(*(one[0] for one in part)) for part in (averages[:3], averages[3:]))
    shares = accuracy[0], balanced[0], classes, macro, weighted
    return Scores(tuple(labels), truth.size, *shares, confusion, units=witnesses)


def figures(confusion: Integers) -> tuple[Floats, ...]:
    """Compute every figure of one confusion matrix or of many.

    `confusion` int64 [..., classes, classes], rows are the truth. Returns accuracy and balanced accuracy [...],
    precision, recall and F1 [..., classes], then those three macro and weighted [...]; a share of nothing is 0.
    """
    hits = np.diagonal(confusion, axis1=-2, axis2=-1).astype(np.float64)
    support, given = confusion.sum(axis=-1), confusion.sum(axis=-2)
    total = support.sum(axis=-1)
    each = (share(hits, given), share(hits, support), share(2 * hits, support + given))
    balanced = share(each[1].sum(axis=-1), (support > 0).sum(axis=-1))
    macro = tuple(one.mean(axis=-1) for one in each)
    weighted = tuple(share((one * support).sum(axis=-1), total) for one in each)
    return (share(hits.sum(axis=-1), total), balanced, *each, *macro, *weighted)


def wilson(value: float, count: int) -> Estimate:
    """Put the 95 % score interval (Wilson 1927) around a share of independent samples; all of 0..1 for no `count`.

    >>> wilson(1.0, 10)
    Estimate(value=1.0, low=0.722..., high=1.0)
    """
    if not count:
        return Estimate(value, 0.0, 1.0)
    middle = (value + Z2 / (2 * count)) / (1 + Z2 / count)
    half = np.sqrt(Z2 * (value * (1 - value) / count + Z2 / (4 * count**2))) / (1 + Z2 / count)
    return Estimate(value, min(max(float(middle - half), 0.0), value), max(min(float(middle + half), 1.0), value))


def share(part: ArrayLike, whole: ArrayLike) -> Floats:
    """Divide; a share of nothing is 0."""
    part, whole = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    found = np.zeros(np.broadcast_shapes(part.shape, whole.shape))
    np.divide(part, whole, out=found, where=whole > 0)
    return found


def _drawn(codes: Integers, units: Integers | None, confusion: Integers, seed: int) -> Iterator[Integers]:
    """Draw confusion matrices ``[block, classes, classes]`` again; only cells that hold something are drawn."""
    cells = np.flatnonzero(confusion)
    rows, many = tally(units, np.searchsorted(cells, codes), len(cells))
    for block in draws(rows, many, seed, width=confusion.size):
        drawn = np.zeros((len(block), confusion.size), dtype=np.int64)
        drawn[:, cells] = block
        yield drawn.reshape(len(block), *confusion.shape)


def _spread(drawn: Iterator[Integers]) -> list[Floats]:
    """Compute every figure of each resample: a list of arrays [resamples, ...]."""
    parts = [figures(block) for block in drawn]
    return [np.concatenate(columns) for columns in zip(*parts, strict=True)]


def interval(value: Floats, spread: Floats, clusters: int | None) -> Floats:
    """Put a 95 % interval around shares that were resampled over so many clusters, or samples where it is None."""
    if clusters is None:
        return np.percentile(spread, [2.5, 97.5], axis=0)
    if clusters == 1:  # one person tells nothing of others
        return np.stack([np.zeros(spread.shape[1:]), np.ones(spread.shape[1:])])
    return np.clip(bounds(value, spread, clusters), 0.0, 1.0)


def estimates(value: Floats, bounds: Floats, behind: Integers) -> list[Estimate]:
    """Join values and bounds; where every resample agrees on all or nothing, say what Wilson's interval says."""
    found = []
    shape = np.atleast_1d(value).shape
    lows, highs, counts = (np.broadcast_to(array, shape) for array in (bounds[0], bounds[1], behind))
    for one, low, high, count in zip(np.atleast_1d(value), lows, highs, counts, strict=True):
        if np.isclose(low, high) and (np.isclose(one, 0) or np.isclose(one, 1)):
            found.append(wilson(float(round(one)), int(count)))
        else:
            found.append(Estimate(float(one), min(float(low), float(one)), max(float(high), float(one))))
    return found
