"""Files of kinds that are not read: called by their names, never "no picture" and never "damaged"."""

from __future__ import annotations

import gzip
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien import media
from mien.core.errors import MediaError
from mien.media._others import describe_file, describe_picture


def tiff(*pages: dict[int, tuple[int, int | bytes]], order: str = "<", mark: bytes = b"") -> bytes:
    """A TIFF whose directories stand in a chain; a tag 330 with the value 0 points to the last of them, beside it."""
    places, at = [], 8 + len(mark)
    for page in pages:
        places.append(at)
        at += 2 + 12 * len(page) + 4 + sum(len(value) for _, value in page.values() if isinstance(value, bytes))
    data = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", places[0]) + mark
    for number, page in enumerate(pages):
        entries, texts = b"", b""
        beyond = places[number] + 2 + 12 * len(page) + 4
        for tag, (kind, value) in sorted(page.items()):
            if isinstance(value, bytes):
                entries += struct.pack(order + "HHII", tag, kind, len(value), beyond + len(texts))
                texts += value
            elif kind == 3:
                entries += struct.pack(order + "HHIHxx", tag, kind, 1, value)
            else:
                entries += struct.pack(order + "HHII", tag, kind, 1, places[-1] if tag == 330 else value)
        data += struct.pack(order + "H", len(page)) + entries + struct.pack(order + "I", 0) + texts
    return data


THUMBNAIL = {256: (3, 8), 257: (3, 8), 258: (3, 8), 259: (3, 1), 262: (3, 2), 330: (4, 0)}
MOSAIC = {256: (3, 8), 257: (3, 8), 259: (3, 1), 262: (3, 32803)}


def raw(maker: bytes, order: str = "<") -> bytes:
    return tiff({**THUMBNAIL, 271: (2, maker + b"\0")}, MOSAIC, order=order)


def targa(kind: int, bits: int, body: bytes, colours: bytes = b"") -> bytes:
    map_size = len(colours) // 3
    head = struct.pack("<BBBHHBHHHHBB", 0, bool(colours), kind, 0, map_size, 24 if colours else 0, 0, 0, 4, 4, bits, 0)
    return head + colours + body


