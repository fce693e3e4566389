"""Consonants: what a tract does before and after a vowel, and the noise that it makes.

Sources: D. Klatt, "Software for a cascade/parallel formant synthesizer", JASA 67, 1980 (loci of formants); A. Jongman,
R. Wayland, S. Wong, "Acoustic characteristics of English fricatives", JASA 108, 2000 (spectral peaks and levels);
L. Lisker, A. Abramson, Word 20, 1964 (voice onset times).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Locus = tuple[int, int, int]
"""F1..F3 in Hz of a man."""

# Noise -> centre and width in Hz of a man, and level in dB, so that a held s or sh lies about 15 dB below a vowel.
NOISES: Mapping[str, tuple[float, float, float]] = {
    "s": (6800, 1500, -5),
    "sh": (3600, 1100, -1),
    "f": (7500, 6000, -22),
    "p": (900, 1300, -20),
    "t": (4500, 1800, -13),
    "k": (2000, 700, -13),
}
_LABIAL, _ALVEOLAR, _VELAR, _PALATAL = (290, 880, 2200), (310, 1750, 2650), (290, 1950, 2250), (300, 1850, 2600)


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


def _stop(locus: Locus, noise: str, aspiration: float) -> Consonant:
    voiced = aspiration == 0
    return Consonant(
        locus,
        hold=0.75,
        length=55 if voiced else 70,
        voice=0.07 if voiced else 0.0,
        noise=noise,
        burst=0.7 if voiced else 1.0,
        aspiration=aspiration,
    )


CONSONANTS: Mapping[str, Consonant] = {
    "p": _stop(_LABIAL, "p", 40),
    "t": _stop(_ALVEOLAR, "t", 50),
    "k": _stop(_VELAR, "k", 60),
    "b": _stop(_LABIAL, "p", 0),
    "d": _stop(_ALVEOLAR, "t", 0),
    "g": _stop(_VELAR, "k", 0),
    "s": Consonant(_ALVEOLAR, 0.8, 105, noise="s", friction=1.0),
    "sh": Consonant(_PALATAL, 0.8, 110, noise="sh", friction=1.0),
    "f": Consonant(_LABIAL, 0.7, 95, noise="f", friction=1.0),
    "z": Consonant(_ALVEOLAR, 0.8, 75, voice=0.22, noise="s", friction=0.55),
    "v": Consonant(_LABIAL, 0.7, 60, voice=0.3, noise="f", friction=0.6),
    "h": Consonant((500, 1500, 2500), 0.0, 65, breath=1.0),
    "m": Consonant(_LABIAL, 0.8, 70, voice=0.12, zero=1000),
    "n": Consonant(_ALVEOLAR, 0.8, 65, voice=0.09, zero=1500),
    "l": Consonant((340, 1080, 2800), 0.85, 65, voice=0.6),
    "r": Consonant((330, 1120, 1450), 0.85, 65, voice=0.65),
    "w": Consonant((300, 640, 2150), 0.9, 65, voice=0.6),
    "j": Consonant((270, 2150, 2950), 0.9, 60, voice=0.6),
}
