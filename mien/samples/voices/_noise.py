"""What else can be heard: hum, a fan, pink noise, other people talking, and music."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np

from mien.samples.voices._emotions import sample_delivery
from mien.samples.voices._parameters import Floats, Sound
from mien.samples.voices._sentences import SENTENCES
from mien.samples.voices._speak import RATE, speak
from mien.samples.voices._speaker import sample_speaker

_STRANGERS = 6  # who talk in the background
_STRANGER_SEED = 900_001  # theirs; no data set has these people
_CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))  # semitones above the key: I vi IV V
_BEAT = 0.6  # s


def _none(length: int, rng: np.random.Generator) -> Floats:
    return np.zeros(length)


def _pink(length: int, rng: np.random.Generator) -> Floats:
    return coloured(rng.normal(0, 1, length), lambda hertz: 1 / np.sqrt(np.maximum(hertz, 30)))


def _hum(length: int, rng: np.random.Generator) -> Floats:
    mains = float(rng.choice([50.0, 60.0])) * np.arange(1, 13)
    time = np.arange(length) / RATE
    phases = rng.uniform(0, 2 * np.pi, len(mains))
    level = rng.uniform(0.2, 1.0, len(mains)) / np.arange(1, 13)
    return level @ np.sin(2 * np.pi * mains[:, None] * time + phases[:, None]) + 0.02 * rng.normal(0, 1, length)


def _fan(length: int, rng: np.random.Generator) -> Floats:
    blades, corner = float(rng.uniform(70, 190)), float(rng.uniform(250, 900))
    air = coloured(rng.normal(0, 1, length), lambda hertz: 1 / (1 + (hertz / corner) ** 1.5))
    air /= air.std()
    return air * (1 + 0.25 * np.sin(2 * np.pi * 4 * np.arange(length) / RATE)) + 0.5 * np.sin(
        2 * np.pi * blades * np.arange(length) / RATE
    )


def _babble(length: int, rng: np.random.Generator) -> Floats:
    """Give four strangers who talk at once, each without end."""
    total = np.zeros(length)
    for who in rng.choice(_STRANGERS, 4, replace=False):
        talk = _talk(int(who))
        start = int(rng.integers(len(talk)))
        total += np.resize(np.roll(talk, -start), length) * rng.uniform(0.4, 1.0)
    return total


NOISES: Mapping[str, Callable[[int, np.random.Generator], Floats]] = {
    "none": _none,
    "hum": _hum,
    "pink": _pink,
    "fan": _fan,
    "babble": _babble,
}


def music(length: int, rng: np.random.Generator) -> Sound:
    """Play chords on plucked strings: float32 [length] at `RATE`, peak about 0.5."""
    key = float(rng.uniform(150, 280))
    total = np.zeros(length)
    for number, start in enumerate(range(0, length, round(_BEAT * RATE))):
        time = np.arange(length - start) / RATE
        for semitone in _CHORDS[number // 2 % len(_CHORDS)]:
            hertz = key * 2 ** (semitone / 12)
            for harmonic in range(1, 7):
                total[start:] += (
                    np.sin(2 * np.pi * harmonic * hertz * time) * np.exp(-4 * harmonic**0.5 * time) / harmonic
                )
    return np.asarray(0.5 * total / np.abs(total).max(), np.float32)


def coloured(white: Floats, gain: Callable[[Floats], Floats]) -> Floats:
    """Shape a sound [n] at `RATE` by a gain over frequencies in Hz."""
    spectrum = np.fft.rfft(white)
    hertz = np.asarray(np.fft.rfftfreq(len(white), 1 / RATE), float)
    return np.asarray(np.fft.irfft(spectrum * gain(hertz), len(white)), float)


@lru_cache(maxsize=_STRANGERS)
def _talk(who: int) -> Sound:
    speaker = sample_speaker(_STRANGER_SEED, who)
    names = list(SENTENCES)
    said = []
    for number in range(2):
        delivery = sample_delivery(np.random.default_rng([_STRANGER_SEED, who, number]), speaker, "neutral")
        said.append(speak(speaker, delivery, names[(who * 2 + number) % len(names)], who * 2 + number))
    return np.concatenate(said)
