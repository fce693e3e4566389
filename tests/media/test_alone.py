"""What stands beside a picture may be huge, broken or cut off: it is read all the same, and turned by one rule."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mien import media
from mien.core.errors import MediaError
from mien.media._alone import picture_alone
from mien.media._tiff import orientation

KINDS = ("PNG", "JPEG", "WEBP", "AVIF", "HEIF", "TIFF")
HUGE = bytes(3_000_000)
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
# EXIF orientation: the Image.Transpose that stores an upright picture so.
HOW_STORED = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}


@pytest.fixture(scope="module", autouse=True)
def _heif():
    pillow_heif.register_heif_opener()


def drawn() -> Image.Image:
    pixels = np.zeros((24, 32, 3), np.uint8)
    pixels[:12, :16], pixels[12:, 16:] = (200, 40, 30), (40, 60, 190)
    return Image.fromarray(pixels)


def saved(kind: str, image: Image.Image | None = None, **how: object) -> bytes:
    file = io.BytesIO()
    (image or drawn()).save(file, kind, **how)
    return file.getvalue()


def exif_of(turn: int, order: str = ">", kind: int = 3) -> bytes:
    value = struct.pack(order + ("H" if kind == 3 else "I"), turn).ljust(4, b"\0")
    return (
        (b"II*\0" if order == "<" else b"MM\0*")
        + struct.pack(order + "IHHHI", 8, 1, 0x0112, kind, 1)
        + value
        + bytes(4)
    )


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def with_chunks(data: bytes, *chunks: bytes) -> bytes:
    """Put chunks between a PNG's header and its pixels."""
    return data[:33] + b"".join(chunks) + data[33:]


PNG_SIDE = {
    "huge profile": chunk(b"iCCP", b"x\0\0" + zlib.compress(HUGE)),
    "profile of no kind": chunk(b"iCCP", b"x\0\7" + b"rubbish"),
    "empty profile": chunk(b"iCCP", b""),
    "huge text": chunk(b"zTXt", b"Comment\0\0" + zlib.compress(HUGE)),
    "text of no kind": chunk(b"zTXt", b"Comment\0\5rubbish"),
    "huge words": chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(HUGE)),
    "seventy texts": b"".join(chunk(b"zTXt", b"%d\0\0" % i + zlib.compress(bytes(1_040_000))) for i in range(70)),
    "a gamma of one byte": chunk(b"gAMA", b"\0"),
    "short colours": chunk(b"cHRM", b"\0"),
    "a wrong sum": chunk(b"tEXt", b"a\0b")[:-4] + b"\0\0\0\0",
    "an odd name": chunk(b"a!b?", b"x"),
    "broken EXIF": chunk(b"eXIf", b"\xff" * 40),
    "EXIF in hexadecimal": chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n 4\nzz")),
    "a broken animation": chunk(b"acTL", b"\0") + chunk(b"fcTL", bytes(3)),
    "transparency with a wrong sum": chunk(b"tRNS", b"\0\0\0\0\0\0")[:-4] + bytes(4),
    "transparency too short": chunk(b"tRNS", b"\0"),
}


@pytest.mark.parametrize("side", PNG_SIDE.values(), ids=PNG_SIDE)
def test_png(side):
    assert (media.decode(with_chunks(saved("PNG"), side)) == np.asarray(drawn())).all()


def segment(marker: int, body: bytes) -> bytes:
    return b"\xff" + bytes((marker,)) + struct.pack(">H", len(body) + 2) + body


JPEG_SIDE = {
    "a JFIF that ends at once": segment(0xE0, b"JFIF"),
    "an Adobe that ends at once": segment(0xEE, b"Adobe"),
    "a profile that ends at once": segment(0xE2, b"ICC_PROFILE\0"),
    "a Photoshop block that ends at once": segment(0xED, b"Photoshop 3.0\x008BIM\4\4"),
    "broken EXIF": segment(0xE1, b"Exif\0\0" + b"\xff" * 40),
    "two EXIFs": segment(0xE1, b"Exif\0\0" + exif_of(1)) + segment(0xE1, b"Exif\0\0II"),
    "FlashPix and more": segment(0xE2, b"FPXR\0") + segment(0xE2, b"MPF\0") + segment(0xFE, b"a comment"),
}


@pytest.mark.parametrize("side", JPEG_SIDE.values(), ids=JPEG_SIDE)
def test_jpeg(side):
    plain = saved("JPEG")
    assert (media.decode(plain[:2] + side + plain[2:]) == media.decode(plain)).all()


def extension(label: int, *blocks: bytes) -> bytes:
    return b"!" + bytes((label,)) + b"".join(bytes((len(block),)) + block for block in blocks) + b"\0"


GIF_SIDE = {
    "XMP": extension(0xFF, b"XMP DataXMP", *[b"x" * 255] * 20_000),
    "a comment": extension(0xFE, *[b"\xff" * 255] * 20_000),
    "an application that ends at once": extension(0xFF, b"NETSCAPE2.0", b"\1"),
    "an application of no name": extension(0xFF),
    "a control block that ends at once": extension(0xF9, b"\1"),
}


