"""Noise of a sensor: a grey picture gets grey noise."""

from __future__ import annotations

import numpy as np

from mien.kinds.picture._corruptions._canvas import Light, channels
from mien.kinds.picture._corruptions._levels import level


def gaussian(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Add noise of one standard deviation everywhere."""
    noise = random.standard_normal(channels(picture), np.float32)
    return picture + np.float32(level("gaussian_noise", len(picture), strength)) * noise


def shot(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Count photons, of which there are few."""
    photons = level("shot_noise", len(picture), strength)
    count = random.poisson(photons * picture[..., : channels(picture)[2]])
    return np.broadcast_to((count / photons).astype(np.float32), picture.shape)


def impulse(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Turn some values black or white: salt and pepper."""
    draws = random.random((2, *channels(picture)), np.float32)
    hit = draws[0] < level("impulse_noise", len(picture), strength)
    return np.where(hit, (draws[1] < 0.5).astype(np.float32), picture)
