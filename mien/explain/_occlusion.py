"""Which part of a picture moved the answer, as a map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mien.core.errors import SettingError
from mien.explain._measure import measure
from mien.kinds.picture import patches

if TYPE_CHECKING:
    from mien.core.types import Pixels, Predict, Singles


def occlusion(
    predict: Predict, picture: Pixels, *, grid: int = 8, label: int | None = None, part: slice | None = None
) -> Singles:
    """Map which parts of a picture spoke for an answer, and which against it.

    Parameters
    ----------
    predict : callable
        From uint8 [N, *picture.shape] to probabilities, float32 [N, classes]; called with up to 32 pictures at a time.
    picture : uint8 [size, size, 3]
        RGB, 0..255, as the model eats it.
    grid : int
        Patches along each side, 2..size; ``grid ** 2 + 1`` pictures are predicted.
    label : int, optional
        The class to explain, 0..classes-1; the answer's own by default.
    part : slice, optional
        Lines of a picture that is no square, which are one and alone are mapped: `InputContract.deciding`.

    Returns
    -------
    float32 [size, size]
        How much probability the class loses when that part is hidden, -1..1: above 0 the part spoke for it, below 0
        against it. The same input gives the same map.

    Raises
    ------
    SettingError
        If picture, grid or label do not fit, or `predict` answers in another shape.

    Examples
    --------
    >>> def bright_corner(pixels):
    ...     corner = pixels[:, :4, :4].mean(axis=(1, 2, 3)) / 255
    ...     return np.stack([corner, 1 - corner], axis=1).astype(np.float32)
    >>> picture = np.zeros((16, 16, 3), np.uint8)
    >>> picture[:4, :4] = 255
    >>> heat = occlusion(bright_corner, picture, grid=4)
    >>> bool(heat[:4, :4].min() > heat[8:, 8:].max())
    True
    """
    whole, picture = np.asarray(picture), np.asarray(picture)[slice(None) if part is None else part]
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.shape[0] != picture.shape[1] or picture.dtype != np.uint8:
        came = f"{picture.dtype} of shape {list(picture.shape)}"
        raise SettingError(f"Received a picture as {came}", expected="uint8 of shape [size, size, 3]")
    if not 2 <= grid <= len(picture):
        raise SettingError(f"The grid came as {grid}", expected=f"2 to {len(picture)}, the picture's side")
    parts = patches(whole, slice(None) if part is None else part, grid)
    return measure(predict, parts, label=label).heat(parts)
