"""Of frames one vector: a weighted mean, whose weights are learnt (Bahdanau et al. 2015)."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class AttentionPool(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Frames float32 [N, F, C] and what is sounding [N, F, 1] become their weighted mean, float32 [N, C]."""

    def build(self, frames_shape: Any, there_shape: Any) -> None:  # noqa: ANN401
        """Make one weight a channel."""
        del there_shape
        self.score = self.add_weight(shape=(frames_shape[-1], 1), initializer="zeros", name="score")

    def call(self, frames: Any, there: Any) -> Any:  # noqa: ANN401
        """Weigh and add up."""
        scores = ops.matmul(frames, ops.cast(self.score, frames.dtype)) - 1e4 * ops.cast(1 - there, frames.dtype)
        return ops.sum(ops.softmax(scores, axis=1) * frames, axis=1)
