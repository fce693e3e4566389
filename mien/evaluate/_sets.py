"""Prediction sets, measured: how often they hold the truth, in each class, and how many classes they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mien.core.errors import ModelFileError, SettingError
from mien.core.prediction_sets import ALL, EACH, NOTHING, SetRule
from mien.evaluate._checks import Clusters, Floats, Integers, names_of, pair
from mien.evaluate._resample import witnesses_of
from mien.evaluate._scores import Estimate
from mien.evaluate._widened import share_of, stretch
from mien.html import percent


@dataclass(frozen=True)
class ClassSets:
    """How often the sets of one class's samples hold it; `n` samples. Nothing was measured where `n` is 0."""

    label: str
    coverage: Estimate
    n: int


@dataclass(frozen=True)
class SetScores:
    """What prediction sets are worth.

    Parameters
    ----------
    confidence : float
        How often they promise to hold the truth, 0..1.
    holds : str
        What that is promised for, as `SetRule.holds` has it.
    coverage : Estimate
        How often they did.
    size : float
        Classes in a set, on average.
    alone : float
        Share of the sets that hold one class, 0..1.
    classes : tuple of ClassSets
        Class by class, in the order of the labels.
    """

    confidence: float
    holds: str
    coverage: Estimate
    size: float
    alone: float
    classes: tuple[ClassSets, ...]

    @property
    def sentence(self) -> str:
        """All of it in plain words."""
        seen = [one for one in self.classes if one.n]
        worst = min(seen, key=lambda one: one.coverage.value)
        promised = f"The set of classes that it names holds the truth {self.coverage} times in 100, asked for "
        promised += f"{percent(self.confidence, unit=False)}; of {worst.label}, the worst class, {worst.coverage}. "
        size = f"It names {self.size:.1f} of {len(self.classes)} classes on average."
        return promised + size + _WARNING.get(self.holds, "")

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; `from_dict` reads them back."""
        return {**asdict(self), "classes": [asdict(one) for one in self.classes], "sentence": self.sentence}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> SetScores:
        """Read what `to_dict` wrote; `ModelFileError` if it is damaged."""
        try:
            classes = (ClassSets(one["label"], Estimate(**one["coverage"]), one["n"]) for one in values["classes"])
            figures = float(values["size"]), float(values["alone"])
            coverage = Estimate(**values["coverage"])
            return cls(float(values["confidence"]), str(values["holds"]), coverage, *figures, tuple(classes))
        except (KeyError, TypeError, ValueError) as error:
            raise ModelFileError("The scores are damaged", todo="Run: mien evaluate") from error


_WARNING = {
    EACH: "",
    ALL: " Some class had too few validation samples for a promise of its own: this one is for all together.",
    NOTHING: " Validation was too small to promise anything: a set is the fewest classes that reach it in sum.",
}


def set_scores(
    truth: ArrayLike,
    probabilities: ArrayLike,
    labels: Sequence[str],
    rules: SetRule | Sequence[SetRule],
    *,
    clusters: Clusters = None,
    rounds: int = 0,
) -> SetScores:
    """Measure prediction sets.

    Parameters
    ----------
    truth : int [N]
        Class numbers, 0..classes-1.
    probabilities : float [N, classes]
        0..1; each row sums to 1 within 0.001.
    labels : sequence of str
        The classes' names.
    rules : SetRule, or a sequence of N
        What makes the sets: of all, or of each sample, for the same confidence. They must not be made of these samples.
    clusters : sequence of N values, optional
        As for `score`: samples with the same value count as one witness.
    rounds : int
        Of cross-validation: intervals are then wider (Nadeau & Bengio 2003).

    Returns
    -------
    SetScores
        With Wilson's intervals over the witnesses.

    Raises
    ------
    SettingError
        If shapes or ranges do not fit.

    Examples
    --------
    >>> rule = SetRule(0.9, {"happy": 0.3, "sad": 0.2}, "each class")
    >>> found = set_scores([0, 1], [[0.9, 0.1], [0.75, 0.25]], ("happy", "sad"), rule)
    >>> found.coverage.value, found.size, found.alone
    (1.0, 1.5, 0.5)
    """
    whole, rows = pair(truth, probabilities)
    names = names_of(labels, rows.shape[1])
    each = rules_of(rules, len(whole))
    inside = members(each, names, rows)
    witnesses = witnesses_of(clusters, len(whole))
    hit, factor = inside[np.arange(len(whole)), whole], stretch(rounds)
    parts = (_class(name, whole == number, hit, witnesses, factor) for number, name in enumerate(names))
    size = inside.sum(axis=1)
    shown = float(size.mean()), float((size == 1).mean())
    return SetScores(each[0].confidence, _weakest(each), share_of(hit, witnesses, factor), *shown, tuple(parts))


def rules_of(rules: SetRule | Sequence[SetRule], samples: int) -> list[SetRule]:
    """Return one rule a sample."""
    each = [rules] * samples if isinstance(rules, SetRule) else list(rules)
    if len(each) != samples:
        raise SettingError(f"Received {len(each)} rules", expected=f"one, or {samples}")
    return each


def members(each: Sequence[SetRule], names: Sequence[str], rows: Floats) -> NDArray[np.bool_]:
    """Say which classes are in the set of each row, float64 [N, classes], by its own rule: bool [N, classes]."""
    inside = np.empty(rows.shape, bool)
    for rule in dict.fromkeys(map(id, each)):
        of = np.array([id(one) == rule for one in each])
        inside[of] = each[int(of.argmax())].members(names, rows[of])
    return inside


def _weakest(rules: Sequence[SetRule]) -> str:
    """Say what all of them promise."""
    kept = {rule.holds for rule in rules}
    return next(holds for holds in (NOTHING, ALL, EACH) if holds in kept)


def _class(label: str, own: NDArray[np.bool_], hit: NDArray[np.bool_], witnesses: Integers, factor: float) -> ClassSets:
    if not own.any():
        return ClassSets(label, Estimate(0.0, 0.0, 1.0), 0)
    return ClassSets(label, share_of(hit[own], witnesses[own], factor), int(own.sum()))
