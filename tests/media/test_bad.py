"""Whatever bytes come, the answer is an array or a `MediaError`, quickly and in little memory."""

from __future__ import annotations

import struct
import tracemalloc
import warnings
import zlib
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mien import media
from mien.core.errors import MediaError

from .conftest import PICTURES

NAMES = sorted(path.name for path in PICTURES.iterdir() if path.suffix != ".json")
ISSUES = {"empty", "unsupported", "truncated", "unreadable", "bomb"}


def issue_of(data, size=None):
    with pytest.raises(MediaError) as caught:
        media.decode(data, size)
    assert str(caught.value).endswith((".", "?"))
    return caught.value.issue


def survive(data):
    for use in (media.decode, lambda d: media.decode(d, 16), media.frames):
        result, issue = None, ""
        try:
            result = use(data)
        except MediaError as error:
            issue = error.issue
        good = isinstance(result, int) or (result is not None and result.dtype == np.uint8 and result.shape[2] == 3)
        assert good or issue in ISSUES


def png(width, height, *, rows=b""):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def with_size(data, width, height, *, frame):
    """Rewrite the size that a JPEG declares in its frame header."""
    at = data.index(frame) + 5
    return data[:at] + struct.pack(">HH", height, width) + data[at + 4 :]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(data):
    survive(data)


@settings(max_examples=250, deadline=None)
@given(st.data())
def test_damaged_pictures(data):
    whole = (PICTURES / data.draw(st.sampled_from(NAMES))).read_bytes()
    cut = whole[: data.draw(st.integers(0, len(whole)))]
    broken = bytearray(cut)
    for _ in range(data.draw(st.integers(0, 8))):
        if broken:
            broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    survive(bytes(broken))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(NAMES), st.binary(max_size=64), st.integers(0, 32))
def test_a_right_beginning_and_then_anything(name, data, kept):
    survive((PICTURES / name).read_bytes()[:kept] + data)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("drawing.svg", "values.txt")])
