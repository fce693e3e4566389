"""A folder of small real pictures, and the manifest that fits it."""

import hashlib
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mien.core.types import InputContract, Manifest


def draw(seed, size=20):
    """Return a PNG of smooth random colours: no two alike."""
    rough = np.random.default_rng(seed).integers(0, 256, (5, 5, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(rough).resize((size, size)).save(file, "png")
    return file.getvalue()


def write(folder, files):
    """Write files and return their manifest: name -> bytes, label = the name's part before the dash."""
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return Manifest.build(
        {
            "id": list(files),
            "content": [hashlib.sha256(data).hexdigest() for data in files.values()],
            "path": [str(folder / name) for name in files],
            "label": [Path(name).name.partition("-")[0] for name in files],
        }
    )


@pytest.fixture(scope="session")
def contract():
    return InputContract(("happy", "sad"), 16)


@pytest.fixture(scope="session")
def png():
    return draw


@pytest.fixture(scope="session")
def lay():
    return write


@pytest.fixture
def faces(tmp_path):
    """Thirty pictures in two classes."""
    return write(tmp_path / "faces", {f"{'happy' if i % 3 else 'sad'}-{i}.png": draw(i) for i in range(30)})
