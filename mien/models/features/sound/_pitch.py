"""Pitch and how periodic a frame is, by the autocorrelation of the window's share (Boersma 1993).

"Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a sampled sound", IFA
Proceedings 17. The autocorrelation is a product of the power spectrum with cosines, so lags lie anywhere: here a
quarter of a semitone apart.
"""

from __future__ import annotations

import numpy as np

from mien.kinds.sound import RATE
from mien.models.features._tensor import Tensor
from mien.models.features.sound._frames import FAINT, FINE, FINE_SIZE, LONG, Frames

LOWEST = 60.0  # hertz; the highest candidate is 596
STEPS, A_SEMITONE = 160, 4  # candidates, and how many to a semitone
HERTZ = LOWEST * 2 ** (np.arange(STEPS) / (12 * A_SEMITONE))
VOICED = 0.55  # of a frame's power that repeats after a period
HIGHER = 0.02  # an octave: two periods repeat as well as one, and the shorter is the pitch
REACH = 5  # candidates to which pitch may move in a frame: half a semitone up or down


def pitch(frames: Frames) -> tuple[Tensor, Tensor]:
    """Add pitch, semitones above 60 Hz, and periodicity, 0..1, of every frame: [N, F, 1] each."""
    strength = (frames.fine @ _cosines()) / frames.fine.sum(2).least(1e-8)
    favour = _with_neighbours(strength + HIGHER * np.log2(HERTZ / LOWEST))
    best = favour.highest(2).least(1).most(STEPS - 2)
    before, at, after = (strength.gathered(best + step, axis=2) for step in (-1, 0, 1))
    # A parabola through three candidates has its top between them.
    shift = ((after - before) * 0.5 / (2 * at - before - after).least(1e-4)).least(-1).most(1)
    periodicity = (at + (after - before) * shift * 0.25).least(0).most(1)
    return (best + shift) / A_SEMITONE, periodicity


def voiced(frames: Frames, periodicity: Tensor) -> Tensor:
    """Say which frames are voiced: [N, F, 1], 0 or 1."""
    return frames.sounding * (periodicity > VOICED) * (frames.level > FAINT)


def harmonic(frames: Frames, pitch: Tensor, number: int) -> Tensor:
    """Add the power at a multiple of the pitch: [N, F, 1]."""
    bins = (pitch * (np.log(2) / 12)).exp() * (number * LOWEST * FINE_SIZE / RATE)
    near: Tensor = (1 - (bins - FINE).abs() * 0.5).least(0)
    return (near * frames.fine).sum(2)


def _cosines() -> np.ndarray:
    lags = RATE / HERTZ
    window = np.hanning(LONG + 1)[:-1]
    own = np.correlate(window, window, "full")[LONG - 1 :] / np.square(window).sum()
    cosines: np.ndarray = np.cos(2 * np.pi * FINE[:, None] * lags / FINE_SIZE) / np.interp(lags, np.arange(LONG), own)
    return cosines


def _with_neighbours(score: Tensor) -> Tensor:
    """Let the frames before and after have a say: pitch does not jump."""
    near = score.peaks(REACH)
    before = near.cut(1, 0, -1).pad([0, 1, 0, 0, 0, 0])
    after = near.cut(1, 1).pad([0, 0, 0, 0, 1, 0])
    return score * 0.5 + (before + after) * 0.25
