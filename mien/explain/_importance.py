"""Which named features a model goes by: shuffle one group's columns among the samples and count what goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import html
from mien.core.errors import StorageError

if TYPE_CHECKING:
    from mien.core.types import Integers, Probabilities, Singles

REPEATS = 10
SEED = 0
WIDTH = 1.96  # standard errors on each side of an interval of 95 %


@dataclass(frozen=True)
class Importance:
    """What a group of features is worth to a model.

    Parameters
    ----------
    name : str
        The group, as a recipe's ``features`` names it.
    columns : int
        How many features it has.
    lost, low, high : float
        Accuracy that is lost when they are shuffled among the samples, -1..1, and its interval of 95 %, over samples.
    """

    name: str
    columns: int
    lost: float
    low: float
    high: float


@dataclass(frozen=True)
class FeatureReport:
    """What each group of features is worth, the most first.

    Parameters
    ----------
    accuracy : float
        With all features in place, 0..1.
    samples : int
        On how many.
    groups : tuple of Importance
        One each.
    """

    accuracy: float
    samples: int
    groups: tuple[Importance, ...]

    def sentence(self, many: str) -> str:
        """Say it in words; `many` names the samples, such as ``validation clips``."""
        first = self.groups[0]
        right = f"It is right on {html.percent(self.accuracy)} of {self.samples:,} {many}"
        if first.low <= 0:
            return f"{right}; shuffling any one group of features among them costs nothing that chance would not."
        loss = f"{html.points(first.lost)} of 100 ({html.points(first.low)} to {html.points(first.high)})"
        return f"{right}; shuffling '{first.name}' among them costs most: {loss}."

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        groups = [{"name": one.name, "columns": one.columns, **_rounded(one)} for one in self.groups]
        return {"accuracy": round(self.accuracy, 4), "samples": self.samples, "groups": groups}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> FeatureReport:
        """Read what `to_dict` returned; `StorageError` for anything else."""
        try:
            groups = tuple(Importance(**one) for one in values["groups"])
            return cls(float(values["accuracy"]), int(values["samples"]), groups)
        except (KeyError, TypeError, ValueError) as error:
            raise StorageError("What named features are worth is damaged", todo="Explain anew") from error


def _rounded(one: Importance) -> dict[str, float]:
    return {name: round(getattr(one, name), 4) + 0.0 for name in ("lost", "low", "high")}


def importance(
    answer: Callable[[Singles], Probabilities], features: Singles, numbers: Integers, groups: Mapping[str, slice]
) -> FeatureReport:
    """Measure permutation importance, of whole groups of features.

    Breiman 2001, "Random Forests", Machine Learning 45, section 10; columns of one group move together, as they say
    much the same (Molnar 2022, "Interpretable Machine Learning", section 8.5).

    Parameters
    ----------
    answer : callable
        From features, float32 [N, F], to what is highest for the answer, float32 [N, classes].
    features : float32 [N, F]
        Of samples that the model has not learnt from.
    numbers : int64 [N]
        Their classes, 0..classes-1.
    groups : dict of str to slice
        The columns of each group.

    Returns
    -------
    FeatureReport
        The same input gives the same one; each group is shuffled ten times.

    Examples
    --------
    >>> rows = np.random.default_rng(0).normal(size=(400, 4)).astype(np.float32)
    >>> def by_first(rows):
    ...     return np.stack([-rows[:, 0], rows[:, 0]], axis=1)
    >>> found = importance(by_first, rows, (rows[:, 0] > 0).astype(int), {"tone": slice(0, 2), "noise": slice(2, 4)})
    >>> [(one.name, round(one.lost, 1)) for one in found.groups]
    [('tone', 0.5), ('noise', 0.0)]
    """
    draw = np.random.default_rng(SEED)
    right = answer(features).argmax(axis=1) == numbers
    found = []
    for name, columns in groups.items():
        lost = np.zeros(len(features))
        for _ in range(REPEATS):
            shuffled = features.copy()
            shuffled[:, columns] = features[draw.permutation(len(features)), columns]
            lost += (right.astype(float) - (answer(shuffled).argmax(axis=1) == numbers)) / REPEATS
        mean, error = float(lost.mean()), float(lost.std(ddof=1)) / len(lost) ** 0.5 if len(lost) > 1 else 1.0
        width = columns.stop - columns.start
        found.append(Importance(name, width, mean, mean - WIDTH * error, mean + WIDTH * error))
    ranked = sorted(found, key=lambda one: -one.lost)
    return FeatureReport(float(right.mean()), len(features), tuple(ranked))
