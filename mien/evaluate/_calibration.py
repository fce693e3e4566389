"""Make "90 % sure" mean right nine times of ten: one number, fitted on validation only."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from mien.core.errors import SettingError
from mien.evaluate._checks import Floats, pair

COLDEST, HOTTEST = 0.05, 20.0
LEAST = 1e-12  # probabilities below this count as this, so that their logarithm is finite
STEPS = 40  # bisections: log T to 6e-12


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
    whole, rows = pair(truth, probabilities)
    logs = np.log(np.clip(rows, LEAST, 1))
    given = logs[np.arange(len(whole)), whole].mean()
    low, high = np.log(COLDEST), np.log(HOTTEST)
    for _ in range(STEPS):
        middle = (low + high) / 2
        powers = np.exp(logs * np.exp(-middle))
        # The loss is convex in 1/T; its slope is the logarithm that the model expects less the one that the truth got.
        expected = ((powers * logs).sum(axis=1) / powers.sum(axis=1)).mean()
        low, high = (middle, high) if expected > given else (low, middle)
    return float(np.exp((low + high) / 2))


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
    if not (np.isfinite(temperature) and temperature > 0):
        raise SettingError(f"The temperature came as {temperature}", expected="a number above 0")
    logs = np.log(np.clip(np.asarray(probabilities, dtype=np.float64), LEAST, 1)) / temperature
    powers = np.exp(logs - logs.max(axis=1, keepdims=True))
    scaled: Floats = powers / powers.sum(axis=1, keepdims=True)
    return scaled
