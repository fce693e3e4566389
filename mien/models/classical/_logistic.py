"""Logistic regression around an answer that is there already, as strongly drawn to it as cross-validation says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from mien.core.types import Integers

    Matrix = npt.NDArray[np.float64]

FOLDS = 5
STEPS = 200  # of L-BFGS
INFINITE = float("inf")  # a prior so strong that nothing is learnt
STRENGTHS = (INFINITE, 30.0, 10.0, 3.0, 1.0, 0.3, 0.1, 0.03)  # where the features of a sample have length 1


@dataclass(frozen=True)
class Learnt:
    """A linear correction of an answer: weights float64 [D, classes], bias float64 [classes], and the prior's strength.

    `losses` holds, by strength of the prior, the mean log loss of samples that were left out, nats.
    """

    weights: Matrix
    bias: Matrix
    strength: float
    losses: dict[float, float]


def learn(
    features: Matrix, given: Matrix, numbers: Integers, seed: int, *, groups: Sequence[int] = (), reluctant: bool = True
) -> Learnt:
    """Fit ``softmax(given + features @ weights + bias)``; `given` are logarithms of probabilities, float [N, classes].

    Weights and bias have a Gaussian prior about zero, in units of each feature's standard deviation: so they move the
    answer only as far as the samples ask for it (maximum a posteriori; Bishop 2006, section 4.5). How strong the prior
    is, five folds decide by log loss: the best, or, for the reluctant, the strongest within one standard error of it,
    so that without good reason nothing is learnt (Breiman et al. 1984, section 3.4.3). The models of the folds answer
    together, with the mean before the softmax. `groups` of features count alike, whatever their sizes.
    """
    classes, width = given.shape[1], features.shape[1]
    nothing = Learnt(np.zeros((width, classes)), np.zeros(classes), INFINITE, {})
    if len(features) < 2:
        return nothing
    sizes = np.array(groups or [width])
    alike = np.repeat(np.sqrt(sizes * len(sizes)), sizes)  # then the features of a sample have length 1, on average
    mean, spread = features.mean(0), np.maximum(features.std(0), 1e-6) * alike
    rows, turned = _turned((features - mean) / spread)
    folds = _folds(numbers, seed)
    strengths = STRENGTHS if reluctant else STRENGTHS[1:]
    tried = [_left_out(rows, given, numbers, folds, strength) for strength in strengths]
    losses = {strength: float(each.mean()) for strength, (each, _) in zip(strengths, tried, strict=True)}
    best = tried[int(np.argmin(list(losses.values())))][0]
    apart = [each - best for each, _ in tried]
    chosen = next(n for n, each in enumerate(apart) if each.mean() <= (_standard_error(each) if reluctant else 0))
    weights = turned.T @ tried[chosen][1][:-1] / spread[:, None]
    return Learnt(weights, tried[chosen][1][-1] - mean @ weights, strengths[chosen], losses)


def _turned(rows: Matrix) -> tuple[Matrix, Matrix]:
    """Turn the axes so that as few as possible are left; the prior is the same in all directions."""
    if len(rows) > rows.shape[1]:
        return rows, np.eye(rows.shape[1])
    _, spread, axes = np.linalg.svd(rows, full_matrices=False)
    kept = axes[spread > 1e-9 * max(spread[0], 1e-12)]
    return rows @ kept.T, kept


def _folds(numbers: Integers, seed: int) -> Integers:
    """Say in which fold each sample is: every class spread evenly."""
    order = np.random.default_rng(seed).permutation(len(numbers))
    order = order[np.argsort(numbers[order], kind="stable")]
    folds: Integers = np.empty(len(numbers), np.int64)
    folds[order] = np.arange(len(numbers)) % min(FOLDS, len(numbers))
    return folds


def _left_out(
    rows: Matrix, given: Matrix, numbers: Integers, folds: Integers, strength: float
) -> tuple[Matrix, Matrix]:
    """Return each sample's log loss when it was left out, and the mean of the folds' models, a last row the bias."""
    from scipy.special import log_softmax

    losses, found = np.empty(len(rows)), []
    for fold in np.unique(folds):
        inside, outside = folds != fold, folds == fold
        model = fit(rows[inside], given[inside], numbers[inside], strength)
        logs = log_softmax(given[outside] + rows[outside] @ model[:-1] + model[-1], axis=1)
        losses[outside] = -logs[np.arange(len(logs)), numbers[outside]]
        found.append(model)
    return losses, np.mean(found, axis=0)


def fit(rows: Matrix, given: Matrix, numbers: Integers, strength: float) -> Matrix:
    """Find the weights for one strength of the prior: float64 [D + 1, classes], the last row is the bias.

    ``strength / 2 * |weights|^2`` is added to the sum of log losses.
    """
    from scipy.optimize import minimize
    from scipy.special import log_softmax

    shape = (rows.shape[1] + 1, given.shape[1])
    if strength == INFINITE:
        return np.zeros(shape)
    truth = np.eye(shape[1])[numbers]

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        model = flat.reshape(shape)
        logs = log_softmax(given + rows @ model[:-1] + model[-1], axis=1)
        apart = np.exp(logs) - truth
        slope = np.vstack([rows.T @ apart, apart.sum(0)]) + strength * model
        return float(-logs[truth > 0].sum() + strength / 2 * (flat @ flat)), slope.ravel()

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    model: Matrix = found.x.reshape(shape)
    return model


def _standard_error(differences: Matrix) -> float:
    return float(differences.std(ddof=1) / np.sqrt(len(differences)))
