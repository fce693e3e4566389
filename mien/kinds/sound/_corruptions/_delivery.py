"""How it was spoken, and how it was recorded: speed and level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mien.kinds.sound._tempo import stretched

if TYPE_CHECKING:
    from mien.core.types import Singles

_CLIPPED = (0.01, 0.04, 0.1, 0.2, 0.35)  # share of the samples that are cut off
_SOFTER = (6.0, 12.0, 20.0, 30.0, 40.0)  # dB
_STEPS = 32_768  # of 16 bits
_SPEEDS = (1.08, 1.16, 1.28, 1.42, 1.6)


def clipping(samples: Singles, strength: int, random: np.random.Generator) -> Singles:
    """Cut off what is loudest, as an overloaded microphone does."""
    most = np.quantile(np.abs(samples), 1 - _CLIPPED[strength - 1]).astype(np.float32)
    cut: Singles = np.clip(samples, -most, most)
    return cut


def gain(samples: Singles, strength: int, random: np.random.Generator) -> Singles:
    """Record it too softly, in steps of 16 bits."""
    soft = samples * np.float32(10 ** (-_SOFTER[strength - 1] / 20))
    stepped: Singles = np.rint(soft * _STEPS) / np.float32(_STEPS)
    return stepped


def tempo(samples: Singles, strength: int, random: np.random.Generator) -> Singles:
    """Speak slower or quicker, at the same pitch."""
    speed = _SPEEDS[strength - 1]
    return stretched(samples, speed if random.random() < 0.5 else 1 / speed)
