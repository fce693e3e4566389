"""Make "90 % sure" mean right nine times of ten: a calibration, fitted and chosen on validation only."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mien.core.calibration import LEAST, Calibration, fit_temperature
from mien.evaluate._checks import Clusters, Floats, Integers, pair
from mien.evaluate._resample import witnesses_of

FOLDS = 5  # that choose between one number and two a class
MOST = 20_000  # samples that numbers for each class are fitted to: more add nothing
ROUNDS, RIDGE = 25, 1.0  # Newton's steps, and the pull towards one temperature, in samples
STEEPEST, FARTHEST = 20.0, 10.0  # of scales and biases


def temperature(truth: ArrayLike, probabilities: ArrayLike) -> float:
    """Fit the temperature that makes probabilities honest.

    It minimises the log loss of ``p ** (1 / T)``, scaled to sum to 1 (Guo et al. 2017, "On Calibration of Modern Neural
    Networks"). Order and answers never change. Fit it on validation, never on test.

    Parameters
    ----------
    truth : int [N]
        Class numbers, 0..classes-1.
    probabilities : float [N, classes]
        0..1; each row sums to 1 within 0.001.

    Returns
    -------
    float
        0.05..20. Above 1: the model was too sure. 1: leave it.

    Raises
    ------
    SettingError
        If shapes or ranges do not fit.

    Examples
    --------
    >>> round(temperature([0, 0, 0, 1], [[0.99, 0.01]] * 4), 2)  # 99 % sure, right three times of four
    4.18
    """
    return fit_temperature(*_logs(truth, probabilities))


def calibrate(truth: ArrayLike, probabilities: ArrayLike, *, clusters: Clusters = None) -> Calibration:
    """Fit what makes probabilities honest: a temperature, or two numbers for each class where these are better.

    Vector scaling (Guo et al. 2017) is taken where its log loss on samples that it was not fitted to, five folds over
    whole clusters, is better by more than one standard error over the clusters. Fit it on validation, never on test.

    Parameters
    ----------
    truth : int [N]
        Class numbers, 0..classes-1.
    probabilities : float [N, classes]
        0..1; each row sums to 1 within 0.001.
    clusters : sequence of N values, optional
        As for `score`: samples with the same value are one witness.

    Returns
    -------
    Calibration
        To be applied to the same model's probabilities.

    Raises
    ------
    SettingError
        If shapes or ranges do not fit.

    Examples
    --------
    >>> calibrate([0, 0, 0, 1], [[0.99, 0.01]] * 4).by_class
    False
    """
    whole, logs = _logs(truth, probabilities)
    if _better_by_class(whole, logs, witnesses_of(clusters, len(whole))):
        return _by_class(whole, logs)
    return Calibration.of_temperature(fit_temperature(whole, logs))


def apply_temperature(probabilities: ArrayLike, temperature: float) -> Floats:
    """Soften or sharpen probabilities.

    Parameters
    ----------
    probabilities : float [N, classes]
        0..1; each row sums to 1.
    temperature : float
        Above 0; 1 changes nothing, more is less sure.

    Returns
    -------
    float64 [N, classes]
        ``p ** (1 / T)``, each row scaled to sum to 1.

    Raises
    ------
    SettingError
        If the temperature is not a finite number above 0.

    Examples
    --------
    >>> apply_temperature([[0.8, 0.2]], 2.0).round(3).tolist()
    [[0.667, 0.333]]
    """
    return Calibration.of_temperature(temperature).apply(probabilities)


def _logs(truth: ArrayLike, probabilities: ArrayLike) -> tuple[Integers, Floats]:
    whole, rows = pair(truth, probabilities)
    return whole, np.log(np.clip(rows, LEAST, 1))


def _better_by_class(whole: Integers, logs: Floats, witnesses: Integers) -> bool:
    """Say whether numbers for each class foretell samples better that they were not fitted to."""
    count = int(witnesses.max()) + 1
    if count < FOLDS * logs.shape[1]:  # fewer than one a class in each fold
        return False
    fold = np.random.default_rng(0).permutation(count)[witnesses] % FOLDS
    gain = np.zeros(len(whole))
    for number in range(FOLDS):
        rest, here = fold != number, fold == number
        plain = Calibration.of_temperature(fit_temperature(whole[rest], logs[rest]))
        gain[here] = _losses(plain, whole[here], logs[here])
        gain[here] -= _losses(_by_class(whole[rest], logs[rest]), whole[here], logs[here])
    each = np.bincount(witnesses, gain)
    return bool(each.mean() > each.std(ddof=1) / np.sqrt(count))


def _losses(calibration: Calibration, whole: Integers, logs: Floats) -> Floats:
    answers = calibration.apply(np.exp(logs))
    losses: Floats = -np.log(np.maximum(answers[np.arange(len(whole)), whole], LEAST))
    return losses


def _by_class(whole: Integers, logs: Floats) -> Calibration:
    """Fit a scale and a bias for each class by Newton's method: the log loss is convex in them."""
    if len(whole) > MOST:
        some = np.random.default_rng(0).choice(len(whole), MOST, replace=False)
        whole, logs = whole[some], logs[some]
    classes = logs.shape[1]
    start = np.concatenate([np.full(classes, 1 / fit_temperature(whole, logs)), np.zeros(classes)])
    truth = np.eye(classes)[whole]  # [N, C]
    found = start.copy()
    for _ in range(ROUNDS):
        shares = _softmax(logs * found[:classes] + found[classes:])  # [N, C]
        wrong = shares - truth
        slope = np.concatenate([(wrong * logs).sum(0), wrong.sum(0)]) + RIDGE * (found - start)
        step = np.linalg.solve(_curvature(shares, logs) + RIDGE * np.eye(2 * classes), slope)
        found = found - step * min(1.0, 1.0 / max(float(np.abs(step).max()), 1e-12))
        if np.abs(step).max() < 1e-9:
            break
    scale, bias = np.clip(found[:classes], 1 / STEEPEST, STEEPEST), np.clip(found[classes:], -FARTHEST, FARTHEST)
    return Calibration(tuple(scale.tolist()), tuple((bias - bias.mean()).tolist()))


def _curvature(shares: Floats, logs: Floats) -> Floats:
    """Return the second derivatives of the log loss, summed over the samples: [2 C, 2 C]."""
    features = np.stack([logs, np.ones_like(logs)])  # [2, N, C]: what a scale and a bias are multiplied by
    weighted = features * shares
    mixed = -np.einsum("anc,bnd->acbd", weighted, weighted)
    own = np.einsum("anc,bnc->abc", weighted, features)
    for number in range(shares.shape[1]):
        mixed[:, number, :, number] += own[:, :, number]
    whole: Floats = mixed.reshape(2 * shares.shape[1], -1)
    return whole


def _softmax(logs: Floats) -> Floats:
    powers = np.exp(logs - logs.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares
