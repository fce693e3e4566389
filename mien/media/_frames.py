"""How many frames a picture file holds, read from its structure: nothing is decoded, broken files answer 1 or more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from mien.media._png import chunks
from mien.media._tiff import Tiff

_MOST = 1_000_000  # counting stops here


def count_frames(kind: str, data: bytes) -> int:
    """Count the frames or pages."""
    count = _COUNTERS.get(kind)
    return max(1, count(data)) if count else 1


def gif_blocks(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield begin and end of a GIF's images and extensions (GIF89a, sections 20 to 26).

    The end may lie beyond the file's; stops where the structure breaks.
    """
    at = _after_colours(data, 13, data[10] if len(data) > 10 else 0)
    while at < len(data) and data[at] in b"!,":
        began = at
        if data[at] == 0x2C:
            at = _after_colours(data, at + 10, data[at + 9] if at + 9 < len(data) else 0) + 1
        else:
            at += 2
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
        yield began, at


def _after_colours(data: bytes, at: int, flags: int) -> int:
    return at + 3 * (2 << (flags & 7)) if flags & 0x80 else at


def _png_frames(data: bytes) -> int:
    """Read the animation control chunk, which stands before the first picture data (APNG)."""
    for name, at, _ in chunks(data):
        if name == b"acTL":
            return min(int.from_bytes(data[at + 8 : at + 12], "big"), _MOST)
        if name == b"IDAT":
            return 1
    return 1


def webp_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, begin and end of a WebP's chunks (RFC 9649); the last end may lie beyond the file's."""
    at, most = 12, min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at + 8 <= most:
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], at, at + 8 + size
        at += 8 + size + size % 2


def _tiff_pages(data: bytes) -> int:
    """Follow the chain of directories; a chain that bites its tail ends there."""
    tiff, seen = Tiff(data), set[int]()
    at = tiff.first
    while 0 < at < len(data) and at not in seen and len(seen) < _MOST:
        seen.add(at)
        at = tiff.following(at)
    return len(seen)


def _sequence_frames(data: bytes) -> int:
    """Read how many samples the first track of an AVIF or HEIC sequence has (box ``stsz``, ISO 14496-12)."""
    if b"avis" not in data[8:256] and b"hevc" not in data[8:256] and b"msf1" not in data[8:256]:
        return 1
    at = data.find(b"stsz")
    return min(int.from_bytes(data[at + 12 : at + 16], "big"), _MOST) if at > 0 else 1


_COUNTERS: dict[str, Callable[[bytes], int]] = {
    "gif": lambda data: sum(data[at] == 0x2C for at, _ in islice(gif_blocks(data), _MOST)),
    "png": _png_frames,
    "webp": lambda data: sum(name == b"ANMF" for name, _, _ in webp_chunks(data)),
    "tiff": _tiff_pages,
    "avif": _sequence_frames,
    "heic": _sequence_frames,
}
