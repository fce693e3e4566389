"""Layers that several families share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


def grey() -> keras.layers.Layer:
    """Turn RGB bytes into one grey channel around zero.

    Returns
    -------
    keras.layers.Layer
        uint8 ``[N, H, W, 3]``, 0..255 -> float32 ``[N, H, W, 1]``, -1..1, by the luma weights
        of ITU-R BT.601 (the same that Pillow and OpenCV use).
    """
    import numpy as np
    from keras import Sequential, layers

    luma = np.array([0.299, 0.587, 0.114], "float32").reshape(1, 1, 3, 1)
    mix = layers.Conv2D(
        1, 1, use_bias=False, trainable=False, kernel_initializer=lambda shape, dtype=None: luma.reshape(shape)
    )
    return Sequential([layers.Rescaling(1 / 127.5, offset=-1), mix], name="grey")
