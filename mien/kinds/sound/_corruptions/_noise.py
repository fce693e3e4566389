"""Noise beside a voice, at a signal-to-noise ratio; the ratio is of mean powers over the whole row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mien.samples.voices import NOISES

if TYPE_CHECKING:
    from mien.core.types import Singles

_DECIBELS = (20.0, 15.0, 10.0, 5.0, 0.0)  # of the voice above the noise


def white(samples: Singles, strength: int, random: np.random.Generator) -> Singles:
    """Add hiss, as loud at all frequencies."""
    return _mixed(samples, random.standard_normal(len(samples)), strength)


def pink(samples: Singles, strength: int, random: np.random.Generator) -> Singles:
    """Add a rush, fainter by 3 dB with each octave: traffic, ventilation."""
    return _mixed(samples, NOISES["pink"](len(samples), random), strength)


def babble(samples: Singles, strength: int, random: np.random.Generator) -> Singles:
    """Add four strangers who talk: voices that Mien synthesises."""
    return _mixed(samples, NOISES["babble"](len(samples), random), strength)


def _mixed(samples: Singles, noise: np.ndarray, strength: int) -> Singles:
    voice, other = float(np.mean(np.square(samples, dtype=np.float64))), float(np.mean(noise**2))
    gain = np.sqrt(voice / max(other, 1e-20) * 10 ** (-_DECIBELS[strength - 1] / 10))
    mixed: Singles = samples + (gain * noise).astype(np.float32)
    return mixed
