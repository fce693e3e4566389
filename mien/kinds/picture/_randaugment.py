"""RandAugment and random erasing: further changes, drawn for each picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from mien.core.types import Floats, Pixels

Picture = Any  # uint8 [S, S, 3]; OpenCV declares every answer as integers or floats alike
Change = Callable[[Picture, float], Picture]


def randaugment(picture: Pixels, draws: Floats, strength: float) -> Pixels:
    """Make some changes drawn from a fixed list, all of one strength (Cubuk et al. 2020).

    `picture` uint8 [S, S, 3], RGB; `draws` float64 [2 * changes], in [0, 1): which change and which way. Returns new
    memory, or the same where nothing changes.
    """
    for which, way in draws.reshape(-1, 2):
        change = CHANGES[int(which * len(CHANGES))]
        picture = change(picture, strength * (1 if way < 0.5 else -1))
    return picture


def erase(picture: Pixels, draws: Floats, share: float) -> None:
    """Fill a random rectangle with noise, in some pictures, in place (Zhong et al. 2020).

    `picture` uint8 [S, S, 3]; `draws` float64 [5], in [0, 1): whether, how large, how long, where across, where down.
    """
    if draws[0] >= share:
        return
    size = len(picture)
    area, aspect = (0.02 + 0.31 * draws[1]) * size**2, 0.3 * (1 / 0.3 / 0.3) ** draws[2]  # 2..33 %, 0.3..3.3
    height, width = (int(np.clip(np.rint(side), 1, size)) for side in (np.sqrt(area * aspect), np.sqrt(area / aspect)))
    top, left = int(draws[3] * (size - height + 1)), int(draws[4] * (size - width + 1))
    noise = np.random.default_rng(int(draws[0] * 2**53)).integers(0, 256, (height, width, 1), np.uint8)
    picture[top : top + height, left : left + width] = noise


def _table(values: Floats) -> Pixels:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


_VALUES = np.arange(256, dtype=np.float64)


def _warp(picture: Picture, matrix: list[list[float]]) -> Picture:
    middle = (len(picture) - 1) / 2
    turn = np.array(matrix)
    turn[:, 2] += middle - turn[:, :2] @ [middle, middle]
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(picture, turn, picture.shape[1::-1], None, how, cv2.BORDER_REFLECT_101)


def _turn(picture: Picture, by: float) -> Picture:
    angle = np.radians(30 * by)
    return _warp(picture, [[np.cos(angle), -np.sin(angle), 0.0], [np.sin(angle), np.cos(angle), 0.0]])


def _shear_across(picture: Picture, by: float) -> Picture:
    return _warp(picture, [[1.0, 0.3 * by, 0.0], [0.0, 1.0, 0.0]])


def _shear_down(picture: Picture, by: float) -> Picture:
    return _warp(picture, [[1.0, 0.0, 0.0], [0.3 * by, 1.0, 0.0]])


def _move_across(picture: Picture, by: float) -> Picture:
    return _warp(picture, [[1.0, 0.0, 0.2 * by * len(picture)], [0.0, 1.0, 0.0]])


def _move_down(picture: Picture, by: float) -> Picture:
    return _warp(picture, [[1.0, 0.0, 0.0], [0.0, 1.0, 0.2 * by * len(picture)]])


def _brightness(picture: Picture, by: float) -> Picture:
    return cv2.LUT(picture, _table(_VALUES * (1 + 0.6 * by)))


def _contrast(picture: Picture, by: float) -> Picture:
    mean = float(picture.mean())
    return cv2.LUT(picture, _table((_VALUES - mean) * (1 + 0.6 * by) + mean))


def _gamma(picture: Picture, by: float) -> Picture:
    return cv2.LUT(picture, _table(255 * (_VALUES / 255) ** (2.0**by)))


def _posterize(picture: Picture, by: float) -> Picture:
    bits = 8 - round(4 * abs(by))
    return picture & np.uint8(256 - (1 << (8 - bits)))


def _autocontrast(picture: Picture, _: float) -> Picture:
    low, high = int(picture.min()), int(picture.max())
    return picture if high == low else cv2.LUT(picture, _table((_VALUES - low) * 255 / (high - low)))


def _equalize(picture: Picture, _: float) -> Picture:
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    counts = np.bincount(grey.ravel(), minlength=256).cumsum()
    return cv2.LUT(picture, _table(counts * 255 / counts[-1]))


def _sharpness(picture: Picture, by: float) -> Picture:
    soft = cv2.GaussianBlur(picture, (3, 3), 0)
    return cv2.addWeighted(picture, 1 + 0.9 * by, soft, -0.9 * by, 0)


# Those of the paper that leave a face a face: without inversion, solarisation and colour.
CHANGES: tuple[Change, ...] = (
    _turn,
    _shear_across,
    _shear_down,
    _move_across,
    _move_down,
    _brightness,
    _contrast,
    _gamma,
    _posterize,
    _autocontrast,
    _equalize,
    _sharpness,
)
