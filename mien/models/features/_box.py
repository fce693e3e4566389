"""The network in the box as a part of other graphs: what it sees of a square, and what it would answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.calibration import Calibration
from mien.core.errors import StorageError
from mien.core.types import InputContract
from mien.models.features._grey import overlaps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mien.models.features._onnx_graph import Features, Graph

FILE = Path(__file__).parents[2] / "weights" / "face.onnx"
LEAST = 1e-12  # below it a probability has no logarithm worth keeping


@dataclass(frozen=True)
class Box:
    """The network, cut before its last layer."""

    labels: tuple[str, ...]  # the classes that it knows
    size: int  # side of its square, pixels
    calibration: Calibration  # of its answers
    body: Any  # from float32 ``[N, size, size, 3]``, 0..255, to the embedding, float32 ``[N, width]``
    kernel: Features  # float32 [width, labels], of the last layer
    bias: Features  # float32 [labels], of the last layer

    @property
    def width(self) -> int:
        """How many numbers the embedding has."""
        return len(self.kernel)

    def embed(self, graph: Graph, squares: Sequence[str]) -> list[str]:
        """Add the network once, for several squares of every picture, float32 ``[N, size, size, 3]``, 0..255.

        Returns the name of each one's embedding, float32 ``[N, width]``.
        """
        together = squares[0] if len(squares) == 1 else graph("Concat", *squares, axis=0)
        shape = graph.constant([len(squares), -1, self.width], np.int64)
        seen = graph("Reshape", graph.embed(self.body, together), shape)
        flat = graph.constant([-1, self.width], np.int64)
        return [graph("Reshape", graph.cut(seen, 0, place, place + 1), flat) for place in range(len(squares))]

    def answer(self, graph: Graph, embeddings: Sequence[str]) -> str:
        """Add what it answers to the mean over several embeddings of every picture.

        Returns the name of float32 ``[N, labels]``: logarithms of its probabilities, before they are normalised.
        """
        kernel, bias = graph.constant(self.kernel), graph.constant(self.bias)
        said = [graph("Softmax", graph("Gemm", one, kernel, bias), axis=-1) for one in embeddings]
        logs = graph("Log", graph("Max", graph("Mean", *said), graph.constant(LEAST)))
        scaled = graph("Mul", logs, graph.constant(self.calibration.scale))
        return graph("Add", scaled, graph.constant(self.calibration.bias)) if self.calibration.bias else scaled

    def fit(self, graph: Graph, square: str, side: int) -> str:
        """Add the change of a square, float32 ``[N, side, side, 3]``, to the network's size, by areas."""
        if side == self.size:
            return square
        matrix = overlaps(side, self.size)
        planes = graph("Transpose", square, perm=[0, 3, 1, 2])
        small = graph("MatMul", graph("MatMul", graph.constant(matrix), planes), graph.constant(matrix.T))
        return graph("Transpose", small, perm=[0, 2, 3, 1])


def box() -> Box:
    """Open the network, cut; `StorageError` if its file is missing or damaged."""
    import onnx
    from onnx import numpy_helper

    try:
        model = onnx.load(str(FILE))
        said = {item.key: item.value for item in model.metadata_props}
        contract, calibration = InputContract.from_json(said["mien.contract"]), Calibration.of_metadata(said)
        constants = {part.name: part for part in model.graph.initializer}
        multiplied = next(node for node in reversed(model.graph.node) if node.op_type == "MatMul")
        added = next(node for node in model.graph.node if multiplied.output[0] in node.input)
        kernel, bias = (numpy_helper.to_array(constants[node.input[1]]) for node in (multiplied, added))
        body = _body(model, multiplied.input[0], contract.size)
    except Exception as error:  # protobuf's and onnx's own kinds
        raise StorageError(f"'{FILE}' is missing or damaged", todo="Install Mien anew") from error
    return Box(contract.labels, contract.size, calibration, body, kernel, bias)


def _body(model: Any, embedding: str, size: int) -> Any:  # noqa: ANN401 - onnx.ModelProto
    """Keep what leads from the pixels, once they are numbers, to the embedding."""
    from onnx import TensorProto, helper, utils

    start = next(node.output[0] for node in model.graph.node if node.op_type == "Cast")
    ends = [(start, [None, size, size, 3]), (embedding, [None, None])]
    model.graph.value_info.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in ends)
    return utils.Extractor(model).extract_model([start], [embedding])
