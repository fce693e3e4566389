"""Draw the golden pictures: run `python tests/golden/make_pictures.py` to make them anew.

Every picture shows four fields of colour, so that a wrong order of channels, a wrong turn, a wrong polarity and a
clipped depth all show. What a reader must see stands in `pictures/expected.json`: it is written from the colours that
are drawn, never from what Mien decodes.
"""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
from PIL import Image

HERE = Path(__file__).parent / "pictures"
WIDE, HIGH = 32, 24
RED, GREEN, BLUE, GREY = (200, 40, 30), (30, 160, 60), (40, 60, 190), (90, 90, 90)
WHITE = (255, 255, 255)
COLOURS = (RED, GREEN, BLUE, GREY)  # top left, top right, bottom left, bottom right
LEVELS = (0, 64, 128, 255)

EXPECTED: dict[str, dict[str, Any]] = {}


def fields(values: Any, kind: Any = np.uint8) -> Any:
    """Fill the four fields: [24, 32] or [24, 32, channels]."""
    values = np.array(values, kind)
    picture = np.zeros((HIGH, WIDE, *values.shape[1:]), kind)
    for value, rows, columns in zip(values, (0, 0, 12, 12), (0, 16, 0, 16), strict=True):
        picture[rows : rows + 12, columns : columns + 16] = value
    return picture


def keep(name: str, data: bytes, colours: Any, tolerance: int = 0, frames: int = 1) -> None:
    """Store a file and what must be seen in it."""
    (HERE / name).write_bytes(data)
    EXPECTED[name] = {"colours": [list(colour) for colour in colours], "tolerance": tolerance, "frames": frames}


def saved(image: Image.Image, kind: str, **how: Any) -> bytes:
    """Write with Pillow."""
    file = BytesIO()
    image.save(file, kind, **how)
    return file.getvalue()


