from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from mien import media


def picture(number: int) -> bytes:
    """A tiny PNG that no other number gives."""
    pixels = np.full((4, 4, 3), number % 251, np.uint8)
    pixels[0, 0] = (number // 251 % 256, number // 64_256 % 256, 7)
    return media.encode_png(pixels)


@pytest.fixture
def make(tmp_path):
    """Make a folder `faces` with files: name -> bytes, or True for a picture that no other file has."""

    def fill(*names: str, folder: Path | None = None, **contents: bytes) -> Path:
        root = folder or tmp_path / "faces"
        root.mkdir(exist_ok=True)
        for number, name in enumerate(names):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(picture(number))
        return root

    return fill


@pytest.fixture
def rows():
    """Return a manifest's rows as id -> label."""
    return lambda manifest: dict(manifest.frame.select("id", "label").iter_rows())
