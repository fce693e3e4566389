"""The embedding: what an earlier network sees just before it decides."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mien.backends import convert, require_tensorflow
from mien.core.errors import SettingError

if TYPE_CHECKING:
    import keras

    from mien.core.types import InputContract


class Embedding:
    """The input of an earlier network's last layer.

    `SettingError` if its size is not the contract's, or Keras does not run on TensorFlow.
    """

    def __init__(self, base: keras.Model, contract: InputContract) -> None:
        size = int(base.inputs[0].shape[1])
        if size != contract.size:
            came = f"The earlier network takes {size} px, and size = {contract.size}"
            raise SettingError(came, expected="the same size", todo=f"Take --size {size}")
        require_tensorflow("The embedding becomes part of the model file: set KERAS_BACKEND=tensorflow")
        self._base = base

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return math.prod(int(part) for part in self._base.layers[-1].input.shape[1:])

    @property
    def bytes(self) -> int:
        """About what it takes in a model file."""
        return 4 * int(self._base.count_params())

    @cached_property
    def model(self) -> Any:  # noqa: ANN401 - onnx.ModelProto
        """The network as far as there: from ``pixels`` to ``embedding``, float32 ``[N, count]``."""
        import keras
        import tensorflow as tf

        before = keras.Model(self._base.inputs[0], self._base.layers[-1].input)
        return convert(before, lambda pixels: tf.reshape(before(pixels, training=False), (-1, self.count)), "embedding")
