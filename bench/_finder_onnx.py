"""The net that finds faces as one ONNX file: uint8 pixels in, faces out, the weaker of two boxes left out."""

from __future__ import annotations

from collections.abc import Sequence

import keras
import numpy as np
import onnx
from _finder_net import EPSILON, OUTPUTS, PYRAMID, STRIDES, net
from _finder_targets import HIGH, LOW
from onnx import TensorProto, helper, numpy_helper

OVERLAP = 0.4  # of two boxes, above which the weaker one goes
MOST = 500  # faces in a picture


def exported(model: keras.Model, score: float) -> bytes:
    """Write the graph.

    From ``pixels``, uint8 ``[H, W, 3]``, RGB, and ``least``, float32 ``[1]``, the score from which on it is a face
    (`score` unless given), to ``scores``, float32 ``[N]``, 0..1, the surest first; ``boxes``, float32 ``[N, 4]``,
    left, top, width, height; ``landmarks``, float32 ``[N, 5, 2]``; pixels all.
    """
    graph = _Graph(model)
    seen, parts = _opening(graph), []
    for factor in PYRAMID:
        if factor > 1:
            seen = graph.node("AveragePool", [seen], kernel_shape=[2, 2], strides=[2, 2])
        heads = zip(net(seen, graph), STRIDES, strict=True)
        parts += [_decoded(graph, head, factor * step) for head, step in heads]
    rows = graph.node("Concat", parts, axis=2)
    _closing(graph, graph.node("Transpose", [rows], perm=[0, 2, 1]))
    graph.hold("least", np.array([score], np.float32))
    pixels = helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["H", "W", 3])
    least = helper.make_tensor_value_info("least", TensorProto.FLOAT, [1])
    shapes = {"scores": ["N"], "boxes": ["N", 4], "landmarks": ["N", 5, 2]}
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in shapes.items()]
    made = helper.make_graph(graph.nodes, "fcos", [pixels, least], outputs, graph.held)
    file = helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=9, producer_name="mien")
    onnx.checker.check_model(file, full_check=True)
    content: bytes = file.SerializeToString()
    return content


class _Graph:
    """Layers of ONNX, with the weights of the Keras model, in eight bits; what normalises is inside them."""

    def __init__(self, model: keras.Model) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.held: list[onnx.TensorProto] = []
        self._model, self._count, self._known = model, 0, dict[str, str]()

    def node(self, kind: str, given: Sequence[str], name: str = "", **settings: object) -> str:
        """Add a step; return its output's name."""
        self._count += 1
        made = name or f"t{self._count}"
        self.nodes.append(helper.make_node(kind, given, [made], **settings))
        return made

    def hold(self, name: str, values: object) -> str:
        """Hold a constant, once."""
        if name not in self._known:
            self._known[name] = name
            self.held.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def whole(self, *values: int) -> str:
        """Hold whole numbers."""
        return self.hold("i" + "_".join(str(value) for value in values), np.array(values, np.int64))

    def real(self, value: float) -> str:
        """Hold a number."""
        return self.hold(f"f{value:g}", np.float32(value))

    def part(self, x: str, start: int, end: int, axis: int = 1) -> str:
        """Take some of an axis."""
        return self.node("Slice", [x, self.whole(start), self.whole(end), self.whole(axis)])

    def conv(self, x: str, filters: int, side: int, stride: int, name: str) -> str:
        """See `Layers`."""
        kernel, bias = self._folded(name, axis=3)
        low = (side - stride + 1) // 2 if stride == 1 else (side - stride) // 2  # as Keras pads
        pads = [low, low, side - stride - low, side - stride - low]
        made = self._convolved(x, kernel.transpose(3, 2, 0, 1), bias, name, pads=pads, strides=[stride] * 2)
        return self.node("Relu", [made])

    def around(self, x: str, name: str) -> str:
        """See `Layers`."""
        kernel, bias = self._folded(name, axis=2)
        return self._convolved(x, kernel.transpose(2, 3, 0, 1), bias, name, pads=[1] * 4, group=kernel.shape[2])

    def head(self, x: str, name: str) -> str:
        """See `Layers`."""
        kernel, bias = self._model.get_layer(name).get_weights()
        return self._convolved(x, kernel.transpose(3, 2, 0, 1), bias, name)

    def add(self, first: str, second: str, name: str) -> str:
        """See `Layers`."""
        return self.node("Add", [first, second])

    def twice(self, x: str, name: str) -> str:
        """See `Layers`."""
        scales = self.hold("scales", np.array([1, 1, 2, 2], np.float32))
        settings = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        return self.node("Resize", [x, "", scales], **settings)

    def _folded(self, name: str, axis: int) -> tuple[np.ndarray, np.ndarray]:
        kernel = self._model.get_layer(name).get_weights()[0]
        gamma, beta, mean, variance = self._model.get_layer(f"{name}n").get_weights()
        scale = gamma / np.sqrt(variance + EPSILON)
        shape = [1] * 4
        shape[axis] = -1
        return kernel * scale.reshape(shape), beta - mean * scale

    def _convolved(self, x: str, kernel: np.ndarray, bias: np.ndarray, name: str, **settings: object) -> str:
        """Hold a kernel [out, in, high, wide] in eight bits, each output by its own scale, and convolve."""
        if f"{name}k" not in self._known:
            scale = np.maximum(np.abs(kernel).max((1, 2, 3), keepdims=True), 1e-9) / 127
            small = self.hold(f"{name}8", np.round(kernel / scale).astype(np.int8))
            wide = self.node("Cast", [small], to=TensorProto.FLOAT)
            self._known[f"{name}k"] = self.node("Mul", [wide, self.hold(f"{name}s", scale.astype(np.float32))])
        given = [x, self._known[f"{name}k"], self.hold(f"{name}b", bias.astype(np.float32))]
        return self.node("Conv", given, **settings)


