"""Formants of vowels for any vocal tract, from measured men, women and children.

Source: J. Hillenbrand, L. Getty, M. Clark, K. Wheeler, "Acoustic characteristics of American English vowels", JASA 97,
1995, table V; tract lengths after W. Fitch, J. Giedd, JASA 106, 1999; bandwidths after G. Fant, "Vocal tract wall
effects, losses, and resonance bandwidths", STL-QPSR 2-3, 1972.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mien.samples.voices._parameters import Floats

# Vowel (ARPAbet) -> F1..F4 in Hz of men, women and children.
TABLE: Mapping[str, tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]] = {
    "iy": ((342, 2322, 3000, 3657), (437, 2761, 3372, 4352), (452, 3081, 3702, 4572)),
    "ih": ((427, 2034, 2684, 3618), (483, 2365, 3053, 4334), (511, 2552, 3403, 4575)),
    "ey": ((476, 2089, 2691, 3649), (536, 2530, 3047, 4319), (564, 2656, 3323, 4422)),
    "eh": ((580, 1799, 2605, 3677), (731, 2058, 2979, 4294), (749, 2267, 3310, 4671)),
    "ae": ((588, 1952, 2601, 3624), (669, 2349, 2972, 4290), (717, 2501, 3289, 4409)),
    "aa": ((768, 1333, 2522, 3687), (936, 1551, 2815, 4299), (1002, 1688, 2950, 4307)),
    "ao": ((652, 997, 2538, 3486), (781, 1136, 2824, 3923), (803, 1210, 2982, 3919)),
    "ow": ((497, 910, 2459, 3384), (555, 1035, 2828, 3927), (597, 1137, 2987, 4167)),
    "uh": ((469, 1122, 2434, 3400), (519, 1225, 2827, 4052), (568, 1490, 3072, 4328)),
    "uw": ((378, 997, 2343, 3357), (459, 1105, 2735, 4115), (494, 1345, 2988, 4276)),
    "ah": ((623, 1200, 2550, 3557), (753, 1426, 2933, 4092), (749, 1546, 3145, 4320)),
    "er": ((474, 1379, 1710, 3334), (523, 1588, 1929, 3914), (586, 1719, 2143, 3788)),
}
DIPHTHONGS: Mapping[str, tuple[str, str]] = {
    "ay": ("aa", "ih"),
    "aw": ("aa", "uh"),
    "oy": ("ao", "ih"),
    "ey": ("ey", "ih"),
    "ow": ("ow", "uw"),
}
MAN, WOMAN, CHILD = 16.6, 14.6, 13.0  # cm, whose tables these are
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
