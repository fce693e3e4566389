"""From whatever Pillow decoded to RGB, and to the square a model eats. The same steps in training and in serving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.errors import SettingError

if TYPE_CHECKING:
    from mien.core.types import Pixels


def fit(picture: Pixels, size: int) -> Pixels:
    """Stretch a picture, uint8 [H, W, 3], to [size, size, 3], exactly as `decode` does with a size."""
    from PIL import Image

    check_picture(picture)
    return np.array(stretch(Image.fromarray(picture), size), np.uint8)


def check_picture(picture: Pixels) -> None:
    """Refuse an array that is no picture."""
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8 or picture.size == 0:
        came = f"An array of {picture.dtype} and shape {list(picture.shape)}"
        raise SettingError(came, expected="a picture in RGB, uint8 [height, width, 3]")


def stretch(image: Any, size: int) -> Any:  # noqa: ANN401 - PIL.Image.Image, not imported for its name alone
    """Resize to a square with one antialiased (triangle) filter. `size`: side, pixels."""
    from PIL import Image

    if image.size == (size, size):
        return image
    # From much larger pictures a box filter takes the first, cheap part of the way (Pillow's documentation calls a gap
    # of 2 "almost indistinguishable" from none).
    return image.resize((size, size), Image.Resampling.BILINEAR, reducing_gap=2.0)


def turned(image: Any, orientation: int) -> Any:  # noqa: ANN401 - PIL.Image.Image
    """Turn a picture upright. `orientation` is EXIF's; anything but 1..8 leaves the picture as it is."""
    from PIL import ExifTags, Image, ImageOps

    if orientation == 1:
        return image
    bare = Image.fromarray(np.asarray(image))  # the image's own EXIF may be damaged
    bare.getexif()[ExifTags.Base.Orientation] = orientation
    return ImageOps.exif_transpose(bare)


def on_white(picture: Pixels) -> Pixels:
    """Lay a transparent picture, uint8 [H, W, 4], on white: uint8 [H, W, 3].

    >>> on_white(np.array([[[9, 9, 9, 255], [9, 9, 9, 0]]], np.uint8)).tolist()
    [[[9, 9, 9], [255, 255, 255]]]
    """
    from PIL import Image

    return np.array(to_rgb(Image.fromarray(np.ascontiguousarray(picture))), np.uint8)


def to_rgb(image: Any) -> Any:  # noqa: ANN401 - PIL.Image.Image
    """Turn any of Pillow's modes into RGB: transparency on white, deep grey scaled, CMYK by Pillow's plain formula."""
    from PIL import Image

    if image.mode.startswith("I") or image.mode == "F":
        deep = np.asarray(image)
        grey = _to_eight_bits(deep, image)
        if "transparency" in image.info:
            grey[deep == image.info["transparency"]] = 255
        return Image.fromarray(grey).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or image.has_transparency_data:
        clear = image.convert("LA" if image.mode == "La" else "RGBA").convert("RGBA")
        white = Image.new("RGB", clear.size, "white")
        white.paste(clear, mask=clear.getchannel("A"))
        return white
    return image if image.mode == "RGB" else image.convert("RGB")


def _to_eight_bits(values: Any, image: Any) -> Pixels:  # noqa: ANN401 - an array of any of Pillow's deep modes
    """Scale deep grey [H, W] to uint8. 16 bits fill their range; 32 bits and floats that of their largest value."""
    if image.mode.startswith("I;"):
        bits = getattr(image, "tag_v2", {}).get(258, (16,))
        top = float((1 << int(bits[0])) - 1)
    else:
        largest = float(np.nanmax(values, initial=0, where=np.isfinite(values)))
        steps = (1.0,) if image.mode == "F" else ()
        top = next((step for step in (*steps, 255.0, 65_535.0) if largest <= step), largest)
    scaled = np.nan_to_num(values.astype(np.float32), posinf=top, neginf=0) * (255.0 / top)
    pixels: Pixels = np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
    return pixels