@pytest.mark.parametrize("side", GIF_SIDE.values(), ids=GIF_SIDE)
def test_gif(side):
    plain = saved("GIF", drawn().convert("P"))
    at = 13 + 3 * (2 << (plain[10] & 7))
    assert (media.decode(plain[:at] + side + plain[at:]) == media.decode(plain)).all()


def test_a_webp_whose_text_is_cut_off():
    plain = saved("WEBP", lossless=True)
    whole = saved("WEBP", lossless=True, xmp=XMP * 20)
    assert (media.decode(whole[:-300]) == media.decode(plain)).all()


@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
@pytest.mark.parametrize("broken", [b"\xff" * 8, b"", b"II*\0\xff\xff\xff\xff"])
def test_avif_and_heic_with_broken_exif(kind, broken):
    """The EXIF item, found by its words, becomes rubbish of the same length."""
    exif = Image.Exif()
    exif[0x010E] = "here it is"
    data = saved(kind, exif=exif.tobytes())
    end = data.index(b"here it is") + 10
    at = data.rindex(b"\0*\0\0\0\x08", 0, end) - 2 if b"MM\0*" in data else data.rindex(b"II*\0", 0, end)
    damaged = data[:at] + (broken + b"\xff" * (end - at))[: end - at] + data[end:]
    assert (media.decode(damaged) == media.decode(data)).all()


def test_a_tiff_with_broken_tags():
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "2001:01:01 00:00:00"
    exif[0x8769] = exif.get_ifd(0x8769)
    exif[700] = XMP
    data = saved("TIFF", exif=exif)
    at = next(place for place in range(8, len(data)) if data[place : place + 4] == b"\x69\x87\4\0")
    damaged = data[: at + 8] + b"\xff\xff\xff\x7f" + data[at + 12 :]
    assert (media.decode(damaged) == np.asarray(drawn())).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("side", ["icc_profile", "exif", "xmp"])
def test_much_beside_a_picture(kind, side):
    """The same pixels with it and without it, whatever it holds."""
    much = {
        "icc_profile": np.random.default_rng(0).bytes(200_000),
        "exif": exif_of(1) + bytes(50_000),
        "xmp": b"x" * 60_000,
    }
    plain = saved(kind)
    data = saved(kind, **{side: much[side]})
    assert (media.decode(data) == media.decode(plain)).all()


def with_xmp(kind: str) -> bytes:
    """A picture whose XMP alone says that it lies on its side. Pillow writes none into PNG."""
    text = chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
    if kind == "PNG":
        return with_chunks(saved("PNG"), text)
    if kind == "TIFF":
        exif = Image.Exif()
        exif[700] = XMP
        return saved("TIFF", exif=exif)
    return saved(kind, xmp=XMP)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "HEIF"])  # there the writer makes a box of it
def test_xmp_turns_nothing(kind):
    assert media.decode(with_xmp(kind)).shape == (24, 32, 3)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("turn", HOW_STORED)
def test_every_container_is_turned_by_one_rule(kind, turn):
    how = HOW_STORED[turn]
    stored = drawn() if how is None else drawn().transpose(Image.Transpose(how))
    near = {"quality": 95} if kind != "TIFF" else {}
    picture = media.decode(saved(kind, stored, exif=b"Exif\0\0" + exif_of(turn), **near))
    assert picture.shape == (24, 32, 3)
    assert np.abs(picture.astype(int) - np.asarray(drawn())).mean() < 6


def test_exif_after_the_pixels_counts_too():
    data = saved("PNG")
    assert media.decode(data[:-12] + chunk(b"eXIf", exif_of(6)) + data[-12:]).shape == (32, 24, 3)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("kind", [3, 4])
@pytest.mark.parametrize("prefix", [b"", b"Exif\0\0", b"Exif\0\xff"])
def test_exif_in_every_order(order, kind, prefix):
    assert [orientation(prefix + exif_of(turn, order, kind)) for turn in range(10)] == [1, *range(1, 9), 1]


