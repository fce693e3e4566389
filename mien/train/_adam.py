"""Adam as one operation per weight on TensorFlow; the same formula as Keras's own, op for op elsewhere.

Keras writes Adam as some fifteen operations a weight. TensorFlow holds the whole update as one kernel, so a step
begins after a third of the tracing (1 s instead of 3 s for `compact`) and each step passes over the weights once.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from mien.backends import has_known_internals


class Adam(keras.optimizers.Adam):  # type: ignore[misc]  # Keras ships no types
    """Adam (Kingma & Ba 2015) with decoupled weight decay (Loshchilov & Hutter 2019); options as in Keras."""

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:  # noqa: ANN401 - backend tensors
        """Change one weight by its gradient."""
        if keras.backend.backend() != "tensorflow" or not has_known_internals(keras):
            super().update_step(gradient, variable, learning_rate)
            return
        import tensorflow as tf

        number = self._get_variable_index(variable)
        step = ops.cast(self.iterations, variable.dtype) + 1
        tf.raw_ops.ResourceApplyAdam(
            var=_handle(variable),
            m=_handle(self._momentums[number]),
            v=_handle(self._velocities[number]),
            beta1_power=tf.pow(tf.cast(self.beta_1, variable.dtype), step),
            beta2_power=tf.pow(tf.cast(self.beta_2, variable.dtype), step),
            lr=tf.cast(learning_rate, variable.dtype),
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=tf.cast(gradient, variable.dtype),
        )


def _handle(variable: Any) -> Any:  # noqa: ANN401
    return variable.value.handle if isinstance(variable, keras.Variable) else variable.handle
