"""A PNG's own picture, without its side information; and what Pillow does not know of transparency."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.media._tiff import orientation

if TYPE_CHECKING:
    from PIL.Image import Image

_SIGNATURE = 8
_PICTURE = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND"))
_GREY, _RGB, _PALETTE = 0, 2, 3  # colour types that may have a transparent colour


def chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, begin and end of a PNG's chunks; the end may lie beyond the file's."""
    at = _SIGNATURE
    while at + 8 <= len(data):
        name, end = data[at + 4 : at + 8], at + 12 + int.from_bytes(data[at : at + 4], "big")
        yield name, at, end
        if name == b"IEND":
            return
        at = end


def is_cut(data: bytes) -> bool:
    """Say whether the file ends before its end chunk."""
    return all(name != b"IEND" for name, _, _ in chunks(data))


def picture_alone(data: bytes) -> tuple[bytes, int]:
    """Keep what decides the pixels, and return the EXIF orientation, 1..8, beside it.

    Profiles, texts and animations may be damaged, or unpack to gigabytes.
    """
    kept, turn = [data[:_SIGNATURE]], 1
    for name, at, end in chunks(data):
        if name in _PICTURE:
            kept.append(data[at:end])
        elif name == b"tRNS":
            kept.append(_transparency(data[24:26], data[at:end]))
        elif name == b"eXIf" and turn == 1:
            turn = orientation(data[at + 8 : end - 4])
    return b"".join(kept), turn


def _transparency(form: bytes, chunk: bytes) -> bytes:
    """Write the transparent colour as Pillow looks it up: at the depth that it widens the samples to.

    Nothing where it is damaged, as libpng takes it, or where the colour type has none.
    """
    depth, colour = form if len(form) == 2 else (0, -1)
    body = chunk[8:-4]
    if zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:], "big"):
        return b""
    if colour == _PALETTE:
        return _chunk(b"tRNS", body[:256])
    need = {_GREY: 1, _RGB: 3}.get(colour, 0)
    if not need or len(body) < 2 * need or depth not in (1, 2, 4, 8, 16):
        return b""
    top = (1 << depth) - 1
    widened = 255 // top if 1 < depth < 8 else 1
    return _chunk(b"tRNS", ((np.frombuffer(body[: 2 * need], ">u2") & top) * widened).astype(">u2").tobytes())


def _chunk(name: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


def whitened(image: Image, data: bytes) -> Image:
    """Lay a picture of 16-bit colours with a transparent one on white.

    Pillow keeps the upper half of each sample and compares that half alone. The lower halves come from a second look
    at the same file, as if its samples stood the other way round.
    """
    if data[24:26] != bytes((16, _RGB)) or "transparency" not in image.info:
        return image
    from PIL import Image, PngImagePlugin

    with PngImagePlugin.PngImageFile(BytesIO(data)) as lower:
        lower.tile = [tile._replace(args="RGB;16L") for tile in lower.tile]
        lower.load()
        both: tuple[Any, Any] = np.asarray(image), np.asarray(lower)
    clear = np.ones(both[0].shape[:2], bool)
    for channel, value in enumerate(image.info["transparency"]):
        clear &= (both[0][..., channel] == value >> 8) & (both[1][..., channel] == value & 255)
    pixels = np.array(both[0])
    pixels[clear] = 255
    return Image.fromarray(pixels)
