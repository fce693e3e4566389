"""Keep the libraries below from talking over the sentences: what matters comes back as an error."""

from __future__ import annotations

import ctypes
import logging
import os
import re
import warnings
from contextlib import suppress
from pathlib import Path
from threading import Lock

# Pillow's remarks on odd metadata, as `warnings.filterwarnings` stores the rule.
_REMARKS = ("ignore", None, Warning, re.compile(r"PIL\."), 0)

_lock = Lock()
_silenced: set[str] = set()


def hush(kind: str) -> None:
    """Silence Pillow's warnings and log, and libtiff's lines on standard error; `kind` is what `sniff` said.

    `warnings.catch_warnings` would swap the rules of the whole process for a moment, and threads would lose each
    other's; so one rule, for warnings that Pillow itself raises, stays.
    """
    if _REMARKS not in warnings.filters:
        warnings.filterwarnings("ignore", category=Warning, module=r"PIL\.")
    if kind in _silenced:
        return
    with _lock:
        if not _silenced:
            logging.getLogger("PIL").addHandler(logging.NullHandler())
        if kind == "tiff":
            _hush_libtiff()
        _silenced.add(kind)


def hush_videos() -> None:
    """Silence OpenCV and FFmpeg, and keep FFmpeg from following a play list to another file or address."""
    import cv2

    os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = "protocol_whitelist;file"
    os.environ["OPENCV_FFMPEG_LOGLEVEL"] = "-8"  # AV_LOG_QUIET; read once, by the first video
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)


def _hush_libtiff() -> None:
    """Take away the handlers that print. Pillow has no switch for it; where the library is not found, it prints."""
    from PIL import TiffImagePlugin  # noqa: F401 - so that the library is loaded

    with suppress(OSError, AttributeError, ValueError):
        maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace").splitlines()
        for path in {line.split(maxsplit=5)[-1] for line in maps if "/libtiff" in line}:
            library = ctypes.CDLL(path)
            for name in ("TIFFSetErrorHandler", "TIFFSetWarningHandler"):
                setter = getattr(library, name)
                setter.argtypes, setter.restype = [ctypes.c_void_p], ctypes.c_void_p
                setter(None)
