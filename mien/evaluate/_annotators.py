"""How far labels can be trusted: what several annotators said of the same samples, beside the label and the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from mien.core.errors import SettingError
from mien.evaluate._checks import Clusters, Floats, names_of, pair
from mien.evaluate._figures import wilson
from mien.evaluate._resample import witnesses_of
from mien.evaluate._scores import Estimate
from mien.evaluate._student import quantile

LEAST_VOTES = 3  # of the classes: with fewer there are no others to have a majority
FEWEST = 20  # samples with so many votes


@dataclass(frozen=True)
class Annotators:
    """What annotators' votes say of labels and of a model, on the samples that have at least three votes.

    Parameters
    ----------
    n : int
        Samples with votes.
    label : Estimate
        How often the model gives the label.
    majority : Estimate
        How often the model gives what most annotators said.
    person : Estimate
        How often one annotator, drawn at random, says what most of the others said.
    agreement : Estimate
        How often the label is what most annotators said: what a model would reach on these labels that always answers
        as most annotators do. It is no upper limit: a model can learn the habits of those who gave the labels.
    """

    n: int
    label: Estimate
    majority: Estimate
    person: Estimate
    agreement: Estimate

    @property
    def sentence(self) -> str:
        """The four figures in words."""
        return (
            f"On {self.n:,} samples that several people voted on: one annotator says what most of the others said on "
            f"{self.person} of 100, and the model on {self.majority}; it gives the label of the data on {self.label}. "
            f"Whoever always answered as most annotators did would be right on {self.agreement} of 100 of those labels."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; `from_dict` reads them back."""
        return {**asdict(self), "sentence": self.sentence}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Annotators:
        """Read what `to_dict` wrote."""
        names = ("label", "majority", "person", "agreement")
        return cls(int(values["n"]), *(Estimate(**values[name]) for name in names))


def annotators(
    truth: ArrayLike,
    probabilities: ArrayLike,
    labels: Sequence[str],
    votes: ArrayLike,
    *,
    clusters: Clusters = None,
) -> Annotators | None:
    """Set a model, and labels, beside what several annotators said.

    Where several classes have most votes, each counts as its share of a majority.

    Parameters
    ----------
    truth : int [N]
        The labels, 0..classes-1.
    probabilities : float [N, classes]
        0..1; each row sums to 1 within 0.001.
    labels : sequence of str
        The classes' names.
    votes : float [N, classes]
        How many annotators said each class; votes for other classes do not count.
    clusters : sequence of N values, optional
        As for `score`.

    Returns
    -------
    Annotators or None
        None where fewer than 20 samples have 3 votes.

    Raises
    ------
    SettingError
        If shapes or ranges do not fit.

    Examples
    --------
    >>> found = annotators([0] * 20, [[0.9, 0.1]] * 20, ("happy", "sad"), [[3, 1]] * 20)
    >>> found.person.value, found.majority.value
    (0.75, 1.0)
    """
    whole, rows = pair(truth, probabilities)
    names_of(labels, rows.shape[1])
    counts = np.asarray(votes, np.float64)
    if counts.shape != rows.shape or not (np.isfinite(counts).all() and counts.min(initial=0) >= 0):
        came = f"votes of shape {list(counts.shape)}"
        raise SettingError(f"Received {came}", expected=f"numbers from 0, {list(rows.shape)}")
    witnesses = witnesses_of(clusters, len(whole))
    there = np.flatnonzero(counts.sum(axis=1) >= LEAST_VOTES)
    if len(there) < FEWEST:
        return None
    counts, label, answer = counts[there], whole[there], rows[there].argmax(axis=1)
    most, row = _most(counts), np.arange(len(there))
    figures = ((label == answer).astype(np.float64), most[row, answer], _one_beside_others(counts), most[row, label])
    return Annotators(len(there), *(_mean(values, witnesses[there]) for values in figures))


def _most(counts: Floats) -> Floats:
    """Give each class its share of the majority, [N, classes]: 1 for the only one ahead, halves for two."""
    ahead = counts == counts.max(axis=1, keepdims=True)
    return np.asarray(ahead / ahead.sum(axis=1, keepdims=True))


def _one_beside_others(counts: Floats) -> Floats:
    """Return how often a random annotator says what most of the others said, [N]."""
    total = counts.sum(axis=1)
    found = np.zeros(len(counts))
    for number in range(counts.shape[1]):
        others = counts.copy()
        others[:, number] -= 1  # where nobody said it, the share below is 0
        found += counts[:, number] / total * _most(others)[:, number]
    return found


def _mean(values: Floats, units: Any) -> Estimate:  # noqa: ANN401 - int64 [N]
    """Put a 95 % interval around a mean over units: linearised, with Student's t."""
    mean = float(values.mean())
    each = np.bincount(np.unique(units, return_inverse=True)[1], weights=values - mean)
    count = len(each)
    if count < 2:
        return Estimate(mean, 0.0, 1.0)
    if not np.ptp(values):  # nothing varies, which is not to say that nothing would
        return wilson(mean, count)
    half = quantile(count - 1) * float(np.sqrt(count / (count - 1) * np.square(each).sum())) / len(values)
    return Estimate(mean, max(mean - half, 0.0), min(mean + half, 1.0))
