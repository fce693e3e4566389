"""Other rooms, microphones and moods of the same clip: each sample's draws follow from seed, epoch and its number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mien.kinds.sound._tempo import stretched

if TYPE_CHECKING:
    from mien.core.types import Integers, Singles
    from mien.kinds._variation import Variation

# How far each knob turns at strength 1, and how often it is turned.
GAIN = 6.0  # dB, either way
PITCH = 0.1  # of the voice's height and of its formants, as a shorter or longer tract has them
TEMPO = 0.15  # of the speed at which it speaks
SNR = 40.0, 10.0  # dB: the faintest and the loudest noise
ROOM = 0.05, 0.3  # seconds until an echo has faded by 60 dB
WET = -18.0, -4.0  # dB: how loud the echo is beside the voice
TREBLE = 3_400.0, 7_500.0  # hertz that remain below
BASS = 300.0  # hertz that remain above, at most
HOLE = 0.1  # of the clip that falls silent, at most
NOTCH = 6.0  # semitones that a gap in the spectrum is wide, at most
_SPED, _NOISY, _ECHOED, _DULLED, _NOTCHED, _HOLED = 0.5, 0.5, 0.3, 0.2, 0.4, 0.4
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
    """Change one clip, float32 [T]; its length changes by up to a quarter."""
    if not len(samples):
        return samples
    pitch, tempo, gain, *further = random.random(9)
    often = random.random(6) < strength * np.array([_SPED, _NOISY, _ECHOED, _DULLED, _NOTCHED, _HOLED])
    if often[0]:
        samples = _respoken(samples, 1 + PITCH * (2 * pitch - 1), 1 + TEMPO * (2 * tempo - 1))
    if often[1:5].any():
        samples = _filtered(samples, random, often[1:5], np.array(further), strength)
    samples = samples * np.float32(10 ** (GAIN * strength * (2 * gain - 1) / 20))
    if often[5]:
        _fall_silent(samples, random, strength)
    peak = float(np.abs(samples).max())
    return samples / np.float32(peak) if peak > 1 else samples


def _respoken(samples: Singles, pitch: float, tempo: float) -> Singles:
    """Say it higher or lower, and quicker or slower, each by itself."""
    import soxr

    played = np.asarray(soxr.resample(samples, _RATE * pitch, _RATE, quality="LQ"), np.float32)  # both, as a tape does
    return stretched(played, pitch / tempo)


def _fall_silent(samples: Singles, random: np.random.Generator, strength: float) -> None:
    """Silence two stretches: SpecAugment over time (Park et al. 2019), which a model does not listen to."""
    for place, share in random.random((2, 2)):
        length = int(share * strength * HOLE * len(samples))
        start = int(place * (len(samples) - length))
        samples[start : start + length] = 0


def _filtered(samples: Singles, random: np.random.Generator, often: Any, draws: Any, strength: float) -> Singles:  # noqa: ANN401
    """Add an echo, a microphone's limits and noise, all in one pass through the spectrum."""
    bass, treble, length, wet, loud, colour = draws
    noisy, echoed, dulled, notched = often
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
    if notched:
        spectrum *= _gaps(random, hertz, strength)
    return np.fft.irfft(spectrum, size)[: len(samples)].astype(np.float32)


def _gaps(random: np.random.Generator, hertz: Singles, strength: float) -> np.ndarray:
    """Choose two gaps in the spectrum: SpecAugment over frequency, between 100 Hz and 3.8 kHz."""
    kept = np.ones(len(hertz), bool)
    for place, share in random.random((2, 2)):
        low = 100 * 38**place
        kept &= (hertz < low) | (hertz > low * 2 ** (share * strength * NOTCH / 12))
    return kept


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
