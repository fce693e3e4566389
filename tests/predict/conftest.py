"""A model file that knows red from blue: 'red' and 'blue' are learnt from plain colours, through pipeline and all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mien import pipeline
from mien.core.recipe import Recipe

SIZE = 24


def plain(colour: str, seed: int, size: int = SIZE) -> np.ndarray:
    """uint8 [size, size, 3] of red or blue, bright or dark."""
    pixels = np.zeros((size, size, 3), np.uint8)
    pixels[..., {"red": 0, "blue": 2}[colour]] = 120 + seed % 120
    return pixels + np.random.default_rng(seed).integers(0, 16, pixels.shape, dtype=np.uint8)


@pytest.fixture(scope="session")
def plain_picture():
    return plain


@pytest.fixture(scope="session")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model file. Not to be written to."""
    root = tmp_path_factory.mktemp("colours")
    for colour in ("red", "blue"):
        (root / "data" / colour).mkdir(parents=True)
        for seed in range(30):
            Image.fromarray(plain(colour, seed)).save(root / "data" / colour / f"{seed}.png")
    recipe = Recipe(model="report", size=SIZE, epochs=6, batch=8, patience=0)
    return pipeline.run(root / "data", recipe, folder=root / "run").model
