"""What of a picture can be hidden: soft-edged patches, which fade into a blur of the picture itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mien.kinds._parts import Axis, Parts

if TYPE_CHECKING:
    from mien.core.types import Pixels, Singles

GRID = 8  # patches along each side
REACH = 0.6  # standard deviation of a patch, in grid steps: neighbours overlap, so no part goes unseen
BLUR = 1.5  # standard deviation of the blur, in grid steps: larger than what one patch hides


def patches(whole: Pixels, part: slice, grid: int = GRID) -> Parts:
    """Cut the square that lies in some lines of a row into soft-edged patches, which overlap.

    Parameters
    ----------
    whole : uint8 [H, size, 3]
        The row.
    part : slice
        Its lines that are cut up; the others stay as they are.
    grid : int
        Patches along each side, 1..size.

    Returns
    -------
    Parts
        ``[grid, grid]``, without a unit.
    """
    picture = whole[part]
    side = len(picture)
    bumps, blurred = _bumps(side, grid), _blur(picture, BLUR * side / grid)
    axis = Axis(bumps / bumps.sum(axis=0))

    def hide(strength: Singles) -> Pixels:
        rows = np.repeat(whole[None], len(strength), axis=0)
        for row, one in zip(rows, strength, strict=True):
            mask = np.minimum(bumps.T @ one @ bumps, 1)[..., None]  # [side, side, 1]
            row[part] = np.rint(picture + mask * (blurred - picture))
        return rows

    return Parts(picture, axis, axis, hide)


def _bumps(side: int, grid: int) -> Singles:
    """Return one soft bump a grid step along a side: float32 [grid, side], 0..1, 1 in the middle of its step."""
    step = side / grid
    middle = (np.arange(grid)[:, None] + 0.5) * step - 0.5
    away = np.maximum(np.abs(np.arange(side) - middle) - step / 4, 0)  # flat on top over half a step
    return np.asarray(np.exp(-0.5 * (away / (REACH * step)) ** 2), np.float32)


def _blur(picture: Pixels, reach: float) -> Singles:
    """Blur with a Gaussian of `reach` pixels that does not darken the borders: float32 [size, size, 3]."""
    place = np.arange(len(picture))
    kernel = np.exp(-0.5 * ((place[:, None] - place) / reach) ** 2)
    kernel = (kernel / kernel.sum(axis=1, keepdims=True)).astype(np.float32)
    return np.asarray(np.einsum("ij,jkc,lk->ilc", kernel, picture.astype(np.float32), kernel, optimize=True))
