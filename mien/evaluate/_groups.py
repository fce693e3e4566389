"""Does it work as well for everyone? Accuracy by person, skin tone, glasses, light: whatever rides along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mien.evaluate._checks import Clusters, Integers, names_of, pair
from mien.evaluate._figures import of_answers
from mien.evaluate._grouping import grouping
from mien.evaluate._resample import witnesses_of
from mien.evaluate._scores import Estimate
from mien.evaluate._widened import share_of, stretch, wider

FEWEST = 5  # units: a group of fewer is shown and not compared


@dataclass(frozen=True)
class GroupScore:
    """How good answers are in one group.

    Parameters
    ----------
    column : str
        What the groups differ in, such as ``glasses``.
    value : str
        Which group; a range of numbers reads ``0.25 to 0.5``.
    n : int
        Samples in it.
    accuracy : float
        Share of right answers, 0..1.
    low, high : float
        Its 95 % score interval (Wilson 1927), 0..1, over the clusters in it: honest in small groups, where resampling
        is not.
    units : int
        Clusters in it; `n` where every sample stands alone.
    balanced : Estimate or None
        Mean recall of the classes; None where a class that is measured at all has fewer than 5 clusters in the group.
    """

    column: str
    value: str
    n: int
    accuracy: float
    low: float
    high: float
    units: int = 0
    balanced: Estimate | None = None


def by_group(
    truth: ArrayLike,
    probabilities: ArrayLike,
    labels: Sequence[str],
    groups: Mapping[str, Sequence[Any]],
    *,
    clusters: Clusters = None,
    rounds: int = 0,
    order: Mapping[str, Sequence[str]] | None = None,
) -> tuple[GroupScore, ...]:
    """Measure accuracy and balanced accuracy within each group.

    Parameters
    ----------
    truth : int [N]
        Class numbers, 0..classes-1.
    probabilities : float [N, classes]
        0..1; each row sums to 1 within 0.001.
    labels : sequence of str
        The classes' names.
    groups : mapping of str to sequence of N values
        Column to each sample's value. None, NaN and empty text are ``unknown``; a column of more than 12 different
        numbers is cut into four ranges that hold about equally many samples.
    clusters : sequence of N values, optional
        As for `score`: samples with the same value count as one witness.
    rounds : int
        Of cross-validation: intervals are then wider (Nadeau & Bengio 2003).
    order : mapping of str to sequence of str, optional
        Column to the order of its groups' names, where the alphabet is not theirs.

    Returns
    -------
    tuple of GroupScore
        Column by column in the order given, values sorted, ``unknown`` last.

    Raises
    ------
    SettingError
        If shapes or ranges do not fit.

    Examples
    --------
    >>> found = by_group([0, 1], [[0.9, 0.1], [0.8, 0.2]], ("happy", "sad"), {"glasses": [True, False]})
    >>> [(row.value, row.accuracy) for row in found]
    [('no', 0.0), ('yes', 1.0)]
    """
    whole, rows = pair(truth, probabilities)
    names = names_of(labels, rows.shape[1])
    asked = _Answers(whole, rows.argmax(axis=1), witnesses_of(clusters, len(whole)), names)
    found = []
    for column, values in groups.items():
        named, codes = grouping(column, list(values), len(whole), (order or {}).get(column, ()))
        found += [_row(column, name, asked.of(codes == code), stretch(rounds)) for code, name in enumerate(named)]
    return tuple(found)


@dataclass(frozen=True)
class _Answers:
    truth: Integers
    answers: Integers
    units: Integers
    labels: tuple[str, ...]
    measured: int = 0  # classes that occur at all

    def __post_init__(self) -> None:
        if not self.measured:
            object.__setattr__(self, "measured", len(np.unique(self.truth)))

    def of(self, chosen: Any) -> _Answers:  # noqa: ANN401 - bool [N]
        parts = (self.truth[chosen], self.answers[chosen], self.units[chosen])
        return _Answers(*parts, self.labels, self.measured)


def _row(column: str, name: str, held: _Answers, factor: float) -> GroupScore:
    right, units = held.answers == held.truth, len(np.unique(held.units))
    share = share_of(right, held.units, factor)
    return GroupScore(column, name, len(right), share.value, share.low, share.high, units, _balanced(held, factor))


def _balanced(held: _Answers, factor: float) -> Estimate | None:
    present = np.unique(held.truth)
    if len(present) < held.measured or min(len(np.unique(held.units[held.truth == one])) for one in present) < FEWEST:
        return None
    found = of_answers(held.truth, held.answers, held.labels, clusters=held.units)
    return wider(found.balanced_accuracy, factor)
