"""How a picture becomes the numbers that a model was trained on: the same arithmetic as nodes and in NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from mien.core.types import Pixels, Singles

GREY = (0.299, 0.587, 0.114)  # ITU-R BT.601, as Pillow, OpenCV and TensorFlow have it
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))  # of RGB, 0..1
LEAST = 1.0  # of 255, that a picture deviates: under it, what is left is rounding
CAFFE = (123.68, 116.779, 103.939)  # of RGB, 0..255


@dataclass(frozen=True)
class Reading:
    """One way to read a picture: a scale, a colour order and a layout, each a word of `core.foreign`."""

    scale: str = "0..1"
    colour: str = "rgb"
    layout: str = "nhwc"

    def __str__(self) -> str:
        """Name it as people do: ``RGB 0..1``."""
        return f"{self.colour if self.colour == 'grey' else self.colour.upper()} {self.scale}"


def mixing(colour: str, channels: int) -> Singles:
    """Return the matrix from RGB to what a model takes: float32 [3, channels]."""
    if colour == "grey" or channels == 1:
        return np.repeat(np.array(GREY, np.float32)[:, None], channels, axis=1)
    order = [2, 1, 0] if colour == "bgr" else [0, 1, 2]
    return np.eye(3, dtype=np.float32)[:, order]


def levels(reading: Reading, channels: int) -> tuple[Singles, Singles]:
    """Return what is taken off each channel of 0..255, and what it is divided by then: float32 [channels] each."""
    less, over = np.zeros(3, np.float32), np.ones(3, np.float32)
    if reading.scale == "0..1":
        over = np.full(3, 255, np.float32)
    elif reading.scale == "-1..1":
        less = over = np.full(3, 127.5, np.float32)
    elif reading.scale == "imagenet":
        less, over = (np.array(values, np.float32) * np.float32(255) for values in IMAGENET)
    elif reading.scale == "caffe":
        less = np.array(CAFFE, np.float32)
    mixed = np.abs(mixing(reading.colour, channels))  # a grey channel takes the colours' weighted mean
    return less @ mixed, over @ mixed


def read(pixels: Pixels, reading: Reading, channels: int) -> Singles:
    """Do in NumPy what the graph does: uint8 [N, S, S, 3] to float32, [N, S, S, channels] or [N, channels, S, S]."""
    less, over = levels(reading, channels)
    rows = pixels.astype(np.float32) @ mixing(reading.colour, channels)
    if reading.scale == "standard":  # tf.image.per_image_standardization, which divides by less where nothing is seen
        axes = (1, 2, 3)
        less, over = rows.mean(axes, keepdims=True), np.maximum(rows.std(axes, keepdims=True), LEAST)
    made = ((rows - less) / over).astype(np.float32)
    return np.ascontiguousarray(made.transpose(0, 3, 1, 2)) if reading.layout == "nchw" else made


def nodes(reading: Reading, channels: int, size: int, kind: int, output: str) -> tuple[list[Any], list[Any]]:
    """Return the nodes from ``pixels`` to the tensor `output` of an ONNX type, and their constants.

    Only operations that are the same from version 13 on.
    """
    from onnx import helper, numpy_helper

    made: list[Any] = []
    constants: dict[str, Any] = {"mixing": mixing(reading.colour, channels)}

    def add(operator: str, *inputs: str, **attributes: Any) -> str:  # noqa: ANN401 - numbers
        made.append(helper.make_node(operator, list(inputs), [f"mien_{len(made)}"], **attributes))
        return f"mien_{len(made) - 1}"

    now = add("MatMul", add("Cast", "pixels", to=1), "mien_mixing")
    if reading.scale == "standard":
        count = size * size * channels
        constants |= {"axes": np.array([1, 2, 3]), "count": np.float32(count), "least": np.float32(LEAST)}
        mean = add("Div", add("ReduceSum", now, "mien_axes", keepdims=1), "mien_count")
        centred = add("Sub", now, mean)
        spread = add("Div", add("ReduceSum", add("Mul", centred, centred), "mien_axes", keepdims=1), "mien_count")
        now = add("Div", centred, add("Max", add("Sqrt", spread), "mien_least"))
    else:
        constants["less"], constants["over"] = levels(reading, channels)
        now = add("Div", add("Sub", now, "mien_less"), "mien_over")
    if reading.layout == "nchw":
        now = add("Transpose", now, perm=[0, 3, 1, 2])
    made.append(helper.make_node("Cast", [now], [output], to=kind))
    return made, [numpy_helper.from_array(np.asarray(value), f"mien_{name}") for name, value in constants.items()]
