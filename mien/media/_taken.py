"""When a photo was taken, and by which camera: what its EXIF says (CIPA DC-008, section 4.6)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from mien.media._tiff import MARKS, Tiff

# What stands before the block: in JPEG, HEIC and AVIF; PNG; WebP, with its length between.
_BLOCK = re.compile(rb"(?:Exif\0\0|eXIf|EXIF.{4})(?=II\*\0|MM\0\*)", re.DOTALL)
_LONGEST = 65_536
_MAKER, _MODEL, _EXIF, _TAKEN, _FRACTION = 271, 272, 0x8769, 0x9003, 0x9291


def taken(data: bytes) -> tuple[float, str] | None:
    """Read when a photo was taken, seconds by the camera's own clock, and the camera's maker and model.

    Only differences of such times mean something. None where one of the two is not said.
    """
    block = data[:_LONGEST] if data[:4] in MARKS[:2] else _block(data)
    if block is None:
        return None
    tiff = Tiff(block)
    first = tiff.directory(tiff.first)
    if first is None:
        return None
    camera = " ".join(tiff.text(first.entries.get(tag)).strip() for tag in (_MAKER, _MODEL)).strip()
    inner = tiff.values(first.entries.get(_EXIF))[:1]
    exif = tiff.directory(inner[0]) if inner else None
    if exif is None or not camera:
        return None
    seconds = _seconds(tiff.text(exif.entries.get(_TAKEN)), tiff.text(exif.entries.get(_FRACTION)))
    return None if seconds is None else (seconds, camera)


def _block(data: bytes) -> bytes | None:
    found = _BLOCK.search(data)
    return data[found.end() : found.end() + _LONGEST] if found else None


def _seconds(text: str, fraction: str) -> float | None:
    try:
        moment = datetime.strptime(text.strip(), "%Y:%m:%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    digits = fraction.strip()
    part = float(f"0.{digits}") if digits.isascii() and digits.isdigit() else 0.0
    return moment.timestamp() + part
