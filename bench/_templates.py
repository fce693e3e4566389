"""Two pictures that share most of what they show and are no copies: slides of one template, collages."""

from __future__ import annotations

import cv2
import numpy as np

WORDS = ["HAPPY", "SAD", "ANGRY", "FEAR", "CALM", "JOY", "HATE", "LOVE", "ENVY", "RAGE", "WORRY", "HOPE", "GRIEF"]
_CELL = 80  # pixels of a collage's cell

Pair = tuple[np.ndarray, np.ndarray]


def alike(photos: list[np.ndarray], faces: list[np.ndarray], draw: np.random.Generator) -> Pair:
    """Make two pictures, uint8 [H, W, 3], of photos and of faces to be pasted."""
    return _slides(photos, faces, draw) if draw.random() < 0.7 else _collages(photos, draw)


def _slides(photos: list[np.ndarray], faces: list[np.ndarray], draw: np.random.Generator) -> Pair:
    size = 240, int(240 * draw.uniform(0.6, 1.2))
    ground = cv2.resize(_one(photos, draw), size)
    plain = draw.random() < 0.5
    if plain:
        ground[:] = _plain(ground.shape, draw)
        if draw.random() < 0.5:  # a stock library's bar
            bar = int(ground.shape[0] * draw.uniform(0.85, 0.95))
            ground[bar:] = draw.integers(0, 80, 3)
            _write(ground[bar:], str(draw.choice(WORDS)), draw)
        for _ in range(draw.integers(0, 4)):
            _write(ground, str(draw.choice(WORDS)), draw)
    one, other = ground.copy(), ground.copy()
    what = draw.integers(3)  # another face, another word, or both
    if plain or what != 1:  # a plain ground alone is no template
        for _ in range(1 if draw.random() < 0.7 else 2):
            _paste(one, other, faces, draw)
    if what:
        first, second = draw.choice(WORDS, 2, replace=False)
        seed = draw.integers(1 << 30)
        _write(one, str(first), np.random.default_rng(seed))
        _write(other, str(second), np.random.default_rng(seed))
    return one, other


def _paste(one: np.ndarray, other: np.ndarray, faces: list[np.ndarray], draw: np.random.Generator) -> None:
    height, width = (int(side * draw.uniform(0.33, 0.85)) for side in one.shape[:2])
    top, left = draw.integers(0, one.shape[0] - height + 1), draw.integers(0, one.shape[1] - width + 1)
    cut_out = np.zeros((height, width), np.uint8)
    if draw.random() < 0.5:
        cv2.ellipse(cut_out, (width // 2, height // 2), (width // 2, height // 2), 0, 0, 360, 1, -1)
    else:
        cut_out[:] = 1
    for picture in (one, other):
        face = cv2.resize(_one(faces, draw), (width, height), interpolation=cv2.INTER_AREA)
        place = picture[top : top + height, left : left + width]
        place[cut_out > 0] = face[cut_out > 0]


def _plain(shape: tuple[int, ...], draw: np.random.Generator) -> np.ndarray:
    """Make a ground of one colour, or the chequers that stand for none."""
    ground = np.full(shape, 255 if draw.random() < 0.6 else draw.integers(0, 256, 3), np.uint8)
    if draw.random() < 0.4:
        side = int(draw.integers(4, 14))
        rows, columns = np.indices(shape[:2]) // side
        ground[(rows + columns) % 2 == 0] = np.maximum(ground[0, 0].astype(int) - 30, 0)
    return ground


def _write(picture: np.ndarray, word: str, draw: np.random.Generator) -> None:
    height, width = picture.shape[:2]
    colour = tuple(int(value) for value in draw.integers(0, 256, 3))
    size = height / 48 * draw.uniform(0.2, 0.6)
    place = int(width * draw.uniform(0, 0.3)), int(height * draw.uniform(0.3, 0.95))
    cv2.putText(picture, word, place, cv2.FONT_HERSHEY_SIMPLEX, size, colour, max(1, round(2 * size)), cv2.LINE_AA)


def _collages(photos: list[np.ndarray], draw: np.random.Generator) -> Pair:
    across, down = int(draw.integers(2, 4)), int(draw.integers(1, 4))
    cells = [_one(photos, draw) for _ in range(across * down)]
    others = list(cells)
    for cell in draw.choice(len(cells), max(1, round(len(cells) * draw.uniform(0.1, 0.5))), replace=False):
        others[cell] = _one(photos, draw)
    return _grid(cells, across), _grid(others, across)


def _grid(cells: list[np.ndarray], across: int) -> np.ndarray:
    small = [cv2.resize(cell, (_CELL, _CELL), interpolation=cv2.INTER_AREA) for cell in cells]
    return np.vstack([np.hstack(small[start : start + across]) for start in range(0, len(small), across)])


def _one(pictures: list[np.ndarray], draw: np.random.Generator) -> np.ndarray:
    return pictures[draw.integers(len(pictures))]
