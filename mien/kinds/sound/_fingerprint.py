"""What copies of a clip share: how its spectrum rises and falls, moment by moment, in bands of 300 Hz to 3.3 kHz.

Haitsma and Kalker (2002) keep the sign of how the difference between neighbouring bands changes over time, one bit for
each band and moment. Of speech, clips are short and pauses many, so here the size of that change is kept too, in four
bits: it is small where there is nothing but noise, which copies do not share. A telephone's band is enough; the level,
and whatever a microphone or a codec does to all of a clip alike, cancels out.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mien.kinds.sound._activity import trimmed

if TYPE_CHECKING:
    from mien.core.types import Pixels, Singles

SIDE = 48  # of what a form is kept in, as pictures are: uint8 [48, 48]
HOP = 256  # samples, 16 ms
BANDS = 12  # differences between 13 bands
FRAMES = 2 * SIDE * SIDE // BANDS  # 384, 6.1 seconds; what comes after is not compared
_SIZE = 1024
_LOW, _HIGH = 300.0, 3300.0  # hertz
_DEPTH = 40.0  # dB from the loudest moments down, below which all is one level
_STEP = 2.0  # dB between two of the 15 values
SHORTEST = 32  # frames, half a second: shorter ones are too alike


def fingerprint(samples: Singles) -> Pixels | None:
    """Reduce a clip, float32 [T], to uint8 [48, 48]; None where there is too little of it.

    Four bits a number, 12 numbers a frame, frame after frame; 0 after the end, else 8 and the change in steps of 2 dB.
    """
    found = _changes(trimmed(samples))
    if len(found) < SHORTEST or not found.any():
        return None
    steps = np.zeros((FRAMES, BANDS), np.uint8)
    steps[: len(found)] = np.clip(np.rint(found / _STEP), -7, 7)[:FRAMES] + 8
    pairs = steps.reshape(-1, 2)
    return np.asarray(pairs[:, 0] << 4 | pairs[:, 1], np.uint8).reshape(SIDE, SIDE)


def unpacked(form: Pixels) -> Singles:
    """Return float32 [F, 12], -7..7, of which a form is made."""
    flat = form.reshape(-1)
    steps = np.stack([flat >> 4, flat & 15], axis=1).reshape(FRAMES, BANDS)
    count = int(np.count_nonzero(steps[:, 0]))
    return steps[:count].astype(np.float32) - 8


def _changes(samples: Singles) -> Singles:
    padded = np.pad(samples[: (FRAMES + 4) * HOP], _SIZE // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, _SIZE)[::HOP]
    spectra = np.fft.rfft(frames * np.hanning(_SIZE).astype(np.float32))
    power = (spectra.real**2 + spectra.imag**2) @ _bank()
    level = 10 * np.log10(np.maximum(power, 1e-10))
    level = np.maximum(level, np.percentile(level, 98) - _DEPTH)
    slopes = level[:, 1:] - level[:, :-1]  # [F, 12]
    found: Singles = (slopes[2:] - slopes[:-2])[:FRAMES].astype(np.float32)
    return found


@cache
def _bank() -> Singles:
    """Return how much of each bin each of 13 bands takes, equally wide on a logarithmic scale, float32 [513, 13]."""
    edges = np.geomspace(_LOW, _HIGH, BANDS + 2) * _SIZE / 16_000
    bins = np.arange(_SIZE // 2 + 1)[:, None]
    shares = np.minimum(bins + 0.5, edges[1:]) - np.maximum(bins - 0.5, edges[:-1])
    bank: Singles = np.clip(shares, 0, 1).astype(np.float32)
    return bank
