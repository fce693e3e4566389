"""The embedding: what an earlier network sees just before it decides."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mien import kinds
from mien.backends import convert, require_tensorflow
from mien.core.errors import SettingError

if TYPE_CHECKING:
    import keras

    from mien.core.types import InputContract


class Embedding:
    """The input of an earlier network's last layer.

    `SettingError` if it takes other inputs than the contract's, or Keras does not run on TensorFlow.
    """

    def __init__(self, base: keras.Model, contract: InputContract) -> None:
        shape = tuple(int(part) for part in base.inputs[0].shape[1:])
        if shape != contract.shape:
            _refuse(shape, contract)
        require_tensorflow("The embedding becomes part of the model file: set KERAS_BACKEND=tensorflow")
        self._base, self._tensor = base, contract.tensor

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
        """The network as far as there: from the contract's tensor to ``embedding``, float32 ``[N, count]``."""
        import keras
        import tensorflow as tf

        before = keras.Model(self._base.inputs[0], self._base.layers[-1].input)
        flat = (-1, self.count)
        return convert(before, lambda rows: tf.reshape(before(rows, training=False), flat), "embedding", self._tensor)


def _refuse(shape: tuple[int, ...], contract: InputContract) -> None:
    if len(shape) != len(contract.shape):
        came = f"The earlier network does not take {kinds.kind(contract.kind).many}"
        raise SettingError(came, todo="Start from a run on data of the same kind")
    if contract.kind == kinds.PICTURE:
        came = f"The earlier network takes {shape[0]} px, and size = {contract.size}"
        raise SettingError(came, expected="the same size", todo=f"Take --size {shape[0]}")
    came = f"The earlier network takes rows of {shape[0]:,} numbers, and these have {contract.shape[0]:,}"
    raise SettingError(came, expected="the same length", todo="Take the --seconds of the earlier run")
