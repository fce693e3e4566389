"""The boxes of AVIF and HEIC files (ISO 14496-12 and 23008-12)."""

from __future__ import annotations

from collections.abc import Iterator

_BESIDE = (b"Exif", b"mime")  # XMP is of the type ``mime``
_HIDDEN = b"skip"  # no item of this type is known, so decoders pass it over


def boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start and end of the content of the boxes in a range, up to where the structure breaks."""
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


def without_metadata(data: bytes) -> bytes:
    """Hide the items that hold EXIF and XMP from decoders. The length stays."""
    hidden = bytearray()
    for at in _item_types(data):
        if data[at : at + 4] in _BESIDE:
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
