"""Depthwise convolution whose gradient is quick on small maps too.

oneDNN has no vectorised kernel for the gradient of a 5 x 5 filter on a 3 x 3 map. On maps of up to 8 x 8 pixels, and
filters larger than 3 x 3, one matrix product per channel is quicker (docs/decisions/0012-transfer.md).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
from keras import ops

if TYPE_CHECKING:
    import numpy.typing as npt

SMALL = 64  # pixels of a map
LARGE = 5  # sides of a filter


def depthwise(inputs: Any, kernel: Any, strides: Any, padding: str) -> Any:  # noqa: ANN401 - tensors of any backend
    """Convolve each channel of float [N, H, W, C] by itself, with a kernel [h, w, C, 1]."""
    height, width = inputs.shape[1:3]
    known = keras.backend.backend() == "tensorflow" and height is not None and width is not None
    same_size = padding == "same" and tuple(strides) == (1, 1)
    if known and same_size and height * width <= SMALL and min(kernel.shape[:2]) >= LARGE:
        return _on_small_map(inputs, kernel)
    return ops.depthwise_conv(inputs, kernel, strides, padding)


def _on_small_map(inputs: Any, kernel: Any) -> Any:  # noqa: ANN401
    import tensorflow as tf

    _, height, width, channels = inputs.shape
    tall, wide = kernel.shape[:2]
    settings = {"strides": [1, 1, 1, 1], "padding": "SAME"}

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def convolve(inputs: Any, kernel: Any) -> Any:  # noqa: ANN401
        def gradients(change: Any) -> tuple[Any, Any]:  # noqa: ANN401
            of_inputs = tf.raw_ops.DepthwiseConv2dNativeBackpropInput(
                input_sizes=tf.shape(inputs), filter=kernel, out_backprop=change, **settings
            )
            # Each channel: what every pixel of the input has to do with every pixel of the output, over the batch.
            before = tf.transpose(tf.reshape(inputs, (-1, height * width, channels)), (2, 1, 0))  # [C, HW, N]
            after = tf.transpose(tf.reshape(change, (-1, height * width, channels)), (2, 0, 1))  # [C, N, HW]
            pairs = tf.reshape(tf.matmul(before, after), (channels, -1))  # [C, HW * HW]
            joined = _taps(height, width, tall, wide).astype(kernel.dtype.as_numpy_dtype)
            taps = tf.matmul(joined, pairs, transpose_b=True)  # [h * w, C]
            return of_inputs, tf.reshape(taps, (tall, wide, channels, 1))

        return tf.raw_ops.DepthwiseConv2dNative(input=inputs, filter=kernel, **settings), gradients

    return convolve(inputs, kernel)


@cache
def _taps(height: int, width: int, tall: int, wide: int) -> npt.NDArray[np.float32]:
    """Return which pairs of pixels each tap of a filter joins: 0 or 1, float32 ``[tall * wide, HW * HW]``."""
    rows, columns = np.divmod(np.arange(height * width), width)
    # Of the input's pixel, seen from the output's. TensorFlow pads an even side more behind than before.
    down = rows[:, None] - rows[None, :] + (tall - 1) // 2
    right = columns[:, None] - columns[None, :] + (wide - 1) // 2
    inside = (down >= 0) & (down < tall) & (right >= 0) & (right < wide)
    tap = np.where(inside, down * wide + right, -1).ravel()
    found: npt.NDArray[np.float32] = (np.arange(tall * wide)[:, None] == tap[None, :]).astype(np.float32)
    return found
