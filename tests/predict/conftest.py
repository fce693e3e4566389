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
    recipe = Recipe(folds=1, model="report", size=SIZE, epochs=6, batch=8, patience=0)
    return pipeline.run(root / "data", recipe, folder=root / "run").model


@pytest.fixture(scope="session")
def face_crops(tmp_path_factory: pytest.TempPathFactory, clear_face) -> Path:
    """Face crops in three tints: 'blue', 'grey' and 'red'. Not to be written to."""
    folder = tmp_path_factory.mktemp("crops")
    for label, tint in (("blue", "blue"), ("grey", "none"), ("red", "red")):
        (folder / label).mkdir()
        for number in range(24):
            # The part of a drawn picture that a detector cuts out; a little moved each time, so that no two are alike.
            x, y = 8 + number % 5, 10 + number // 5
            pixels = clear_face(number, 100, tint)[y : y + 76, x : x + 76]
            Image.fromarray(pixels).resize((48, 48)).save(folder / label / f"{number}.png")
    return folder


@pytest.fixture(scope="session")
def tints(face_crops: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model file that was made from them, as face crops: it looks for faces. Not to be written to."""
    recipe = Recipe(folds=1, model="report", size=SIZE, epochs=10, batch=8, patience=0, inputs="faces")
    return pipeline.run(face_crops, recipe, folder=tmp_path_factory.mktemp("tints") / "run").model
