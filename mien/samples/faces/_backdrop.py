"""What is behind the person, out of focus."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np
import numpy.typing as npt

from mien.samples.faces._parameters import Colour

_COARSE = 48  # side of the sketch; a blurred background holds no more detail
Sketch = npt.NDArray[np.float32]  # [48, 48, 3]


def paint_backdrop(name: str, colours: tuple[Colour, Colour], side: int, rng: np.random.Generator) -> Sketch:
    """Paint a background, float32 [side, side, 3], RGB, 0..1."""
    first, second = (np.array(colour, np.float32) for colour in colours)
    sketch = cv2.GaussianBlur(BACKDROPS[name](first, second, rng), (0, 0), 1.6)
    grown = cv2.resize(sketch, (side, side), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(grown, 0, 1), np.float32)


def _plain(first: Sketch, second: Sketch, rng: np.random.Generator) -> Sketch:
    tilt = rng.uniform(-0.4, 0.4)
    ramp = np.linspace(0, 1, _COARSE, dtype=np.float32)
    mix = np.clip(ramp[:, None] * (1 - abs(tilt)) + ramp[None, :] * tilt, 0, 1)[..., None]
    return np.asarray(first * (1.08 - 0.3 * mix), np.float32)


def _wall(first: Sketch, second: Sketch, rng: np.random.Generator) -> Sketch:
    sketch = _plain(first, second, rng)
    left, top = rng.integers(0, 30, 2)
    cv2.rectangle(sketch, (int(left), int(top) - 20), (int(left) + 16, int(top) + 12), (second * 1.1).tolist(), -1)
    return sketch


def _bokeh(first: Sketch, second: Sketch, rng: np.random.Generator) -> Sketch:
    sketch = _plain(first * np.float32(0.5), second, rng)
    for _ in range(14):
        glow = sketch.copy()
        centre = rng.integers(0, _COARSE, 2)
        colour = second * np.float32(rng.uniform(0.8, 1.3)) + np.float32(0.1)
        cv2.circle(glow, (int(centre[0]), int(centre[1])), int(rng.integers(2, 6)), colour.tolist(), -1)
        cv2.addWeighted(glow, 0.5, sketch, 0.5, 0, dst=sketch)
    return sketch


def _garden(first: Sketch, second: Sketch, rng: np.random.Generator) -> Sketch:
    sketch = np.empty((_COARSE, _COARSE, 3), np.float32)
    sketch[:] = (0.70, 0.82, 0.92)
    ground = int(rng.integers(14, 34))
    sketch[ground:] = (0.42, 0.52, 0.30)
    for _ in range(22):
        place = (int(rng.integers(0, _COARSE)), int(ground + rng.integers(-10, 10)))
        green = np.array([0.30, 0.42, 0.22]) * rng.uniform(0.7, 1.5)
        cv2.circle(sketch, place, int(rng.integers(2, 8)), green.tolist(), -1)
    return sketch


def _shelf(first: Sketch, second: Sketch, rng: np.random.Generator) -> Sketch:
    sketch = _plain(first * np.float32(0.6), second, rng)
    for row in (0, 17, 34):
        column = 0
        while column < _COARSE:
            wide = int(rng.integers(2, 6))
            tall = int(rng.integers(9, 15))
            book = (first if rng.random() < 0.5 else second) * np.float32(rng.uniform(0.5, 1.2))
            cv2.rectangle(sketch, (column, row + 15 - tall), (column + wide - 1, row + 14), book.tolist(), -1)
            column += wide + int(rng.integers(0, 2))
    return sketch


BACKDROPS: Mapping[str, Callable[[Sketch, Sketch, np.random.Generator], Sketch]] = {
    "plain": _plain,
    "wall": _wall,
    "bokeh": _bokeh,
    "garden": _garden,
    "shelf": _shelf,
}
