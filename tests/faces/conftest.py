from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from mien.faces import _fetch

CELL = 32  # pixels: the toy net looks at squares of this side
# Where the toy net sees the five landmarks, as shares of its cell.
PLACES = ((0.25, 0.25), (0.75, 0.25), (0.5, 0.5), (0.3, 0.75), (0.7, 0.75))


def toy_net(largest: float = 2) -> bytes:
    """A net with YuNet's inputs and outputs. It sees a face in a cell that is green on average.

    The face fills the cell where there is no red, and is `largest` times as large where red is full; blue does not
    matter.
    OpenCV decodes: centre = (cell + bbox[0:2]) x stride, size = exp(bbox[2:4]) x stride, points = (cell + kps) x
    stride, score = sqrt(cls x obj).
    """
    nodes, weights, outputs = [], [], {}

    def head(name: str, stride: int, rows: list[tuple[float, float, float, float]], last: str = "") -> None:
        """Add an output: of each channel, its share of blue, green and red, and a constant."""
        table = np.array(rows, np.float32)
        weights.append(numpy_helper.from_array(table[:, :3, None, None].copy(), f"{name}_w"))
        weights.append(numpy_helper.from_array(table[:, 3].copy(), f"{name}_b"))
        weights.append(numpy_helper.from_array(np.array([1, -1, len(rows)], np.int64), f"{name}_s"))
        nodes.append(helper.make_node("Conv", [f"mean_{stride}", f"{name}_w", f"{name}_b"], [f"{name}_c"]))
        if last:
            nodes.append(helper.make_node(last, [f"{name}_c"], [f"{name}_a"]))
        nodes.append(
            helper.make_node("Transpose", [f"{name}_{'a' if last else 'c'}"], [f"{name}_t"], perm=[0, 2, 3, 1])
        )
        nodes.append(helper.make_node("Reshape", [f"{name}_t", f"{name}_s"], [name]))
        outputs[name] = helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, None, len(rows)])

    for stride in (8, 16, CELL):
        settings = {"kernel_shape": [stride] * 2, "strides": [stride] * 2}
        nodes.append(helper.make_node("AveragePool", ["input"], [f"mean_{stride}"], **settings))
        sees = (0, 1, 0, -200) if stride == CELL else (0, 0, 0, -50)
        side = (0, 0, np.log(largest) / 255, 0)
        head(f"cls_{stride}", stride, [sees], "Sigmoid")
        head(f"obj_{stride}", stride, [(0, 0, 0, 50)], "Sigmoid")
        head(f"bbox_{stride}", stride, [(0, 0, 0, 0.5), (0, 0, 0, 0.5), side, side])
        head(f"kps_{stride}", stride, [(0, 0, 0, share) for place in PLACES for share in place])
    order = [outputs[f"{name}_{stride}"] for name in ("cls", "obj", "bbox", "kps") for stride in (8, 16, CELL)]
    given = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, 640, 640])
    graph = helper.make_graph(nodes, "toy", [given], order, weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=6).SerializeToString()


@pytest.fixture(scope="session")
def toy_file() -> bytes:
    return toy_net()


@pytest.fixture(scope="session")
def boundless_file() -> bytes:
    """The same; where red is full, a face is larger than float32 can say."""
    return toy_net(1e60)


@pytest.fixture
def expect(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Take these bytes for YuNet's file, in the test at hand."""

    def change(data: bytes) -> None:
        monkeypatch.setattr(_fetch, "SHA256", hashlib.sha256(data).hexdigest())
        monkeypatch.setattr(_fetch, "BYTES", len(data))
        monkeypatch.setattr(_fetch, "NAME", "toy.onnx")

    return change
