"""One pass over the data: each file is read and decoded once, in threads, with flat memory."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np
import polars as pl

from mien import media
from mien.audit._checks import Check, Sample
from mien.core.errors import MediaError
from mien.core.files import storage_error
from mien.core.types import Manifest, Progress

if TYPE_CHECKING:
    import numpy.typing as npt

    from mien.core.types import Pixels

    Integers = npt.NDArray[np.int64]

T = TypeVar("T")
R = TypeVar("R")

# A thread's share: enough files that handing over costs nothing and signatures, all in one go, find the processor warm
# (a quarter of the time in shares of 32); few enough bytes that memory stays flat.
_SHARE_FILES = 128
_SHARE_BYTES = 8 << 20
SIDE = 48  # pixels of a picture as `media.reduce_picture` leaves it
SMALLEST = 16  # pixels of a side: smaller pictures are too alike for their copies to be told
# Measured rows gathered as Python objects before they become columns.
_CHUNK = 8192

Row = tuple[str, str | None]
Content = bytes | MediaError


@dataclass(frozen=True)
class Looked:
    """What one pass over the files has measured."""

    # Columns ``id path container content label split person``, ``pixels``, ``signature``, ``drawn`` (by Mien),
    # ``taken`` (seconds) and ``camera`` (with the size; both null where EXIF does not say), ``row``, and those that the
    # checks measure; sorted by id
    frame: pl.DataFrame
    # uint8 [N, 48, 48], each picture as `media.reduce_picture` leaves it, at the place that ``row`` says; black where
    # it cannot be read or is too small. It lies on the disk, in a file without a name
    reduced: Pixels
    # uint8 [K, 48, 48], the further forms of the pictures that have a frame, with it; see `media.reduced_forms`
    framed: Pixels
    framed_rows: Integers  # int64 [K], which pictures those are: their ``row``


class _Kept:
    """Reduced pictures, written to the disk one after another: a million of them take no memory."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="mien-")  # noqa: SIM115 - closed by `close`
        self._count = 0

    def add(self, reduced: Pixels) -> None:
        self._count += len(reduced)
        try:
            self._file.write(reduced.tobytes())
        except OSError as error:
            raise storage_error(tempfile.gettempdir(), error) from error

    def read(self) -> Pixels:
        """Return all, uint8 [N, 48, 48]."""
        if not self._count:
            return np.zeros((0, SIDE, SIDE), np.uint8)
        try:
            self._file.flush()
        except OSError as error:
            raise storage_error(tempfile.gettempdir(), error) from error
        return np.asarray(np.memmap(self._file, np.uint8, "r", shape=(self._count, SIDE, SIDE)))

    def close(self) -> None:
        self._file.close()


@contextmanager
def look(manifest: Manifest, checks: Sequence[Check], progress: Progress) -> Iterator[Looked]:
    """Read and decode every row in use once, and measure what the checks and the search for copies need.

    The reduced pictures, 2,304 bytes each, lie on the disk for temporary files.
    """
    rows = manifest.used.frame.select("id", "content", "path", "container", "label", "split", "person")
    with closing(_Kept()) as reduced, closing(_Kept()) as framed:
        numbers: list[int] = []
        measured = progress(
            _measured(rows, checks, (reduced, framed, numbers)), total=rows.height, what="checking pictures"
        )
        columns = _columns(measured, checks)
        frame = pl.concat([rows.with_row_index("row"), columns], how="horizontal").sort("id")
        yield Looked(frame, reduced.read(), framed.read(), np.array(numbers, np.int64))


def _measured(
    rows: pl.DataFrame, checks: Sequence[Check], kept: tuple[_Kept, _Kept, list[int]]
) -> Iterator[tuple[Any, ...]]:
    """Measure row by row; the reduced pictures are kept, without their frames and, where they have one, with it."""
    places = Rows(rows)
    contents = media.read_many(places)
    shares = _shares(zip(places, contents, strict=True))
    before = 0

    def work(share: list[tuple[Row, Content]]) -> tuple[list[tuple[Any, ...]], Pixels, dict[int, Pixels]]:
        return _measure(share, checks)

    for values, reduced, framed in in_order(work, shares):
        kept[0].add(reduced)
        for number, picture in framed.items():
            kept[1].add(picture[None])
            kept[2].append(before + number)
        before += len(reduced)
        yield from values


def _measure(
    share: list[tuple[Row, Content]], checks: Sequence[Check]
) -> tuple[list[tuple[Any, ...]], Pixels, dict[int, Pixels]]:
    values, reduced, framed = [], np.zeros((len(share), SIDE, SIDE), np.uint8), {}
    for number, (place, content) in enumerate(share):
        sample = open_sample(place, content)
        values.append([value for check in checks if check.measure for value in check.measure(sample)])
        values[-1][:0] = [_digest(sample.picture), media.is_drawn(sample.data), *_moment(sample)]
        if sample.picture is not None and min(sample.picture.shape[:2]) >= SMALLEST:
            reduced[number], *with_frame = media.reduced_forms(sample.picture)
            if with_frame:
                framed[number] = with_frame[0]
    marks = media.signatures(reduced)
    written = [mark.tobytes() if mark.any() else None for mark in marks]
    return [(mark, *own) for mark, own in zip(written, values, strict=True)], reduced, framed


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
    """Decode one file."""
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
    """Path and container of each row, made when asked for: a million rows stay two columns."""

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
