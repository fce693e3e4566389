"""What a model is given of a clip: its loudest part, without silence around it. Training and every answer cut so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mien.kinds.sound._activity import heard_part

if TYPE_CHECKING:
    from mien.core.types import Singles

_STEP = 160  # samples between two windows that are tried, 10 ms


def row(samples: Singles, length: int) -> Singles:
    """Cut or fill a clip, float32 [T], to float32 [length].

    Silence is cut off both ends. Of what is longer the loudest window stays, the first of several; what is shorter is
    followed by zeros, which a model does not listen to. The level stays: a model evens it out by itself.
    """
    kept = samples[cut(samples, length)]
    filled = np.zeros(length, np.float32)
    filled[: len(kept)] = kept
    return filled


def cut(samples: Singles, length: int) -> slice:
    """Say which part of a clip a row of `length` samples holds."""
    part = heard_part(samples)
    start = part.start + loudest(samples[part], length)
    return slice(start, min(start + length, part.stop))


def loudest(samples: Singles, length: int) -> int:
    """Return where the loudest `length` samples begin, the first of several; 0 of what is no longer."""
    if len(samples) <= length:
        return 0
    energy = np.concatenate([[0.0], np.cumsum(samples.astype(np.float64) ** 2)])
    starts = np.arange(0, len(samples) - length + 1, _STEP)
    return int(starts[np.argmax(energy[starts + length] - energy[starts])])
