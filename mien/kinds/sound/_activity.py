"""Where in a clip something sounds: by its level alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from mien.core.types import Floats, Singles

FRAME = 320  # samples, 20 ms
SILENCE = -60.0  # dBFS: below it nothing counts as sound
_BELOW = 40.0  # dB under the loud parts: a room's noise, not a voice
_LOUD = 95  # percentile of the levels that is called loud: no single click
MARGIN = 2  # frames kept before and after, for a soft onset


def levels(samples: Singles) -> Floats:
    """Return the level of each 20 ms, dBFS (a full-scale square wave has 0), float64 [F]; the last part of one too."""
    count = max(1, -(-len(samples) // FRAME))
    padded = np.zeros(count * FRAME, np.float32)
    padded[: len(samples)] = samples
    frames = padded.reshape(count, FRAME)
    power = np.einsum("ft,ft->f", frames, frames, dtype=np.float64) / FRAME
    found: Floats = 10 * np.log10(np.maximum(power, 1e-12))
    return found


def sounding(samples: Singles) -> npt.NDArray[np.bool_]:
    """Say of each 20 ms whether something sounds, bool [F]."""
    level = levels(samples)
    return np.asarray(level > max(SILENCE, float(np.percentile(level, _LOUD)) - _BELOW))


def trimmed(samples: Singles) -> Singles:
    """Cut silence off both ends; what is silent all through stays."""
    return samples[heard_part(samples)]


def heard_part(samples: Singles) -> slice:
    """Say what is left of a clip without the silence at its ends; all of what is silent all through."""
    there = np.flatnonzero(sounding(samples))
    if not len(there):
        return slice(0, len(samples))
    return slice(max(0, int(there[0]) - MARGIN) * FRAME, min(len(samples), (int(there[-1]) + 1 + MARGIN) * FRAME))
