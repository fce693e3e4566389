"""YuNet's file: given, cached, or fetched once from its owner and held to its SHA-256."""

from __future__ import annotations

import hashlib
import logging
import os
import time
import urllib.request
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import IO

from mien.core.errors import MienError, StorageError
from mien.core.files import cache_folder, write_bytes

NAME = "face_detection_yunet_2023mar.onnx"
URL = f"https://github.com/opencv/opencv_zoo/raw/main/models/face_detection_yunet/{NAME}"
SHA256 = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"
BYTES = 232_589
PATIENCE = 10.0  # seconds without a byte
LONGEST = 60.0  # seconds for the whole file
AGAIN = 3600.0  # seconds until a fetch that failed is tried again: nobody waits for a dead network twice


def yunet_file() -> Path:
    """Say where YuNet's file is, which ``MIEN_YUNET`` names, or the cache holds; fetch it if it is not here."""
    given = os.environ.get("MIEN_YUNET")
    if given:
        return _checked(Path(given), _content(Path(given)))
    cached = cache_folder() / NAME
    if cached.is_file() and _is_it(_content(cached)):
        return cached
    return _checked(cached, _fetched(cached))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(BYTES + 1)
    except OSError as error:
        raise StorageError(f"'{path}' cannot be read ({error.strerror})", todo="See docs/predict.md") from error


def _is_it(data: bytes) -> bool:
    return hashlib.sha256(data).hexdigest() == SHA256


def _checked(path: Path, data: bytes) -> Path:
    if _is_it(data):
        return path
    expected = f"{NAME}, {BYTES:,} bytes, SHA-256 {SHA256}"
    raise StorageError(f"'{path}' is not YuNet's file", expected=expected, todo=f"Fetch {URL}")


def _fetched(path: Path) -> bytes:
    failed = path.with_suffix(".failed")
    if os.environ.get("MIEN_OFFLINE"):
        raise _not_fetched(path, "MIEN_OFFLINE is set")
    with suppress(OSError):  # there was none
        if time.time() - failed.stat().st_mtime < AGAIN:
            raise _not_fetched(path, "the last attempt failed less than an hour ago")
    # Shown on standard error, whoever asks: Python does it for a warning that nobody handles.
    words = (
        "The face detector YuNet is not here yet. Fetching it once (%d kB) from %s into %s. MIEN_OFFLINE=1 forbids it."
    )
    logging.getLogger("mien").warning(words, BYTES // 1000, URL, path.parent)
    try:
        with urllib.request.urlopen(URL, timeout=PATIENCE) as answer:
            data = _read(answer, time.monotonic() + LONGEST)
        if not _is_it(data):
            raise _not_fetched(path, "what came is another file")
        write_bytes(path, data)
    except (OSError, HTTPException, ValueError, MienError) as error:
        with suppress(OSError):  # then it is tried again
            failed.parent.mkdir(parents=True, exist_ok=True)
            failed.touch()
        if isinstance(error, MienError):
            raise
        raise _not_fetched(path, str(getattr(error, "reason", error))) from error
    return data


def _read(answer: IO[bytes], deadline: float) -> bytes:
    """Read a little at a time: a server that drips would otherwise keep us waiting for ever."""
    data = b""
    while len(data) <= BYTES:
        part = answer.read1(BYTES + 1 - len(data))  # type: ignore[attr-defined]
        if not part:
            break
        data += part
        if time.monotonic() > deadline:
            raise TimeoutError(f"it took more than {LONGEST:g} seconds")
    return data


def _not_fetched(path: Path, why: str) -> StorageError:
    came = f"The face detector YuNet is not in {path.parent} and could not be fetched ({why})"
    todo = f"Fetch {URL} where there is a network and put it there, or name it in the variable MIEN_YUNET"
    return StorageError(came, todo=todo)
