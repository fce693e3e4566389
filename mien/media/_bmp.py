"""Bitmaps whose channels lie at other bits than Pillow knows (BITFIELDS, in Windows' headers of 40 bytes and more)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mien.media._explain import truncated

if TYPE_CHECKING:
    from PIL.Image import Image

    from mien.core.types import Pixels

_BITFIELDS = (3, 6)  # with three masks, with four (BI_ALPHABITFIELDS)
_HEADERS = (40, 52, 56, 108, 124)  # 64 is OS/2's, in which 3 is another compression


def masked_size(data: bytes) -> tuple[int, int] | None:
    """Say how large a bitmap with masks is. Width and height, pixels; None for any other bitmap."""
    header, bits, compression = _number(data, 14), _number(data, 28, 2), _number(data, 30)
    if header not in _HEADERS or compression not in _BITFIELDS or bits not in (16, 32):
        return None
    return _number(data, 18), abs(_number(data, 22, signed=True))


def decode_masked(data: bytes) -> Image:
    """Decode a bitmap with masks."""
    from PIL import Image

    width, height = masked_size(data) or (0, 0)
    size = _number(data, 28, 2) // 8
    row = (width * size + 3) // 4 * 4  # rows are filled up to four bytes
    start = _number(data, 10)
    raw = data[start : start + row * height]
    if len(raw) < row * height or not raw:
        raise truncated("BMP")
    words = np.frombuffer(raw, np.uint8).reshape(height, row)[:, : width * size]
    values = np.ascontiguousarray(words).view(f"<u{size}")
    if _number(data, 22, signed=True) > 0:  # stored from the bottom up
        values = values[::-1]
    masks = [_number(data, 54 + 4 * channel) for channel in range(4 if _has_alpha(data) else 3)]
    planes = [_channel(values, mask) for mask in masks]
    if len(planes) == 4 and not planes[3].any():  # a mask for alpha that nobody filled: browsers take it as opaque
        planes.pop()
    return Image.fromarray(np.stack(planes, axis=-1))


def opaque(image: Any) -> Any:  # noqa: ANN401 - PIL.Image.Image
    """Take away an alpha that is 0 everywhere: programs leave it empty, and browsers show the picture all the same."""
    return image.convert("RGB") if image.mode == "RGBA" and image.getextrema()[3][1] == 0 else image


def _has_alpha(data: bytes) -> bool:
    return _number(data, 14) >= 56 or _number(data, 30) == _BITFIELDS[1]


def _channel(values: Any, mask: int) -> Pixels:  # noqa: ANN401 - uint16 or uint32 [H, W]
    """Cut a channel out and scale it to 0..255."""
    low = (mask & -mask).bit_length() - 1 if mask else 0
    top = mask >> low
    if not top:
        return np.zeros(values.shape, np.uint8)
    found = (values & np.array(mask, values.dtype)) >> np.array(low, values.dtype)
    return np.asarray(np.rint(found * (255.0 / top)), np.uint8)


def _number(data: bytes, at: int, size: int = 4, *, signed: bool = False) -> int:
    return int.from_bytes(data[at : at + size], "little", signed=signed)
