"""Reading one file from the disk: bounded, and only if it is a file."""

from __future__ import annotations

import errno
import os
import re
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from mien.core.errors import MediaError

MAX_BYTES = 64 * 1024 * 1024
"""Bytes that one picture file may have."""

MAX_STREAM = 8 << 30  # bytes of a recording on standard input
_STEP = 1 << 20

_ESCAPED = re.compile(rb"\\x([89a-f][0-9a-f])")


def real_path(path: str) -> str:
    r"""Return the name under which the system knows a file of the manifest; nearly always `path` itself.

    Tables hold text, but a file name on Linux may be bytes that are no text. `collect` writes such a byte as ``\xe9``;
    this turns it back. A file that really has the backslash in its name is found first.
    """
    if "\\x" not in path or os.path.lexists(path):
        return path
    raw = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), os.fsencode(path))
    return os.fsdecode(raw) if os.path.lexists(raw) else path


def as_text(name: str) -> str:
    r"""Write a file name that is no text (Linux allows any bytes) as text: such a byte becomes ``\xe9``."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(name).decode("utf-8", "backslashreplace")
    return name


def open_regular(path: str) -> BinaryIO:
    """Open a regular file; a pipe or device is refused without waiting for it."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except ValueError as error:  # a NUL in the name, or half a character
        raise FileNotFoundError(errno.ENOENT, "no file can have this name") from error
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "it is a folder" if stat.S_ISDIR(mode) else "it is a pipe, socket or device")
    return os.fdopen(handle, "rb")


def visible_files(folder: Path | str) -> Iterator[Path]:
    """Walk through a folder and those in it, in the order of names, without what is hidden by a dot."""
    for inner, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for file in sorted(files):
            if not file.startswith("."):
                yield Path(inner) / file


def read_loose(path: str) -> bytes:
    """Read one file whole."""
    with _explained(path), open_regular(real_path(path)) as file:
        return bounded(file, path, os.fstat(file.fileno()).st_size)


def open_file(path: str) -> BinaryIO:
    """Open a regular file of any size; `MediaError` ``missing`` or ``unreadable`` where that fails."""
    with _explained(path):
        return open_regular(real_path(path))


def read_stream(stream: BinaryIO) -> bytes | BinaryIO:
    """Read standard input to its end: its bytes, or, of more than `MAX_BYTES`, a file that is gone when it is closed.

    `MediaError` ``bomb`` for more than `MAX_STREAM`, and ``unreadable`` where the disk has no room for it.
    """
    data = stream.read(MAX_BYTES + 1)
    if len(data) <= MAX_BYTES:
        return data
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever reads it closes it
    try:
        _keep(data, stream, file)
    except OSError as error:
        file.close()
        came = f"What came on standard input cannot be kept ({error.strerror or error})"
        raise MediaError(came, issue="unreadable", todo="Save it as a file, and give its name") from error
    except MediaError:
        file.close()
        raise
    return file


def _keep(data: bytes, stream: BinaryIO, file: IO[bytes]) -> None:
    while data:
        if file.write(data) and file.tell() > MAX_STREAM:
            came = f"More than {MAX_STREAM >> 30} GiB came on standard input"
            raise MediaError(came, issue="bomb", todo="Save it as a file, and give its name")
        data = stream.read(_STEP)


@contextmanager
def _explained(path: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotADirectoryError) as error:
        raise MediaError(f"There is no file '{path}'", issue="missing", todo="Check the path") from error
    except OSError as error:
        came = f"'{path}' cannot be read ({error.strerror or error})"
        raise MediaError(came, issue="unreadable", todo="Check its rights and the disk") from error


def attempt(read: Callable[[], bytes]) -> bytes | MediaError:
    """Return the error instead of raising it, so that one bad sample does not end a walk over all."""
    try:
        return read()
    except MediaError as error:
        return error


def bounded(file: IO[bytes], name: str, declared: int) -> bytes:
    """Read an open file up to the limit. No more than `declared` bytes are set apart for it."""
    if declared > MAX_BYTES:
        raise too_large(name)
    data = file.read(declared + 1)
    while len(data) > declared:  # it has more than it said, or has grown
        more = file.read(1 << 20)
        if not more:
            break
        data += more
        if len(data) > MAX_BYTES:
            raise too_large(name)
    return data


def too_large(name: str) -> MediaError:
    """Return the error for a file beyond `MAX_BYTES`."""
    came = f"'{name}' is larger than {MAX_BYTES >> 20} MiB"
    return MediaError(came, issue="bomb", todo="Make it smaller, or remove it")