@given(st.binary(max_size=80), st.integers(0, 26))
def test_any_exif_is_a_turn(data, kept):
    assert 1 <= orientation(exif_of(6)[:kept] + data) <= 8


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_damage_is_kept_but_raises_nothing(data):
    kind = data.draw(st.sampled_from(KINDS))
    broken = bytearray(saved(kind, exif=exif_of(6), icc_profile=b"profile" * 9))
    for _ in range(data.draw(st.integers(0, 6))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(broken[: data.draw(st.integers(0, len(broken)))])
    alone, turn = picture_alone("heic" if kind == "HEIF" else kind.lower(), cut)
    assert len(alone) <= len(cut) + 30
    assert 1 <= turn <= 8


# Transparency, which Pillow looks up at the wrong depth.


def samples_png(depth: int, colour: int, rows: list[list[int]], *chunks: bytes) -> bytes:
    """A PNG of these samples; those of a row follow each other, at so many bits."""
    raw = b""
    for row in rows:
        bits = "".join(format(value, f"0{depth}b") for value in row)
        raw += b"\0" + int(bits.ljust(-len(bits) % 8 + len(bits), "0"), 2).to_bytes((len(bits) + 7) // 8)
    width = len(rows[0]) // (3 if colour == 2 else 1)
    head = struct.pack(">IIBBBBB", width, len(rows), depth, colour, 0, 0, 0)
    parts = chunk(b"IHDR", head), *chunks, chunk(b"IDAT", zlib.compress(raw)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_a_transparent_grey_is_found_at_every_depth(depth):
    top = (1 << depth) - 1
    for clear in (0, 1, top):
        data = samples_png(depth, 0, [[0, 1, top]], chunk(b"tRNS", struct.pack(">H", clear)))
        shown = [round(value * 255 / top) for value in (0, 1, top)]
        expected = [255 if value == clear else level for value, level in zip((0, 1, top), shown, strict=True)]
        assert media.decode(data)[0, :, 0].tolist() == expected


def test_a_transparent_colour_is_found_at_sixteen_bits():
    near, clear = [0x1200, 0x5678, 0x9ABC], [0x12FF, 0x5678, 0x9ABC]
    data = samples_png(16, 2, [near + clear], chunk(b"tRNS", struct.pack(">HHH", *clear)))
    assert media.decode(data).tolist() == [[[0x12, 0x56, 0x9A], [255, 255, 255]]]
    data = samples_png(8, 2, [[1, 2, 3, 4, 5, 6]], chunk(b"tRNS", struct.pack(">HHH", 4, 5, 6)))
    assert media.decode(data).tolist() == [[[1, 2, 3], [255, 255, 255]]]


def test_a_palette_with_more_transparency_than_colours():
    palette = chunk(b"PLTE", bytes((9, 9, 9, 0, 200, 0)))
    data = samples_png(8, 3, [[0, 1]], palette, chunk(b"tRNS", b"\xff\0" + bytes(300)))
    assert media.decode(data).tolist() == [[[9, 9, 9], [255, 255, 255]]]


# Bitmaps.


def bitmap(
    width: int, height: int, bits: int, masks: list[int], body: bytes, header: int = 40, compression: int = 3
) -> bytes:
    fields = struct.pack("<IiiHHIIiiII", header, width, height, 1, bits, compression, len(body), 0, 0, 0, 0)
    extra = b"".join(struct.pack("<I", mask) for mask in masks)
    head = fields + (extra if header == 40 else extra.ljust(header - 40, b"\0"))
    return b"BM" + struct.pack("<IHHI", 14 + len(head) + len(body), 0, 0, 14 + len(head)) + head + body


def test_bitfields_of_any_masks_are_read():
    masks = [0x3FF00000, 0x000FFC00, 0x000003FF]  # ten bits each
    body = struct.pack("<II", 0x3FF << 20, 512 << 10) + struct.pack("<II", 1023, 0)
    expected = [[[0, 0, 255], [0, 0, 0]], [[255, 0, 0], [0, 128, 0]]]
    assert media.decode(bitmap(2, 2, 32, masks, body)).tolist() == expected
    assert media.decode(bitmap(2, -2, 32, masks, body)).tolist() == expected[::-1]  # from the top down
    assert media.decode(bitmap(2, 2, 32, masks, body, header=124)).tolist() == expected
    words = struct.pack("<HHHxx", 0x0F00, 0x00F0, 0x000F)
    assert media.decode(bitmap(3, 1, 16, [0xF00, 0xF0, 0xF], words)).tolist() == [np.diag([255] * 3).tolist()]


def test_a_mask_for_alpha_counts_where_it_is_filled():
    masks = [0x3FC00, 0xFF0, 0xF, 0xFF000000]
    one, other = 0x01 << 24 | 0xFF << 10, 0xFF << 24 | 0xFF << 10
    assert media.decode(bitmap(2, 1, 32, masks, struct.pack("<II", one & 0xFFFFFF, other & 0xFFFFFF), 108)).max() == 255
    shown = media.decode(bitmap(2, 1, 32, masks, struct.pack("<II", one, other), 108))
    assert shown[0, 0].min() > 250
    assert shown[0, 1].min() < 250


def test_an_alpha_that_nobody_filled_hides_nothing():
    body = bytes((30, 20, 10, 0)) * 2
    assert media.decode(bitmap(2, 1, 32, [0xFF0000, 0xFF00, 0xFF, 0xFF000000], body, 124)).tolist() == [
        [[10, 20, 30]] * 2
    ]


def test_half_a_bitmap_with_masks_is_truncated():
    data = bitmap(20, 20, 32, [0x3FF00000, 0xFFC00, 0x3FF], bytes(1600))
    with pytest.raises(MediaError) as caught:
        media.decode(data[:800])
    assert caught.value.issue == "truncated"
