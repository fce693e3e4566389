"""Members of .zip and .tar files, read where they lie: nothing is ever unpacked to the disk."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import IO, Any, cast

from mien.core.errors import MediaError
from mien.media._files import MAX_BYTES, as_text, bounded, open_regular, real_path

Item = tuple[str, Callable[[], bytes]]
"""A name, and how to read its bytes while the stream stands there."""

BROKEN = (
    *(OSError, EOFError, ValueError, IndexError, struct.error, RuntimeError),  # RuntimeError: NotImplementedError too
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError),
)
"""What the standard library raises on damaged archives."""


class ZipMembers:
    """An open .zip, whose members can be read in any order."""

    def __init__(self, path: str) -> None:
        self._path = path
        with archive_errors(path):
            self._file = open_regular(real_path(path))
            try:
                self._zip = zipfile.ZipFile(self._file)
            except BaseException:
                self._file.close()
                raise

    def read(self, name: str) -> bytes:
        """Read one member. At most `MAX_BYTES`, whatever the archive declares."""
        try:
            info = self._zip.getinfo(name)
        except KeyError as error:
            raise absent(self._path, name) from error
        if info.flag_bits & 1:
            came = f"'{name}' in '{self._path}' is locked with a password"
            raise MediaError(came, issue="unreadable", todo="Pack the archive again without a password")
        with archive_errors(self._path, name), self._zip.open(info) as member:
            return bounded(member, name, info.file_size)

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()
        self._file.close()


@contextmanager
def archive_errors(path: str, name: str = "", *, todo: str = "Fetch or pack the archive again") -> Iterator[None]:
    """Turn what the standard library raises on a damaged archive into a `MediaError`."""
    what = f"'{name}' in '{path}'" if name else f"'{path}'"
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MediaError(f"There is no file {what}", issue="missing", todo="Check the path") from error
    except BROKEN as error:
        words = " ".join(str(error).split())[:120]
        raise MediaError(f"{what} cannot be read ({words})", issue="unreadable", todo=todo) from error


class _Guarded:
    """A file for `tarfile` that refuses one huge read: a header may declare its own name to be 10 GB long."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self.last = b""

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= MAX_BYTES + 1024:
            raise tarfile.ReadError("a header is too large")
        self.last = self._file.read(size)
        return self.last


def unpacked(file: IO[bytes]) -> IO[bytes]:
    """Read a file through its compression, gzip, bzip2 or xz by its first bytes; one without is returned as it is."""
    head = file.read(6)
    file.seek(0)
    if head[:2] == b"\x1f\x8b":
        return gzip.GzipFile(fileobj=file)  # type: ignore[return-value]
    if head[:3] == b"BZh":
        return bz2.BZ2File(file)
    return lzma.LZMAFile(file) if head == b"\xfd7zXZ\0" else file


def tar_headers(path: str) -> Iterator[tuple[tarfile.TarInfo, Callable[[], bytes]]]:
    """Walk once over a .tar, plain or compressed with gzip, bzip2 or xz: every header, and how to read its bytes.

    The bytes can be read as long as the walk stands there. `MediaError`: ``missing`` or ``unreadable``.
    """
    for tar, member in _walk(path):
        yield member, partial(_read_tar_member, tar, member, path)


def _walk(path: str) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    with archive_errors(path), open_regular(real_path(path)) as packed, unpacked(packed) as file:
        guarded = _Guarded(file)
        tar = tarfile.open(fileobj=cast(Any, guarded), mode="r:")  # noqa: SIM115 - nothing of its own to close
        while (member := tar.next()) is not None:
            cast(Any, tar).members = []  # it remembers a kilobyte for each member otherwise
            yield tar, member
        if not guarded.last:  # cut between two members; every whole archive ends with a block of zeros
            raise tarfile.ReadError("it ends before its end mark")


def tar_members(path: str) -> Iterator[Item]:
    """Walk over the regular files of a .tar once; each can be read as long as the walk stands there."""
    return ((as_text(member.name), read) for member, read in tar_headers(path) if member.isreg())


@contextmanager
def open_member(path: str, name: str, *, is_zip: bool) -> Iterator[IO[bytes]]:
    """Open one member of an archive as a stream. In a compressed .tar all before it is unpacked first, in memory."""
    with archive_errors(path, name):
        if is_zip:
            with open_regular(real_path(path)) as file, zipfile.ZipFile(file) as archive:
                if name not in archive.NameToInfo:
                    raise absent(path, name)
                with archive.open(name) as member:
                    yield member
            return
        for tar, found in _walk(path):
            if found.isreg() and as_text(found.name) == name:
                with cast(IO[bytes], tar.extractfile(found)) as inside:
                    yield inside
                return
        raise absent(path, name)


def _read_tar_member(tar: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> bytes:
    with archive_errors(path, member.name):
        file = tar.extractfile(member)
        if file is None:
            raise absent(path, member.name)
        with file:
            data = bounded(file, member.name, member.size)
    if len(data) < member.size:
        raise MediaError(f"'{path}' ends within '{member.name}'", issue="truncated", todo="Fetch the archive again")
    return data


def absent(path: str, name: str) -> MediaError:
    """Return the error for a member or row that is not there."""
    todo = "Collect the data again if the file has changed"
    return MediaError(f"'{path}' holds no '{name}'", issue="missing", todo=todo)
