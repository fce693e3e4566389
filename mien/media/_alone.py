"""A file without its side information, which is not looked at: whatever it holds, it cannot cost the picture.

Profiles, comments and EXIF may be damaged, cut off, or unpack to gigabytes; Pillow reads them before the pixels and
gives the picture up with them. How the picture is to be turned is read here, by one rule for every container: by EXIF;
in AVIF and HEIC by their own boxes, as their standards have it. XMP does not count: browsers do not look at it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mien.media import _jpeg, _png, _tiff
from mien.media._frames import gif_blocks, webp_chunks
from mien.media._tiff import orientation

_JFIF, _EXIF, _ADOBE, _COMMENT = 0xE0, 0xE1, 0xEE, 0xFE
_NEEDED = {_JFIF: 14, _ADOBE: 12}  # bytes from which libjpeg looks at those that say how colours are stored
_WEBP_PICTURE = frozenset((b"VP8X", b"ALPH", b"VP8 ", b"VP8L", b"ANIM", b"ANMF"))
_GIF_CONTROL = b"\xf9\x04"
_WEBP_FLAGS = 0x12  # alpha and animation; the others announce what is left out
_BOXED_METADATA = (b"Exif", b"mime")  # item types (ISO 23008-12); XMP is of the type ``mime``
_HIDDEN = b"skip"  # no item of this type is known, so decoders pass it over


def picture_alone(kind: str, data: bytes) -> tuple[bytes, int]:
    """Return a file with the same pixels, and the EXIF orientation, 1..8, that its decoder does not apply itself.

    A broken structure keeps its fault.
    """
    part = _PARTS.get(kind)
    return part(data) if part else (data, 1)


def _jpeg_alone(data: bytes) -> tuple[bytes, int]:
    kept, turn, done = [], 1, 0
    for marker, start, end in _jpeg.segments(data):
        content = data[start:end]
        if marker == _EXIF and turn == 1 and content.startswith(b"Exif\0"):
            turn = orientation(content)
        if marker == _COMMENT or (0xE0 <= marker <= 0xEF and not 0 < _NEEDED.get(marker, 0) <= len(content)):
            kept.append(data[done : start - 4])
            done = end
    return b"".join((*kept, data[done:])), turn


def _webp_alone(data: bytes) -> tuple[bytes, int]:
    kept, turn, length = [], 1, 4
    for name, at, end in webp_chunks(data):
        if name == b"EXIF" and turn == 1:
            turn = orientation(data[at + 8 : end])
        if name in _WEBP_PICTURE:
            chunk = data[at : end + (end - at) % 2]
            length += end - at + (end - at) % 2
            if name == b"VP8X" and len(chunk) > 8:
                chunk = chunk[:8] + bytes((chunk[8] & _WEBP_FLAGS,)) + chunk[9:]
            kept.append(chunk)
    return b"".join((b"RIFF", length.to_bytes(4, "little"), b"WEBP", *kept)), turn


def _gif_alone(data: bytes) -> tuple[bytes, int]:
    """Keep of the extensions before the first image those that say which of its colours is transparent."""
    kept, done = [], 0
    for at, end in gif_blocks(data):
        if data[at] == 0x2C:
            break
        if data[at + 1 : at + 3] != _GIF_CONTROL:
            kept.append(data[done:at])
            done = end
    return b"".join((*kept, data[done:])), 1


def boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start and end of the content of the boxes in a range (ISO 14496-12), until the structure breaks."""
    while start + 8 <= end:
        size, head = int.from_bytes(data[start : start + 4], "big"), 8
        if size == 1:
            size, head = int.from_bytes(data[start + 8 : start + 16], "big"), 16
        if size == 0:  # "up to the end of the file"
            size = end - start
        if size < head or start + size > end:
            return
        yield data[start + 4 : start + 8], start + head, start + size
        start += size


def _without_metadata(data: bytes) -> bytes:
    """Hide the items that hold EXIF and XMP from decoders. The length stays."""
    hidden = bytearray()
    for at in _item_types(data):
        if data[at : at + 4] in _BOXED_METADATA:
            hidden = hidden or bytearray(data)
            hidden[at : at + 4] = _HIDDEN
    return bytes(hidden) if hidden else data


def _item_types(data: bytes) -> Iterator[int]:
    """Yield where the type of each item stands: in ``meta``, ``iinf``, ``infe``."""
    for name, start, end in boxes(data, 0, len(data)):
        if name != b"meta":
            continue
        for inner, first, last in boxes(data, start + 4, end):
            if inner != b"iinf":
                continue
            entries = first + (6 if data[first] == 0 else 8)  # version and flags, then how many
            for entry, at, beyond in boxes(data, entries, last):
                if entry == b"infe" and data[at] in (2, 3) and at + 12 <= beyond:
                    yield at + (8 if data[at] == 2 else 10)


_PARTS: dict[str, Callable[[bytes], tuple[bytes, int]]] = {
    "jpeg": _jpeg_alone,
    "png": _png.picture_alone,
    "webp": _webp_alone,
    "gif": _gif_alone,
    "tiff": lambda data: (_tiff.picture_alone(data), 1),  # Pillow turns it
    "avif": lambda data: (_without_metadata(data), 1),
    "heic": lambda data: (_without_metadata(data), 1),
}
