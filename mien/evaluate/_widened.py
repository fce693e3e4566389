"""Intervals of cross-validation: its rounds learn from each other's pictures, so their mistakes go together."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from mien.evaluate._checks import Integers
from mien.evaluate._figures import wilson
from mien.evaluate._scores import Averages, ClassScores, Estimate, Scores

if TYPE_CHECKING:
    from mien.evaluate._paired import Difference

Interval = TypeVar("Interval", Estimate, "Difference")
Part = TypeVar("Part", Averages, ClassScores)


def widened(scores: Scores, rounds: int) -> Scores:
    """Widen every interval as Nadeau & Bengio (2003) correct a variance over rounds.

    Of K rounds each measures 1/K and learns from the rest: the variance 1/K becomes 1/K + 1/(K - 1), the half of an
    interval 1.5 times as wide for five rounds.
    """
    if rounds < 2:
        return scores
    factor = stretch(rounds)
    return dataclasses.replace(
        scores,
        accuracy=wider(scores.accuracy, factor),
        balanced_accuracy=wider(scores.balanced_accuracy, factor),
        classes=tuple(_parts(row, factor) for row in scores.classes),
        macro=_parts(scores.macro, factor),
        weighted=_parts(scores.weighted, factor),
    )


def share_of(right: NDArray[np.bool_], witnesses: Integers, factor: float) -> Estimate:
    """Put Wilson's interval over the witnesses around the share of what is true, wider over rounds."""
    return wider(wilson(float(right.mean()), len(np.unique(witnesses))), factor)


def stretch(rounds: int) -> float:
    """Return by how much the half of an interval grows over rounds of cross-validation.

    >>> stretch(5)
    1.5
    """
    return float(np.sqrt(1 + rounds / (rounds - 1))) if rounds > 1 else 1.0


def wider(found: Interval, factor: float, least: float = 0.0) -> Interval:
    """Stretch an interval."""
    if factor == 1:
        return found
    low, high = (found.value + factor * (end - found.value) for end in (found.low, found.high))
    return dataclasses.replace(found, low=max(low, least), high=min(high, 1.0))


def _parts(row: Part, factor: float) -> Part:
    precision, recall, f1 = (wider(one, factor) for one in (row.precision, row.recall, row.f1))
    return dataclasses.replace(row, precision=precision, recall=recall, f1=f1)
