"""How little it takes to fool `face` on purpose: a stated weakness, not a promise.

$ python bench/attacked.py DATA [FACES]    DATA holds `fer2013.parquet`; FACES, 200, of those that chose `face`

The attacker has the network (Keras, the weights in the box). A small norm: projected gradient descent (Madry et al.
2018), ten steps, each pixel moved by at most so many grey levels of 255. A patch: one square for all faces, put on at a
place drawn by lot, learnt on half of the faces to be called happy (Brown et al. 2017) and measured on the other half.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from _results import record, table
from box_calibration import validation

from mien import models
from mien.core.recipe import Recipe
from mien.predict import Predictor

LEVELS, STEPS = (0, 1, 2, 4), 10  # grey levels
SIDE, ROUNDS, BATCH, PACE = 12, 60, 50, 8.0  # of the patch, pixels and grey levels
GOAL = "happy"


def main(data: Path, count: int = 200) -> None:
    """Attack, and record."""
    import tensorflow as tf

    faces, names = validation(data)
    labels = Predictor("face").labels
    chosen = np.random.default_rng(0).choice(len(faces), count, replace=False)
    pixels, truth = faces[chosen].astype(np.float32), np.array([labels.index(name) for name in names[chosen]])
    answer = _differentiable(labels)
    rows = []
    for level in LEVELS:
        moved = _descended(tf, answer, pixels, truth, float(level))
        rows.append(
            (f"each pixel by at most {level} of 255" if level else "as they are", f"{_right(answer, moved, truth):.1%}")
        )
    half = count // 2
    patch = _patch(tf, answer, pixels[:half], labels.index(GOAL))
    rest = truth[half:] != labels.index(GOAL)
    worn = _worn(patch, pixels[half:], np.random.default_rng(2))
    called = float(np.mean(answer(worn[rest]).numpy().argmax(1) == labels.index(GOAL)))
    before = float(np.mean(answer(pixels[half:][rest]).numpy().argmax(1) == labels.index(GOAL)))
    body = table(("what was changed", "right"), rows) + (
        f"\n\n{count} faces of Training that chose `face`, seven classes, mirror images left out. A patch of {SIDE} x"
        f" {SIDE} of 48 x 48 pixels, the same for all, has {called:.0%} of the faces that are not {GOAL} called {GOAL}"
        f" ({before:.0%} without it). Nothing in Mien defends against somebody who wants to fool it."
    )
    record("Fooled on purpose", "python bench/attacked.py DATA", body)


def _differentiable(labels: tuple[str, ...]) -> Any:
    """Return the network from float pixels on, so that gradients reach them."""
    import keras

    recipe = models.resolve(Recipe(model="face"))
    network = models.build(models.contract(recipe, labels), recipe)
    inside = keras.Model(network.get_layer("scale").output, network.output)
    return lambda pixels: inside(pixels / 127.5 - 1.0)  # what the layer ``scale`` does


def _right(answer: Any, pixels: np.ndarray, truth: np.ndarray) -> float:
    return float(np.mean(answer(pixels).numpy().argmax(1) == truth))


def _descended(tf: Any, answer: Any, pixels: np.ndarray, truth: np.ndarray, level: float) -> np.ndarray:
    moved = pixels.copy()
    for _ in range(STEPS if level else 0):
        for start in range(0, len(pixels), BATCH):
            part = slice(start, start + BATCH)
            slope = _slope(tf, answer, moved[part], truth[part])
            stepped = moved[part] + max(1.0, level / 4) * np.sign(slope)
            moved[part] = np.clip(np.clip(stepped, pixels[part] - level, pixels[part] + level), 0, 255)
    return np.rint(moved)


def _slope(tf: Any, answer: Any, pixels: np.ndarray, truth: np.ndarray) -> np.ndarray:
    given = tf.convert_to_tensor(pixels)
    with tf.GradientTape() as tape:
        tape.watch(given)
        loss = tf.reduce_sum(-tf.math.log(tf.gather(answer(given), truth, axis=1, batch_dims=1) + 1e-9))
    return np.asarray(tape.gradient(loss, given))


def _patch(tf: Any, answer: Any, pixels: np.ndarray, goal: int) -> np.ndarray:
    draw, patch = np.random.default_rng(1), np.full((SIDE, SIDE, 3), 128, np.float32)
    for _ in range(ROUNDS):
        some = pixels[draw.choice(len(pixels), min(BATCH, len(pixels)), replace=False)]
        places = draw.integers(0, pixels.shape[1] - SIDE, (len(some), 2))
        slope = _slope(tf, answer, _put(patch, some, places), np.full(len(some), goal))
        mean = np.mean([slope[at, y : y + SIDE, x : x + SIDE] for at, (y, x) in enumerate(places)], axis=0)
        patch = np.clip(patch - PACE * np.sign(mean), 0, 255)
    return patch


def _worn(patch: np.ndarray, pixels: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    return _put(patch, pixels, draw.integers(0, pixels.shape[1] - SIDE, (len(pixels), 2)))


def _put(patch: np.ndarray, pixels: np.ndarray, places: np.ndarray) -> np.ndarray:
    found = pixels.copy()
    for at, (y, x) in enumerate(places):
        found[at, y : y + SIDE, x : x + SIDE] = patch
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:3]))
