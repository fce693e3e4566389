"""What the corruptions of pictures share: the square they are made for, blur along a line, and clouds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

if TYPE_CHECKING:
    from mien.core.types import Pixels

Light = Any  # float32 [S, S, 3], RGB, 0..1
Change = Callable[[Light, int, np.random.Generator], Light]
EDGE = cv2.BORDER_REFLECT_101
LUMA: Light = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601


def square(change: Change) -> Callable[[Pixels, int, np.random.Generator], Pixels]:
    """Make of a change of one square, in light, that of a row, uint8 [S, S, 3] or, of a model of both, [2 S, S, 3].

    Of the latter each square is changed alike; one that is all black says that there is no face, and stays.
    """

    def changed(row: Pixels, strength: int, random: np.random.Generator) -> Pixels:
        height, side = row.shape[:2]
        if height == side:
            return _bytes(change(_light(row), strength, random))
        state, parts = random.bit_generator.state, []
        for part in (row[:side], row[side:]):
            random.bit_generator.state = state
            parts.append(_bytes(change(_light(part), strength, random)) if part.any() else part)
        return np.concatenate(parts)

    return changed


def _light(picture: Pixels) -> Light:
    return picture.astype(np.float32) / np.float32(255)


def _bytes(picture: Light) -> Pixels:
    found: Pixels = np.clip(np.rint(picture * 255), 0, 255).astype(np.uint8)
    return found


def channels(picture: Light) -> tuple[int, int, int]:
    """Say in which shape to draw what each pixel gets of its own: of a grey picture once for all three channels."""
    height, width = picture.shape[:2]
    return height, width, 1 if is_grey(picture) else 3


def is_grey(picture: Light) -> bool:
    """Say whether it shows no colour: what is laid over it shows none either."""
    return bool((picture[..., :1] == picture[..., 1:]).all())


def tinted(picture: Light, colour: tuple[float, float, float]) -> Light:
    """Return a colour, RGB, 0..1, as the picture would show it."""
    found: Light = np.array(colour, np.float32)
    return np.full(3, found @ LUMA, np.float32) if is_grey(picture) else found


def lay(picture: Light, over: Light, opacity: Light) -> Light:
    """Lay a colour or a picture over another; `opacity` float32 [S, S], 0..1."""
    return picture + opacity[..., None] * (over - picture)


def line(spread: float, angle: float) -> Light:
    """Return a kernel that blurs along a line: Gaussian weights of a standard deviation in pixels, float32 [K, K]."""
    reach = max(1, round(3 * spread))
    places = np.arange(-reach, reach + 1)
    along = np.cos(angle) * places[None, :] + np.sin(angle) * places[:, None]
    beside = -np.sin(angle) * places[None, :] + np.cos(angle) * places[:, None]
    weights = np.exp(-0.5 * (along / max(spread, 1e-3)) ** 2) * np.clip(1 - np.abs(beside), 0, 1)
    return np.asarray(weights / weights.sum(), np.float32)


def clouds(side: int, decay: float, random: np.random.Generator) -> Light:
    """Draw clouds, float32 [side, side], 0..1: noise of every scale, each `decay` times as faint as the next larger.

    The same as a plasma by midpoint displacement (Fournier, Fussell & Carpenter 1982), without its creases.
    """
    total, loud, cells = np.zeros((side, side), np.float32), 1.0, 2
    while cells <= side:
        grid = random.uniform(-1, 1, (cells + 1, cells + 1)).astype(np.float32)
        total += np.float32(loud) * cv2.resize(grid, (side, side), interpolation=cv2.INTER_CUBIC)
        loud, cells = loud / decay, 2 * cells
    low, high = float(total.min()), float(total.max())
    return (total - low) / max(high - low, 1e-6)
