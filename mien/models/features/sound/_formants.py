"""Formants: the first peaks of the envelope that linear prediction lays over a spectrum (Makhoul 1975).

"Linear Prediction: A Tutorial Review", Proceedings of the IEEE 63(4); the predictor by Levinson's recursion.
"""

from __future__ import annotations

import numpy as np

from mien.models.features._tensor import Tensor, joined
from mien.models.features.sound._frames import BINS, DECIBELS, HERTZ, SHORT, Frames

TOP = 5000.0  # hertz: five formants of a voice
ORDER = 10  # two numbers each
GRID = np.arange(150.0, 4901.0, 50.0)  # hertz where the envelope is looked at
EMPHASIS = 0.97  # of high frequencies, which a voice has less of
WIDTH = 40.0  # hertz by which peaks are widened: a high voice's harmonics are no formants
COUNT = 3


def formants(frames: Frames) -> dict[str, Tensor]:
    """Add frequency (kHz), height (dB) and narrowness of the first three peaks, and whether each is there, 0 or 1."""
    envelope = _envelope(_predictor(_correlation(frames)))
    before, at, after = envelope.cut(2, 0, -2), envelope.cut(2, 1, -1), envelope.cut(2, 2)
    peak = (at > before) * (at >= after)
    order = peak.running(2)
    bend = (2 * at - before - after).least(1e-3)
    place = ((after - before) / bend * 25 + GRID[1:-1]) / 1000  # the top of a parabola
    found = {}
    for number in range(1, COUNT + 1):
        this = peak * order.equal(number)
        for name, value in (("", place), ("_height", at), ("_narrowness", bend)):
            found[f"formant{number}{name}"] = (this * value).sum(2)
        found[f"formant{number}_there"] = this.sum(2)
    return found


def _correlation(frames: Frames) -> Tensor:
    """Return the autocorrelation below `TOP`, 1 at lag 0: [N, F, ORDER + 1]."""
    used = HERTZ < TOP
    lags = np.arange(ORDER + 1)
    emphasis = np.abs(1 - EMPHASIS * np.exp(-2j * np.pi * BINS[used] / SHORT)) ** 2
    wider = np.exp(-0.5 * np.square(2 * np.pi * WIDTH * lags / (2 * TOP)))
    cosines = emphasis[:, None] * np.cos(np.pi * HERTZ[used][:, None] * lags / TOP) * wider
    cosines[:, 0] *= 1.0001  # a floor of white noise, for the recursion's sake
    found: Tensor = frames.power.cut(2, 0, int(used.sum())) @ cosines
    return found / found.cut(2, 0, 1).least(1e-9)


def _predictor(correlation: Tensor) -> Tensor:
    """Solve for the predictor by Levinson's recursion: [N, F, ORDER]."""
    found = correlation.cut(2, 1, 2) * -1
    error = 1 - found.square()
    for order in range(2, ORDER + 1):
        backwards = correlation.picked(range(order - 1, 0, -1), axis=2)
        explained = correlation.cut(2, order, order + 1) + (found * backwards).sum(2)
        reflection = (explained / error.least(1e-5) * -1).least(-0.999).most(0.999)
        found = joined(found + reflection * found.picked(range(order - 2, -1, -1), axis=2), reflection, axis=2)
        error = error * (1 - reflection.square())
    return found


def _envelope(predictor: Tensor) -> Tensor:
    turns = np.pi * np.arange(1, ORDER + 1)[:, None] * GRID / TOP
    real, imaginary = (predictor @ np.cos(turns)) + 1, predictor @ np.sin(turns)
    return (real.square() + imaginary.square() + 1e-6).log() * -DECIBELS
