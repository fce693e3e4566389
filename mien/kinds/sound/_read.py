"""A sound file becomes samples: float32, one channel, 16,000 a second, whatever it was saved as."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from mien.core.errors import MediaError
from mien.kinds.sound._cut import check_whole
from mien.kinds.sound._describe import describe
from mien.kinds.sound._mono import dead, in_common, mixing
from mien.kinds.sound._sndfile import SndfileStream
from mien.kinds.sound._sniff import BY_SNDFILE, sniff
from mien.kinds.sound._stream import Stream, shown

if TYPE_CHECKING:
    from mien.core.types import Singles

RATE = 16_000
"""Samples a second of everything that Mien hears."""

LONGEST = 600.0
"""Seconds of the longest clip of a data set."""

MAX_BYTES = 64 << 20
MAX_SAMPLES = 64_000_000  # of all channels together, before resampling: ten minutes of stereo at 48 kHz are 58 million
_RATES = (4_000, 192_000)
_MOST_CHANNELS = 64
_READ = "WAV, FLAC, Ogg, Opus, MP3, AIFF, AU, CAF or W64; with mien[av] M4A, AAC, WebM or WMA"


def decode(data: bytes) -> Singles:
    """Decode a clip; see `Kind.decode`. Returns float32 [T], -1..1."""
    most = int(LONGEST * RATE)
    pieces, length = [], 0
    with closing(_blocks(data, MAX_SAMPLES)) as found:
        for piece in found:
            pieces.append(piece)
            length += len(piece)
            if length > most:
                raise too_long()
    if not length:
        kind = sniff(data) or ""
        raise MediaError(f"The {shown(kind)} holds no sound", issue="unreadable", todo="Record it again, or remove it")
    return np.concatenate(pieces)


def blocks(data: bytes) -> Iterator[Singles]:
    """Decode a recording of any length, piece by piece.

    Parameters
    ----------
    data : bytes
        A sound file.

    Yields
    ------
    float32 [n]
        One channel, 16,000 samples a second, -1..1; about a second or more at once.

    Raises
    ------
    MediaError
        As `Kind.decode`, but for the length.
    """
    return _blocks(data, None)


def _blocks(data: bytes, most: int | None) -> Generator[Singles]:
    kind = known(data)
    check_whole(kind, data)
    with closing(open_stream(kind, data)) as stream:
        _check_header(stream)
        weights = None
    if stream.channels > 1 or stream.floats:
        with closing(open_stream(kind, data)) as stream:
            weights = mixing(_bounded(stream, most), stream.channels)
    with closing(open_stream(kind, data)) as stream:
        yield from _resampled(_mono(stream, weights, most), stream.rate)


def dead_channels(data: bytes) -> int:
    """Count the channels of a file that hold nothing beside the others."""
    with closing(open_stream(known(data), data)) as stream:
        if stream.channels == 1:
            return 0
        return int(dead(in_common(_bounded(stream, MAX_SAMPLES), stream.channels)[0]).sum())


def known(data: bytes) -> str:
    """Say which format it is; refuse what is no sound."""
    if not data:
        raise MediaError("The file is empty", issue="empty", todo="Fetch it again, or remove it")
    if len(data) > MAX_BYTES:
        raise MediaError(f"The file is larger than {MAX_BYTES >> 20} MiB", issue="bomb", todo="Cut it into clips")
    kind = sniff(data)
    if kind is not None:
        return kind
    other = describe(data)
    if other:
        raise MediaError(f"The file is {other}", issue="unsupported", todo="Save it as WAV or FLAC")
    raise MediaError("The file is no clip", issue="unreadable", expected=_READ, todo="Remove it")


def open_stream(kind: str, data: bytes) -> Stream:
    """Open a file with libsndfile where that reads it, else with FFmpeg."""
    if kind in BY_SNDFILE:
        try:
            return SndfileStream(kind, data)
        except MediaError as error:
            if error.issue != "unsupported":
                raise
            unread = error
    from mien.kinds.sound._pyav import PyavStream, has_pyav

    if kind in BY_SNDFILE and not has_pyav():
        raise unread
    return PyavStream(kind, data)


def _check_header(stream: Stream) -> None:
    name = shown(stream.kind)
    if not _RATES[0] <= stream.rate <= _RATES[1]:
        came = f"The {name} says that it has {stream.rate:,} samples a second"
        raise MediaError(came, issue="unreadable", expected="4,000 to 192,000", todo="Save it anew, or remove it")
    if not 1 <= stream.channels <= _MOST_CHANNELS:
        came = f"The {name} says that it has {stream.channels:,} channels"
        raise MediaError(came, issue="unreadable", expected=f"1 to {_MOST_CHANNELS}", todo="Save it with one or two")


def _bounded(stream: Stream, most: int | None) -> Iterator[Singles]:
    """Stop where a file holds more than it may, whatever its header says."""
    read = 0
    for piece in stream.pieces():
        read += piece.size
        if most is not None and (read > most or read > LONGEST * stream.rate * stream.channels + _RATES[1]):
            raise too_long()
        yield piece


def too_long() -> MediaError:
    """Return the error for a recording that is no clip."""
    came = f"The file holds more than {LONGEST / 60:g} minutes of sound"
    return MediaError(came, issue="bomb", todo="Cut it into clips, one for each sentence or answer")


def _mono(stream: Stream, weights: Singles | None, most: int | None) -> Iterator[Singles]:
    for piece in _bounded(stream, most):
        mono = piece[:, 0] if weights is None else piece @ weights
        if not np.isfinite(mono).all():
            came = f"The {shown(stream.kind)} holds values that are no numbers (NaN or infinite)"
            raise MediaError(came, issue="unreadable", todo="Save it again from where it was made")
        yield mono


def _resampled(pieces: Iterator[Singles], rate: int) -> Iterator[Singles]:
    """Bring to 16,000 a second; what overshoots is clipped, as in any file of whole numbers."""
    if rate == RATE:
        yield from (np.clip(piece, -1, 1) for piece in pieces)
        return
    import soxr

    stream = soxr.ResampleStream(rate, RATE, 1, dtype="float32", quality="HQ")
    for piece in pieces:
        yield np.clip(stream.resample_chunk(np.ascontiguousarray(piece)), -1, 1)
    yield np.clip(stream.resample_chunk(np.zeros(0, np.float32), last=True), -1, 1)
