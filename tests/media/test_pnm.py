"""PBM, PGM, PPM and PAM, as text and in bytes, at every depth."""

from __future__ import annotations

import io
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mien import media
from mien.core.errors import MediaError


def grey(data: bytes) -> list[list[int]]:
    picture = media.decode(data)
    assert (picture[..., 0] == picture[..., 2]).all()
    return picture[..., 0].tolist()


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"P2\n# by hand\n2 2\n# another\n3\n0 1 2 3\n", [[0, 85], [170, 255]]),
        (b"P2 2 2 3 0 1 # in the middle\n2 3", [[0, 85], [170, 255]]),
        (b"P5\n2 2\n255\n\0\1\2\3", [[0, 1], [2, 3]]),
        (b"P5\r\n2 2\r\n255\r\n\0\1\2\3", [[0, 1], [2, 3]]),
        (b"P5\n2 2\n255\n\n\1\2\3", [[10, 1], [2, 3]]),  # one blank only: the next is a sample
        (b"P5 2 2 255# last words\n\0\1\2\3", [[0, 1], [2, 3]]),
        (b"P5#c\n2#w\n2 15\n\0\1\2\x0f", [[0, 17], [34, 255]]),
        (b"P5 2 1 15\n\1\xff", [[17, 255]]),  # above what it says is the top
        (b"P5 2 1 65535\n\1\1\xff\xff", [[1, 255]]),
        (b"P5 2 1 1000\n\x03\xe8\x01\xf4", [[255, 128]]),
        (b"P1 3 2\n101\n0 1 0", [[0, 255, 0], [255, 0, 255]]),
        (b"P4 9 2\n\xff\x80\0\0", [[0] * 9, [255] * 9]),
        (b"P7\nWIDTH 2\nHEIGHT 1\nDEPTH 1\nMAXVAL 1\nTUPLTYPE BLACKANDWHITE\nENDHDR\n\0\1", [[0, 255]]),
        (b"P7\nWIDTH 2\nHEIGHT 1\nDEPTH 2\nMAXVAL 255\nENDHDR\n\x09\xff\x09\0", [[9, 255]]),  # grey, alpha
        (b"P5 1 1 255\n\x07P5 1 1 255\n\x08", [[7]]),  # of several the first
    ],
)
def test_varieties(data, rows):
    assert media.sniff(data) == "pnm"
    assert grey(data) == rows


def test_colours_are_in_their_order():
    assert media.decode(b"P3 1 1 255\n1 2 3").tolist() == [[[1, 2, 3]]]
    assert media.decode(b"P6 1 1 255\n\1\2\3").tolist() == [[[1, 2, 3]]]
    assert media.decode(b"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 4\nMAXVAL 255\nENDHDR\n\1\2\3\xff").tolist() == [[[1, 2, 3]]]


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "I;16"])
def test_what_pillow_writes_is_read_back(mode):
    ramp = np.arange(60, dtype=np.uint16).reshape(6, 10) * 4
    image = Image.fromarray(ramp * 257) if mode == "I;16" else Image.fromarray(ramp.astype(np.uint8)).convert(mode)
    file = io.BytesIO()
    image.save(file, "PPM")
    expected = ramp if mode == "I;16" else np.asarray(image.convert("L"))
    assert grey(file.getvalue()) == expected.tolist()


@pytest.mark.parametrize(
    ("data", "issue", "words"),
    [
        (b"P5 2 2 255\n\0\1", "truncated", "ends before"),
        (b"P5 2 2", "truncated", "ends before"),
        (b"P4 9 2\n\xff", "truncated", "ends before"),
        (b"P2 2 2 255 1 2", "truncated", "ends before"),
        (b"P7\nWIDTH 3\n", "truncated", "ends before"),
        (b"P5 2 x", "unreadable", "'x' stands where a number is expected"),
        (b"P2 2 2 255 1 2 x 4", "unreadable", "'x' stands"),
        (b"P2 2 2 255 1 2 99999999999 4", "unreadable", "'9999999999"),
        (b"P1 2 2 1021", "unreadable", "'2' stands"),
        (b"P5 0 2 255\n", "unreadable", "0 x 2 pixels"),
        (b"P5 2 2 70000\n", "unreadable", "up to 70000"),
        (b"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 5\nENDHDR\n12345", "unsupported", "5 samples for each pixel"),
        (b"P5 30000 30000 255\n", "bomb", "30000 x 30000"),
        (b"P2 1 1 255\n" + b"1 " * (9 << 20), "bomb", "longer than 16 MiB"),
        (b"Pf\n2 2\n-1.0\n" + bytes(16), "unsupported", "PFM"),
    ],
)
def test_what_cannot_be_read_is_a_sentence(data, issue, words):
    with pytest.raises(MediaError, match=words) as caught:
        media.decode(data)
    assert caught.value.issue == issue


@given(
    magic=st.sampled_from([b"P1", b"P2", b"P3", b"P4", b"P5", b"P6", b"P7\nWIDTH"]),
    rest=st.lists(
        st.one_of(
            st.integers(-1, 70_000).map(lambda number: b"%d" % number),
            st.sampled_from([b"#", b"\n", b"\r\n", b"# a\n", b"HEIGHT", b"DEPTH", b"MAXVAL", b"ENDHDR"]),
            st.binary(max_size=6),
        ),
        max_size=12,
    ),
)
def test_any_header_is_a_picture_or_a_sentence(magic, rest):
    with suppress(MediaError):
        assert media.decode(b" ".join((magic, *rest))).ndim == 3


@given(
    st.sampled_from([1, 7, 255, 256, 4095, 65_535]),
    st.integers(1, 5),
    st.integers(1, 5),
    st.sampled_from([b"P2", b"P3", b"P5", b"P6"]),
    st.randoms(use_true_random=False),
)
def test_text_and_bytes_say_the_same(top, width, height, magic, random):
    count = width * height * (3 if magic in (b"P3", b"P6") else 1)
    values = [random.randint(0, top) for _ in range(count)]
    head = b"%s %d %d %d\n" % (magic, width, height, top)
    kind = np.uint8 if top < 256 else ">u2"
    plain = magic in (b"P2", b"P3")
    body = b" ".join(b"%d" % value for value in values) if plain else np.array(values, kind).tobytes()
    picture = media.decode(head + body)
    expected = [round(value * 255 / top) for value in values]
    found = picture.ravel() if count == picture.size else picture[..., 0].ravel()
    assert np.abs(found.astype(int) - expected).max() <= 0