def turned(orientation: int) -> Image.Exif:
    """Return EXIF data with an orientation."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def make_jpeg(plain: Image.Image) -> None:
    """JPEG: plain, progressive, grey, turned, and CMYK as Adobe stores it (inverted)."""
    keep("plain.jpg", saved(plain, "JPEG", quality=95, subsampling=0), COLOURS, 6)
    keep("progressive.jpg", saved(plain, "JPEG", quality=95, subsampling=0, progressive=True), COLOURS, 6)
    # A camera held upright: stored turned a quarter to the left, to be shown turned a quarter to the right.
    left = plain.transpose(Image.Transpose.ROTATE_90)
    keep("upright.jpg", saved(left, "JPEG", quality=95, subsampling=0, exif=turned(6)), COLOURS, 6)
    grey = Image.fromarray(fields(LEVELS))
    keep("grey.jpg", saved(grey, "JPEG", quality=95), [(level,) * 3 for level in LEVELS], 3)
    keep("cmyk.jpg", saved(plain.convert("CMYK"), "JPEG", quality=95), COLOURS, 8)


def make_png(plain: Image.Image) -> None:
    """PNG: plain, transparent, palette with transparency, 16-bit grey, two tones."""
    keep("plain.png", saved(plain, "PNG"), COLOURS)
    alpha = fields([(*RED, 255), (*GREEN, 0), (*BLUE, 255), (0, 0, 0, 128)])
    half = (127, 127, 127)
    keep("alpha.png", saved(Image.fromarray(alpha), "PNG"), (RED, WHITE, BLUE, half), 1)
    palette = Image.fromarray(fields([0, 1, 2, 3])).convert("P")
    palette.putpalette([part for colour in COLOURS for part in colour])
    clear = bytes([255, 0, 255, 255])
    keep("palette.png", saved(palette, "PNG", transparency=clear), (RED, WHITE, BLUE, GREY))
    deep = Image.fromarray(fields([257 * level for level in LEVELS], np.uint16))
    keep("grey16.png", saved(deep, "PNG"), [(level,) * 3 for level in LEVELS])
    tones = Image.fromarray(fields([0, 255, 255, 0])).convert("1")
    keep("tones.png", saved(tones, "PNG"), [(level,) * 3 for level in (0, 255, 255, 0)])


def make_moving(plain: Image.Image) -> None:
    """Animations, whose first frame counts."""
    later = [Image.new("RGB", plain.size, "black"), Image.new("RGB", plain.size, "white")]
    moving: dict[str, Any] = {"save_all": True, "append_images": later, "duration": 100}
    keep("moving.gif", saved(plain, "GIF", **moving), COLOURS, 0, 3)
    keep("moving.webp", saved(plain, "WEBP", lossless=True, **moving), COLOURS, 0, 3)
    keep("moving.png", saved(plain, "PNG", **moving), COLOURS, 0, 3)


def make_others(plain: Image.Image) -> None:
    """WebP, AVIF, HEIC as an iPhone turns it, TIFF, BMP, and values as text."""
    keep("plain.webp", saved(plain, "WEBP", lossless=True), COLOURS)
    keep("plain.avif", saved(plain, "AVIF", quality=95, subsampling="4:4:4"), COLOURS, 10)
    pillow_heif.register_heif_opener()
    left = plain.transpose(Image.Transpose.ROTATE_90)
    keep("upright.heic", saved(left, "HEIF", quality=95, chroma=444, exif=turned(6).tobytes()), COLOURS, 10)
    keep("plain.tif", saved(plain, "TIFF", compression="tiff_lzw"), COLOURS)
    keep("cmyk.tif", saved(plain.convert("CMYK"), "TIFF"), COLOURS, 2)
    deep = Image.fromarray(fields([257 * level for level in LEVELS], np.uint16))
    keep("grey16.tif", saved(deep, "TIFF"), [(level,) * 3 for level in LEVELS])
    keep("upright.tif", saved(left, "TIFF", exif=turned(6)), COLOURS)
    keep("plain.bmp", saved(plain, "BMP"), COLOURS)
    square = fields(LEVELS)[:, 4:28].ravel()  # 24 x 24
    keep("values.txt", " ".join(map(str, square)).encode(), [(level,) * 3 for level in LEVELS])


def make_pnm() -> None:
    """PNM: colour, grey as text, grey of 16 bits, two tones, and PAM with transparency."""
    head = f"{WIDE} {HIGH}"
    keep("plain.ppm", f"P6\n{head}\n255\n".encode() + fields(COLOURS).tobytes(), COLOURS)
    rows = "\n".join(" ".join(map(str, row)) for row in fields((0, 25, 50, 100)))
    grey = [(level,) * 3 for level in (0, 64, 128, 255)]  # of 100 the top: 63.75, 127.5, 255
    keep("grey.pgm", f"P2\n# grey of 0 to 100\n{head} # size\n100\n{rows}\n".encode(), grey)
    deep = fields([257 * level for level in LEVELS], ">u2")
    keep("grey16.pgm", f"P5 {head} 65535\n".encode() + deep.tobytes(), [(level,) * 3 for level in LEVELS])
    tones = np.packbits(fields([1, 0, 0, 1]), axis=1)  # 1 is black
    keep("tones.pbm", f"P4\n{head}\n".encode() + tones.tobytes(), [(level,) * 3 for level in (0, 255, 255, 0)])
    alpha = fields([(*RED, 255), (*GREEN, 0), (*BLUE, 255), (*GREY, 255)])
    lines = f"P7\nWIDTH {WIDE}\nHEIGHT {HIGH}\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n"
    keep("alpha.pam", lines.encode() + alpha.tobytes(), (RED, WHITE, BLUE, GREY))


def main() -> None:
    """Write every picture and what must be seen in it."""
    HERE.mkdir(exist_ok=True)
    plain = Image.fromarray(fields(COLOURS))
    for make in (make_jpeg, make_png, make_moving, make_others):
        make(plain)
    make_pnm()
    (HERE / "drawing.svg").write_text("<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>\n")
    (HERE / "expected.json").write_text(json.dumps(EXPECTED, indent=1) + "\n")


if __name__ == "__main__":
    main()
