"""Grad-CAM of the networks that a run keeps: the one method that looks inside."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import explain
from mien.core import artifacts
from mien.core.errors import SettingError
from mien.core.run import Run
from mien.pipeline._context import Reporter, RunContext

if TYPE_CHECKING:
    from mien.core.types import Singles
    from mien.kinds import Parts
    from mien.predict import Predictor

OTHERS = "a method that asks the model file alone: leave --method out"


def grad_cam(
    model: Path | str,
    predictor: Predictor,
    row: Any,  # noqa: ANN401 - array [H, W, 3]
    noisy: Any,  # noqa: ANN401 - the same under a little noise
    parts: Parts,
    label: int,
) -> explain.Explanation:
    """Explain by the last convolution of a run's networks, and check the map as any other.

    Selvaraju et al. 2017, "Grad-CAM", ICCV, equations 1 and 2, without the cut below zero, so that what spoke against
    the class shows too; the score is the logarithm of the class's probability. A grid holds shares of its strongest
    part, -1..1; zeros where nothing that is hidden moves the answer.
    `SettingError` where there is no run, no network, no convolution, or no TensorFlow.
    """
    contract = predictor.contract
    if not predictor.kind.maps or len(row[contract.deciding(row)]) != len(row):
        raise SettingError("Grad-CAM lies over one picture, and the model takes something else", expected=OTHERS)
    networks = _context(model).load_models()

    def mapped(of: Any) -> Singles:  # noqa: ANN401 - array [H, W, 3]
        return _gridded(np.mean([_heat(network, of, label) for network in networks], axis=0), parts)

    before = float(predictor.probabilities(row[None])[0, label])
    found = explain.Explanation(label, before, mapped(row), method="grad-cam")
    figures = explain.faithfulness(predictor.probabilities, parts, found)
    noise = explain.rank_correlation(found.grid, mapped(noisy))
    for network in networks:  # built anew for this call
        network.set_weights(_shuffled(network.get_weights()))
    weights = explain.rank_correlation(found.grid, mapped(row))
    grid = found.grid * figures.moves  # shares of a peak would be bold where nothing moves the answer
    return dataclasses.replace(found, grid=grid, checked=dataclasses.replace(figures, weights=weights, noise=noise))


def _shuffled(tables: list[Any]) -> list[Any]:
    draw = np.random.default_rng(0)
    return [draw.permutation(one.ravel()).reshape(one.shape) if one.ndim >= 2 else one for one in tables]


def _context(model: Path | str) -> RunContext:
    if not Path(model).is_dir():
        raise SettingError(f"'{model}' is no folder of a run, and Grad-CAM needs its checkpoints", expected=OTHERS)
    from mien import backends, models

    run = Run.open(model)
    recipe = artifacts.read_recipe(run)
    if not models.family(recipe.model).network:
        raise SettingError(f"'{recipe.model}' is no network, and Grad-CAM needs one", expected=OTHERS)
    if backends.import_keras().backend.backend() != "tensorflow":
        raise SettingError("Grad-CAM came with another backend", expected="KERAS_BACKEND=tensorflow")
    return RunContext(run, recipe, Reporter())


def _heat(network: Any, row: Any, label: int) -> Singles:  # noqa: ANN401 - a Keras model, array [H, W, 3]
    """Weigh the maps of the last convolution by how much the class's score grows with each: float32 [H, W]."""
    import cv2
    import keras
    import tensorflow as tf

    maps = [layer for layer in network.layers if len(getattr(layer.output, "shape", ())) == 4 and layer.weights]
    if not maps:
        raise SettingError("The network has no convolution that Grad-CAM could look at", expected=OTHERS)
    inner = keras.Model(network.inputs[0], [maps[-1].output, network.outputs[0]])
    with tf.GradientTape() as tape:
        activations, answers = inner(row[None], training=False)
        score = tf.math.log(answers[0, label] + 1e-12)
    slopes = tape.gradient(score, activations)[0].numpy().mean(axis=(0, 1))  # [channels]
    heat = np.asarray(activations[0].numpy() @ slopes, np.float32)  # [h, w]
    return np.asarray(cv2.resize(heat, row.shape[1::-1], interpolation=cv2.INTER_LINEAR))


def _gridded(heat: Singles, parts: Parts) -> Singles:
    down, across = parts.down.spread, parts.across.spread
    sums = down @ heat @ across.T
    grid = sums / np.outer(down.sum(axis=1), across.sum(axis=1))
    return np.asarray(grid / max(float(np.abs(grid).max()), 1e-12), np.float32)
