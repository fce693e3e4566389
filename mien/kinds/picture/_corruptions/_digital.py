"""What is done to a picture after it was taken."""

from __future__ import annotations

import cv2
import numpy as np

from mien.kinds.picture._corruptions._canvas import EDGE, Light
from mien.kinds.picture._corruptions._levels import level

_SMOOTH = 0.06  # of the side: standard deviation over which neighbours are displaced alike


def brightness(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Raise the value of HSV; hue and saturation stay."""
    value = picture.max(axis=2, keepdims=True)
    raised = np.minimum(value + np.float32(level("brightness", len(picture), strength)), 1)
    return np.where(value > 0, picture * (raised / np.maximum(value, 1e-6)), raised)


def contrast(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Draw every value towards the mean of its channel."""
    mean = picture.mean(axis=(0, 1))
    return mean + np.float32(level("contrast", len(picture), strength)) * (picture - mean)


def elastic(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Displace every pixel a little, its neighbours alike (Simard, Steinkraus & Platt 2003)."""
    side = len(picture)
    away: Light = random.uniform(-1, 1, (side, side, 2)).astype(np.float32)
    away = cv2.GaussianBlur(away, (0, 0), _SMOOTH * side, borderType=cv2.BORDER_REFLECT)
    away *= np.float32(level("elastic_transform", side, strength) * side) / np.maximum(away.std(), 1e-6)
    places = np.arange(side, dtype=np.float32)
    return cv2.remap(picture, away[..., 0] + places, away[..., 1] + places[:, None], cv2.INTER_LINEAR, borderMode=EDGE)


def pixelate(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Show it in larger pixels; the last ones, cut off by the edge, may be narrower."""
    side = len(picture)
    share = level("pixelate", side, strength)
    begins = np.arange(np.ceil(side * share)) / share
    ends, places = np.minimum(begins + 1 / share, side), np.arange(side)[:, None]
    shared = np.clip(np.minimum(places + 1, ends) - np.maximum(places, begins), 0, 1)  # [side, pixels]
    both = ((shared / (ends - begins)) @ shared.T).astype(np.float32)  # [side, side]: onto large pixels, and back
    return np.einsum("ij,jkc,lk->ilc", both, picture, both, optimize=True)


def jpeg(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Save it as JPEG of a low quality."""
    blue_first = np.clip(np.rint(picture[..., ::-1] * 255), 0, 255).astype(np.uint8)
    quality = round(level("jpeg_compression", len(picture), strength))
    _, file = cv2.imencode(".jpg", blue_first, [cv2.IMWRITE_JPEG_QUALITY, quality])
    read: Light = cv2.imdecode(file, cv2.IMREAD_COLOR)
    return read[..., ::-1].astype(np.float32) / np.float32(255)