ICON = struct.pack("<HHH", 0, 1, 1) + struct.pack("<BBBBHHII", 16, 16, 0, 0, 1, 32, 40, 22) + bytes(40)
PICTURES = {
    "Photoshop": b"8BPS\0\1" + bytes(30),
    "JPEG 2000": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(30),
    "JPEG 2000 ": b"\xff\x4f\xff\x51" + bytes(30),
    "JPEG XL": b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(30),
    "JPEG XL ": b"\xff\x0a" + bytes(30),
    "JPEG XR": b"II\xbc\x01" + bytes(30),
    "OpenEXR": b"\x76\x2f\x31\x01" + bytes(30),
    "Radiance": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n",
    "DICOM": bytes(128) + b"DICM" + bytes(30),
    "DICOM ": b"\x08\0\x05\0CS\x0a\0ISO_IR 100",
    "NIfTI": struct.pack("<i", 348) + bytes(340) + b"n+1\0" + bytes(8),
    "FITS": b"SIMPLE  =                    T",
    "(ICO)": ICON,
    "(CUR)": b"\0\0\2\0" + ICON[4:],
    "TGA": targa(2, 24, bytes(48)),
    "TGA ": targa(10, 32, bytes(10)),
    "TGA  ": targa(1, 8, bytes(16), bytes(12)),
    "TGA   ": bytes(40) + bytes(8) + b"TRUEVISION-XFILE.\0",
    "PCX": bytes((10, 5, 1, 8)) + bytes(60) + bytes((0, 3)) + bytes(100),
    "WBMP": b"\0\0\x0a\x03" + bytes(6),
    "XBM": b"/* me */\n#define face_width 16\n#define face_height 16\n",
    "XPM": b"/* XPM */\nstatic char *face[] = {",
    "GIMP": b"gimp xcf v011",
    "DirectDraw": b"DDS |\0\0\0" + bytes(30),
    "KTX": b"\xabKTX 20\xbb\r\n\x1a\n" + bytes(30),
    "MNG": b"\x8aMNG\r\n\x1a\n",
    "JNG": b"\x8bJNG\r\n\x1a\n",
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "PostScript ": b"\xc5\xd0\xd3\xc6" + bytes(30),
    "(WMF)": b"\xd7\xcd\xc6\x9a" + bytes(30),
    "(EMF)": b"\1\0\0\0" + bytes(36) + b" EMF" + bytes(30),
    "SVGZ": gzip.compress(b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>"),
    "Krita": b"PK\3\4" + bytes(26) + b"mimetypeapplication/x-krita",
    "(DIB)": struct.pack("<IiiHHI", 40, 4, 4, 1, 24, 0) + bytes(80),
    "(BLP)": b"BLP2" + bytes(30),
    "Canon CR2": tiff(THUMBNAIL, MOSAIC, mark=b"CR\2\0"),
    "Canon CR3": b"\0\0\0\x18ftypcrx \0\0\0\1crx isom",
    "Canon CRW": b"II\x1a\0\0\0HEAPCCDR",
    "Nikon NEF": raw(b"NIKON CORPORATION", ">"),
    "Sony ARW": raw(b"SONY"),
    "Nikon NEF ": tiff({**THUMBNAIL, 254: (4, 1), 271: (2, b"NIKON\0")}, {256: (3, 8)}),  # its picture in other words
    "Pentax PEF": tiff({256: (3, 8), 257: (3, 8), 259: (3, 65535), 271: (2, b"PENTAX Corporation\0")}),
    "from its sensor": raw(b"Nobody"),
    "DNG": tiff({**THUMBNAIL, 50706: (1, b"\1\4\0\0\0")}, MOSAIC),
    "Fujifilm RAF": b"FUJIFILMCCD-RAW 0201",
    "Olympus ORF": b"IIRO\x08\0\0\0",
    "Panasonic RW2": b"IIU\0\x18\0\0\0",
    "Phase One IIQ": tiff(THUMBNAIL, mark=b"IIIIwaR"),
}


@pytest.mark.parametrize(("name", "data"), PICTURES.items(), ids=PICTURES)
def test_a_picture_of_another_kind_is_called_by_its_name(name, data):
    with pytest.raises(MediaError) as caught:
        media.decode(data)
    assert caught.value.issue == "unsupported"
    assert name.strip() in str(caught.value)
    assert "which is not read" in str(caught.value)
    assert "Save it as JPEG or PNG" in str(caught.value)
    assert "no picture" not in str(caught.value)
    assert "damaged" not in str(caught.value)


FILES = {
    "a PDF document": b"%PDF-1.7 ...",
    "a web page": b"<!-- mirrored -->\n<!DOCTYPE html><html>not found</html>",
    "an XML file": b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
    "git lfs pull": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n",
    "left behind by macOS": b"\0\5\x16\7\0\2\0\0" + bytes(40),
    "an Office document": b"PK\3\4" + bytes(26) + b"[Content_Types].xml",
    "a ZIP archive": b"PK\3\4" + bytes(26) + b"a.png",
    "a gzip archive": gzip.compress(b"words"),
    "a NumPy array": b"\x93NUMPY\1\0",
    "an HDF5 file": b"\x89HDF\r\n\x1a\n",
    "a video": b"\0\0\0\x18ftypisom\0\0\0\0isommp42",
    "an AVI video": b"RIFF\0\0\0\0AVI LIST",
    "an MPEG video": (b"G" + bytes(187)) * 3,
    "a WAV sound": b"RIFF\0\0\0\0WAVEfmt ",
    "an MP3 sound": b"\xff\xfb\x90d" + bytes(40),
    "an MP4 sound": b"\0\0\0\x18ftypM4A \0\0\0\0",
}


@pytest.mark.parametrize(("name", "data"), FILES.items(), ids=FILES)
def test_what_is_no_picture_is_called_by_its_name_too(name, data):
    with pytest.raises(MediaError, match="not a picture") as caught:
        media.decode(data)
    assert name in str(caught.value)
    assert caught.value.issue == "unsupported"


def test_a_tiff_that_a_camera_maker_wrote_is_a_picture(pictures):
    """What a photo program exports keeps the maker's name and may hold further pages; that makes it no raw file."""
    import io

    from PIL import Image, TiffImagePlugin

    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[271] = "NIKON CORPORATION"
    file = io.BytesIO()
    picture = Image.fromarray(media.decode(pictures["plain.png"]))
    picture.save(file, "TIFF", tiffinfo=tags, save_all=True, append_images=[picture])
    assert (media.decode(file.getvalue()) == media.decode(pictures["plain.png"])).all()


@pytest.mark.parametrize("data", [b"\0" * 500, b"\0\0\1\0" + bytes(60), b"words and words", bytes(range(256)) * 8])
def test_what_nobody_knows_is_no_picture(data):
    with pytest.raises(MediaError, match="The file is no picture") as caught:
        media.decode(data)
    assert caught.value.issue == "unreadable"


def jpeg_of(marker: int, bits: int = 8, channels: int = 3) -> bytes:
    frame = struct.pack(">BHHB", bits, 8, 8, channels) + bytes(3 * channels)
    scan = b"\xff\xda\0\x08\1\1\0\0\x3f\0" + bytes(4) + b"\xff\xd9"
    return b"\xff\xd8\xff" + bytes((marker,)) + struct.pack(">H", 2 + len(frame)) + frame + scan


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def bitmap(bits: int, compression: int) -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, 4, 4, 1, bits, compression, 64, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 14 + 40 + 64, 0, 0, 54) + head + bytes(64)


VARIETIES = {
    "12 bits a sample": jpeg_of(0xC1, 12),
    "lossless": jpeg_of(0xC3),
    "hierarchical": jpeg_of(0xC5),
    "JPEG-LS": jpeg_of(0xF7),
    "2 channels": jpeg_of(0xC0, 8, 2),
    "iOS": b"\x89PNG\r\n\x1a\n"
    + chunk(b"CgBI", bytes(4))
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 6, 0, 0, 0))
    + chunk(b"IDAT", b"\x63\x60\x18\x05")
    + chunk(b"IEND", b""),
    "pixel depth": bitmap(2, 0),
    "compression": bitmap(24, 4),
    "unknown pixel mode": tiff(
        {256: (3, 4), 257: (3, 4), 258: (3, 5), 259: (3, 1), 262: (3, 2), 273: (4, 8), 279: (4, 8)}
    ),
    "compression 33003": tiff(
        {256: (3, 4), 257: (3, 4), 258: (3, 8), 259: (3, 33003), 262: (3, 1), 273: (4, 8), 279: (4, 8)}
    ),
}


@pytest.mark.parametrize(("words", "data"), VARIETIES.items(), ids=VARIETIES)
def test_a_variety_that_is_not_read_is_not_called_damaged(words, data):
    with pytest.raises(MediaError, match=words) as caught:
        media.decode(data)
    assert caught.value.issue == "unsupported"
    assert "damaged" not in str(caught.value)


@given(st.binary(max_size=300), st.sampled_from([*PICTURES.values(), *FILES.values()]), st.integers(0, 40))
def test_any_bytes_have_a_name_or_none(data, begin, kept):
    for describe in (describe_picture, describe_file):
        assert isinstance(describe(begin[:kept] + data), str | None)
