"""MPEG's sound frames, MP3 and AAC, and the ID3 tags that stand before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mien.kinds.sound._source import Source

# kbit/s by MPEG version 1 or 2, layer and index (ISO 11172-3 and 13818-3).
_RATES = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_HERTZ = (44_100, 48_000, 32_000)
_MOST_TAGS = 16


def after_id3(data: Source) -> int:
    """Say where a file begins behind its ID3v2 tags, which may be followed by zeros."""
    start = 0
    for _ in range(_MOST_TAGS):
        tag = data[start : start + 10]
        if tag[:3] != b"ID3" or len(tag) < 10 or max(tag[6:10]) > 127:
            break
        size = tag[6] << 21 | tag[7] << 14 | tag[8] << 7 | tag[9]
        start += size + (20 if tag[5] & 0x10 else 10)
    if 0 < start < len(data):
        rest = data[start : start + 65_536]
        start += len(rest) - len(rest.lstrip(b"\0"))
    return start


def frame_length(data: Source, at: int) -> int:
    """Return the bytes of the MPEG sound frame at a place; 0 where none begins there."""
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return 0
    version, layer, rate, hertz = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3), head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or layer == 4 or rate in (0, 15) or hertz == 3:
        return 0
    bits = _RATES[1 if version == 3 else 2, layer][rate - 1] * 1000
    per_second = _HERTZ[hertz] >> (3 - version if version else 2)
    padding = head[2] >> 1 & 1
    if layer == 1:
        return (12 * bits // per_second + padding) * 4
    return (72 if layer == 3 and version != 3 else 144) * bits // per_second + padding


def is_mpeg(data: Source, at: int = 0) -> bool:
    r"""Say whether two frames of one kind follow each other, or one is all there is.

    Examples
    --------
    >>> is_mpeg(b"\xff\xd8\xff\xe0"), is_mpeg(b"\xff\xfe\0\0")
    (False, False)
    """
    length = frame_length(data, at)
    after = at + length
    if not length or after > len(data):
        return False
    if len(data) - after < 4 or data[after : after + 3] == b"TAG":
        return True
    return bool(frame_length(data, after)) and data[at + 1] & 0xFE == data[after + 1] & 0xFE


def is_adts(data: Source, at: int = 0) -> bool:
    """Say whether AAC frames with ADTS headers follow each other (ISO 13818-7, 6.2)."""
    if data[at : at + 4] == b"ADIF":
        return True
    length = _adts_length(data, at)
    after = at + length
    return bool(length) and (len(data) - after < 7 or bool(_adts_length(data, after)))


def _adts_length(data: Source, at: int) -> int:
    head = data[at : at + 7]
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > 12:
        return 0
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return length if length >= 7 else 0
