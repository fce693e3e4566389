"""Is a picture file whole? Read from its structure alone, after decoding has failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mien.media._png import chunks
from mien.media._tiff import Tiff

_STARTS_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def is_cut(kind: str, data: bytes) -> bool:
    """Say whether a file ends before its own structure does. False also where the kind does not say."""
    check = _CHECKS.get(kind)
    return check is not None and check(data)


def jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Walk over a JPEG's segments up to the first scan (ITU-T T.81, annex B).

    Yields marker, start and end of the content; ends early where the structure breaks.
    """
    at = 2
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return
        marker = data[at + 1]
        if marker in (0xFF, 0x00) or 0xD0 <= marker <= 0xD8:  # fill bytes and markers without content
            at += 1 if marker == 0xFF else 2
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        yield marker, at + 4, end
        if marker == 0xDA:
            return
        at = end


def jpeg_needs_all(data: bytes) -> bool:
    """Say whether a JPEG must be held in memory whole to be decoded: progressive, or its colours one after another."""
    colours = 0
    for marker, start, _ in jpeg_segments(data):
        if marker in _STARTS_OF_FRAME:
            if marker not in (0xC0, 0xC1):
                return True
            colours = data[start + 5] if start + 5 < len(data) else 0
        if marker == 0xDA:
            return start < len(data) and data[start] < colours
    return False


def _jpeg_is_cut(data: bytes) -> bool:
    scan = 0
    for marker, start, end in jpeg_segments(data):
        if end > len(data):
            return True
        scan = start if marker == 0xDA else 0
    return data.find(b"\xff\xd9", scan) < 0 if scan else len(data) < 1024


def _png_is_cut(data: bytes) -> bool:
    return all(name != b"IEND" for name, _, _ in chunks(data))


def _webp_is_cut(data: bytes) -> bool:
    return 8 + int.from_bytes(data[4:8], "little") > len(data)


def _boxes_are_cut(data: bytes) -> bool:
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 0:  # "up to the end of the file"
            return False
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size < 8:
            return False
        at += size
    return at != len(data)


def _bmp_is_cut(data: bytes) -> bool:
    return int.from_bytes(data[2:6], "little") > len(data)


def _gif_is_cut(data: bytes) -> bool:
    return not data.rstrip(b"\0").endswith(b";")


def _tiff_is_cut(data: bytes) -> bool:
    """Look whether the first page's directory or one of its strips lies beyond the end (TIFF 6.0, section 2)."""
    tiff = Tiff(data)
    page = tiff.directory(tiff.first)
    if page is None:
        return tiff.first + tiff.head > len(data) or tiff.first + tiff.number(tiff.first, tiff.head) * tiff.size > len(
            data
        )
    for first, second in ((273, 279), (324, 325)):
        starts, lengths = (tiff.values(page.entries.get(tag)) for tag in (first, second))
        if any(start + length > len(data) for start, length in zip(starts, lengths, strict=False)):
            return True
    return False


_CHECKS: dict[str, Callable[[bytes], bool]] = {
    "jpeg": _jpeg_is_cut,
    "png": _png_is_cut,
    "webp": _webp_is_cut,
    "avif": _boxes_are_cut,
    "heic": _boxes_are_cut,
    "bmp": _bmp_is_cut,
    "gif": _gif_is_cut,
    "tiff": _tiff_is_cut,
}
