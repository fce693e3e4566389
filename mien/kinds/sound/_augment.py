"""Other rooms, microphones and moods of the same clip: each sample's draws follow from seed, epoch and its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from mien.core.types import Integers, Singles
    from mien.kinds._variation import Variation

# How far each knob turns at strength 1, and how often it is turned.
GAIN = 6.0  # dB, either way
SPEED = 0.1  # of the tempo, and of the pitch with it
SNR = 40.0, 10.0  # dB: the faintest and the loudest noise
ROOM = 0.05, 0.3  # seconds until an echo has faded by 60 dB
WET = -18.0, -4.0  # dB: how loud the echo is beside the voice
TREBLE = 3_400.0, 7_500.0  # hertz that remain below
BASS = 300.0  # hertz that remain above, at most
_SPED, _NOISY, _ECHOED, _DULLED = 0.5, 0.5, 0.3, 0.2
_RATE = 16_000

Spectrum = Any  # complex64 [bins]


def varied(source: Singles, rows: Integers, numbers: Integers, when: tuple[int, int], variation: Variation) -> Singles:
    """Read rows as they sound in one epoch; `source` float32 [N, T], returns float32 [B, T], new memory."""
    if not variation.augment:
        return np.take(source, rows, axis=0)
    out = np.zeros((len(rows), source.shape[1]), np.float32)
    for row, number, place in zip(rows, numbers, out, strict=True):
        random = np.random.default_rng([*when, int(number)])
        _place(changed(_sounding(source[row]), random, variation.augment), place, random.random())
    return out


def _sounding(row: Singles) -> Singles:
    """Leave out the zeros at the end, which are no sound."""
    there = np.flatnonzero(row)
    return row[: there[-1] + 1] if len(there) else row[:0]


def _place(samples: Singles, out: Singles, draw: float) -> None:
    """Put a clip anywhere where it fits; of what does not, take a part."""
    room = len(out) - len(samples)
    start = int(draw * (abs(room) + 1))
    if room >= 0:
        out[start : start + len(samples)] = samples
    else:
        out[:] = samples[start : start + len(out)]


def changed(samples: Singles, random: np.random.Generator, strength: float) -> Singles:
    """Change one clip, float32 [T]; speed changes its length by up to a tenth."""
    if not len(samples):
        return samples
    speed, gain, bass, treble, *further = random.random(8)
    often = random.random(4) < strength * np.array([_SPED, _NOISY, _ECHOED, _DULLED])
    if often[0]:
        samples = _sped(samples, 1 + SPEED * (2 * speed - 1))
    if often[1:].any():
        samples = _filtered(samples, random, often[1:], np.array([bass, treble, *further]), strength)
    samples = samples * np.float32(10 ** (GAIN * strength * (2 * gain - 1) / 20))
    peak = float(np.abs(samples).max())
    return samples / np.float32(peak) if peak > 1 else samples


def _sped(samples: Singles, factor: float) -> Singles:
    """Play faster or slower, tempo and pitch together, as a tape does."""
    import soxr

    return np.asarray(soxr.resample(samples, _RATE * factor, _RATE, quality="LQ"), np.float32)


def _filtered(samples: Singles, random: np.random.Generator, often: Any, draws: Any, strength: float) -> Singles:  # noqa: ANN401
    """Add an echo, a microphone's limits and noise, all in one pass through the spectrum."""
    bass, treble, length, wet, loud, colour = draws
    noisy, echoed, dulled = often
    size = 1 << int(len(samples) + _RATE * ROOM[1]).bit_length()
    spectrum = np.fft.rfft(samples, size)
    if echoed:
        echo = _echo(random, ROOM[0] + (ROOM[1] - ROOM[0]) * length)
        spectrum *= 1 + np.fft.rfft(echo, size) * np.float32(10 ** ((WET[0] + (WET[1] - WET[0]) * wet * strength) / 20))
    hertz = np.linspace(0, _RATE / 2, size // 2 + 1, dtype=np.float32)
    if dulled:
        spectrum *= hertz >= BASS * bass * strength
        spectrum *= hertz <= TREBLE[1] + (TREBLE[0] - TREBLE[1]) * treble * strength
    power = float(np.vdot(samples, samples)) / len(samples)
    if noisy:
        decibels = SNR[0] + (SNR[1] - SNR[0]) * loud * strength
        spectrum += _noise(random, hertz, colour, power * 10 ** (-decibels / 10))
    return np.fft.irfft(spectrum, size)[: len(samples)].astype(np.float32)


def _echo(random: np.random.Generator, seconds: float) -> Singles:
    """Return noise that fades, of energy 1: what a small room adds (Moorer 1979)."""
    count = int(seconds * _RATE)
    echo = random.standard_normal(count, np.float32) * np.exp(np.linspace(0, -6.9, count, dtype=np.float32))
    echo[: _RATE // 500] = 0  # the first reflection comes after 2 ms
    found: Singles = echo / np.sqrt(np.vdot(echo, echo))
    return found


def _noise(random: np.random.Generator, hertz: Singles, colour: float, power: float) -> Spectrum:
    """Draw the spectrum of noise: white at colour 0, pink at a half, brown at 1."""
    shape = np.maximum(hertz, 50) ** np.float32(-colour)
    parts = random.standard_normal((2, len(hertz)), np.float32) * shape
    size = 2 * (len(hertz) - 1)
    scale = np.sqrt(power * size**2 / (2 * float(np.vdot(parts, parts))))  # Parseval: half of the spectrum is here
    return (parts[0] + 1j * parts[1]) * np.float32(scale)
