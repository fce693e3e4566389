"""A recording on the disk, looked into as if its bytes were at hand: they are read where somebody looks."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import BinaryIO, overload

_STEP = 1 << 20  # bytes that are searched at once


class FileBytes:
    """An open file with what is asked of bytes here: length, slices, and where something stands.

    `file` stays open and belongs to whoever opened it; it must be one that can be sought in.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._length = file.seek(0, os.SEEK_END)

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, key: int) -> int: ...
    @overload
    def __getitem__(self, key: slice) -> bytes: ...
    def __getitem__(self, key: int | slice) -> int | bytes:
        """Read a byte, or a slice without a step."""
        if isinstance(key, int):
            found = self[key : key + 1 or None]
            if not found:
                raise IndexError(key)
            return found[0]
        start, stop, _ = key.indices(self._length)
        self._file.seek(start)
        return self._file.read(max(0, stop - start))

    def __contains__(self, mark: bytes) -> bool:
        return self.find(mark) >= 0

    def startswith(self, mark: bytes, start: int = 0) -> bool:
        """Say whether it stands at `start`."""
        return self[start : start + len(mark)] == mark

    def find(self, mark: bytes, start: int = 0, end: int | None = None) -> int:
        """Return where it stands first; -1 where it does not."""
        stop = self._length if end is None else min(end, self._length)
        places = (at + place for at, part in self._parts(mark, start, stop) if (place := part.find(mark)) >= 0)
        return next(places, -1)

    def rfind(self, mark: bytes, start: int = 0, end: int | None = None) -> int:
        """Return where it stands last; -1 where it does not."""
        stop = self._length if end is None else min(end, self._length)
        parts = self._parts(mark, start, stop, backwards=True)
        return next((at + place for at, part in parts if (place := part.rfind(mark)) >= 0), -1)

    def _parts(self, mark: bytes, start: int, stop: int, *, backwards: bool = False) -> Iterator[tuple[int, bytes]]:
        """Read pieces that overlap by what a mark needs."""
        places = range(start, max(stop, start + 1), _STEP)
        for at in reversed(places) if backwards else places:
            yield at, self[at : min(at + _STEP + len(mark) - 1, stop)]

    def opened(self, start: int) -> BinaryIO:
        """Return what begins at a byte as a file of its own."""
        return _From(self._file, start, self._length)  # type: ignore[return-value]


class _From(io.RawIOBase):
    """The rest of a file from a byte on; seeking is kept inside, wherever a damaged header leads."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        super().__init__()
        self._file, self._start, self._length, self._at = file, start, length - start, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = (0, self._at, self._length)[whence]
        self._at = min(max(origin + offset, 0), 1 << 62)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._file.seek(self._start + self._at)
        data = self._file.read(min(len(buffer), max(0, self._length - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


class _Bytes(io.BytesIO):
    """Bytes for libsndfile, which seeks wherever a damaged header says: an exception in a callback would be printed."""

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = (0, self.tell(), len(self.getbuffer()))[whence]
        return super().seek(min(max(start + offset, 0), 1 << 62))


Source = bytes | FileBytes


def opened(data: Source, start: int) -> BinaryIO:
    """Return what begins at a byte of it as a file to read."""
    return data.opened(start) if isinstance(data, FileBytes) else _Bytes(data[start:] if start else data)
