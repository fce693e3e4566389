"""What some bytes are, by their first bytes: an ending can lie, and in scraped data it often does."""

from __future__ import annotations

import re

from mien.media import _pnm
from mien.media._tiff import MARKS

_HEAD = 4096

_MARKS = {"jpeg": (b"\xff\xd8\xff",), "png": (b"\x89PNG\r\n\x1a\n",), "gif": (b"GIF87a", b"GIF89a"), "tiff": MARKS}
AVIF_BRANDS = frozenset((b"avif", b"avis"))
HEIC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"))
_BMP_HEADERS = frozenset((12, 16, 40, 52, 56, 64, 108, 124))  # every size a DIB header has ever had

# Atomic groups: a comment that could end at many places would be tried at all of them, again for the next one.
_SVG = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:(?><!--.*?-->)\s*)*+(?:<!DOCTYPE\s+svg[^>\[]*(?:\[.*?\])?\s*>\s*)?"
    rb"(?:(?><!--.*?-->)\s*)*+<svg[\s>/]",
    re.DOTALL | re.IGNORECASE,
)
_NUMBERS = re.compile(rb"[\s\[(]*\d{1,3}(?=[\s,\])]|$)[\s\d,;\[\]()]*")


def sniff(data: bytes) -> str | None:
    """Say what some bytes are.

    Only the first 4096 bytes are looked at; that a picture is whole is for `decode` to find out.

    Parameters
    ----------
    data : bytes
        A file's content, or its beginning.

    Returns
    -------
    str or None
        ``jpeg``, ``png``, ``webp``, ``avif``, ``heic``, ``tiff``, ``bmp``, ``gif``, ``pnm`` (PBM, PGM, PPM and PAM),
        ``svg``, ``pixels`` (grey values 0..255 written as text, as in ``fer2013.csv``), or None for anything else.

    Examples
    --------
    >>> sniff(b"GIF89a..."), sniff(b"12 255 0 7"), sniff(b"hello")
    ('gif', 'pixels', None)
    """
    head = bytes(data[:_HEAD])
    marked = next((kind for kind, marks in _MARKS.items() if head.startswith(marks)), None)
    return marked or _sniff_deeper(head)


def _sniff_deeper(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return _sniff_brands(head)
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "bmp"
    if _pnm.HEAD.match(head):
        return "pnm"
    if _SVG.match(head):
        return "svg"
    return "pixels" if _NUMBERS.fullmatch(head) else None


def _sniff_brands(head: bytes) -> str | None:
    """Tell AVIF from HEIC: both are the same kind of box file and may share the brand ``mif1`` (ISO 23008-12)."""
    end = min(int.from_bytes(head[:4], "big"), 256)
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, end, 4))}
    if brands & AVIF_BRANDS:
        return "avif"
    return "heic" if brands & HEIC_BRANDS else None
