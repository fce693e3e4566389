"""Estimate which shares of the classes would bring the answers, if the model errs as it did when it was made.

Black-box shift estimation (Lipton, Wang & Smola 2018, "Detecting and Correcting for Label Shift with Black Box
Predictors"): the answers are a mixture of the columns of the confusion matrix. Its weights by maximum likelihood, by EM
(Saerens, Latinne & Decaestecker 2002), which stay shares where inverting the matrix would not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mien.core.answer_counts import ANSWERS

if TYPE_CHECKING:
    from mien.core.types import Floats
    from mien.watch._reference import Reference

STEPS = 300  # of EM
DRAWS = 200  # of the parametric bootstrap
FEWEST = 5  # validation samples without which nobody knows how a class is answered


@dataclass(frozen=True)
class Population:
    """The shares of classes that would explain the answers.

    Parameters
    ----------
    shares : dict of str to (float, float, float)
        Of each class its share, 0..1, and the ends of its 95 % interval.
    before : dict of str to float
        The shares when the model was made; empty where they are not known.
    explains : bool
        Whether with these shares nothing else about the answers has changed: how sure they are, their sets.
    """

    shares: dict[str, tuple[float, float, float]]
    before: dict[str, float]
    explains: bool


def estimate(reference: Reference, counts: list[int]) -> tuple[Floats, Floats] | None:
    """Estimate the shares of the classes, [classes], and their 95 % intervals, [2, classes].

    None where a class has too few validation samples.
    """
    answers, classes = reference.answers, len(reference.answers.labels)
    confusion = np.zeros((classes, classes))
    np.add.at(confusion, (reference.places[ANSWERS], answers.truth), 1)
    support, now = confusion.sum(axis=0).astype(int), np.array(counts)
    if support.min() < FEWEST:
        return None
    columns = confusion / support
    found = _mixture(columns[None], now[None] / now.sum())[0]
    random = np.random.default_rng(0)
    drawn = np.stack([random.multinomial(support[c], columns[:, c], DRAWS) / support[c] for c in range(classes)], 2)
    again = random.multinomial(now.sum(), now / now.sum(), DRAWS) / now.sum()
    ends = np.percentile(_mixture(drawn, again), [2.5, 97.5], axis=0)
    return found, np.stack([np.minimum(ends[0], found), np.maximum(ends[1], found)])


def shares_before(reference: Reference) -> Floats:
    """Say how frequent the classes were, [classes], summing to 1."""
    classes, weights = len(reference.answers.labels), reference.weights
    found: Floats = np.bincount(reference.answers.truth, weights, classes) / weights.sum()
    return found


def reweighted(reference: Reference, shares: Floats) -> Floats:
    """Give the reference's samples the weights with which the classes have these shares, [N]."""
    truth = reference.answers.truth
    weights: Floats = reference.weights * (shares / np.maximum(shares_before(reference), 1e-12))[truth]
    return weights


def _mixture(columns: Floats, answers: Floats) -> Floats:
    """Find weights of columns, [draws, classes, classes], that make the shares of answers, [draws, classes]."""
    shares = np.full(answers.shape, 1 / answers.shape[-1])
    for _ in range(STEPS):
        mixed = np.maximum(np.einsum("bkc,bc->bk", columns, shares), 1e-12)
        shares = shares * np.einsum("bkc,bk->bc", columns, answers / mixed)
        shares /= shares.sum(axis=-1, keepdims=True)
    return shares
