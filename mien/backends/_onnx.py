"""Keras -> ONNX by tf2onnx: for the export (a network's answers) and for models (an earlier network's embedding).

Two stages need it, and stages never import each other; so it lies below them.
"""

from __future__ import annotations

import contextlib
import io
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.backends._recurrent import HANDLERS, recurrent_nodes
from mien.core.errors import SettingError

if TYPE_CHECKING:
    import keras

OPSET = 17  # read by ONNX Runtime since 1.12 and by its web build
IR_VERSION = 8  # what opset 17 was published with; newer ones shut older runtimes out


def require_tensorflow(todo: str) -> None:
    """Refuse JAX and PyTorch with a `SettingError` that ends in `todo`: tf2onnx reads TensorFlow's graphs alone."""
    import keras

    if keras.backend.backend() != "tensorflow":
        came = f"Keras runs on {keras.backend.backend()} here"
        raise SettingError(came, expected="TensorFlow, which alone becomes ONNX", todo=todo)


def part_of(model: Any, prefix: str, tensor: str) -> Any:  # noqa: ANN401 - onnx.ModelProto; a GraphProto
    """Return a model's graph to be put into another: with names of its own, but for the input, which is `tensor`."""
    from onnx import compose

    graph = compose.add_prefix_graph(model.graph, prefix)
    for node in graph.node:
        for number, name in enumerate(node.input):
            if name == graph.input[0].name:
                node.input[number] = tensor
    return graph


def convert(model: keras.Model, function: Callable[[Any], Any], output: str, tensor: str = "pixels") -> Any:  # noqa: ANN401 - onnx.ModelProto
    """Convert a function of a network on TensorFlow: from its input's tensor to one tensor, in TensorFlow's operations.

    The model has one input, ``[N, *shape]``; the `onnx.ModelProto` leads from `tensor` to `output`, in opset 17.
    """
    shape, dtype = tuple(model.inputs[0].shape[1:]), str(model.inputs[0].dtype)
    model(np.zeros((1, *shape), dtype), training=False)  # traced once, or tf2onnx finds no variables
    return convert_function(function, (None, *shape), dtype, output, tensor)


def convert_function(
    function: Callable[[Any], Any], shape: tuple[int | None, ...], dtype: str, output: str, tensor: str
) -> Any:  # noqa: ANN401 - onnx.ModelProto
    """Convert a function in TensorFlow's operations, of one tensor of that shape to one tensor, as `convert` does."""
    import tensorflow as tf
    import tf2onnx

    signature = [tf.TensorSpec(shape, dtype, name=tensor)]

    # Not by AutoGraph: the code that it generates would stay behind in the system's folder for temporary files.
    @tf.function(input_signature=signature, autograph=False)  # type: ignore[untyped-decorator]
    def answer(rows: Any) -> dict[str, Any]:  # noqa: ANN401
        return {output: function(rows)}

    logging.getLogger("tf2onnx").setLevel(logging.ERROR)
    with recurrent_nodes(), contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        handlers = dict(HANDLERS)  # tf2onnx writes into what it is given
        graph, _ = tf2onnx.convert.from_function(
            answer, input_signature=signature, opset=OPSET, custom_op_handlers=handlers
        )
    return _with_captured(graph, answer.get_concrete_function().graph.captures, tensor)


def _with_captured(graph: Any, captures: Any, tensor: str) -> Any:  # noqa: ANN401 - onnx.ModelProto; TensorFlow's
    """Put into the graph what the function found around it: Keras's Normalization keeps its mean so, as no weight."""
    from onnx import numpy_helper

    more = [item for item in graph.graph.input if item.name != tensor]
    values = {inside.name: value for value, inside in captures}
    for item in more:
        graph.graph.initializer.append(numpy_helper.from_array(np.asarray(values[item.name]), item.name))
        graph.graph.input.remove(item)
    return graph
