"""One search at a time in a folder."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mien.core.errors import SettingError
from mien.core.files import storage_error

PATIENCE = 5.0  # seconds that the workers of a search that was just killed may take to notice


@contextmanager
def alone(folder: Path) -> Iterator[int]:
    """Hold a folder, so that no second search works in it.

    Workers inherit the open file: the folder stays held until the last of them has ended, even after a kill.
    """
    try:
        handle = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise storage_error(folder, error) from error
    try:
        _wait(handle, folder)
        yield handle
    finally:
        os.close(handle)


def _wait(handle: int, folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > until:
                came = f"Another search is at work in '{folder}'"
                todo = "Wait until it has ended, or stop it; --jobs runs several trials at once"
                raise SettingError(came, expected="one at a time", todo=todo) from error
            time.sleep(0.1)
        else:
            return
