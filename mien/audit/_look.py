"""One pass over the data: each file is read and decoded once, in threads, with flat memory."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain
from typing import Any, TypeVar, overload

import polars as pl

from mien import media
from mien.audit._checks import Check, Sample
from mien.core.errors import MediaError
from mien.core.types import Manifest, Progress

T = TypeVar("T")
R = TypeVar("R")

# A thread's share: enough files that handing over costs nothing, few enough bytes that memory stays flat.
_SHARE_FILES = 32
_SHARE_BYTES = 8 << 20
# Measured rows gathered as Python objects before they become columns.
_CHUNK = 8192

Row = tuple[str, str | None]
Content = bytes | MediaError


def look(manifest: Manifest, checks: Sequence[Check], progress: Progress) -> pl.DataFrame:
    """Read and decode every row in use, and measure what the checks ask for.

    Parameters
    ----------
    manifest : Manifest
        The rows.
    checks : sequence of Check
        The checks.
    progress : Progress
        Wraps the pass.

    Returns
    -------
    polars.DataFrame
        Columns ``id content path container label split`` and those the checks measure, sorted by id.
    """
    rows = manifest.used.frame.select("id", "content", "path", "container", "label", "split")
    measured = progress(_measured(rows, checks), total=rows.height, what="checking pictures")
    return pl.concat([rows, _columns(measured, checks)], how="horizontal").sort("id")


def _measured(rows: pl.DataFrame, checks: Sequence[Check]) -> Iterator[tuple[Any, ...]]:
    places = Rows(rows)
    contents = media.read_many(places)
    shares = _shares(zip(places, contents, strict=True))

    def work(share: list[tuple[Row, Content]]) -> list[tuple[Any, ...]]:
        return [_measure(place, content, checks) for place, content in share]

    return chain.from_iterable(in_order(work, shares))


def _measure(place: Row, content: Content, checks: Sequence[Check]) -> tuple[Any, ...]:
    sample = open_sample(place, content)
    return tuple(value for check in checks if check.measure for value in check.measure(sample))


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
    schema = {name: kind for check in checks for name, kind in check.columns.items()}
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
