"""Writing that cannot leave half a file: beside it, fsync, rename; and where Mien keeps what it fetched."""

from __future__ import annotations

import errno
import fcntl
import json
import math
import os
import re
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from mien.core.errors import StorageError

_REASONS = {
    errno.ENOSPC: ("the disk is full", "Free some space, or choose another place with --out"),
    errno.EDQUOT: ("your disk quota is used up", "Free some space, or choose another place with --out"),
    errno.EEXIST: ("a file stands where a folder should be", "Choose another place with --out"),
    errno.ENOTDIR: ("a file stands where a folder should be", "Choose another place with --out"),
    errno.EFBIG: ("a file may not grow that large here", "Choose another place with --out"),
    errno.EROFS: ("the disk is read-only", "Choose another place with --out"),
    errno.EACCES: ("you may not write there", "Choose another place with --out, or change its permissions"),
    errno.EPERM: ("you may not write there", "Choose another place with --out, or change its permissions"),
}


def cache_folder() -> Path:
    """Say where Mien keeps what it fetched: a folder, which may not exist yet."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "mien"


def storage_error(path: Path | str, error: OSError) -> StorageError:
    """Put a failed write into a sentence, to raise from `error`."""
    reason, todo = _REASONS.get(error.errno or 0, (error.strerror or str(error), "Choose another place with --out"))
    return StorageError(f"'{path}' could not be written: {reason}", todo=f"{todo}. What was there before is unchanged")


@contextmanager
def writing(path: Path | str) -> Iterator[Path]:
    """Give a temporary path beside the target and rename it over the target at the end.

    Readers see the old file or the new one, never half of one; after an error the old one stays. Missing folders are
    made; a disk that is full, read-only or closed to us is a `StorageError`.
    """
    target = Path(path)
    beside = target.parent / f".writing-{secrets.token_hex(8)}{target.suffix}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        beside.touch(exist_ok=False)
        yield beside
        _flush(beside)
        beside.replace(target)
        _flush(target.parent)
    except Exception as error:
        system = error if isinstance(error, OSError) else _system_error(error)
        if system is None:
            raise
        raise storage_error(target, system) from error
    finally:
        with suppress(OSError):
            beside.unlink()


@contextmanager
def locked(folder: Path, patience: float = math.inf) -> Iterator[int]:
    """Hold a folder by its file ``.lock``; a kill lets go, and a child that inherits the handle holds it on.

    A second process waits so many seconds, then gets a `TimeoutError`.
    """
    try:
        handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise storage_error(folder, error) from error
    try:
        until = time.monotonic() + patience
        while not _taken(handle, folder):
            if time.monotonic() > until:
                raise TimeoutError
            time.sleep(0.1)
        yield handle
    finally:
        os.close(handle)


def _taken(handle: int, folder: Path) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:  # a file system that knows no locks
        raise storage_error(folder, error) from error
    return True


def write_bytes(path: Path | str, data: bytes) -> Path:
    """Write a whole file atomically, as `writing` does."""
    with writing(path) as beside:
        beside.write_bytes(data)
    return Path(path)


def write_text(path: Path | str, text: str) -> Path:
    """Write a whole text file atomically, UTF-8."""
    # A file name that is no UTF-8 reaches us as surrogates; its own bytes go back to the disk.
    return write_bytes(path, text.encode("utf-8", "surrogateescape"))


def _system_error(error: Exception) -> OSError | None:
    # Polars puts the system's word into errors of its own: "IO error: No space left on device (os error 28)".
    found = re.search(r"\(os error (\d+)\)", str(error))
    return OSError(int(found[1]), os.strerror(int(found[1]))) if found else None


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path | str, value: Mapping[str, Any]) -> Path:
    """Write an object as readable JSON, atomically."""
    return write_text(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """Read an object that `write_json` wrote; a file that is missing or damaged is a `StorageError`."""
    try:
        value = json.loads(path.read_text(encoding="utf-8", errors="surrogateescape"))
    except (OSError, ValueError, RecursionError) as error:
        raise StorageError(f"'{path}' is damaged ({error})", todo="Start the run anew") from error
    if not isinstance(value, dict):
        raise StorageError(f"'{path}' holds no object", todo="Start the run anew")
    return value
