"""Hide one part of the picture after another and watch the answer (Zeiler & Fergus 2014).

"Visualizing and Understanding Convolutional Networks", ECCV 2014, section 4.2. There a grey square hides; here a
soft-edged patch fades into a blur of the picture itself, as a hard grey square is a thing that no net has seen and
that moves the answer by its own edges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mien.core.errors import SettingError

if TYPE_CHECKING:
    from mien.core.types import Pixels, Predict, Probabilities

Singles = NDArray[np.float32]

BATCH = 32  # pictures a call: 6 MB at 256 x 256
REACH = 0.6  # standard deviation of a patch, in grid steps: neighbours overlap, so no part goes unseen
BLUR = 1.5  # standard deviation of the blur, in grid steps: larger than what one patch hides


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
    side = len(picture)
    if not 2 <= grid <= side:
        raise SettingError(f"The grid came as {grid}", expected=f"2 to {side}, the picture's side")
    plain = _answers(predict, whole[None])[0]
    chosen = int(plain.argmax()) if label is None else label
    if not 0 <= chosen < len(plain):
        raise SettingError(f"The label came as number {label}", expected=f"0 to {len(plain) - 1}")
    bumps = _bumps(side, grid)
    blurred = _blur(picture, BLUR * side / grid)
    drops = np.empty(grid * grid, dtype=np.float32)
    for start in range(0, grid * grid, BATCH):
        cells = np.arange(start, min(start + BATCH, grid * grid))
        hidden = _hidden(picture, blurred, bumps[cells // grid], bumps[cells % grid])
        drops[cells] = plain[chosen] - _answers(predict, _within(whole, part, hidden))[:, chosen]
    # Each pixel takes the drops of the patches that hid it, by how much each did.
    share = bumps / bumps.sum(axis=0)
    return np.asarray(share.T @ drops.reshape(grid, grid) @ share, np.float32)


def _within(whole: Pixels, part: slice | None, pictures: Pixels) -> Pixels:
    if part is None:
        return pictures
    many = np.repeat(whole[None], len(pictures), axis=0)
    many[:, part] = pictures
    return many


def _answers(predict: Predict, pixels: Pixels) -> Probabilities:
    answers = np.asarray(predict(pixels))
    if answers.ndim != 2 or len(answers) != len(pixels) or not np.isfinite(answers).all():
        came = f"The model answered with an array of shape {list(answers.shape)} for {len(pixels)} pictures"
        raise SettingError(came, expected="finite probabilities of shape [pictures, classes]")
    return answers.astype(np.float32)


def _hidden(picture: Pixels, blurred: Singles, down: Singles, across: Singles) -> Pixels:
    """Fade the picture into its blur at each patch: uint8 [patches, size, size, 3]."""
    mask = (down[:, :, None] * across[:, None, :])[..., None]  # [patches, size, size, 1], 0..1
    return np.asarray(np.rint(picture + mask * (blurred - picture)), np.uint8)


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
