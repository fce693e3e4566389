"""What a network itself says of how its pictures were read; where it says nothing, what is most usual."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from mien.core.foreign import AUTO, Foreign
from mien.export.foreign._net import ForeignNet
from mien.export.foreign._reading import Reading

# How the networks that come with Keras want their pixels, by what their layers or models are called
# (keras.applications, the preprocess_input of each).
_KNOWN = (
    (r"teachable|^model1$", "-1..1", "Teachable Machine's network"),
    (r"efficientnet|convnext|mobilenet_?v3", "0..255", "a network that scales pixels itself"),
    (
        r"mobilenet|inception|xception|nasnet|resnet\w*v2|^Conv1_relu$|^block_1_expand",
        "-1..1",
        "MobileNet or Inception",
    ),
    (r"^vgg|^resnet|^block1_conv1$|^conv1_conv$", "caffe", "VGG or ResNet"),
    (r"densenet", "imagenet", "DenseNet"),
)
_SCALES = ("0..1", "-1..1", "0..255", "imagenet", "caffe", "standard")
_OF_COLOURS = ("imagenet", "caffe")
_SELDOM = {("imagenet", "bgr"), ("caffe", "rgb")}
_FIRST = ("Conv", "Gemm", "MatMul")


@dataclass(frozen=True)
class Guess:
    """How a network most likely read its pictures, why, and the readings among which its file does not decide."""

    reading: Reading
    why: str
    open: tuple[Reading, ...]


def guess(net: ForeignNet, settings: Foreign) -> Guess:
    """Say how a network read its pictures in training: as a person says, or the network does, or as is most usual.

    Parameters
    ----------
    net : ForeignNet
        The network.
    settings : Foreign
        What a person says; ``auto`` leaves a scale or the order of colours to the network.

    Returns
    -------
    Guess
        The likeliest reading, why it is that, and, the likeliest first, those among which nothing decides: one, where
        it is certain.
    """
    scale, why, sure = (settings.scale, "as asked for", True) if settings.scale != AUTO else _scale(net)
    colour, because, certain = _colour(net, scale, settings.colour)
    scales = (scale,) if sure else (scale, *(name for name in _SCALES if name != scale))
    colours = (colour,) if certain else ("rgb", "bgr")
    pairs = [(one, other) for one in scales for other in colours if sure or certain or (one, other) not in _SELDOM]
    if net.channels == 1:
        pairs = [(one, other) for one, other in pairs if one == scale or one not in _OF_COLOURS]
    readings = tuple(Reading(one, other, net.layout) for one, other in pairs)
    return Guess(Reading(scale, colour, net.layout), f"{scale}: {why}; {colour}: {because}", readings)


def _scale(net: ForeignNet) -> tuple[str, str, bool]:
    inside = net.facts.scales or _scaling_node(net)
    if inside:
        return "0..255", f"a step inside it ({inside}) scales pixels", True
    for pattern, scale, name in _KNOWN:
        if any(re.search(pattern, layer, re.IGNORECASE) for layer in net.facts.names):
            return scale, f"it is built on {name}", False
    if net.facts.maker.lower().startswith("pytorch") and net.channels == 3:
        return "imagenet", f"usual for {net.facts.maker}, and no more than that", False
    return "0..1", "most usual, and no more than that", False


def _colour(net: ForeignNet, scale: str, wanted: str) -> tuple[str, str, bool]:
    if wanted != AUTO:
        return wanted, "as asked for", True
    if net.channels == 1:
        return "grey", "it takes one channel", True
    if scale == "caffe":
        return "bgr", "as that scale has it", False
    return "rgb", "most usual, and no more than that", False


def _scaling_node(net: ForeignNet) -> str:
    """Find arithmetic with a constant before the first layer with weights, as a scaling layer becomes in ONNX."""
    constants = {tensor.name: tensor for tensor in net.graph.graph.initializer}
    reached = {net.input.name}
    for node in net.graph.graph.node:
        if not reached & set(node.input):
            continue
        if node.op_type in _FIRST:
            return ""
        if node.op_type == "BatchNormalization":
            return "BatchNormalization"
        other = [constants[name] for name in node.input if name in constants]
        if node.op_type in ("Div", "Mul", "Sub") and other and _far_from_one(other[0]):
            return str(node.op_type)
        reached |= set(node.output)
    return ""


def _far_from_one(tensor: object) -> bool:
    from onnx import numpy_helper

    values = np.abs(numpy_helper.to_array(tensor)).astype(np.float64)
    return bool(values.size and (values.max() > 20 or 0 < values.max() < 0.05))
