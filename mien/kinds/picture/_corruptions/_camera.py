"""Light, lens and frame: what differs from camera to camera, and how a detector cuts faces; strengths are ours."""

from __future__ import annotations

import cv2
import numpy as np

from mien.kinds.picture._corruptions._canvas import EDGE, Light, channels
from mien.kinds.picture._corruptions._levels import level

_GAMMA = 2.2  # between what is stored and light
_LEFT = (0.35, 0.2, 0.1, 0.05, 0.025)  # of the light
_PHOTONS = 1500.0  # of full white by day
_READ = 0.0025  # standard deviation of the sensor's own noise, of full white
_CAST = (0.12, 0.22, 0.33, 0.45, 0.6)  # by how much one channel falls behind another
_DEGREES = (5.0, 10.0, 18.0, 28.0, 40.0)
_SHIFTS = (0.04, 0.08, 0.12, 0.17, 0.23)  # of the side


def low_light(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Leave little light, with the noise that goes with it: of photons, and of the sensor (Foi et al. 2008)."""
    light = np.float32(_LEFT[strength - 1]) * picture[..., : channels(picture)[2]] ** np.float32(_GAMMA)
    noise = np.sqrt(light / np.float32(_PHOTONS) + np.float32(_READ**2))
    light = light + noise * random.standard_normal(light.shape, np.float32)
    return np.broadcast_to(np.clip(light, 0, 1) ** np.float32(1 / _GAMMA), picture.shape)


def colour_cast(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Tint it as a wrong white balance does, in any direction of hue."""
    hue = random.uniform(0, 2 * np.pi) + np.array([0, 2, 4]) * np.pi / 3
    gains = 1 - _CAST[strength - 1] * (1 - np.cos(hue)) / 2
    return picture * (gains / gains.max()).astype(np.float32)


def resampling(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Shrink it, and enlarge it again: a face that was far away."""
    side = len(picture)
    few = max(4, round(side * level("resampling", side, strength)))
    small = cv2.resize(picture, (few, few), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (side, side), interpolation=cv2.INTER_CUBIC)


def turn(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Turn it, either way."""
    angle = np.radians(_DEGREES[strength - 1]) * (1 if random.random() < 0.5 else -1)
    return _moved(picture, angle, (0.0, 0.0))


def frame_shift(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Cut the face beside where it is, in any direction."""
    way, far = random.uniform(0, 2 * np.pi), _SHIFTS[strength - 1] * len(picture)
    return _moved(picture, 0.0, (far * np.cos(way), far * np.sin(way)))


def _moved(picture: Light, angle: float, away: tuple[float, float]) -> Light:
    middle = (len(picture) - 1) / 2
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    start = middle - turned @ [middle, middle] + away
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    move = np.concatenate([turned, start[:, None]], axis=1)
    return cv2.warpAffine(picture, move, picture.shape[1::-1], flags=how, borderMode=EDGE)
