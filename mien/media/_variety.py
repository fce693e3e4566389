"""A file that is whole and right, but of a variety that the decoders here do not know: that is no damage."""

from __future__ import annotations

import re

from mien.media._whole import jpeg_segments

_WORDS = re.compile(
    r"unsupported|unknown|cannot handle|not (?:yet )?supported|not implemented|unrecogni[sz]ed|no codec", re.I
)
_MOST = 80  # letters of a decoder's own words


def not_read(kind: str, data: bytes, error: Exception) -> str:
    """Say which variety of its kind a file is, if that is why it could not be decoded.

    Empty where the file is damaged.
    """
    if kind == "jpeg":
        return _jpeg(data)
    if kind == "png" and data[12:16] == b"CgBI":
        return "packed for apps on iOS"
    words = " ".join(str(error).split())[:_MOST]
    if kind == "tiff" and words.isdigit():  # Pillow looked it up in a table
        return f"compression {words}"
    return words if _WORDS.search(words) else ""


def _jpeg(data: bytes) -> str:
    """Look at the frame header (ITU-T T.81, table B.1; T.87 for JPEG-LS)."""
    for marker, start, _ in jpeg_segments(data):
        if marker == 0xF7:
            return "JPEG-LS"
        if marker in (0xC3, 0xC7, 0xCB, 0xCF):
            return "lossless"
        if marker in (0xC5, 0xC6, 0xCD, 0xCE, 0xDE):
            return "hierarchical"
        if 0xC0 <= marker <= 0xCA and marker not in (0xC4, 0xC8):
            bits, channels = data[start : start + 1], data[start + 5 : start + 6]
            if bits != b"\x08":
                return f"{int.from_bytes(bits)} bits a sample"
            return "" if channels in (b"\1", b"\3", b"\4") else f"{int.from_bytes(channels)} channels"
    return ""