def _opening(graph: _Graph) -> str:
    """Put channels first, repeat the edge up to whole cells of the coarsest level, and bring to the net's range."""
    planes = graph.node("Unsqueeze", [graph.node("Transpose", ["pixels"], perm=[2, 0, 1]), graph.whole(0)])
    floats = graph.node("Cast", [planes], to=TensorProto.FLOAT)
    sides = graph.node("Shape", [floats], start=2, end=4)
    missing = graph.node("Mod", [graph.node("Neg", [sides]), graph.whole(STRIDES[-1] * PYRAMID[-1])])
    pads = graph.node("Concat", [graph.whole(0, 0, 0, 0, 0, 0), missing], axis=0)
    filled = graph.node("Pad", [floats, pads], mode="edge")
    return graph.node("Sub", [graph.node("Div", [filled, graph.real(64)]), graph.real(2)])


def _decoded(graph: _Graph, head: str, step: int) -> str:
    """From a level's outputs to scores, corners and landmarks in pixels, [1, 15, cells]."""
    ones = graph.node("ConstantOfShape", [graph.node("Shape", [graph.part(head, 0, 1)])], value=_one())
    places = [graph.node("CumSum", [ones, graph.whole(axis)]) for axis in (3, 2)]
    counted = graph.node("Sub", [graph.node("Concat", places, axis=1), graph.real(0.5)])
    centre = graph.node("Mul", [counted, graph.real(step)])
    bounded = graph.node("Clip", [graph.part(head, 1, 5), graph.real(LOW), graph.real(HIGH)])
    reach = graph.node("Mul", [graph.node("Exp", [bounded]), graph.real(step)])
    low = graph.node("Sub", [centre, graph.part(reach, 0, 2)])
    high = graph.node("Add", [centre, graph.part(reach, 2, 4)])
    away = graph.node("Mul", [graph.part(head, 5, OUTPUTS), graph.real(step)])
    landmarks = graph.node("Add", [away, graph.node("Concat", [centre] * 5, axis=1)])
    score = graph.node("Sigmoid", [graph.part(head, 0, 1)])
    rows = graph.node("Concat", [score, low, high, landmarks], axis=1)
    return graph.node("Reshape", [rows, graph.whole(1, OUTPUTS, -1)])


def _one() -> onnx.TensorProto:
    return helper.make_tensor("one", TensorProto.FLOAT, [1], [1.0])


def _closing(graph: _Graph, rows: str) -> None:
    """Keep of rows [1, cells, 15] those that are sure enough and overlap no surer one."""
    scores = graph.node("Transpose", [graph.part(rows, 0, 1, axis=2)], perm=[0, 2, 1])
    overlap = graph.hold("overlap", np.array([OVERLAP], np.float32))
    given = [graph.part(rows, 1, 5, axis=2), scores, graph.whole(MOST), overlap, "least"]
    places = graph.node("Gather", [graph.node("NonMaxSuppression", given), graph.hold("third", np.int64(2))], axis=1)
    kept = graph.node("Gather", [graph.node("Squeeze", [rows, graph.whole(0)]), places], axis=0)
    corner = graph.part(kept, 1, 3)
    sides = graph.node("Sub", [graph.part(kept, 3, 5), corner])
    graph.node("Concat", [corner, sides], "boxes", axis=1)
    graph.node("Squeeze", [graph.part(kept, 0, 1), graph.whole(1)], "scores")
    graph.node("Reshape", [graph.part(kept, 5, OUTPUTS), graph.whole(-1, 5, 2)], "landmarks")
