"""What some bytes are, by their first bytes: an ending can lie, and in scraped data it often does."""

from __future__ import annotations

import re

_HEAD = 4096

_AVIF_BRANDS = frozenset((b"avif", b"avis"))
_HEIC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"))
_TIFF_MARKS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")  # the last two: BigTIFF
_BMP_HEADERS = frozenset((12, 16, 40, 52, 56, 64, 108, 124))  # every size a DIB header has ever had

_SVG = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!DOCTYPE\s+svg[^>\[]*(?:\[.*?\])?\s*>\s*)?"
    rb"(?:<!--.*?-->\s*)*<svg[\s>/]",
    re.DOTALL | re.IGNORECASE,
)
_NUMBERS = re.compile(rb"[\s\[(]*\d{1,3}(?=[\s,\])]|$)[\s\d,;\[\]()]*")

# What people put among pictures by mistake. Only to say its name: none of these is ever opened.
_OTHERS = (
    (b"%PDF", "a PDF document"),
    (b"8BPS", "a Photoshop file"),
    (b"%!PS", "a PostScript file"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\0\0\1\0", "an icon file"),
    (b"PK\3\4", "a ZIP archive"),
    (b"PAR1", "a Parquet table"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM video"),
    (b"ID3", "an MP3 sound"),
    (b"OggS", "an Ogg sound or video"),
    (b"fLaC", "a FLAC sound"),
)
_WEB_PAGE = re.compile(rb"\s*(?:<!doctype html|<html|<head|<body)", re.IGNORECASE)


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
        ``jpeg``, ``png``, ``webp``, ``avif``, ``heic``, ``tiff``, ``bmp``, ``gif``, ``svg``, ``pixels`` (grey values
        0..255 written as text, as in ``fer2013.csv``), or None for anything else.

    Examples
    --------
    >>> sniff(b"GIF89a..."), sniff(b"12 255 0 7"), sniff(b"hello")
    ('gif', 'pixels', None)
    """
    head = bytes(data[:_HEAD])
    if head[:3] == b"\xff\xd8\xff":
        return "jpeg"
    if head[:8] == b"\x89PNG\r\n\x1a\n":
        return "png"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if head[:4] in _TIFF_MARKS:
        return "tiff"
    return _sniff_deeper(head)


def _sniff_deeper(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return _sniff_brands(head)
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "bmp"
    if _SVG.match(head):
        return "svg"
    return "pixels" if _NUMBERS.fullmatch(head) else None


def _sniff_brands(head: bytes) -> str | None:
    """Tell AVIF from HEIC: both are the same kind of box file and may share the brand ``mif1`` (ISO 23008-12)."""
    end = min(int.from_bytes(head[:4], "big"), 256)
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, end, 4))}
    if brands & _AVIF_BRANDS:
        return "avif"
    return "heic" if brands & _HEIC_BRANDS else None


def describe_other(data: bytes) -> str | None:
    """Name the kind of a file that is no picture Mien reads.

    Parameters
    ----------
    data : bytes
        A file's content, or its beginning.

    Returns
    -------
    str or None
        Such as ``"a PDF document"``; None when it is not known either.
    """
    for mark, name in _OTHERS:
        if data.startswith(mark):
            return name
    if data[4:8] == b"ftyp":
        return "a video"
    if data[:4] == b"RIFF":
        return "a sound or video"
    return "a web page" if _WEB_PAGE.match(data[:_HEAD]) else None
