"""One pass over the data: each file is read and decoded once, in threads, with flat memory."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, TypeVar, overload

import numpy as np
import polars as pl

from mien import media
from mien.audit._checks import Check, Sample
from mien.core.errors import MediaError
from mien.core.files import storage_error
from mien.core.types import Manifest, Progress

if TYPE_CHECKING:
    from mien.core.types import Pixels

T = TypeVar("T")
R = TypeVar("R")

# A thread's share: enough files that handing over costs nothing, few enough bytes that memory stays flat.
_SHARE_FILES = 32
_SHARE_BYTES = 8 << 20
SIDE = 48  # pixels of a picture as `media.reduce_picture` leaves it
SMALLEST = 16  # pixels of a side: smaller pictures are too alike for their copies to be told
# Measured rows gathered as Python objects before they become columns.
_CHUNK = 8192

Row = tuple[str, str | None]
Content = bytes | MediaError


@dataclass(frozen=True)
class Looked:
    """What one pass over the files has measured.

    Parameters
    ----------
    frame : polars.DataFrame
        Columns ``id path container content label split person``, ``pixels``, ``signature``, ``drawn`` (by Mien),
        ``taken`` (seconds) and ``camera`` (with the size; both null where EXIF does not say), ``row``, and
        those that the checks measure; sorted by id.
    reduced : uint8 [N, 48, 48]
        Each picture as `media.reduce_picture` leaves it, at the place that ``row`` says; black where it cannot be
        read or is too small. It lies on the disk, in a file without a name.
    """

    frame: pl.DataFrame
    reduced: Pixels


@contextmanager
def look(manifest: Manifest, checks: Sequence[Check], progress: Progress) -> Iterator[Looked]:
    """Read and decode every row in use once, and measure what the checks and the search for copies need.

    Parameters
    ----------
    manifest : Manifest
        The rows.
    checks : sequence of Check
        The checks.
    progress : Progress
        Wraps the pass.

    Yields
    ------
    Looked
        To be used inside.

    Raises
    ------
    StorageError
        If the reduced pictures, 2,304 bytes each, do not fit on the disk for temporary files.
    """
    rows = manifest.used.frame.select("id", "content", "path", "container", "label", "split", "person")
    with tempfile.TemporaryFile(prefix="mien-") as file:
        measured = progress(_measured(rows, checks, file), total=rows.height, what="checking pictures")
        columns = _columns(measured, checks)
        try:
            file.flush()
        except OSError as error:
            raise storage_error(tempfile.gettempdir(), error) from error
        reduced = np.zeros((0, SIDE, SIDE), np.uint8)
        if rows.height:
            reduced = np.asarray(np.memmap(file, np.uint8, "r", shape=(rows.height, SIDE, SIDE)))
        frame = pl.concat([rows.with_row_index("row"), columns], how="horizontal").sort("id")
        yield Looked(frame, reduced)


def _measured(rows: pl.DataFrame, checks: Sequence[Check], file: IO[bytes]) -> Iterator[tuple[Any, ...]]:
    """Measure row by row; the reduced pictures go into the file."""
    places = Rows(rows)
    contents = media.read_many(places)
    shares = _shares(zip(places, contents, strict=True))

    def work(share: list[tuple[Row, Content]]) -> tuple[list[tuple[Any, ...]], Pixels]:
        return _measure(share, checks)

    for values, reduced in in_order(work, shares):
        try:
            file.write(reduced.tobytes())
        except OSError as error:
            raise storage_error(tempfile.gettempdir(), error) from error
        yield from values


def _measure(share: list[tuple[Row, Content]], checks: Sequence[Check]) -> tuple[list[tuple[Any, ...]], Pixels]:
    values, reduced = [], np.zeros((len(share), SIDE, SIDE), np.uint8)
    for number, (place, content) in enumerate(share):
        sample = open_sample(place, content)
        values.append([value for check in checks if check.measure for value in check.measure(sample)])
        values[-1][:0] = [_digest(sample.picture), media.is_drawn(sample.data), *_moment(sample)]
        if sample.picture is not None and min(sample.picture.shape[:2]) >= SMALLEST:
            reduced[number] = media.reduce_picture(sample.picture)
    marks = media.signatures(reduced)
    written = [mark.tobytes() if mark.any() else None for mark in marks]
    return [(mark, *own) for mark, own in zip(written, values, strict=True)], reduced


def _digest(picture: Pixels | None) -> str | None:
    """Hash shape and pixels: equal bytes decode to equal pixels, so this finds every exact copy."""
    if picture is None:
        return None
    digest = hashlib.sha256(repr(picture.shape).encode())
    digest.update(picture.data if picture.flags.c_contiguous else picture.tobytes())
    return digest.hexdigest()


def _moment(sample: Sample) -> tuple[float | None, str | None]:
    """Say when a photo was taken, and by which camera in which size."""
    found = media.taken(sample.data) if sample.picture is not None else None
    if found is None or sample.picture is None:
        return None, None
    height, width = sample.picture.shape[:2]
    return found[0], f"{found[1]} {width}x{height}"


def open_sample(place: Row, content: Content) -> Sample:
    """Decode one file.

    Parameters
    ----------
    place : (str, str or None)
        Path and container.
    content : bytes or MediaError
        What reading it gave.

    Returns
    -------
    Sample
        With the picture, or with the error.
    """
    path, container = place
    if isinstance(content, MediaError):
        return Sample(path, container, b"", None, None, content)
    kind = media.sniff(content)
    try:
        return Sample(path, container, content, kind, media.decode(content), None)
    except MediaError as error:
        return Sample(path, container, content, kind, None, error)


def _shares(items: Iterable[tuple[Row, Content]]) -> Iterator[list[tuple[Row, Content]]]:
    share: list[tuple[Row, Content]] = []
    size = 0
    for place, content in items:
        share.append((place, content))
        size += len(content) if isinstance(content, bytes) else 0
        if len(share) >= _SHARE_FILES or size >= _SHARE_BYTES:
            yield share
            share, size = [], 0
    if share:
        yield share


def in_order(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Apply `work` in threads and give the results in order; only a few items are held at a time."""
    threads = os.cpu_count() or 1
    pool = ThreadPoolExecutor(threads)
    waiting: deque[Future[R]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _columns(measured: Iterable[tuple[Any, ...]], checks: Sequence[Check]) -> pl.DataFrame:
    schema: dict[str, type[pl.DataType]] = {"signature": pl.Binary, "pixels": pl.String, "drawn": pl.Boolean}
    schema |= {"taken": pl.Float64, "camera": pl.String}
    schema |= {name: kind for check in checks for name, kind in check.columns.items()}
    chunks = [pl.DataFrame(schema=schema)]
    rows: list[tuple[Any, ...]] = []
    for row in measured:
        rows.append(row)
        if len(rows) == _CHUNK:
            chunks.append(pl.DataFrame(rows, schema=schema, orient="row"))
            rows = []
    if rows:
        chunks.append(pl.DataFrame(rows, schema=schema, orient="row"))
    return pl.concat(chunks)


class Rows(Sequence[Row]):
    """Path and container of each row, made when asked for: a million rows stay two columns.

    Parameters
    ----------
    frame : polars.DataFrame
        With the columns ``path`` and ``container``.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame.select("path", "container")

    def __len__(self) -> int:
        return self._frame.height

    def __iter__(self) -> Iterator[Row]:
        return self._frame.iter_rows()

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> Rows: ...

    def __getitem__(self, index: int | slice) -> Row | Rows:
        if isinstance(index, slice):
            return Rows(self._frame[index])
        return self._frame.row(index)
