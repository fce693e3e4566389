"""Breath and friction: white noise, shaped frame by frame."""

from __future__ import annotations

import numpy as np

from mien.samples.voices._consonants import NOISES
from mien.samples.voices._melody import FRAMES
from mien.samples.voices._parameters import Delivery, Floats, Speaker
from mien.samples.voices._source import effort
from mien.samples.voices._tracks import Tracks
from mien.samples.voices._tract import tract
from mien.samples.voices._vowels import scale

_WINDOW, _HOP = 256, 64  # samples
_LEVEL = 0.05  # of breath that is as loud as a voice
_ASPIRATION = 0.22  # breath of an h, beside a vowel's voice


def friction(
    spoken: Tracks, speaker: Speaker, delivery: Delivery, length: int, rate: int, rng: np.random.Generator
) -> Floats:
    """Give the noisy part [length] of what is said, at so many samples a second."""
    frames = length // _HOP + 1
    white = rng.normal(0, 1, length + 2 * _WINDOW).astype(np.float32)
    window = np.sqrt(np.hanning(_WINDOW + 1)[:-1]).astype(np.float32)
    cut = np.lib.stride_tricks.sliding_window_view(white, _WINDOW)[: frames * _HOP : _HOP]
    spectrum = np.fft.rfft(cut * window, axis=1) * _gain(spoken, speaker, delivery, frames, rate)
    shaped = np.fft.irfft(spectrum, axis=1) * window * (2 * _HOP / _WINDOW)
    out = np.zeros(frames * _HOP + _WINDOW)
    for start in range(0, _WINDOW, _HOP):
        out[start : start + frames * _HOP] += shaped[:, start : start + _HOP].reshape(-1)
    return out[_WINDOW // 2 : _WINDOW // 2 + length]


def _gain(spoken: Tracks, speaker: Speaker, delivery: Delivery, frames: int, rate: int) -> Floats:
    """Give the gains [frames, bins]."""
    kilohertz = np.fft.rfftfreq(_WINDOW, 1 / rate) / 1000
    place = np.arange(frames) * _HOP / rate * FRAMES
    near = np.minimum(np.round(place).astype(int), len(spoken.pitch) - 1)
    strength = effort(speaker, delivery)
    breath = 10 ** ((speaker.breath + delivery.cues["breath"]) / 20) * spoken.voice[near]
    breath += _ASPIRATION * spoken.breath[near]
    through = np.abs(tract(spoken, place, kilohertz, speaker, strength))
    through *= kilohertz / (0.5 + kilohertz)  # a turbulent glottis sends little below 500 Hz
    gain = breath[:, None] * through + (1 + 0.5 * strength) * spoken.friction[near] @ _shapes(kilohertz, speaker)
    gain[place >= len(spoken.pitch)] = 0
    return np.asarray(_LEVEL * gain, float)


def _shapes(kilohertz: Floats, speaker: Speaker) -> Floats:
    """Give the spectra [noises, bins] of friction."""
    size = scale(speaker.tract) ** 0.5
    rows = []
    for centre, width, level in NOISES.values():
        off = (kilohertz * 1000 - centre * size) / (width * size)
        rows.append(10 ** (level / 20) / (1 + off**2) * kilohertz / (0.3 + kilohertz))
    return np.array(rows)
