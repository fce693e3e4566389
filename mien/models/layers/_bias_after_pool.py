"""Convolution and pooling that do the same sums in a cheaper order, for `report`.

Adding a bias per channel and ReLU are monotone, so both commute with a maximum, exactly, also in float32::

    pool(relu(conv(x) + bias)) == relu(pool(conv(x)) + bias)

On the right they run on a quarter of the elements, forward and backward. A training step takes 0.86 of the time
(bench/report_step.py); outputs and kernel gradients are the same to the bit.

Bytes are scaled in the kernel, of 432 numbers, and not in the picture, of 200,000::

    conv(x / 255, kernel) == conv(x, kernel / 255)
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class Conv2D(keras.layers.Conv2D):  # type: ignore[misc]  # Keras ships no types
    """Owns kernel and bias as ever, leaves bias and activation to the pooling after it, and scales what it is given."""

    def __init__(self, filters: int, kernel_size: int, *, scale: float = 1.0, **settings: Any) -> None:  # noqa: ANN401
        super().__init__(filters, kernel_size, **settings)
        self._scale = scale

    def call(self, inputs: Any) -> Any:  # noqa: ANN401 - tensors of any backend
        """Convolve, without bias and activation."""
        kernel = ops.cast(self.kernel, self.compute_dtype)
        kernel = kernel if self._scale == 1 else kernel * self._scale
        return ops.conv(ops.cast(inputs, self.compute_dtype), kernel, strides=self.strides, padding=self.padding)


class MaxPooling2D(keras.layers.MaxPooling2D):  # type: ignore[misc]
    """Takes the largest of 2 x 2, then adds the bias of the convolution before it and applies its activation."""

    def __init__(self, convolution: Conv2D, *, name: str) -> None:
        super().__init__(name=name)
        # In a closure, because Keras would count an attribute's variables as this layer's own.
        self._finish = lambda inputs: convolution.activation(ops.add(inputs, convolution.bias))

    def call(self, inputs: Any) -> Any:  # noqa: ANN401
        """Pool float32 [N, H, W, C] to [N, H // 2, W // 2, C], with bias and activation."""
        return self._finish(super().call(inputs))  # type: ignore[no-untyped-call]
