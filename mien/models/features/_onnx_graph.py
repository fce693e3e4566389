"""An ONNX graph written like arithmetic: one call a node, NumPy arrays for what is constant.

`svm` and `forest` are such graphs from pixels to answer. What they were fitted on and what serves are the same nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mien.backends import IR_VERSION, OPSET, part_of

if TYPE_CHECKING:
    from mien.core.types import InputContract

Features = npt.NDArray[np.float32]  # [N, F]

PIXELS = "pixels"
END = np.iinfo(np.int32).max  # as a slice's end: as far as there is


class Graph:
    """Grows node by node from uint8 ``pixels`` ``[N, *contract.shape]``; a tensor is known by its name."""

    def __init__(self, contract: InputContract) -> None:
        self._shape = contract.shape
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def __call__(self, operator: str, *inputs: str, **attributes: Any) -> str:  # noqa: ANN401 - numbers and words
        """Add a node of opset 17 with one output; attributes are plain Python values, as onnx 1.23 refuses NumPy's."""
        from onnx import helper

        name = f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def constant(self, value: Any, kind: type = np.float32) -> str:  # noqa: ANN401 - whatever NumPy makes an array of
        """Add a constant, stored as `kind`."""
        from onnx import numpy_helper

        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.asarray(value, dtype=kind), name))
        return name

    def half(self, value: Any) -> str:  # noqa: ANN401
        """Add a constant that is stored as float16 (eleven binary digits, up to 65,504) and counts as float32."""
        return self("Cast", self.constant(value, np.float16), to=1)

    def cut(self, tensor: str, axis: int, start: int, end: int = END) -> str:
        """Take a part of an axis, as ``tensor[..., start:end, ...]`` does."""
        return self("Slice", tensor, *(self.constant([number], np.int64) for number in (start, end, axis)))

    def embed(self, model: Any, tensor: str = PIXELS) -> str:  # noqa: ANN401 - onnx.ModelProto
        """Add a whole model of one input and one output."""
        part = part_of(model, "base_", tensor)
        self._nodes += part.node
        self._constants += part.initializer
        return str(part.output[0].name)

    def to_bytes(self, tensor: str, output: str, width: int) -> bytes:
        """Finish with float32 ``[N, width]`` under the name `output`, and return a checked ONNX model."""
        from onnx import TensorProto, checker, helper

        graph = helper.make_graph(
            [*self._nodes, helper.make_node("Identity", [tensor], [output])],
            "mien",
            [helper.make_tensor_value_info(PIXELS, TensorProto.UINT8, [None, *self._shape])],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, [None, width])],
            self._constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR_VERSION
        checker.check_model(model)
        return bytes(model.SerializeToString())
