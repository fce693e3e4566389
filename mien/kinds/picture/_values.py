"""What Python calls a picture: PIL's images, arrays and tensors of any library, and lists of lists."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import media
from mien.core.errors import SettingError
from mien.kinds._arrays import to_numpy
from mien.kinds._article import article

if TYPE_CHECKING:
    from mien.core.types import Pixels

_CHANNELS = (1, 3, 4)


def from_value(picture: Any, accepted: str) -> Pixels:  # noqa: ANN401
    """Make pixels of a PIL image, or of numbers.

    These are an array, a tensor, or nested lists: grey [H, W], or 1, 3 or 4 channels, last or first; 0..255 or 0..1.
    Returns uint8 [H, W, 3], RGB; what is no picture is a SettingError, with what is `accepted`.
    """
    if hasattr(picture, "getbands"):
        return media.image_pixels(picture)
    values = _array(picture, accepted)
    shape = list(values.shape)
    came = f"{article(picture)} of {values.dtype} and shape {shape} came"
    while values.ndim > 3 and values.shape[0] == 1:  # a batch of one
        values = values[0]
    side = math.isqrt(values.size)
    if values.ndim == 1 and values.size and side * side == values.size:  # FER2013's row of grey values
        values = values.reshape(side, side)
    if values.ndim == 2:
        values = values[..., None]
    if values.ndim == 3 and values.shape[-1] not in _CHANNELS and values.shape[0] in _CHANNELS:  # channels first
        values = np.moveaxis(values, 0, -1)
    if values.ndim == 4:
        todo = "Give them one by one: answers(pictures)"
        raise SettingError(came, expected="one picture, uint8 [H, W, 3], RGB, 0..255", todo=todo)
    if values.ndim != 3 or values.shape[-1] not in _CHANNELS or 0 in values.shape:
        raise SettingError(came, expected="uint8 [H, W, 3], RGB, 0..255")
    return _rgb(_eight_bits(values, came))


def _array(picture: Any, accepted: str) -> Any:  # noqa: ANN401 - of any library
    if picture is None or isinstance(picture, int | float | complex | set | frozenset):
        raise unsupported(picture, accepted)
    values = to_numpy(picture)
    if values is None:
        raise unsupported(picture, accepted)
    return values


def _eight_bits(values: Any, came: str) -> Pixels:  # noqa: ANN401
    """Scale to 0..255: truth values and numbers up to 1 fill the range, and so do 16 bits above 255."""
    if values.dtype == np.uint8:
        return np.asarray(values)
    low, high = float(values.min()), float(values.max())
    if not (low >= 0 and high <= (65_535 if values.dtype == np.uint16 else 255)):  # no number fails as well
        came = f"{came}, with values from {low:.4g} to {high:.4g}"
        raise SettingError(came, expected="0..255, or 0..1", todo="Undo the scaling that a network wanted")
    top = 1.0 if values.dtype.kind == "b" or (values.dtype.kind == "f" and high <= 1) else 255.0
    scaled = values.astype(np.float32) * (255.0 / (65_535.0 if high > 255 else top))
    return np.asarray(np.rint(scaled), np.uint8)


def _rgb(values: Pixels) -> Pixels:
    if values.shape[-1] == 4:
        return media.on_white(values)
    return np.ascontiguousarray(values) if values.shape[-1] == 3 else values.repeat(3, axis=-1)


def unsupported(picture: Any, accepted: str) -> SettingError:  # noqa: ANN401
    """Return the error for what is no picture; its type is named, never what it holds."""
    if picture is None:
        todo = "OpenCV's imread gives None for a file that it cannot read; give the path itself"
        return SettingError(f"{article(picture)} came", expected=accepted, todo=todo)
    came = f"{article(picture)} came, which is no picture"
    todo = "Several pictures: answers(pictures)" if isinstance(picture, list | tuple | set) else ""
    return SettingError(came, expected=accepted, todo=todo)
