"""Weather between the camera and what it looks at."""

from __future__ import annotations

import cv2
import numpy as np

from mien.kinds.picture._corruptions._canvas import EDGE, LUMA, Light, clouds, lay, line, tinted
from mien.kinds.picture._corruptions._levels import level

_ICE = (0.86, 0.93, 1.0)


def snow(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Let flakes fall, and brighten what is behind them."""
    side = len(picture)
    mean, spread, size, floor, fall, kept = (
        level(f"snow_{word}", side, strength) for word in ("mean", "spread", "size", "floor", "fall", "kept")
    )
    cells = max(2, round(side / size))
    flakes: Light = (mean + spread * random.standard_normal((cells, cells))).astype(np.float32)
    flakes = cv2.resize(flakes, (side, side), interpolation=cv2.INTER_LINEAR)
    flakes = np.where(flakes < floor, 0, np.clip(flakes, 0, 1))
    angle = random.uniform(np.pi / 4, 3 * np.pi / 4)
    flakes = cv2.filter2D(flakes, -1, line(min(0.6 * fall, side / 12), angle), borderType=EDGE)
    grey = picture @ LUMA
    bright = np.maximum(picture, (1.5 * grey + 0.5)[..., None])
    return np.float32(kept) * picture + np.float32(1 - kept) * bright + (flakes + flakes[::-1, ::-1])[..., None]


def frost(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Cover the glass in ice: ridges of clouds, thickest at the edge. No photograph of anybody's is needed."""
    side = len(picture)
    needles = clouds(side, 1.5, random)
    veins = 1 - np.abs(2 * clouds(side, 1.9, random) - 1)
    places = np.abs(np.linspace(-1, 1, side, dtype=np.float32))
    edge = np.maximum(places[:, None], places) ** 2
    ice = np.clip(0.25 + 0.55 * veins**3 + 0.5 * edge * needles + 0.2 * needles, 0, 1)
    opacity = np.float32(level("frost", side, strength)) * ice
    return lay(picture, tinted(picture, _ICE), opacity)


def fog(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Add clouds of light, and dim all to what was the brightest before."""
    amount, most = np.float32(level("fog", len(picture), strength)), picture.max()
    return (picture + amount * clouds(len(picture), 2.0, random)[..., None]) * (most / (most + amount))
