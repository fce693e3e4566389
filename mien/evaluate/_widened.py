"""Intervals of cross-validation: its rounds learn from each other's pictures, so their mistakes go together."""

from __future__ import annotations

import dataclasses
from typing import TypeVar

import numpy as np

from mien.evaluate._scores import Averages, ClassScores, Estimate, Scores

Part = TypeVar("Part", Averages, ClassScores)


def widened(scores: Scores, rounds: int) -> Scores:
    """Widen every interval as Nadeau & Bengio (2003) correct a variance over rounds.

    Of K rounds each measures 1/K and learns from the rest: the variance 1/K becomes 1/K + 1/(K - 1), the half of an
    interval 1.5 times as wide for five rounds.

    Parameters
    ----------
    scores : Scores
        Over all rounds together.
    rounds : int
        How many; below 2 nothing changes.

    Returns
    -------
    Scores
        The same figures.
    """
    if rounds < 2:
        return scores
    factor = float(np.sqrt(1 + rounds / (rounds - 1)))
    return dataclasses.replace(
        scores,
        accuracy=_wider(scores.accuracy, factor),
        balanced_accuracy=_wider(scores.balanced_accuracy, factor),
        classes=tuple(_parts(row, factor) for row in scores.classes),
        macro=_parts(scores.macro, factor),
        weighted=_parts(scores.weighted, factor),
    )


def _parts(row: Part, factor: float) -> Part:
    precision, recall, f1 = (_wider(one, factor) for one in (row.precision, row.recall, row.f1))
    return dataclasses.replace(row, precision=precision, recall=recall, f1=f1)


def _wider(found: Estimate, factor: float) -> Estimate:
    low, high = (found.value + factor * (end - found.value) for end in (found.low, found.high))
    return Estimate(found.value, max(low, 0.0), min(high, 1.0))
