"""The net that finds faces, once in Keras to train and once in ONNX to ship, from one list of layers.

Fully convolutional, one stage, without anchors (FCOS: Tian et al. 2019), on three levels; a face too large for them is
found in a smaller copy of the picture. Each cell of a level says how sure it is that its box is right, the four sides
of the box, and five landmarks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import keras
import numpy as np

STRIDES = (8, 16, 32)
PYRAMID = (1, 2, 4)  # how much smaller the net sees a picture, one after the other
OUTPUTS = 15  # score, left, top, right, bottom, five landmarks
STEM = 24, 7, 4  # filters, side and stride of the first layer: most of a training's time is spent where maps are large
WIDTHS = (48, 64, 88)  # filters of each level
BLOCKS = (1, 2, 2)
NECK = 40
EPSILON = 1e-3
RARE = -4.6  # the score's bias at first: one cell of a hundred is a face


class Layers(Protocol):
    """What the net is written in: of each layer its name, which is that of its weights."""

    def conv(self, x: Any, filters: int, side: int, stride: int, name: str) -> Any:
        """Convolve, normalise, cut off below zero."""
        ...

    def around(self, x: Any, name: str) -> Any:
        """Convolve each channel by itself, and normalise."""
        ...

    def head(self, x: Any, name: str) -> Any:
        """Convolve to the outputs of one level."""
        ...

    def add(self, first: Any, second: Any, name: str) -> Any:
        """Add two."""
        ...

    def twice(self, x: Any, name: str) -> Any:
        """Repeat each cell in both directions."""
        ...


def net(x: Any, layers: Layers) -> list[Any]:
    """Return the outputs of every level."""
    levels = []
    x = layers.conv(x, *STEM, "stem")
    for step, (filters, blocks) in enumerate(zip(WIDTHS, BLOCKS, strict=True)):
        x = layers.conv(x, filters, 3, 2, f"down{step}")
        for block in range(blocks):
            name = f"block{step}{block}"
            inner = layers.conv(x, filters // 2, 1, 1, f"{name}in")
            x = layers.add(x, layers.conv(inner, filters, 3, 1, f"{name}out"), name)
        levels.append(layers.conv(x, NECK, 1, 1, f"side{step}"))
    for place in reversed(range(len(levels) - 1)):
        levels[place] = layers.add(levels[place], layers.twice(levels[place + 1], f"up{place}"), f"sum{place}")
    found = []
    for place, level in enumerate(levels):
        seen = level
        for look in range(2):
            seen = layers.conv(layers.around(seen, f"around{place}{look}"), NECK, 1, 1, f"look{place}{look}")
        found.append(layers.head(seen, f"answer{place}"))
    return found


class Keras:
    """Layers of Keras."""

    def conv(self, x: Any, filters: int, side: int, stride: int, name: str) -> Any:
        """See `Layers`."""
        x = keras.layers.Conv2D(filters, side, stride, "same", use_bias=False, name=name)(x)
        return keras.layers.ReLU()(self._normal(x, name))

    def around(self, x: Any, name: str) -> Any:
        """See `Layers`."""
        return self._normal(keras.layers.DepthwiseConv2D(3, 1, "same", use_bias=False, name=name)(x), name)

    def head(self, x: Any, name: str) -> Any:
        """See `Layers`."""
        bias = keras.initializers.Constant(np.r_[RARE, np.full(4, 0.5), np.zeros(10)].astype(np.float32))
        small = keras.initializers.RandomNormal(stddev=0.01)
        x = keras.layers.Conv2D(OUTPUTS, 1, name=name, kernel_initializer=small, bias_initializer=bias)(x)
        return keras.layers.Reshape((-1, OUTPUTS))(x)

    def add(self, first: Any, second: Any, name: str) -> Any:
        """See `Layers`."""
        return keras.layers.Add(name=name)([first, second])

    def twice(self, x: Any, name: str) -> Any:
        """See `Layers`."""
        return keras.layers.UpSampling2D(2, name=name)(x)

    def _normal(self, x: Any, name: str) -> Any:
        return keras.layers.BatchNormalization(momentum=0.97, epsilon=EPSILON, name=f"{name}n")(x)


def build(side: int) -> keras.Model:
    """Make the net: float32 [N, side, side, 3], 0..255, to [N, cells, 15], the cells of all levels in a row."""
    pixels = keras.layers.Input((side, side, 3))
    x = keras.layers.Rescaling(1 / 64, -2.0)(pixels)
    return keras.Model(pixels, keras.layers.Concatenate(axis=1)(net(x, Keras())))


def cells(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the centres of all cells, float32 [cells, 2], x and y, and their strides, float32 [cells]."""
    centres, strides = [], []
    for stride in STRIDES:
        y, x = np.mgrid[0 : height // stride, 0 : width // stride]
        centres.append(np.stack([x.ravel(), y.ravel()], 1) * stride + stride / 2)
        strides.append(np.full(x.size, stride))
    return np.concatenate(centres).astype(np.float32), np.concatenate(strides).astype(np.float32)


def operations(height: int, width: int) -> int:
    """Count the multiplications for a picture."""
    counted = _Counting()
    net((3, height, width), counted)
    return counted.sum


class _Counting:
    """Follows shapes (channels, height, width) alone."""

    def __init__(self) -> None:
        self.sum = 0

    def conv(self, x: Sequence[int], filters: int, side: int, stride: int, name: str) -> tuple[int, int, int]:
        made = filters, x[1] // stride, x[2] // stride
        self.sum += made[0] * made[1] * made[2] * x[0] * side * side
        return made

    def around(self, x: tuple[int, int, int], name: str) -> tuple[int, int, int]:
        self.sum += 9 * x[0] * x[1] * x[2]
        return x

    def head(self, x: Sequence[int], name: str) -> tuple[int, int, int]:
        return self.conv(x, OUTPUTS, 1, 1, name)

    def add(self, first: tuple[int, int, int], second: object, name: str) -> tuple[int, int, int]:
        return first

    def twice(self, x: Sequence[int], name: str) -> tuple[int, int, int]:
        return x[0], 2 * x[1], 2 * x[2]
