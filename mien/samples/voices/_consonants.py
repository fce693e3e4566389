"""Consonants: what a tract does before and after a vowel, and the noise that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mien.samples._tables import tables

Locus = tuple[int, int, int]
"""F1..F3 in Hz of a man."""

_TABLES = tables("voices")
NOISES: Mapping[str, tuple[float, float, float]] = _TABLES["friction"]
"""Noise -> centre and width in Hz of a man, and level in dB."""


@dataclass(frozen=True)
class Consonant:
    """One consonant; what it does not have is 0."""

    locus: Locus  # where the formants point to
    hold: float  # share of the locus, the rest is the next vowel's
    length: float  # of the constriction, ms
    voice: float = 0.0  # level of the voice, 1 is a vowel's
    noise: str = ""  # a name of `NOISES`
    friction: float = 0.0  # level of the noise while it is held
    burst: float = 0.0  # level of the noise when it opens
    aspiration: float = 0.0  # breath after the burst, ms
    breath: float = 0.0  # breath while it is held, level
    zero: float = 0.0  # antiresonance of the closed mouth behind an open nose, Hz of a man


CONSONANTS: Mapping[str, Consonant] = {
    name: Consonant(**words | {"locus": _TABLES["locus"][words["locus"]]})
    for name, words in _TABLES["consonant"].items()
}
