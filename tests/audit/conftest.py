"""A small folder of pictures to spoil, and the manifest of any folder."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mien.core.types import Manifest


def _picture(seed: int, kind: str = "PNG", side: int = 24) -> bytes:
    """One picture file of coloured noise, different for each seed."""
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


def _manifest(folder: Path, **columns: list[str | None]) -> Manifest:
    """The manifest of a folder of class folders, as `collect` makes it."""
    files = sorted(path for path in folder.rglob("*") if not path.is_dir())
    return Manifest.build(
        {
            "id": [path.relative_to(folder).as_posix() for path in files],
            "path": [str(path) for path in files],
            "label": [path.parent.name for path in files],
            "content": [hashlib.sha256(path.read_bytes()).hexdigest() for path in files],
            **columns,
        }
    )


@pytest.fixture
def picture():
    return _picture


@pytest.fixture
def manifest_of():
    return _manifest


@pytest.fixture
def faces(tmp_path: Path) -> Path:
    """Two classes of four good pictures each."""
    for number in range(8):
        file = tmp_path / "faces" / ("happy" if number % 2 else "sad") / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(_picture(number))
    return tmp_path / "faces"


@pytest.fixture
def dirty(faces: Path) -> Path:
    """The same with one file of every defect that lies in a file."""
    happy, sad = faces / "happy", faces / "sad"
    (happy / "empty.jpg").write_bytes(b"")
    (happy / "cut.png").write_bytes(_picture(20)[:500])
    (happy / "page.jpg").write_bytes(b"no picture at all \x00\xff" * 20)
    (happy / "drawing.svg").write_bytes(b'<svg xmlns="http://www.w3.org/2000/svg"></svg>')
    (happy / "huge.png").write_bytes(_bomb())
    (happy / "ending.jpg").write_bytes(_picture(21))
    (happy / "copy of 1.png").write_bytes((happy / "1.png").read_bytes())
    (sad / "3 again.png").write_bytes((happy / "3.png").read_bytes())
    (sad / "blank.png").write_bytes(_flat())
    (sad / "film.gif").write_bytes(_film())
    return faces


def _flat() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (30, 20), (90, 80, 70)).save(file, "PNG")
    return file.getvalue()


def _film() -> bytes:
    frames = [Image.fromarray(np.random.default_rng(n).integers(0, 256, (16, 16, 3), np.uint8)) for n in (30, 31, 32)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    return file.getvalue()


def _bomb() -> bytes:
    """A PNG that declares 30,000 x 30,000 pixels in a few bytes; its size must be refused before it is unpacked."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)), (b"IDAT", zlib.compress(bytes(999)))]
    chunks = [
        struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in [*parts, (b"IEND", b"")]
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