def test_half_a_picture_is_truncated(name, pictures):
    data = pictures[name]
    if name.startswith("moving"):
        return  # its first frame may be whole
    assert issue_of(data[: len(data) // 2]) == "truncated"
    assert issue_of(data[: len(data) // 2], 16) == "truncated"


def test_kinds_of_badness(pictures):
    assert issue_of(b"") == "empty"
    assert issue_of(pictures["drawing.svg"]) == "unsupported"
    assert issue_of(b"%PDF-1.7 ...") == "unsupported"
    assert issue_of(b"<!DOCTYPE html><html>not found</html>") == "unsupported"
    assert issue_of(b"8BPS\0\1") == "unsupported"
    assert issue_of(b"%!PS-Adobe-3.0 EPSF-3.0\n") == "unsupported"
    assert issue_of(b"\0" * 500) == "unreadable"
    assert issue_of(b"Not a picture, but some words") == "unreadable"
    noise = bytearray(pictures["plain.png"])
    noise[noise.index(b"IDAT") + 4 :] = b"\x55" * (len(noise) - noise.index(b"IDAT") - 4)
    assert issue_of(bytes(noise)) in ("unreadable", "truncated")


@pytest.mark.parametrize("size", [None, 48])
def test_thirty_thousand_by_thirty_thousand(size, pictures):
    tracemalloc.start()
    try:
        assert issue_of(png(30_000, 30_000), size) == "bomb"
        assert issue_of(with_size(pictures["plain.jpg"], 30_000, 30_000, frame=b"\xff\xc0"), size) == "bomb"
        assert tracemalloc.get_traced_memory()[1] < 2_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP", "WEBP", "AVIF"])
def test_a_small_file_that_declares_much(kind):
    """Each is honest at 64 x 64; then the header is made to say far more."""
    image, file = Image.new("RGB", (64, 64), "red"), BytesIO()
    image.save(file, kind, **({"compression": None} if kind == "TIFF" else {}))
    data = bytearray(file.getvalue())
    wide = struct.pack(">I", 20_000) if kind == "AVIF" else struct.pack("<I", 40_000)
    if kind == "GIF":
        data[6:10] = struct.pack("<HH", 40_000, 40_000)
    elif kind == "BMP":
        data[18:26] = wide + wide
    elif kind == "AVIF":
        at = data.index(b"ispe") + 8
        data[at : at + 8] = wide + wide
    elif kind == "TIFF":
        data = bytearray(data.replace(struct.pack("<HHII", 256, 3, 1, 64), struct.pack("<HHI", 256, 4, 1) + wide))
        data = bytearray(data.replace(struct.pack("<HHII", 257, 3, 1, 64), struct.pack("<HHI", 257, 4, 1) + wide))
        data = bytearray(data.replace(struct.pack("<HHII", 256, 4, 1, 64), struct.pack("<HHI", 256, 4, 1) + wide))
        data = bytearray(data.replace(struct.pack("<HHII", 257, 4, 1, 64), struct.pack("<HHI", 257, 4, 1) + wide))
    else:
        at = data.index(b"VP8 ") + 14
        data[at : at + 4] = struct.pack("<HH", 16_383, 16_383)
    expected = ("bomb", "unreadable") if kind in ("AVIF", "WEBP") else ("bomb",)  # these two check it themselves
    assert issue_of(bytes(data)) in expected
    assert issue_of(bytes(data), 48) in expected


def test_a_progressive_jpeg_cannot_be_shrunk_on_the_way(pictures):
    plain = with_size(pictures["plain.jpg"], 15_000, 15_000, frame=b"\xff\xc0")
    progressive = with_size(pictures["progressive.jpg"], 15_000, 15_000, frame=b"\xff\xc2")
    assert issue_of(progressive, 48) == "bomb"
    assert media.decode(plain, 48).shape == (48, 48, 3)  # the same size, held at an eighth of its sides


def test_a_jpeg_of_a_thousand_scans(pictures):
    data = with_size(pictures["progressive.jpg"], 7_000, 7_000, frame=b"\xff\xc2")
    scan = data[data.index(b"\xff\xda") : data.rindex(b"\xff\xd9")]
    padding = bytes(100_000)  # so that it is not refused for being short
    assert issue_of(data[:-2] + scan[:20] * 1000 + b"\xff\xd9" + padding) == "bomb"
    assert media.decode(pictures["progressive.jpg"] + padding, 8).shape == (8, 8, 3)


def test_a_tiff_of_a_hundred_thousand_pages():
    page = struct.pack("<HHHII", 1, 256, 3, 1, 8)
    data, at = b"II*\0" + struct.pack("<I", 8), 8
    for _ in range(20_000):
        at += len(page) + 4
        data += page + struct.pack("<I", at)
    assert issue_of(data) == "bomb"
    assert media.frames(data) == 20_000


def test_a_chain_of_pages_that_bites_its_tail():
    data = b"II*\0" + struct.pack("<I", 8) + struct.pack("<HHHII", 1, 256, 3, 1, 8) + struct.pack("<I", 8)
    assert media.frames(data) == 1
    survive(data)


def test_too_many_bytes():
    assert issue_of(b"\xff\xd8\xff" + bytes(media.MAX_BYTES)) == "bomb"
    assert issue_of(b"1 " * (9 << 20)) == "bomb"


def test_a_few_bytes_of_blank():
    """Within the limits, but seconds of work for a hundred bytes: no photo has a thousand pixels to a byte."""
    assert issue_of(png(5000, 5000)) == "bomb"
    assert issue_of(png(500, 500)) != "bomb"


def test_pillow_says_nothing(capfd, pictures):
    """Neither warnings of Python, nor logs, nor lines of its C libraries may reach the reader."""
    tiff, rng = pictures["plain.tif"], np.random.default_rng(0)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for data in pictures.values():
            for end in (len(data) // 3, len(data) // 2, len(data) - 5):
                survive(data[:end])
        for _ in range(100):
            damaged = bytearray(tiff)
            for at in rng.integers(8, len(tiff), 5):
                damaged[at] = rng.integers(256)
            survive(bytes(damaged))
    assert not said
    assert capfd.readouterr() == ("", "")
