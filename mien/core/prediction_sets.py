"""Which classes may still be the truth: sets that hold it as often as they promise, in each class.

Split-conformal prediction (Vovk et al. 2005): a class is in the set where its probability reaches its threshold, which
comes from what the truth got on validation (`core.validation_answers`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil
from typing import TYPE_CHECKING, Any

from mien.core.errors import SettingError

if TYPE_CHECKING:
    from mien.core.types import Floats

CONFIDENCE = 0.9  # how often the truth is to be in a prediction set
LEVELS = tuple(level / 100 for level in range(50, 100))  # that can be asked for
EACH, ALL, NOTHING = "each class", "all together", "nothing"  # what a promise holds for


@dataclass(frozen=True)
class SetRule:
    """Makes the prediction set of an answer.

    Parameters
    ----------
    confidence : float
        How often the truth is to be in it, 0.5..0.99.
    thresholds : mapping of str to float, or None
        Class to the probability from which it is in the set; None where the model knows none: then the fewest classes
        whose probabilities together reach `confidence`.
    holds : str
        What the promise holds for: ``each class`` (misses in none are more than 1.25 times as frequent), ``all
        together``, or ``nothing``, where validation was too small.

    Examples
    --------
    >>> SetRule().of({"happy": 0.5, "sad": 0.05, "surprise": 0.45})
    ('happy', 'surprise')
    >>> SetRule(0.9, {"happy": 0.3, "sad": 0.04, "surprise": 0.5}).of({"happy": 0.5, "sad": 0.05, "surprise": 0.45})
    ('happy', 'sad')
    """

    confidence: float = CONFIDENCE
    thresholds: Mapping[str, float] | None = None
    holds: str = NOTHING

    def of(self, probabilities: Mapping[str, float]) -> tuple[str, ...]:
        """Name the classes, the most probable first, which is always among them; `probabilities` sum to 1."""
        ranked = sorted(probabilities, key=lambda label: -probabilities[label])
        if self.thresholds is not None:
            rest = [label for label in ranked[1:] if probabilities[label] >= self.thresholds[label]]
            return (ranked[0], *rest)
        sums = accumulate(probabilities[label] for label in ranked)
        return tuple(ranked[: sum(total < self.confidence for total in sums) + 1])

    def members(self, labels: Sequence[str], rows: Floats) -> Any:  # noqa: ANN401 - a mask
        """Say the same of many answers, float [N, classes] in the order of `labels`: bool [N, classes]."""
        import numpy as np

        if self.thresholds is not None:
            inside = rows >= np.array([self.thresholds[label] for label in labels])
            inside[np.arange(len(rows)), rows.argmax(axis=1)] = True
            return inside
        order = np.argsort(-rows, axis=1, kind="stable")
        before = np.cumsum(np.take_along_axis(rows, order, axis=1), axis=1)[:, :-1] < self.confidence
        inside = np.ones(rows.shape, bool)
        np.put_along_axis(inside, order[:, 1:], before, axis=1)
        return inside


UNPROMISED = SetRule()


def level_of(confidence: float) -> float:
    """Check a confidence that somebody asks for, 0.5..0.99, and round it up to whole per cent."""
    if not LEVELS[0] <= confidence <= LEVELS[-1]:
        came = f"The confidence came as {confidence:g}"
        raise SettingError(came, expected="0.5 to 0.99", todo="0.9: the truth is in the set nine times of ten")
    return ceil(round(100 * confidence, 6)) / 100
