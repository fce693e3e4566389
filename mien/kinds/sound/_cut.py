"""Does a file break off? Its header says how much there is to be; the decoder often answers with what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from mien.core.errors import MediaError
from mien.kinds.sound._flac import flac_missing
from mien.kinds.sound._mpeg import after_id3
from mien.kinds.sound._stream import shown

if TYPE_CHECKING:
    from mien.kinds.sound._source import Source

_SLACK = 0.01  # of what is to be: programs that count wrong by a few bytes
_MOST_PARTS = 100_000  # of a file that are walked over
_STREAMED = 0x7FFF_0000  # sizes from here on say that whoever wrote it did not know


def check_whole(kind: str, data: Source) -> None:
    """Refuse a file that ends before its sound is complete."""
    missing = _MISSING.get(kind)
    if missing and missing(data) > _SLACK:
        came = f"The {shown(kind)} ends before its sound is complete"
        raise MediaError(came, issue="truncated", todo="Fetch it again, or remove it")


def _chunks(data: Source, order: str) -> Iterator[tuple[bytes, int, int]]:
    at = 12
    for _ in range(_MOST_PARTS):
        head = data[at : at + 8]
        if len(head) < 8:
            return
        size = int.from_bytes(head[4:], order)  # type: ignore[arg-type]
        yield head[:4], at + 8, size
        at += 8 + size + size % 2


def _short(start: int, size: int, length: int) -> float:
    """Return which share of a block lies behind the end of the file."""
    return 0.0 if size >= _STREAMED or not size else max(0, start + size - length) / size


def _wav(data: Source) -> float:
    if data[:4] in (b"RF64", b"BW64"):
        return 0.0
    order = "big" if data[:4] == b"RIFX" else "little"
    return next((_short(at, size, len(data)) for name, at, size in _chunks(data, order) if name == b"data"), 0.0)


def _aiff(data: Source) -> float:
    return next((_short(at, size, len(data)) for name, at, size in _chunks(data, "big") if name == b"SSND"), 0.0)


def _au(data: Source) -> float:
    order = "big" if data[:4] == b".snd" else "little"
    start, size = (int.from_bytes(data[at : at + 4], order) for at in (4, 8))  # type: ignore[arg-type]
    return _short(start, size, len(data))


def _ogg(data: Source) -> float:
    """Look at the last page: whole, it says its own length (RFC 3533, section 6)."""
    at = data.rfind(b"OggS")
    count = data[at + 26] if at + 27 <= len(data) else 0
    end = at + 27 + count + sum(data[at + 27 : at + 27 + count])
    return 1.0 if end > len(data) else 0.0


def _boxes(data: Source) -> float:
    """Look for boxes of an MP4 that reach past the end (ISO 14496-12, 4.2)."""
    at = 0
    for _ in range(_MOST_PARTS):
        head = data[at : at + 16]
        size = int.from_bytes(head[:4])
        size = int.from_bytes(head[8:]) if size == 1 else size
        if len(head) < 8 or size < 8:  # the end of the file; a box up to there; or damaged
            return 0.0
        if at + size > len(data):
            return (at + size - len(data)) / size
        at += size
    return 0.0


def _mp3(data: Source) -> float:
    """Look at the count of bytes that LAME and others write into the first frame (Xing's header)."""
    start = after_id3(data)
    at = next((found for mark in (b"Xing", b"Info") if (found := data.find(mark, start, start + 64)) >= 0), -1)
    if at < 0 or not data[at + 7 : at + 8] or not data[at + 7] & 2:
        return 0.0
    field = at + (12 if data[at + 7] & 1 else 8)
    return _short(start, int.from_bytes(data[field : field + 4]), len(data))


_MISSING: dict[str, Callable[[Source], float]] = {
    "wav": _wav,
    "aiff": _aiff,
    "au": _au,
    "flac": flac_missing,
    "mp3": _mp3,
    "ogg": _ogg,
    "opus": _ogg,
    "speex": _ogg,
    "oggflac": _ogg,
    "m4a": _boxes,
    "mp4": _boxes,
}
