"""A sound file becomes samples: float32, one channel, 16,000 a second, whatever it was saved as."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from mien import media
from mien.core.errors import MediaError
from mien.kinds.sound._cut import check_whole
from mien.kinds.sound._mono import mixing
from mien.kinds.sound._open import LONGEST, MAX_SAMPLES, bounded, known, open_stream, too_long
from mien.kinds.sound._sniff import sniff
from mien.kinds.sound._source import FileBytes, Source
from mien.kinds.sound._stream import shown

if TYPE_CHECKING:
    from mien.core.types import Singles

RATE = 16_000
"""Samples a second of everything that Mien hears."""

_HELD = 8_000_000  # samples of a file of several channels, 32 MB, that are not decoded twice


def decode(data: bytes) -> Singles:
    """Decode a clip; see `Kind.decode`. Returns float32 [T], -1..1."""
    if len(data) > media.MAX_BYTES:
        raise MediaError(f"The file is larger than {media.MAX_BYTES >> 20} MiB", issue="bomb", todo="Cut it into clips")
    most = int(LONGEST * RATE)
    pieces, length = [], 0
    with closing(_blocks(data, MAX_SAMPLES)) as found:
        for piece in found:
            pieces.append(piece)
            length += len(piece)
            if length > most:
                raise too_long()
    if not length:
        raise _without_sound(data)
    return np.concatenate(pieces)


def blocks(data: bytes | BinaryIO) -> Iterator[Singles]:
    """Decode a recording of any length, piece by piece.

    Parameters
    ----------
    data : bytes or binary file
        A sound file, whole, or open and able to seek: then no more of it is in memory than is listened to.

    Yields
    ------
    float32 [n]
        One channel, 16,000 samples a second, -1..1; some seconds at once.

    Raises
    ------
    MediaError
        As `Kind.decode`, but for the length.
    """
    source = data if isinstance(data, bytes) else FileBytes(data)
    some = False
    for piece in _blocks(source, None):
        some = some or len(piece) > 0
        yield piece
    if not some:
        raise _without_sound(source)


def _without_sound(data: Source) -> MediaError:
    came = f"The {shown(sniff(data) or '')} holds no sound"
    return MediaError(came, issue="unreadable", todo="Record it again, or remove it")


def _blocks(data: Source, most: int | None) -> Generator[Singles]:
    kind, weights = known(data), None
    check_whole(kind, data)
    with closing(open_stream(kind, data)) as stream:
        pieces: Iterable[Singles] | None = bounded(stream, most)
        if stream.channels > 1 or stream.floats:
            kept = _Kept(bounded(stream, most))
            weights = mixing(kept, stream.channels)
            pieces = kept.pieces
        if pieces is not None:
            yield from resampled(_mono(pieces, weights, kind), stream.rate)
            return
    with closing(open_stream(kind, data)) as stream:  # too long to be held: it is read once more
        yield from resampled(_mono(bounded(stream, most), weights, kind), stream.rate)


class _Kept:
    """Pieces that are passed on, and kept in `pieces` while they are few; then that is None."""

    def __init__(self, source: Iterator[Singles]) -> None:
        self._source = source
        self.pieces: list[Singles] | None = []

    def __iter__(self) -> Iterator[Singles]:
        size = 0
        for piece in self._source:
            size += piece.size
            if self.pieces is not None:
                self.pieces.append(piece)
                self.pieces = self.pieces if size <= _HELD else None
            yield piece


def _mono(pieces: Iterable[Singles], weights: Singles | None, kind: str) -> Iterator[Singles]:
    for piece in pieces:  # float32 [n, C]
        mono = piece[:, 0] if weights is None else piece @ weights
        if not np.isfinite(mono).all():
            came = f"The {shown(kind)} holds values that are no numbers (NaN or infinite)"
            raise MediaError(came, issue="unreadable", todo="Save it again from where it was made")
        yield mono


def resampled(pieces: Iterator[Singles], rate: int) -> Iterator[Singles]:
    """Bring pieces of one channel, float32 [n] at `rate`, to 16,000 a second.

    What overshoots is clipped, as in any file of whole numbers.

    Parameters
    ----------
    pieces : iterator of numpy.ndarray
        One after the other.
    rate : int
        Their samples a second.

    Yields
    ------
    numpy.ndarray
        float32 [m], -1..1.
    """
    if rate == RATE:
        yield from (np.clip(piece, -1, 1) for piece in pieces)
        return
    import soxr

    stream = soxr.ResampleStream(rate, RATE, 1, dtype="float32", quality="HQ")
    for piece in pieces:
        yield np.clip(stream.resample_chunk(np.ascontiguousarray(piece)), -1, 1)
    yield np.clip(stream.resample_chunk(np.zeros(0, np.float32), last=True), -1, 1)
