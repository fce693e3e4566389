"""From what a model says of clean and of corrupted samples to how much of its accuracy it keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from mien.core.errors import SettingError
from mien.evaluate._basis import Basis
from mien.evaluate._checks import Clusters, Floats, Integers, names_of, pair
from mien.evaluate._figures import estimates, interval, share, wilson
from mien.evaluate._resample import bounds, draws, units_of
from mien.evaluate._robustness import Corrupted, Robustness
from mien.evaluate._scores import Estimate
from mien.kinds import STRENGTHS

if TYPE_CHECKING:
    from mien.kinds import Corruption


def robustness(
    truth: ArrayLike,
    clean: ArrayLike,
    corrupted: Mapping[Corruption, Sequence[ArrayLike]],
    labels: Sequence[str],
    *,
    seed: int = 0,
    clusters: Clusters = None,
    basis: Basis | None = None,
) -> Robustness:
    """Measure how much of its accuracy a model keeps under corruptions.

    Intervals are drawn over units, and over the same units clean and corrupted, 2,000 times: what is kept is a ratio of
    two figures of the same samples, which go up and down together.

    Parameters
    ----------
    truth : int [N]
        Class numbers, 0..classes-1, N at least 1.
    clean : float [N, classes]
        Probabilities of the samples as they are.
    corrupted : mapping of Corruption to five float [N, classes]
        Of the same samples, one array a strength, the weakest first.
    labels : sequence of str
        The classes' names.
    seed : int
        Of the resamples.
    clusters : sequence of N values, optional
        As for `score`.
    basis : Basis, optional
        What the samples are.

    Returns
    -------
    Robustness
        Accuracy by corruption and strength, and what is kept on average.

    Raises
    ------
    SettingError
        If shapes, ranges or numbers do not fit, or there is no corruption.

    Examples
    --------
    >>> from mien import kinds
    >>> fog = kinds.Corruption("fog", "weather", "Fog.", lambda row, strength, random: row)
    >>> sure, wrong = [[0.9, 0.1], [0.1, 0.9]], [[0.9, 0.1], [0.9, 0.1]]
    >>> found = robustness([0, 1], sure, {fog: [sure, sure, wrong, wrong, wrong]}, ("happy", "sad"))
    >>> found.clean.value, round(found.kept.value, 2)
    (1.0, 0.7)
    """
    numbers, rows = pair(truth, clean)
    names = names_of(labels, rows.shape[1])
    right = np.stack([rows.argmax(axis=1) == numbers, *_right(numbers, corrupted)])
    units = units_of(clusters, len(numbers))
    alone = units is None
    table = _by_unit(right, numbers, np.arange(len(numbers)) if units is None else units, len(names))
    value = figures(table.sum(axis=0))
    spread = _spread(table, seed)
    many, support = len(table), np.bincount(numbers, minlength=len(names))
    accuracy, balanced = (
        estimates(one, interval(one, block, None if alone else many), np.array(many))
        for one, block in zip(value, spread, strict=True)
    )
    kept = _Kept(_kept(value[0]), _kept(spread[0]), many)
    apart = np.array([one.further for one in corrupted])
    main = apart if apart.all() else ~apart
    return Robustness(
        n=len(numbers),
        units=many,
        basis=basis or Basis(),
        clean=accuracy[0],
        clean_balanced=balanced[0],
        commonest=(names[int(support.argmax())], float(support.max() / len(numbers))),
        corruptions=_each(corrupted, accuracy[1:], balanced[1:], kept),
        kept=kept.mean(main),
        kept_further=None if (main == apart).all() or not apart.any() else kept.mean(apart),
    )


class _Kept(NamedTuple):
    """What is kept under each corruption, float64 [corruptions], in each resample too, and over how many units."""

    value: Floats
    spread: Floats  # [resamples, corruptions]
    units: int

    def mean(self, chosen: np.ndarray) -> Estimate:
        """Average over some corruptions."""
        value, spread = float(self.value[chosen].mean()), self.spread[:, chosen].mean(axis=1)
        if self.units == 1:  # one person tells nothing of others
            return Estimate(value, 0.0, max(value, 1.0))
        low, high = bounds(np.array(value), spread, self.units)
        if np.isclose(low, high) and value in (0.0, 1.0):  # that all agree proves little where there are few
            return wilson(value, self.units)
        return Estimate(value, max(min(float(low), value), 0.0), max(float(high), value))


def _each(
    corrupted: Iterable[Corruption], accuracy: list[Estimate], balanced: list[Estimate], kept: _Kept
) -> tuple[Corrupted, ...]:
    found, strengths = [], len(STRENGTHS)
    for place, one in enumerate(corrupted):
        cells = slice(place * strengths, (place + 1) * strengths)
        shares = tuple(accuracy[cells]), tuple(balanced[cells])
        alone = np.arange(len(kept.value)) == place
        found.append(Corrupted(one.name, one.group, one.about, one.further, *shares, kept.mean(alone)))
    return tuple(found)


def _right(truth: Integers, corrupted: Mapping[Corruption, Sequence[ArrayLike]]) -> list[np.ndarray]:
    if not corrupted:
        raise SettingError("No corruption came", expected="at least one", todo="See Kind.corruptions")
    found = []
    for corruption, strengths in corrupted.items():
        if len(strengths) != len(STRENGTHS):
            raise SettingError(f"'{corruption.title}' came in {len(strengths)} strengths", expected="5")
        for probabilities in strengths:
            _, rows = pair(truth, probabilities)
            found.append(rows.argmax(axis=1) == truth)
    return found


def _by_unit(right: np.ndarray, truth: Integers, units: Integers, classes: int) -> Floats:
    """Count right answers of each unit by cell and class, and in the last cell all: [U, cells + 1, C]."""
    codes, count = units * classes + truth, int(units.max()) + 1
    cells = [np.bincount(codes, one, count * classes).reshape(count, classes) for one in (*right, np.ones(len(truth)))]
    return np.stack(cells, axis=1)


def figures(table: Floats) -> tuple[Floats, Floats]:
    """Compute accuracy and balanced accuracy, float64 [..., cells], of what `_by_unit` counts, [..., cells + 1, C]."""
    hits, support = table[..., :-1, :], table[..., -1:, :]
    recalls = share(hits, support).sum(axis=-1)
    return share(hits.sum(axis=-1), support.sum(axis=-1)), share(recalls, (support > 0).sum(axis=-1))


def _spread(table: Floats, seed: int) -> list[Floats]:
    """Compute both figures of each resample of the units: two arrays [resamples, cells]."""
    flat = table.reshape(len(table), -1)
    parts = [
        figures(block.reshape(len(block), *table.shape[1:]))
        for block in draws(flat, np.ones(len(table), np.int64), seed, width=flat.shape[1])
    ]
    return [np.concatenate(columns) for columns in zip(*parts, strict=True)]


def _kept(accuracy: Floats) -> Floats:
    """Divide the mean over strengths by the first cell, which is clean: [..., 1 + 5 n], [..., n]."""
    means = accuracy[..., 1:].reshape(*accuracy.shape[:-1], -1, len(STRENGTHS)).mean(axis=-1)
    found: Floats = np.round(share(means, accuracy[..., :1]), 12)  # all that is kept is 1, and not almost
    return found
