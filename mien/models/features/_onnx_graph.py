"""An ONNX graph written like arithmetic: one call a node, NumPy arrays for what is constant.

`svm` and `forest` are such graphs from pixels, or samples, to answer. What they were fitted on and what serves are the
same nodes.
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
    """Grows node by node from `rows`, ``[N, *contract.shape]``: uint8 ``pixels``, or float32; names are tensors."""

    def __init__(self, contract: InputContract) -> None:
        self.rows = contract.tensor
        self._shape, self._dtype = contract.shape, contract.dtype
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._known: dict[tuple[Any, ...], str] = {}

    def __call__(self, operator: str, *inputs: str, **attributes: Any) -> str:  # noqa: ANN401 - numbers and words
        """Add a node of opset 17, and name its first output.

        Attributes are plain Python values, as onnx 1.23 refuses NumPy's.
        """
        from onnx import helper

        known = (operator, inputs, repr(sorted(attributes.items())))
        if known not in self._known:  # what is computed twice is computed once
            name = self._known[known] = f"{operator.lower()}_{len(self._nodes)}"
            others = [f"{name}_places"] if operator == "TopK" else []
            self._nodes.append(helper.make_node(operator, list(inputs), [name, *others], **attributes))
        return self._known[known]

    def constant(self, value: Any, kind: type = np.float32) -> str:  # noqa: ANN401 - whatever NumPy makes an array of
        """Add a constant, stored as `kind`."""
        from onnx import numpy_helper

        array: npt.NDArray[Any] = np.asarray(value, dtype=kind)
        known = ("constant", array.shape, array.dtype.str, array.tobytes())
        if known not in self._known:
            name = self._known[known] = f"constant_{len(self._constants)}"
            self._constants.append(numpy_helper.from_array(array, name))
        return self._known[known]

    def half(self, value: Any) -> str:  # noqa: ANN401
        """Add a constant that is stored as float16 (eleven binary digits, up to 65,504) and counts as float32."""
        return self("Cast", self.constant(value, np.float16), to=1)

    def cut(self, tensor: str, axis: int, start: int, end: int = END) -> str:
        """Take a part of an axis, as ``tensor[..., start:end, ...]`` does."""
        return self("Slice", tensor, *(self.constant([number], np.int64) for number in (start, end, axis)))

    def embed(self, model: Any, tensor: str = "") -> str:  # noqa: ANN401 - onnx.ModelProto
        """Add a whole model of one input, `rows` where nothing else is named, and one output."""
        part = part_of(model, "base_", tensor or self.rows)
        self._nodes += part.node
        self._constants += part.initializer
        return str(part.output[0].name)

    def to_bytes(self, tensor: str, output: str, width: int) -> bytes:
        """Finish with float32 ``[N, width]`` under the name `output`, and return a checked ONNX model."""
        from onnx import TensorProto, checker, helper

        kind = helper.np_dtype_to_tensor_dtype(np.dtype(self._dtype))
        graph = helper.make_graph(
            [*self._nodes, helper.make_node("Identity", [tensor], [output])],
            "mien",
            [helper.make_tensor_value_info(self.rows, kind, [None, *self._shape])],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, [None, width])],
            self._constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = IR_VERSION
        checker.check_model(model)
        return bytes(model.SerializeToString())
