"""Keep the C libraries below from talking: mpg123, inside libsndfile, tells standard error of every odd tag."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from threading import Lock

_lock = Lock()
_users: list[int | None] = []  # what the pointer was before the first of those that read now; then one more for each


@contextmanager
def quiet() -> Iterator[None]:
    """Let C's ``stderr`` lead nowhere while sounds are read; Python's own does not pass through it.

    libsndfile has no switch for it. Where the pointer is not found (it is called otherwise outside Linux), they talk.
    """
    stream = _stderr()
    if stream is None:
        yield
        return
    pointer, nowhere = stream
    with _lock:
        _users.append(pointer.value if not _users else None)
        pointer.value = nowhere
    try:
        yield
    finally:
        with _lock:
            before = _users[0]
            _users.pop()
            if not _users:
                pointer.value = before


@cache
def _stderr() -> tuple[ctypes.c_void_p, int] | None:
    with suppress(OSError, AttributeError, ValueError):
        library = ctypes.CDLL(None)
        pointer = ctypes.c_void_p.in_dll(library, "stderr")
        library.fopen.restype = ctypes.c_void_p
        nowhere = library.fopen(os.devnull.encode(), b"w")
        return (pointer, nowhere) if nowhere and pointer.value else None
    return None
