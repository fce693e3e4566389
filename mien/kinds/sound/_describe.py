"""What a file is that is no clip, or none that is read: whoever gives one is told."""

from __future__ import annotations

import re

from mien import media

_SOUNDS = (
    (b"wvpk", "a WavPack sound"),
    (b"MAC ", "a Monkey's Audio sound"),
    (b"MP+", "a Musepack sound"),
    (b"MPCK", "a Musepack sound"),
    (b"TTA", "a True Audio sound"),
    (b"tBaK", "a TAK sound"),
    (b"OFR ", "an OptimFROG sound"),
    (b"\x0bw", "a Dolby Digital sound (AC-3)"),
    (b"DSD ", "a DSD sound"),
    (b"FRM8", "a DSD sound"),
    (b"MThd", "a MIDI file, notes without a sound"),
    (b"#!SILK", "a SILK voice message"),
    (b"\x02#!SILK", "a SILK voice message"),
)
_VIDEO = re.compile(rb"....ftyp|RIFF....AVI |FLV\x01|\x1aE\xdf\xa3|\0\0\x01[\xba\xb3]", re.DOTALL)


def describe(data: bytes) -> str | None:
    """Name what some bytes are, such as ``a PNG picture``; None when it is not known."""
    sound = next((name for mark, name in _SOUNDS if data.startswith(mark)), None)
    if sound:
        return f"{sound}, which is not read"
    picture = media.sniff(data)
    if picture not in (None, "pixels"):
        return f"a {picture.upper()} picture, not a clip"
    if _VIDEO.match(data[:16]):
        return "a video without a sound that can be read"
    other = media.describe_file(data)
    return f"{other}, not a clip" if other else None
