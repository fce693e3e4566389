"""Why a picture could not be decoded: too large, cut off, of a variety that is not read, or damaged."""

from __future__ import annotations

import re

from mien.core.errors import MediaError
from mien.media import _jpeg, _png
from mien.media._alone import boxes
from mien.media._tiff import Tiff

_AGAIN = "Fetch it again, or remove it"
_SHOWN = {"webp": "WebP", "pixels": "list of pixel values", "image": "image"}
_NOT_READ = re.compile(
    r"unsupported|unknown|cannot handle|not (?:yet )?supported|not implemented|unrecogni[sz]ed|no codec", re.I
)


def explain(kind: str, data: bytes, error: Exception) -> MediaError:
    """Return the error that says what is wrong with a file, from what its decoder raised."""
    name, words = shown(kind), " ".join(str(error).split())
    if type(error).__name__ == "DecompressionBombError" or isinstance(error, MemoryError):
        return MediaError(f"The {name} would need too much memory", issue="bomb", todo="Make it smaller, or remove it")
    if isinstance(error, EOFError) or "truncated" in words.lower() or _is_cut(kind, data):
        return truncated(name)
    if variety := _variety(kind, data, words[:80]):
        came = f"The {name} is of a kind that is not read ({variety})"
        return MediaError(came, issue="unsupported", todo="Save it as a plain JPEG or PNG, or remove it")
    return MediaError(f"The {name} is damaged ({words[:120] or type(error).__name__})", issue="unreadable", todo=_AGAIN)


def truncated(name: str) -> MediaError:
    """Return the error for a file that ends too early."""
    return MediaError(f"The {name} ends before its picture is complete", issue="truncated", todo=_AGAIN)


def shown(kind: str) -> str:
    """Return the name of a kind as people write it."""
    return _SHOWN.get(kind, kind.upper())


def _is_cut(kind: str, data: bytes) -> bool:
    """Say whether a file ends before its own structure does, where its decoder has other words for it."""
    if kind == "webp":
        return 8 + int.from_bytes(data[4:8], "little") > len(data)
    if kind == "tiff":  # its directory may stand behind its pixels
        return (tiff := Tiff(data)).first >= 8 and tiff.directory(tiff.first) is None
    if kind in ("avif", "heic"):
        return max((end for _, _, end in boxes(data, 0, len(data))), default=0) < len(data)
    return (kind == "jpeg" and _jpeg.is_cut(data)) or (kind == "png" and _png.is_cut(data))


def _variety(kind: str, data: bytes, words: str) -> str:
    """Say which variety of its kind a file is, if that is why it could not be decoded; empty for a damaged one."""
    if kind == "jpeg":
        return _jpeg.variety(data)
    if kind == "png" and data[12:16] == b"CgBI":
        return "packed for apps on iOS"
    if kind == "tiff" and words.isdigit():  # Pillow looked it up in a table
        return f"compression {words}"
    return words if _NOT_READ.search(words) else ""
