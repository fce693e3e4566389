"""What a cache is on the disk, and the half-made one that survives a kill.

::

    pictures-48-<key>.u8            pixels, uint8 [N, 48, 48, 3], nothing else in the file
    pictures-48-<key>.parquet       what each row is: `row`, `content`, and why a row stayed empty
    pictures-48-<key>.u8.part       rows so far; beside it `.done`, one byte a row, 1 once it is safe
    faces-48-fcos-0-<key>.u8        the same, of the faces that a detector cut out, with their margin
    both-48-fcos-0-<key>.u8         uint8 [N, 96, 48, 3]: the face, and below it the whole picture
    table-9x4-float32-<key>.f32     another kind's rows, float32 [N, 9, 4]: `kinds.Kind.stem` names them
    .lock                           one process at a time builds in a folder

A cache counts only with both of the first two, and only if they fit each other.
"""

from __future__ import annotations

import errno
import json
import math
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from mien import kinds
from mien.core.errors import StorageError
from mien.core.files import locked, storage_error, write_bytes, writing
from mien.core.parquet import ParquetFile

if TYPE_CHECKING:
    from mien.core.types import InputContract, Pixels, Rows

# Raise it when the same bytes would be decoded to other pixels: older caches are then made anew.
FORMAT = 1
_META = "mien.cache"
_SAVE_EVERY = 5.0  # seconds of work that a kill can cost


@dataclass(frozen=True)
class Place:
    """Where one cache stands."""

    folder: Path  # its folder
    stem: str  # what the names of all caches begin with whose rows are made in the same way: `kinds.Kind.stem`
    key: str  # names the set of contents
    contract: InputContract  # shape and dtype of the rows, and their kind

    @property
    def row_dtype(self) -> np.dtype[Any]:
        """What the numbers in a row are."""
        return np.dtype(self.contract.dtype)

    @property
    def data(self) -> Path:
        """The rows: ``.u8`` of bytes, ``.f32`` of floats."""
        return self.folder / f"{self.stem}{self.key}.{self.row_dtype.kind}{8 * self.row_dtype.itemsize}"

    @property
    def index(self) -> Path:
        """What each row is."""
        return self.data.with_suffix(".parquet")

    @property
    def row_bytes(self) -> int:
        """Length of one row."""
        return math.prod(self.contract.shape) * self.row_dtype.itemsize

    def read_index(self) -> pl.DataFrame | None:
        """Return the index if cache and index can be trusted; None where there is none, or a damaged or older one.

        Columns ``row``, ``content``, ``issue`` and ``why``, both null where the row holds a picture (or ``faceless``,
        with `both`).
        """
        try:
            with ParquetFile(self.index) as file:
                meta, frame = json.loads(file.metadata.get(_META, "{}")), file.read()
            length = self.data.stat().st_size
        except (OSError, ValueError, RecursionError):
            return None
        known = meta == self._meta() and frame.columns == ["row", "content", "issue", "why"]
        return frame if known and length == frame.height * self.row_bytes else None

    def write_index(self, frame: pl.DataFrame) -> None:
        """Write the index atomically."""
        with writing(self.index) as file:
            frame.write_parquet(file, metadata={_META: json.dumps(self._meta())})

    def rows(self, count: int) -> Rows:
        """Map the finished rows, [count, *contract.shape], read-only; they are never anonymous memory."""
        # A plain view: np.memmap's own subclass would follow every slice and slow it down.
        return np.asarray(np.memmap(self.data, self.row_dtype, "r", shape=(count, *self.contract.shape)))

    def _meta(self) -> dict[str, object]:
        one = self.contract
        row = {"kind": one.kind, "size": one.size, "shape": list(one.shape), "dtype": one.dtype}
        return {"format": FORMAT, "made": self.stem, **row}


class Partial:
    """A cache being written, row by row, in any order, from any thread; `done` uint8 [rows] is 1 where a row is."""

    def __init__(self, place: Place, rows: int) -> None:
        self.place = place
        self._path = place.data.with_suffix(f"{place.data.suffix}.part")
        self._journal = place.data.with_suffix(f"{place.data.suffix}.done")
        self._length = rows * place.row_bytes
        self.done = self._resumed(rows)
        self._saved = time.monotonic()
        with _as_storage_error(self._path):
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            if not self.done.any():
                try:
                    self._reserve(rows)
                except BaseException:
                    self._path.unlink()
                    os.close(self._file)
                    raise

    def write(self, row: int, value: Any) -> None:  # noqa: ANN401 - array [*contract.shape]
        """Put one sample in its row. Threads may call this at once. `value` array [*contract.shape]."""
        whole = np.ascontiguousarray(value, self.place.row_dtype)
        left, at = memoryview(whole.data).cast("B"), row * self.place.row_bytes
        with _as_storage_error(self._path):
            while left:
                written = os.pwrite(self._file, left, at)
                left, at = left[written:], at + written

    def rows(self) -> Rows:
        """Map what is written so far. Returns array [rows, *contract.shape], read-only."""
        shape = (len(self.done), *self.place.contract.shape)
        return np.asarray(np.memmap(self._path, self.place.row_dtype, "r", shape=shape))

    def save(self, *, now: bool = False) -> None:
        """Make what is done safe against a kill or a power cut, every few seconds."""
        if not now and time.monotonic() - self._saved < _SAVE_EVERY:
            return
        # First the rows, then the word that they are there: a torn row is never called done.
        with _as_storage_error(self._path):
            os.fsync(self._file)
        write_bytes(self._journal, self.done.tobytes())
        self._saved = time.monotonic()

    def finish(self, index: pl.DataFrame) -> None:
        """Turn it into a cache."""
        self.save(now=True)
        self.place.write_index(index)
        with _as_storage_error(self.place.data):
            self._path.replace(self.place.data)
            self._journal.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file; what is there stays for the next time."""
        os.close(self._file)

    def _resumed(self, rows: int) -> Pixels:
        try:
            done = np.frombuffer(self._journal.read_bytes(), np.uint8)
            fits = self._path.stat().st_size == self._length and len(done) == rows and done.max() <= 1
        except (OSError, ValueError):
            fits = False
        return done.copy() if fits else np.zeros(rows, np.uint8)

    def _reserve(self, rows: int) -> None:
        """Take the space before the work: better a sentence now than a full disk at 90 %."""
        os.ftruncate(self._file, 0)
        free = shutil.disk_usage(self.place.folder).free
        if free < self._length:
            contract = self.place.contract
            kind = kinds.kind(contract.kind)
            raise StorageError(
                f"The cache of {kind.count(rows)} of {kind.measure(contract)} in '{self.place.folder}' "
                f"needs {self._length / 1e6:,.1f} MB, and {free / 1e6:,.1f} MB are free",
                todo="Free some space, choose another place with --out, or a smaller size",
            )
        os.ftruncate(self._file, self._length)
        if sys.platform == "linux":
            try:
                os.posix_fallocate(self._file, 0, self._length)
            except OSError as error:
                if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):  # the file system cannot: it goes without
                    raise


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold a folder while building in it; a second process waits. A kill lets go."""
    with _as_storage_error(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        yield


@contextmanager
def _as_storage_error(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise storage_error(path, error) from error
