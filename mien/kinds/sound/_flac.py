"""How much of a FLAC is missing: its frames are numbered (RFC 9639)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.kinds.sound._mpeg import after_id3

if TYPE_CHECKING:
    from mien.kinds.sound._source import Source

_MOST_BLOCKS = 10_000  # of tags and pictures before the sound
_TAIL = 1 << 20  # bytes from the end, among which the last frame begins
_FURTHER_SIZE, _FURTHER_RATE = {6: 1, 7: 2}, {12: 1, 13: 2, 14: 2}  # bytes that some codes of a header are followed by


def flac_missing(data: Source) -> float:
    """Return which share of the samples that the header counts comes after the last frame, 0..1."""
    start = after_id3(data)
    block, total = int.from_bytes(data[start + 10 : start + 12]), int.from_bytes(data[start + 21 : start + 26])
    total &= (1 << 36) - 1
    first, at = _first_frame(data, start + 4), len(data)
    like = data[first : first + 4]
    while total and len(like) == 4 and (at := data.rfind(like[:2], max(0, len(data) - _TAIL), at)) >= 0:
        place = _place(data[at : at + 16], like, block)
        if place is not None:
            return max(0, total - place - block) / total
    return 0.0


def _first_frame(data: Source, at: int) -> int:
    """Walk over the blocks before it."""
    for _ in range(_MOST_BLOCKS):
        head = data[at : at + 4]
        if len(head) < 4:
            break
        at += 4 + int.from_bytes(head[1:])
        if head[0] >= 0x80:
            break
    return at


def _place(head: bytes, like: bytes, block: int) -> int | None:
    """Return the first sample of the frame that begins with `head`; None where none of this file begins there."""
    if len(head) < 8 or (head[2] ^ like[2]) & 15 or (head[3] ^ like[3]) & 15:
        return None  # of another rate or depth: two bytes of sound that look like a frame's first
    length = 8 - (head[4] ^ 0xFF).bit_length()  # of a number coded as in UTF-8
    number = head[4] & (0xFF >> (length + 1)) if length else head[4]
    for byte in head[5 : 4 + length]:
        number = number << 6 | byte & 63
    size = 4 + max(length, 1) + _FURTHER_SIZE.get(head[2] >> 4, 0) + _FURTHER_RATE.get(head[2] & 15, 0)
    if size >= len(head) or length in (1, 8) or _checksum(head[:size]) != head[size]:
        return None
    return number if head[1] & 1 else number * block


def _checksum(head: bytes) -> int:
    value = 0
    for byte in head:
        value ^= byte
        for _ in range(8):
            value = (value << 1 ^ 7) & 0xFF if value & 0x80 else value << 1
    return value
