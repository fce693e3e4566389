"""One rule of orientation: the page sees the pixels that the server sees, whatever the browser would do by itself."""

from __future__ import annotations

import base64
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from mien import media
from mien.media._tiff import orientation

SIDE = 24
ROWS = """async ([data, size]) => {
  const { prepare } = await import("/kinds/picture-rows.js");
  const sample = new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))]);
  const { rows, width, height } = await prepare(sample, { size, inputs: "faces" }, { inputs: "faces" });
  return [[...rows], width, height];
}"""
TURNS = """async (blocks) => {
  const { orientation } = await import("/engine/upright.js");
  return blocks.map((data) => orientation(Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))));
}"""
# EXIF orientation: the Image.Transpose that stores an upright picture so.
HOW_STORED = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'


def seen(page, data: bytes) -> tuple[np.ndarray, tuple[int, int]]:
    rows, width, height = page.evaluate(ROWS, [base64.b64encode(data).decode(), SIDE])
    return np.array(rows, np.uint8).reshape(SIDE, SIDE, 3), (width, height)


def block(turn: int, order: str = ">", kind: int = 3, count: int = 1) -> bytes:
    value = struct.pack(order + ("H" if kind == 3 else "I"), turn).ljust(4, b"\0")
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IHHHI", 8, 1, 0x0112, kind, count) + value


def saved(kind: str, picture: Image.Image, **how: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **how)
    return file.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


LOSSLESS = {"PNG": {}, "WEBP": {"lossless": True}}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("turn", HOW_STORED)
def test_every_container_is_turned_as_the_server_turns_it(desk, give, kind, turn):
    picture = Image.fromarray(give.drawn("happy", 0, 64)).crop((0, 0, 48, 64))
    how = HOW_STORED[turn]
    stored = picture if how is None else picture.transpose(Image.Transpose(how))
    data = saved(kind, stored, exif=b"Exif\0\0" + block(turn) + bytes(4), **LOSSLESS.get(kind, {"quality": 95}))
    found, size = seen(desk, data)
    wanted = media.decode(data, SIDE).astype(int)
    assert size == (48, 64)
    assert np.abs(found - wanted).max() <= (
        1 if kind in LOSSLESS else 3
    )  # the two decode lossy ones a little differently


def test_xmp_turns_nothing_and_late_exif_does(desk, give):
    picture = Image.fromarray(give.drawn("happy", 0, 64)).crop((0, 0, 48, 64))
    png = saved("PNG", picture)
    text = chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
    cases = {
        saved("JPEG", picture, xmp=XMP): (48, 64),
        saved("WEBP", picture, xmp=XMP, lossless=True): (48, 64),
        png[:33] + text + png[33:]: (48, 64),
        png[:-12] + chunk(b"eXIf", block(6)) + png[-12:]: (64, 48),
    }
    for data, size in cases.items():
        assert seen(desk, data)[1] == size
        assert media.decode(data).shape[1::-1] == size


def test_the_page_reads_exif_as_the_server_does(desk):
    blocks = [
        prefix + block(turn, order, kind, count)
        for prefix in (b"", b"Exif\0\0", b"Exif\0\xff")
        for order in "<>"
        for kind in (1, 3, 4, 5)
        for count in (0, 1, 2, 3)
        for turn in (0, 1, 6, 9)
    ]
    blocks += [blocks[1][:cut] for cut in range(len(blocks[1]))] + [b"II+\0" + block(6)[4:], b"MM\0*\xff\xff\xff\xff"]
    assert desk.evaluate(TURNS, [base64.b64encode(one).decode() for one in blocks]) == [
        orientation(one) for one in blocks
    ]


def test_a_webp_that_lies_on_its_side_is_shown_upright(tab, give):
    lying = Image.fromarray(np.ascontiguousarray(np.rot90(give.scene(*give.one))))
    data = saved("WEBP", lying, exif=block(6), lossless=True)
    tab.set_input_files("#choose", {"name": "a.webp", "mimeType": "image/webp", "buffer": data})
    tab.wait_for_selector("#headline")
    sides = "img => [img.naturalWidth, img.naturalHeight]"
    assert tab.eval_on_selector("#picture img", sides) == [900, 600]
    assert tab.locator(".box").count() == 1
    box, picture = (tab.locator(name).bounding_box() for name in (".box", "#picture img"))
    assert box["x"] - picture["x"] == pytest.approx(318 * picture["width"] / 900, abs=20)


def test_what_only_the_server_reads_is_offered_to_it(tab, give):
    face = np.ascontiguousarray(give.scene(*give.one))
    data = b"P6\n900 600\n255\n" + face.tobytes()
    tab.set_input_files("#choose", {"name": "a.ppm", "mimeType": "", "buffer": data})
    tab.get_by_role("button", name="Send it to the server").click()
    tab.wait_for_selector("#headline")


@pytest.mark.parametrize(("begin", "name"), [(b"8BPS\0\1", "Photoshop"), (bytes(128) + b"DICM", "DICOM")])
def test_a_picture_of_another_kind_is_called_by_its_name(tab, begin, name):
    tab.set_input_files("#choose", {"name": "a", "mimeType": "", "buffer": begin + bytes(500)})
    expect(tab.locator("#alert")).to_contain_text(f"a kind that is not read here ({name})")
