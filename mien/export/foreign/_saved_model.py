"""A TensorFlow SavedModel folder becomes an ONNX graph; one that could touch files, tables or code is not loaded."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mien.backends import convert_function, hushed, import_keras, require_tensorflow
from mien.core.errors import ModelFileError
from mien.export.foreign._form import MAX_BYTES, SAVED, damaged, open_size, word
from mien.export.foreign._keras import INPUT, OUTPUT, Read
from mien.export.foreign._layers import Facts

# Operations that reach beyond numbers, wherever in the file: loading one runs parts of it.
_BEYOND = re.compile(
    "PyFunc|ReadFile|WriteFile|MatchingFiles|Reader|Dataset|Iterator|Summary|^Print|Debug|Rpc|Send|Recv|Table|Xla|"
    "Decode|Encode|Queue|Barrier|Stage|LoadAndRemap|Library|Custom|TPU|Collective"
)
_SIGNATURE = "serving_default"
_TODO = "Load it where it was made, and save it as .keras or .onnx"


def from_saved_model(path: Path, size: int | None) -> Read:
    """Read a SavedModel folder of one picture in and one row of scores out: its ONNX graph, who made it, and itself.

    What is damaged, is not of this shape, or holds an operation that is no arithmetic is a `ModelFileError`.
    """
    import_keras()
    require_tensorflow("Set KERAS_BACKEND=tensorflow")
    maker = _looked_through(path)
    import tensorflow as tf

    try:
        with hushed():
            loaded = tf.saved_model.load(str(path))
    except Exception as error:  # TensorFlow raises many unrelated classes
        raise ModelFileError(f"TensorFlow cannot load '{path}': {word(error)}", todo=_TODO) from error
    function, name, spec = _signature(path, loaded.signatures)
    shape = _shape(path, spec.shape.as_list(), size)
    answer = next(iter(function.structured_outputs))

    def ask(rows: Any) -> Any:  # noqa: ANN401 - tensors
        return function(**{name: tf.convert_to_tensor(rows)})[answer]

    try:
        with hushed():
            made = convert_function(ask, shape, spec.dtype.name, OUTPUT, INPUT)
    except Exception as error:
        raise ModelFileError(f"The network in '{path}' cannot become ONNX: {word(error)}", todo=_TODO) from error
    return made, Facts(maker=maker), ask


def _looked_through(path: Path) -> str:
    """Refuse assets, resources and operations that reach beyond numbers; say which TensorFlow wrote it."""
    from google.protobuf.message import DecodeError
    from tensorflow.core.protobuf import saved_model_pb2

    if sum(item.stat().st_size for item in path.rglob("*") if item.is_file()) > MAX_BYTES:
        raise ModelFileError(f"'{path}' has more than {MAX_BYTES >> 30} GiB", expected="a smaller model")
    held = saved_model_pb2.SavedModel()
    try:
        held.ParseFromString((path / SAVED).read_bytes())
        graph = held.meta_graphs[0]
    except (DecodeError, OSError, IndexError) as error:
        raise damaged(path) from error
    functions = graph.graph_def.library.function
    names = {node.op for node in graph.graph_def.node} | {node.op for one in functions for node in one.node_def}
    beyond = sorted(name for name in names if _BEYOND.search(name))
    kinds = {node.WhichOneof("kind") for node in graph.object_graph_def.nodes}
    beyond += sorted(kinds & {"asset", "resource"})
    if beyond or graph.asset_file_def:
        what = beyond[0] if beyond else "files of its own"
        came = f"The SavedModel '{path}' holds more than arithmetic: {what}"
        raise ModelFileError(came, expected="a network alone", todo=_TODO)
    return f"TensorFlow {graph.meta_info_def.tensorflow_version}"


def _signature(path: Path, signatures: Any) -> tuple[Any, str, Any]:  # noqa: ANN401 - TensorFlow's
    """Choose what answers: the function, the name of its one input, and that input's shape and type."""
    names = list(signatures)
    if _SIGNATURE not in names and len(names) != 1:
        came = f"The SavedModel '{path}' has the signatures {', '.join(names) or 'none'}"
        raise ModelFileError(came, expected=f"'{_SIGNATURE}', or only one", todo=_TODO)
    function = signatures[_SIGNATURE if _SIGNATURE in names else names[0]]
    inputs, outputs = function.structured_input_signature[1], function.structured_outputs
    if len(inputs) != 1 or len(outputs) != 1:
        came = f"The SavedModel '{path}' has {len(inputs)} inputs and {len(outputs)} outputs"
        raise ModelFileError(came, expected="one picture in, one row of scores out")
    name, spec = next(iter(inputs.items()))
    return function, name, spec


def _shape(path: Path, shape: list[int | None] | None, size: int | None) -> tuple[int | None, ...]:
    if not shape or len(shape) != 4 or None not in shape[1:]:
        return tuple(shape or ())
    if size is None:
        raise open_size(path)
    return (shape[0], size, size, shape[3]) if shape[3] is not None else (shape[0], shape[1], size, size)
