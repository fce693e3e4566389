"""Keras -> ONNX, with calibration inside the graph and the contract in the metadata."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.errors import ModelFileError, SettingError
from mien.core.files import writing
from mien.core.types import InputContract

if TYPE_CHECKING:
    import keras

    from mien.core.types import Pixels, Probabilities

OPSET = 17  # read by ONNX Runtime since 1.12 and by its web build
TOLERANCE = 1e-4  # largest difference in probability allowed between Keras and the file, on the golden batch
GOLDEN_BATCH = 8
LEAST = 1e-12  # a weight below this counts as this, here as in `evaluate.apply_temperature`


def write(
    model: keras.Model,
    contract: InputContract,
    path: Path | str,
    *,
    temperature: float = 1.0,
    scores: Mapping[str, Any] | None = None,
    card: str = "",
) -> Path:
    """Write the one model file, and prove that it answers as Keras does.

    Parameters
    ----------
    model : keras.Model
        uint8 ``[N, size, size, 3]`` in, weights ``[N, classes]`` out (they need not sum to one).
    contract : InputContract
        What it eats; travels in the file.
    path : path
        The file, usually ``model.onnx``.
    temperature : float
        From `evaluate.temperature`: the file answers ``p ** (1 / temperature)``, normalised (Guo et al. 2017).
    scores : mapping, optional
        JSON values; travel in the file.
    card : str
        The model card, Markdown; travels in the file.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ModelFileError
        If the file's answers differ from Keras's by more than `TOLERANCE`.
    SettingError
        If Keras does not run on TensorFlow.
    StorageError
        If the file could not be written.
    """
    import onnx

    graph = _convert(model, contract, temperature)
    onnx.helper.set_model_props(
        graph,
        {
            "mien.contract": contract.to_json(),
            "mien.temperature": repr(float(temperature)),
            "mien.scores": json.dumps(dict(scores or {}), ensure_ascii=False),
            "mien.card": card,
        },
    )
    with writing(path) as beside:
        beside.write_bytes(graph.SerializeToString())
        _prove(beside, model, contract, temperature)
    return Path(path)


def calibrated(answers: np.ndarray, temperature: float) -> Probabilities:
    """Do in NumPy what the file does: normalise, and soften or sharpen.

    Parameters
    ----------
    answers : float [N, classes]
        What the network says, 0..1.
    temperature : float
        Above 1 softens, below 1 sharpens.

    Returns
    -------
    float32 [N, classes]
        Rows sum to 1.
    """
    logs = np.log(np.maximum(answers.astype(np.float64), LEAST)) / temperature
    powers = np.exp(logs - logs.max(1, keepdims=True))
    weights: Probabilities = (powers / powers.sum(1, keepdims=True)).astype(np.float32)
    return weights


def _convert(model: keras.Model, contract: InputContract, temperature: float) -> Any:  # noqa: ANN401 - onnx.ModelProto
    import keras

    if keras.backend.backend() != "tensorflow":
        raise SettingError(
            f"Keras runs on {keras.backend.backend()} here",
            expected="TensorFlow for the export",
            todo="Export with KERAS_BACKEND=tensorflow: mien export RUN",
        )
    import tensorflow as tf
    import tf2onnx

    logarithms = _logarithms(model)
    signature = [tf.TensorSpec((None, *contract.shape), tf.uint8, name="pixels")]

    @tf.function(input_signature=signature)  # type: ignore[untyped-decorator]
    def answer(pixels: Any) -> dict[str, Any]:  # noqa: ANN401
        # The softmax of the logarithms divides by their sum, so sigmoid outputs need nothing more.
        logs = tf.maximum(logarithms(pixels), math.log(LEAST))
        return {"probabilities": tf.nn.softmax(logs / temperature)}

    model(np.zeros((1, *contract.shape), np.uint8), training=False)  # traced once, or tf2onnx finds no variables
    logging.getLogger("tf2onnx").setLevel(logging.ERROR)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        graph, _ = tf2onnx.convert.from_function(answer, input_signature=signature, opset=OPSET)
    return graph


def _logarithms(model: keras.Model) -> Callable[[Any], Any]:
    """Return the network as far as the logarithms of its weights: uint8 [N, S, S, 3] -> float32 [N, classes]."""
    import keras
    import tensorflow as tf

    last = model.layers[-1]
    if getattr(last, "activation", None) is not keras.activations.sigmoid:
        return lambda pixels: tf.math.log(tf.maximum(model(pixels, training=False), LEAST))
    # ONNX Runtime's sigmoid never falls below 1.5e-8, and where every class is that unlikely, dividing by the sum turns
    # this into whole per cents. The logarithm of a sigmoid, written out, has no such floor.
    before = keras.Model(model.inputs, last.input)
    return lambda pixels: -tf.nn.softplus(-(before(pixels, training=False) @ last.kernel + last.bias))


def _prove(path: Path, model: keras.Model, contract: InputContract, temperature: float) -> None:
    import onnxruntime

    batch = _golden(contract)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (found,) = session.run(["probabilities"], {"pixels": batch})
    wanted = calibrated(np.asarray(model(batch, training=False)), temperature)
    difference = float(np.abs(found - wanted).max())
    if not difference <= TOLERANCE:
        raise ModelFileError(
            f"The exported file answers differently from Keras, by up to {difference:.2g}",
            expected=f"at most {TOLERANCE}",
            todo="Please report this, with recipe.toml; no file was written",
        )


def _golden(contract: InputContract) -> Pixels:
    # Smooth pictures and noise: a resize or colour mix-up shows in one, a lost layer in the other.
    random = np.random.default_rng(0)
    noise = random.integers(0, 256, (GOLDEN_BATCH, *contract.shape), dtype=np.uint8)
    ramp = np.linspace(0, 255, contract.size, dtype=np.float64)
    noise[0] = np.broadcast_to(ramp[:, None, None], contract.shape).astype(np.uint8)
    noise[1] = np.broadcast_to(ramp[None, :, None], contract.shape).astype(np.uint8)
    noise[2] = [200, 60, 20]
    return noise
