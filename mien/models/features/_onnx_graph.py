"""An ONNX graph written like arithmetic: one call a node, NumPy arrays for what is constant.

`svm` and `forest` are such graphs from pixels to answer. What they were fitted on and what serves are the same nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mien.backends import IR_VERSION, OPSET

if TYPE_CHECKING:
    from mien.core.types import InputContract

Features = npt.NDArray[np.float32]  # [N, F]

PIXELS = "pixels"
END = np.iinfo(np.int32).max  # as a slice's end: as far as there is


class Graph:
    """Grows node by node; a tensor is known by its name.

    Parameters
    ----------
    contract : InputContract
        What it eats: uint8 ``pixels`` ``[N, *contract.shape]``.
    """

    def __init__(self, contract: InputContract) -> None:
        self._shape = contract.shape
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def __call__(self, operator: str, *inputs: str, **attributes: Any) -> str:  # noqa: ANN401 - numbers and words
        """Add a node with one output.

        Parameters
        ----------
        operator : str
            An operator of ONNX's opset 17.
        *inputs : str
            Names of tensors.
        **attributes
            Plain Python numbers, words and lists of them: NumPy's are refused by onnx 1.23.

        Returns
        -------
        str
            The output's name.
        """
        from onnx import helper

        name = f"{operator.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def constant(self, value: Any, kind: type = np.float32) -> str:  # noqa: ANN401 - whatever NumPy makes an array of
        """Add a constant.

        Parameters
        ----------
        value : array_like
            Numbers.
        kind : type
            What they are stored as.

        Returns
        -------
        str
            Its name.
        """
        from onnx import numpy_helper

        name = f"constant_{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.asarray(value, dtype=kind), name))
        return name

    def half(self, value: Any) -> str:  # noqa: ANN401
        """Add a constant that is stored in half the bytes and counts as float32.

        Parameters
        ----------
        value : array_like
            Numbers that float16 holds well enough: eleven binary digits, up to 65,504.

        Returns
        -------
        str
            Its name.
        """
        return self("Cast", self.constant(value, np.float16), to=1)

    def cut(self, tensor: str, axis: int, start: int, end: int = END) -> str:
        """Take a part of an axis, as ``tensor[..., start:end, ...]`` does.

        Parameters
        ----------
        tensor : str
            Its name.
        axis, start, end : int
            Negative numbers count from the end.

        Returns
        -------
        str
            The part's name.
        """
        return self("Slice", tensor, *(self.constant([number], np.int64) for number in (start, end, axis)))

    def embed(self, model: Any, tensor: str = PIXELS) -> str:  # noqa: ANN401 - onnx.ModelProto
        """Add a whole model.

        Parameters
        ----------
        model : onnx.ModelProto
            One input, one output, opset 17.
        tensor : str
            What it eats; the pixels by default.

        Returns
        -------
        str
            Its output's name.
        """
        from onnx import compose

        part = compose.add_prefix_graph(model.graph, "base_")
        for node in part.node:
            for number, name in enumerate(node.input):
                if name == part.input[0].name:
                    node.input[number] = tensor
        self._nodes += part.node
        self._constants += part.initializer
        return str(part.output[0].name)

    def to_bytes(self, tensor: str, output: str, width: int) -> bytes:
        """Finish.

        Parameters
        ----------
        tensor : str
            Whose value comes out, float32 ``[N, width]``.
        output : str
            What it is called outside.
        width : int
            Numbers a picture.

        Returns
        -------
        bytes
            A checked ONNX model.
        """
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
