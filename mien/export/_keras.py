"""Keras -> ONNX: the network as far as the logarithms of its probabilities."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mien.backends import convert, require_tensorflow

if TYPE_CHECKING:
    import keras

    from mien.core.types import InputContract

LEAST = 1e-12  # a probability below this counts as this, here as in `evaluate.apply_temperature`


def from_keras(model: keras.Model, contract: InputContract) -> Any:  # noqa: ANN401 - onnx.ModelProto
    """Convert a network.

    From ``[N, *contract.shape]`` to ``logs``, float32 ``[N, classes]``: logarithms of its probabilities, which need
    not sum to one.
    """
    require_tensorflow("Export with KERAS_BACKEND=tensorflow: mien export RUN")
    return convert(model, logarithms(model), "logs", contract.tensor)


def logarithms(model: keras.Model) -> Callable[[Any], Any]:
    """Return a network as far as the logarithms of its probabilities, in TensorFlow operations.

    From uint8 ``[N, S, S, 3]`` to float32 ``[N, classes]``, up to a number that all classes share.
    """
    import keras
    import tensorflow as tf

    last = model.layers[-1]
    activation = getattr(last, "activation", None)
    if activation not in (keras.activations.sigmoid, keras.activations.softmax):
        return lambda pixels: tf.math.log(tf.maximum(model(pixels, training=False), LEAST))
    # ONNX Runtime's sigmoid never falls below 1.5e-8, and where every class is that unlikely, dividing by the sum turns
    # this into whole per cents. The logarithm of a sigmoid, written out, has no such floor.
    before = keras.Model(model.inputs[0], last.input)
    if activation is keras.activations.softmax:
        return lambda pixels: before(pixels, training=False) @ last.kernel + last.bias
    return lambda pixels: -tf.nn.softplus(-(before(pixels, training=False) @ last.kernel + last.bias))
