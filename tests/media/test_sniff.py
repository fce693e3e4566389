from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien import media

KINDS = {"jpg": "jpeg", "tif": "tiff", "txt": "pixels", **dict.fromkeys(("pbm", "pgm", "ppm", "pam"), "pnm")}


def test_by_content(pictures):
    for name, data in pictures.items():
        ending = name.rsplit(".", 1)[1]
        assert media.sniff(data) == KINDS.get(ending, ending), name


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", None),
        (b"hello", None),
        (b"BM not a bitmap at all", None),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a > b -->\n<!DOCTYPE svg PUBLIC 'x' 'y'>\n<svg>", "svg"),
        (b"<html><svg>", None),
        (b"<svgx>", None),
        (b"70 80 82", "pixels"),
        (b"[[1, 2],\n [3, 4]]", "pixels"),
        (b"1999 a year", None),
        (b"II+\0\x08\0\0\0", "tiff"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", "avif"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "heic"),
        (b"P5\n2 2\n255\n....", "pnm"),
        (b"P2 # grey\n2 2 3 0 1 2 3", "pnm"),
        (b"P7\n#\nWIDTH 2\n", "pnm"),
        (b"P5,label\n", None),
        (b"P3rsonal notes", None),
        (b"<!---->" * 500, None),  # once a second for each comment, twice as long as for the one before
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", None),
    ],
)
def test_cases(data, kind):
    assert media.sniff(data) == kind


@given(st.binary(max_size=200))
def test_any_bytes(data):
    kinds = {"jpeg", "png", "webp", "avif", "heic", "tiff", "bmp", "gif", "pnm", "svg", "pixels"}
    assert media.sniff(data) in kinds | {None}
    assert media.sniff(data) == media.sniff(data + bytes(0))
