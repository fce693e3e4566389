"""A sound file is opened by whoever reads it, and bounded: no header decides how much is read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING

from mien.core.errors import MediaError
from mien.kinds.sound._describe import describe
from mien.kinds.sound._mono import dead, in_common
from mien.kinds.sound._sndfile import SndfileStream
from mien.kinds.sound._sniff import BY_SNDFILE, sniff
from mien.kinds.sound._stream import Stream, shown

if TYPE_CHECKING:
    from mien.core.types import Singles
    from mien.kinds.sound._source import Source

LONGEST = 600.0
"""Seconds of the longest clip of a data set."""

MAX_SAMPLES = 64_000_000  # of all channels together, before resampling: ten minutes of stereo at 48 kHz are 58 million
RATES = (4_000, 192_000)
_MOST_CHANNELS = 64
_UNSAID = 1 << 62  # frames: libsndfile's answer for a FLAC whose writer did not know
_HEAD = 1 << 20  # bytes of a long file by which it is told what it is
_READ = "WAV, FLAC, Ogg, Opus, MP3, AIFF, AU, CAF or W64; with mien[av] M4A, AAC, WebM or WMA"


def known(data: Source) -> str:
    """Say which format it is; refuse what is no sound."""
    if not data:
        raise MediaError("The file is empty", issue="empty", todo="Fetch it again, or remove it")
    kind = sniff(data)
    if kind is not None:
        return kind
    other = describe(data if isinstance(data, bytes) else data[:_HEAD])
    if other:
        raise MediaError(f"The file is {other}", issue="unsupported", todo="Save it as WAV or FLAC")
    raise MediaError("The file is no clip", issue="unreadable", expected=_READ, todo="Remove it")


def open_stream(kind: str, data: Source) -> Stream:
    """Open a file with libsndfile where that reads it, else with FFmpeg; refuse what its header says of itself."""
    stream = _opened(kind, data)
    try:
        _check_header(stream)
    except MediaError:
        stream.close()
        raise
    return stream


def _opened(kind: str, data: Source) -> Stream:
    from mien.kinds.sound._pyav import PyavStream, has_pyav

    if kind not in BY_SNDFILE:
        return PyavStream(kind, data)
    try:
        return SndfileStream(kind, data)
    except MediaError as error:
        if error.issue != "unsupported" or not has_pyav():
            raise
    return PyavStream(kind, data)


def _check_header(stream: Stream) -> None:
    name = shown(stream.kind)
    if not RATES[0] <= stream.rate <= RATES[1]:
        came = f"The {name} says that its rate is {stream.rate:,} Hz"
        raise MediaError(came, issue="unreadable", expected="4,000 to 192,000", todo="Save it anew, or remove it")
    if not 1 <= stream.channels <= _MOST_CHANNELS:
        came = f"The {name} says that it has {stream.channels:,} channels"
        raise MediaError(came, issue="unreadable", expected=f"1 to {_MOST_CHANNELS}", todo="Save it with one or two")


def bounded(stream: Stream, most: int | None) -> Iterator[Singles]:
    """Refuse a file that says it holds more than it may, and stop where it does, whatever its header says."""
    if most is not None and stream.frames < _UNSAID and _exceeds(stream.frames * stream.channels, stream, most):
        raise too_long()
    read = 0
    for piece in stream.pieces():  # float32 [n, C]
        read += piece.size
        if most is not None and _exceeds(read, stream, most):
            raise too_long()
        yield piece


def _exceeds(samples: int, stream: Stream, most: int) -> bool:
    """Say whether so many samples, of all channels together, are more than a clip has."""
    return samples > most or samples > LONGEST * stream.rate * stream.channels + RATES[1]


def too_long() -> MediaError:
    """Return the error for a recording that is no clip."""
    came = f"The file holds more than {LONGEST / 60:g} minutes of sound"
    return MediaError(came, issue="bomb", todo="Cut it into clips, one for each sentence or answer")


def dead_channels(data: bytes) -> int:
    """Count the channels of a file that hold nothing beside the others."""
    with closing(open_stream(known(data), data)) as stream:
        if stream.channels == 1:
            return 0
        return int(dead(in_common(bounded(stream, MAX_SAMPLES), stream.channels)[0]).sum())
