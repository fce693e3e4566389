"""The mark in pictures that Mien itself has drawn: a comment in the file, which a copy of it keeps."""

from __future__ import annotations

MARK = b"sample:faces, drawn by Mien"


def mark_drawn(jpeg: bytes) -> bytes:
    """Write the mark into a JPEG, as a comment segment (ITU-T T.81, B.2.4.5)."""
    return jpeg[:2] + b"\xff\xfe" + (len(MARK) + 2).to_bytes(2, "big") + MARK + jpeg[2:]


def is_drawn(data: bytes) -> bool:
    """Say whether a file bears the mark. Pictures of other formats, and those that were saved again, do not."""
    return data[2:4] == b"\xff\xfe" and data[6 : 6 + len(MARK)] == MARK
