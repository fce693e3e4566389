"""Formants of vowels for any vocal tract, from measured men, women and children.

Bandwidths after G. Fant, "Vocal tract wall effects, losses, and resonance bandwidths", STL-QPSR 2-3, 1972.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mien.samples._tables import tables
from mien.samples.voices._parameters import Floats

# Vowel (ARPAbet) -> F1..F4 in Hz of men, women and children.
TABLE: Mapping[str, tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]] = tables("voices")["vowel"]
DIPHTHONGS: Mapping[str, tuple[str, str]] = tables("voices")["diphthong"]
BODIES: Mapping[str, Mapping[str, float]] = tables("voices")["body"]
MAN, WOMAN, CHILD = (body["tract"] for body in BODIES.values())  # cm, whose tables these are
SOUND_SPEED = 35_000.0  # cm/s, in warm wet air
_EVERY = np.log([[TABLE[vowel][who] for who in range(3)] for vowel in TABLE])  # [vowel, who, formant]
_MEAN = _EVERY.mean(axis=0)  # [who, formant]: where schwa lies


def formants(vowel: str, tract: float) -> Floats:
    """Give F1..F4 [4] in Hz of a vowel (``ax`` is schwa) for a vocal tract of so many cm."""
    table = _MEAN if vowel == "ax" else np.log(np.array(TABLE[vowel], float))
    return np.exp(_between(table, tract))


def scale(tract: float) -> float:
    """Say how much higher than a man's resonances lie in a tract of so many cm."""
    return float(np.exp(_between(_MEAN - _MEAN[0], tract).mean()))


def bandwidths(tracks: Floats) -> Floats:
    """Give the bandwidths [..., 4] in Hz of formants [..., 4] in Hz."""
    first, second, third, fourth = np.moveaxis(tracks, -1, 0)
    width = [
        15 * (500 / first) ** 2 + 20 * np.sqrt(first / 500) + 5 * (first / 500) ** 2 + 20,
        30 + 16 * (first / 500) ** 2 + 12_000 / np.maximum(third - second, 300),
        40 + 25 * (first / 500) ** 2 + 4 * (second / 500) ** 2,
        0.05 * fourth,
    ]
    return np.stack(width, axis=-1)


def higher(tract: float, highest: float) -> Floats:
    """Give the resonances [n] in Hz above F4, as those of an even tube, up to beyond `highest`."""
    step = SOUND_SPEED / (2 * tract)
    return np.arange(4.5 * step, highest + 2 * step, step)


def _between(table: Floats, tract: float) -> Floats:
    """Interpolate a table [who, formant], and go on beyond its ends in proportion to the tract."""
    known = np.clip(tract, CHILD, MAN)
    rows = [np.interp(known, (CHILD, WOMAN, MAN), table[::-1, column]) for column in range(table.shape[1])]
    return np.array(rows) + (np.log(known / tract) if table[0].any() else 0.0)
