"""The same network in fewer passes, for a backbone that keeps the statistics it was trained with.

Once its statistics stand still, a BatchNormalization is one multiplication and one addition per channel, and both
belong to the convolution before it::

    gamma * (conv(x, kernel) - mean) / sqrt(variance + epsilon) + beta == conv(x, kernel * scale) + shift

The right side touches a few weights where the left side passes over every activation, forward and backward, and the
gradients of kernel, gamma and beta come out the same. Weights, their names and their order stay Keras's own, so a file
of them fits both. On TensorFlow's CPU kernels two more things are put in a form that is quick there: a hard-swish that
is recognised and joined to its convolution, and depthwise convolutions of maps smaller than their kernel. What it is
worth is in docs/decisions/0012-transfer.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from mien.models.layers._depthwise import depthwise


class _Normalised:
    """A convolution that scales and shifts as the normalisation after it would."""

    line: Callable[[], tuple[Any, Any]]  # scale and shift, float32 [C] each
    kernel: Any
    bias: Any
    use_bias: bool

    def call(self, inputs: Any) -> Any:  # noqa: ANN401 - tensors of any backend, float [N, H, W, C]
        """Convolve and normalise."""
        scale, shift = self.line()
        kernel = ops.cast(self.kernel * self._of_kernel(scale), inputs.dtype)
        if self.use_bias:
            shift = shift + self.bias * scale
        return ops.add(self._convolved(inputs, kernel), ops.cast(shift, inputs.dtype))

    def _of_kernel(self, scale: Any) -> Any:  # noqa: ANN401
        return scale

    def _convolved(self, inputs: Any, kernel: Any) -> Any:  # noqa: ANN401
        raise NotImplementedError


class Conv2D(_Normalised, keras.layers.Conv2D):  # type: ignore[misc]  # Keras ships no types
    """A convolution, normalised."""

    def _convolved(self, inputs: Any, kernel: Any) -> Any:  # noqa: ANN401
        return ops.conv(inputs, kernel, self.strides, self.padding, dilation_rate=self.dilation_rate)


class DepthwiseConv2D(_Normalised, keras.layers.DepthwiseConv2D):  # type: ignore[misc]
    """A depthwise convolution, normalised."""

    def _of_kernel(self, scale: Any) -> Any:  # noqa: ANN401
        return ops.expand_dims(scale, -1)

    def _convolved(self, inputs: Any, kernel: Any) -> Any:  # noqa: ANN401
        return depthwise(inputs, kernel, self.strides, self.padding)


class BatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc]
    """Owns scale, shift and statistics as ever, and leaves their work to the convolution before it."""

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:  # noqa: ANN401
        """Pass on what the convolution has normalised."""
        return inputs

    def line(self) -> tuple[Any, Any]:
        """Return scale and shift of each channel, float32 [C] each (Ioffe & Szegedy 2015, algorithm 2)."""
        scale = ops.rsqrt(self.moving_variance + self.epsilon)
        if self.scale:
            scale = scale * self.gamma
        shift = -self.moving_mean * scale
        return scale, shift + self.beta if self.center else shift


class GroupedConv2D(keras.layers.Conv2D):  # type: ignore[misc]
    """A convolution with one group per channel, computed as the depthwise one that it is: XLA's is slow on a CPU."""

    def call(self, inputs: Any) -> Any:  # noqa: ANN401
        kernel = ops.cast(ops.transpose(self.kernel, (0, 1, 3, 2)), inputs.dtype)  # [k, k, 1, C] -> [k, k, C, 1]
        found = depthwise(inputs, kernel, self.strides, self.padding)
        return ops.add(found, ops.cast(self.bias, inputs.dtype)) if self.use_bias else found


class HardSwish(keras.layers.Layer):  # type: ignore[misc]
    """x * relu6(x + 3) / 6 (Howard et al. 2019), in the one order in which TensorFlow joins it to a convolution."""

    def call(self, inputs: Any) -> Any:  # noqa: ANN401
        # Constants first: the pattern of TensorFlow's remapper is Mul(Mul(1/6, x), Relu6(Add(3, x))).
        return ops.multiply(ops.multiply(1 / 6, inputs), ops.relu6(ops.add(3.0, inputs)))


class Gelu(keras.layers.Layer):  # type: ignore[misc]
    """x * (1 + erf(x / sqrt(2))) / 2 (Hendrycks & Gimpel 2016); TensorFlow's own uses erfc, which ONNX has not."""

    def call(self, inputs: Any) -> Any:  # noqa: ANN401
        return 0.5 * inputs * (1.0 + ops.erf(inputs * 0.7071067811865476))
