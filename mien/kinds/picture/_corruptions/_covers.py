"""What covers part of a face, where FER2013's frame has eyes, nose and mouth; drawn for each strength, ours."""

from __future__ import annotations

import cv2
import numpy as np

from mien.kinds.picture._corruptions._canvas import Light, lay, tinted

_FABRICS = ((0.6, 0.77, 0.85), (0.93, 0.93, 0.92), (0.13, 0.13, 0.15))  # of masks: blue, white, black
_TOP = (0.8, 0.73, 0.66, 0.59, 0.52)  # of the mask, share of the height: from the mouth up to half of the face
_LENS = (0.8, 0.9, 1.0, 1.1, 1.2)  # of the sunglasses, size
_DARK = (0.6, 0.75, 0.88, 0.96, 1.0)  # of the sunglasses, opacity
_REACH = (0.2, 0.3, 0.4, 0.5, 0.62)  # of the hand, share of the width
_BITS = 6  # of a pixel's fraction, in OpenCV's drawing


def mask(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Put on a mask of fabric, which reaches further up the stronger it is."""
    side, top = len(picture), _TOP[strength - 1]
    shape = [(0.06, top + 0.04), (0.3, top - 0.01), (0.5, top - 0.05), (0.7, top - 0.01), (0.94, top + 0.04)]
    shape += [(0.88, max(0.86, top + 0.06)), (0.68, 1.01), (0.32, 1.01), (0.12, max(0.86, top + 0.06))]
    cover = np.zeros((side, side), np.uint8)
    cv2.fillPoly(cover, [_places(shape, side)], 255, cv2.LINE_AA, _BITS)
    folds = 1 + 0.06 * np.sin(np.linspace(0, 22 * np.pi, side, dtype=np.float32))[:, None, None]
    fabric = tinted(picture, _FABRICS[int(random.integers(len(_FABRICS)))])
    return lay(picture, np.clip(fabric * folds, 0, 1), _opacity(cover))


def sunglasses(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Put on sunglasses, larger and darker the stronger it is."""
    side, size = len(picture), _LENS[strength - 1]
    down = 0.38 + random.uniform(-0.02, 0.02)
    cover = np.zeros((side, side), np.uint8)
    for across in (0.29, 0.71):
        centre, axes = _places([(across, down)], side)[0], _places([(0.17 * size, 0.12 * size)], side)[0]
        cv2.ellipse(cover, centre.tolist(), axes.tolist(), 0, 0, 360, 255, -1, cv2.LINE_AA, _BITS)
    thick = max(1, round(0.04 * side * size))
    for begin, end in (((0, down - 0.03), (0.15, down - 0.03)), ((0.4, down), (0.6, down)), ((0.85, down), (1, down))):
        first, last = _places([begin, end], side).tolist()
        cv2.line(cover, first, last, 255, thick, cv2.LINE_AA, _BITS)
    return lay(picture, np.float32(0.05), np.float32(_DARK[strength - 1]) * _opacity(cover))


def hand(picture: Light, strength: int, random: np.random.Generator) -> Light:
    """Lay four fingers over cheek and mouth, from the left or the right, as far as the strength says."""
    side, reach = len(picture), _REACH[strength - 1]
    from_left, first, tilt = random.random() < 0.5, random.uniform(0.42, 0.5), random.uniform(-0.06, 0.06)
    skin = np.median(picture[side // 3 : -side // 3 or None, side // 3 : -side // 3 or None], axis=(0, 1))
    skin = np.clip(skin, 0.25, 0.95) * np.float32(0.92)
    for finger, length in enumerate((0.88, 1.0, 0.96, 0.8)):
        y, end = first + 0.145 * finger, reach * length
        ends = [(-0.1, y + tilt), (end, y)] if from_left else [(1.1, y + tilt), (1 - end, y)]
        begin, tip = _places(ends, side).tolist()
        for width, shade in ((0.15, 0.6), (0.125, 1.0)):  # a dark gap around each
            cover = np.zeros((side, side), np.uint8)
            cv2.line(cover, begin, tip, 255, max(1, round(width * side)), cv2.LINE_AA, _BITS)
            picture = lay(picture, np.float32(shade) * skin, _opacity(cover))
    return picture


def _places(shares: list[tuple[float, float]], side: int) -> np.ndarray:
    """Return places, shares of the side, in fractions of pixels as OpenCV draws them: int32 [N, 2]."""
    found: np.ndarray = np.rint(np.array(shares) * (side - 1) * (1 << _BITS)).astype(np.int32)
    return found


def _opacity(cover: np.ndarray) -> Light:
    return cover.astype(np.float32) / np.float32(255)
