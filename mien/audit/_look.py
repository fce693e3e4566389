"""One pass over the data: each file is read and decoded once, in threads, with flat memory."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import polars as pl

from mien import media
from mien.core.errors import MediaError
from mien.core.files import storage_error
from mien.core.threads import in_order
from mien.core.types import Manifest, Progress
from mien.kinds import Check, Kind, Sample

if TYPE_CHECKING:
    from mien.core.types import Integers, Pixels

# A thread's share: enough files that handing over costs nothing and signatures, all in one go, find the processor warm
# (a quarter of the time in shares of 32); few enough bytes that memory stays flat.
_SHARE_FILES = 128
_SHARE_BYTES = 8 << 20
SIDE = 48  # pixels of what `kinds.Kind.forms` gives
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
    # uint8 [N, 48, 48], the first form of each sample (`kinds.Kind.forms`), at the place that ``row`` says; black where
    # it has none. It lies on the disk, in a file without a name
    reduced: Pixels
    # uint8 [K, 48, 48], the further forms of the pictures that have a frame, with it
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
def look(manifest: Manifest, kind: Kind, checks: Sequence[Check], progress: Progress) -> Iterator[Looked]:
    """Read and decode every row in use once, and measure what the checks and the search for copies need.

    The reduced pictures, 2,304 bytes each, lie on the disk for temporary files.
    """
    rows = manifest.used.frame.select("id", "content", "path", "container", "label", "split", "person")
    with closing(_Kept()) as reduced, closing(_Kept()) as framed:
        numbers: list[int] = []
        measured = progress(
            _measured(rows, (kind, checks), (reduced, framed, numbers)), total=rows.height, what=f"checking {kind.many}"
        )
        columns = _columns(measured, checks)
        frame = pl.concat([rows.with_row_index("row"), columns], how="horizontal").sort("id")
        yield Looked(frame, reduced.read(), framed.read(), np.array(numbers, np.int64))


def _measured(
    rows: pl.DataFrame, how: tuple[Kind, Sequence[Check]], kept: tuple[_Kept, _Kept, list[int]]
) -> Iterator[tuple[Any, ...]]:
    """Measure row by row; the reduced pictures are kept, without their frames and, where they have one, with it."""
    places = Rows(rows)
    contents = media.read_many(places)
    shares = _shares(zip(places, contents, strict=True))
    before = 0

    def work(share: list[tuple[Row, Content]]) -> tuple[list[tuple[Any, ...]], Pixels, dict[int, Pixels]]:
        return _measure(share, *how)

    for values, reduced, framed in in_order(work, shares):
        kept[0].add(reduced)
        for number, picture in framed.items():
            kept[1].add(picture[None])
            kept[2].append(before + number)
        before += len(reduced)
        yield from values


def _measure(
    share: list[tuple[Row, Content]], kind: Kind, checks: Sequence[Check]
) -> tuple[list[tuple[Any, ...]], Pixels, dict[int, Pixels]]:
    values, reduced, framed = [], np.zeros((len(share), SIDE, SIDE), np.uint8), {}
    for number, (place, content) in enumerate(share):
        sample = open_sample(place, content, kind)
        values.append([value for check in checks if check.measure for value in check.measure(sample)])
        taken = (None, None) if sample.decoded is None else kind.taken(sample.data, sample.decoded)
        values[-1][:0] = [_digest(sample.decoded), kind.is_drawn(sample.data), *taken]
        forms = () if sample.decoded is None else kind.forms(sample.decoded)
        if len(forms):
            reduced[number] = forms[0]
        if len(forms) > 1:
            framed[number] = forms[1]
    marks = kind.signatures(reduced)
    written = [mark.tobytes() if mark.any() else None for mark in marks]
    return [(mark, *own) for mark, own in zip(written, values, strict=True)], reduced, framed


def _digest(decoded: Any | None) -> str | None:  # noqa: ANN401 - an array
    """Hash shape and numbers: equal bytes decode to equal numbers, so this finds every exact copy."""
    if decoded is None:
        return None
    digest = hashlib.sha256(repr(decoded.shape).encode())
    digest.update(decoded.data if decoded.flags.c_contiguous else decoded.tobytes())
    return digest.hexdigest()


def open_sample(place: Row, content: Content, kind: Kind) -> Sample:
    """Decode one file."""
    path, container = place
    if isinstance(content, MediaError):
        return Sample(path, container, b"", None, None, content)
    form = kind.sniff(content)
    try:
        return Sample(path, container, content, form, kind.decode(content), None)
    except MediaError as error:
        return Sample(path, container, content, form, None, error)


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


def _columns(measured: Iterable[tuple[Any, ...]], checks: Sequence[Check]) -> pl.DataFrame:
    schema: dict[str, type[pl.DataType]] = {"signature": pl.Binary, "pixels": pl.String, "drawn": pl.Boolean}
    schema |= {"taken": pl.Float64, "camera": pl.String}
    schema |= {name: kind for check in checks for name, kind in check.columns.items()}
    chunks = [pl.DataFrame(schema=schema)]
    rows = iter(measured)
    while chunk := list(islice(rows, _CHUNK)):
        chunks.append(pl.DataFrame(chunk, schema=schema, orient="row"))
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
