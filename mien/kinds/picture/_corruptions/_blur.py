"""Blur: out of focus, behind glass, in motion, towards the camera."""

from __future__ import annotations

import cv2
import numpy as np

from mien.kinds.picture._corruptions._canvas import EDGE, Light, line
from mien.kinds.picture._corruptions._levels import level

_HALF = 0.6  # the standard deviation of half a Gaussian, which the published motion blur trails behind: ours is centred


def defocus(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Blur over a disk with a soft edge."""
    radius = level("defocus_blur", len(picture), strength)
    places = np.arange(-int(radius + 1), int(radius + 1) + 1)
    disk = np.clip(radius + 1 - np.hypot(places[:, None], places), 0, 1).astype(np.float32) ** 2
    return cv2.filter2D(picture, -1, disk / disk.sum(), borderType=EDGE)


def glass(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Blur, take every pixel from a place nearby, and blur again."""
    side = len(picture)
    reach, soft = level("glass_blur", side, strength), level("glass_softness", side, strength)
    away = random.uniform(-1, 1, (2, side, side)).astype(np.float32) * np.float32(reach)
    places = np.arange(side, dtype=np.float32)
    x, y = away[0] + places, away[1] + places[:, None]
    blurred = cv2.GaussianBlur(picture, (0, 0), soft, borderType=EDGE)
    moved = cv2.remap(blurred, x, y, cv2.INTER_LINEAR, borderMode=EDGE)
    return cv2.GaussianBlur(moved, (0, 0), soft, borderType=EDGE)


def motion(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Blur along a line that leans up to 45 degrees either way."""
    spread = _HALF * level("motion_blur", len(picture), strength)
    return cv2.filter2D(picture, -1, line(spread, random.uniform(-np.pi / 4, np.pi / 4)), borderType=EDGE)


def zoom(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Average the picture with enlarged ones of itself."""
    side, most = len(picture), level("zoom_blur", len(picture), strength)
    middle, total = (side - 1) / 2, picture.copy()
    steps = np.linspace(0, most, 11)
    for step in steps:
        away = (1 - 1 / (1 + step)) * middle
        move = np.array([[1 / (1 + step), 0, away], [0, 1 / (1 + step), away]])
        total += cv2.warpAffine(picture, move, (side, side), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return total / np.float32(len(steps) + 1)
