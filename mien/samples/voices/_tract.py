"""The vocal tract as a filter: four formants that move, the resonances above them, and the nose."""

from __future__ import annotations

import numpy as np

from mien.samples.voices._parameters import Floats, Speaker, Spectrum
from mien.samples.voices._source import resonance
from mien.samples.voices._tracks import Tracks
from mien.samples.voices._vowels import bandwidths, higher

_NOSE_WIDTH = 0.1  # kHz
_NASAL_LOSS = 1.25  # power of hole over nose by which high frequencies fall; 2 would leave the lowest as they are
_DAMPED = 0.6  # share by which F1 grows wider in a breathy voice, whose glottis stays open (Klatt & Klatt 1990)


def tract(spoken: Tracks, frame: Floats, kilohertz: Floats, speaker: Speaker, strength: float) -> Spectrum:
    """Give the transfer [K, bins] from glottis to lips at some places [K] of the tracks; `strength`: vocal effort."""
    near = np.minimum(np.round(frame).astype(int), len(spoken.pitch) - 1)
    peaks = spoken.formants[near] / 1000
    widths = bandwidths(spoken.formants[near]) / 1000
    widths[:, 0] *= 1 + _DAMPED * max(0.0, -strength)
    nose, hole = np.full(len(near), spoken.pole / 1000), spoken.zero[near] / 1000
    width = np.full(len(near), _NOSE_WIDTH)
    below = resonance(kilohertz, nose, width)
    for column in range(peaks.shape[1]):
        below *= resonance(kilohertz, peaks[:, column], widths[:, column])
    gain = np.prod(np.square(peaks) + np.square(widths) / 4, axis=1) * (nose / hole) ** _NASAL_LOSS
    above = resonance(kilohertz, hole, width)
    above *= gain.astype(np.float32)[:, None] * _upper(kilohertz, speaker)
    above /= below
    return above


def _upper(kilohertz: Floats, speaker: Speaker) -> Spectrum:
    """Give what the resonances above F4 do to all frequencies [bins]."""
    peaks = higher(speaker.tract, 1000 * kilohertz[-1]) / 1000
    gains = np.square(peaks).astype(np.float32)[:, None] / resonance(kilohertz, peaks, 0.07 * peaks)
    return np.asarray(np.prod(gains, axis=0), np.complex64)
