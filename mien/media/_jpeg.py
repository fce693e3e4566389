"""What a JPEG's segments say: is all of it there, must it be held in memory whole, which variety is it."""

from __future__ import annotations

from collections.abc import Iterator

_STARTS_OF_FRAME = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, b"\xff\xd9"


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, start and end of each segment's content, up to the first scan (ITU-T T.81, annex B).

    Ends early where the structure breaks.
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
        if marker == _START_OF_SCAN:
            return
        at = end


def is_cut(data: bytes) -> bool:
    """Say whether the file ends within a segment, or before the end mark."""
    scan = 0
    for marker, start, end in segments(data):
        if end > len(data):
            return True
        scan = start if marker == _START_OF_SCAN else 0
    return data.find(_END_OF_IMAGE, scan) < 0 if scan else len(data) < 1024


def needs_all(data: bytes) -> bool:
    """Say whether it must be held in memory whole to be decoded: progressive, or its colours one after another."""
    colours = 0
    for marker, start, _ in segments(data):
        if marker in _STARTS_OF_FRAME:
            if marker not in (0xC0, 0xC1):
                return True
            colours = data[start + 5] if start + 5 < len(data) else 0
        if marker == _START_OF_SCAN:
            return start < len(data) and data[start] < colours
    return False


def variety(data: bytes) -> str:
    """Name a variety that is not read, by the frame header (ITU-T T.81, table B.1; T.87 for JPEG-LS); else empty."""
    for marker, start, _ in segments(data):
        if marker == 0xF7:
            return "JPEG-LS"
        if marker in (0xC3, 0xC7, 0xCB, 0xCF):
            return "lossless"
        if marker in (0xC5, 0xC6, 0xCD, 0xCE, 0xDE):
            return "hierarchical"
        if marker in _STARTS_OF_FRAME:
            bits, channels = data[start : start + 1], data[start + 5 : start + 6]
            if bits != b"\x08":
                return f"{int.from_bytes(bits)} bits a sample"
            return "" if channels in (b"\1", b"\3", b"\4") else f"{int.from_bytes(channels)} channels"
    return ""
