"""Arrays to small files, for pages and reports."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from mien.core.errors import SettingError
from mien.media._colour import check_picture

if TYPE_CHECKING:
    from PIL.Image import Image

    from mien.core.types import Pixels

_WEBP_SIDE = 16_383  # the format's own limit


def encode_webp(picture: Pixels, quality: int = 80) -> bytes:
    """Write a picture as WebP.

    Parameters
    ----------
    picture : uint8 [H, W, 3]
        RGB, 0..255.
    quality : int
        0 (smallest) to 100 (best).

    Returns
    -------
    bytes
        A WebP file; the same bytes for the same picture.

    Raises
    ------
    SettingError
        If the array is no picture.

    Examples
    --------
    >>> import numpy as np
    >>> encode_webp(np.zeros((8, 8, 3), np.uint8))[:4]
    b'RIFF'
    """
    return _webp(_image(picture), quality)


def encode_png(picture: Pixels) -> bytes:
    """Write a picture, uint8 [H, W, 3], as PNG; `decode` gives the same array back."""
    from PIL import PngImagePlugin  # noqa: F401 - as below

    file = BytesIO()
    _image(picture).save(file, "PNG")
    return file.getvalue()


def thumbnail(picture: Pixels, side: int, quality: int = 75) -> bytes:
    """Write a small copy of a picture, uint8 [H, W, 3], as WebP; its shape is kept, and it is never enlarged.

    `side`: the longest, pixels, at least 1; `quality`: 0 (smallest) to 100 (best).
    """
    if side < 1:
        raise SettingError(f"A thumbnail was asked for with a side of {side}", expected="1 pixel or more")
    image = _image(picture)
    image.thumbnail((side, side))
    return _webp(image, quality)


def _image(picture: Pixels) -> Image:
    from PIL import Image

    check_picture(picture)
    if max(picture.shape) > _WEBP_SIDE:
        raise SettingError(f"A picture of {picture.shape[1]} x {picture.shape[0]} came", expected="sides up to 16383")
    return Image.fromarray(picture)


def _webp(image: Image, quality: int) -> bytes:
    from PIL import WebPImagePlugin  # noqa: F401 - teaches Pillow to write WebP without loading its other plugins

    file = BytesIO()
    image.save(file, "WEBP", quality=quality, method=4)
    return file.getvalue()
