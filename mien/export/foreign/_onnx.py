"""An ONNX file of anybody's, looked through: one file, known operations, one picture in, one row of scores out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mien.core.errors import ModelFileError
from mien.export.foreign._form import MAX_BYTES, damaged
from mien.export.foreign._layers import Facts

OLDEST = 13  # of the operations that stand around it: since then Softmax is along one axis, and axes are inputs
RAISED = 17  # what an older one is converted to
_DOMAINS = ("", "ai.onnx", "ai.onnx.ml", "com.microsoft")


def from_onnx_file(path: Path) -> tuple[Any, Facts]:
    """Read an ONNX file: its graph in one piece, in operations of version 13 or later, and who made it.

    Data in other files, operations of nobody's set, and a damaged file are a `ModelFileError`.
    """
    import onnx
    from google.protobuf.message import DecodeError

    if path.stat().st_size > MAX_BYTES:
        raise ModelFileError(f"'{path}' has {path.stat().st_size:,} bytes", expected="at most 1 GiB")
    try:
        model = onnx.load_from_string(path.read_bytes())
    except (DecodeError, ValueError, OSError) as error:
        raise damaged(path) from error
    for tensor in _tensors(model):
        if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
            came = f"'{path}' keeps its weights in another file"
            raise ModelFileError(came, expected="one file with everything", todo="Save it anew without external data")
    _check_domains(path, model)
    return _plain(path, model), Facts(maker=f"{model.producer_name} {model.producer_version}".strip()[:80])


def _check_domains(path: Path, model: Any) -> None:  # noqa: ANN401 - onnx.ModelProto
    own = {(function.domain, function.name) for function in model.functions}
    for node in _nodes(model):
        if node.domain not in _DOMAINS and (node.domain, node.op_type) not in own:
            came = f"'{path}' has the operation '{node.op_type}' of '{node.domain}', which ONNX Runtime does not know"
            raise ModelFileError(came, expected="operations of ONNX itself", todo="Export it without custom operations")


def _plain(path: Path, model: Any) -> Any:  # noqa: ANN401 - onnx.ModelProto
    """Put local functions into the graph, raise an old one, and take weights off the list of inputs."""
    from onnx import inliner, version_converter

    try:
        if len(model.functions):
            model = inliner.inline_local_functions(model)
        version = max((entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx")), default=0)
        if version < OLDEST:
            model = version_converter.convert_version(model, RAISED)
    except Exception as error:  # the converter raises plain RuntimeError, and worse
        came = f"The graph in '{path}' is of version {version} of ONNX's operations, and cannot be raised to {RAISED}"
        raise ModelFileError(came, todo="Export it anew with opset 13 or later") from error
    known = {tensor.name for tensor in model.graph.initializer}
    inputs = [item for item in model.graph.input if item.name not in known]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    return model


def _nodes(model: Any) -> Iterator[Any]:  # noqa: ANN401 - onnx.ModelProto
    waiting = [*model.graph.node, *(node for function in model.functions for node in function.node)]
    while waiting:
        node = waiting.pop()
        yield node
        for item in node.attribute:
            graphs = [item.g] if item.HasField("g") else list(item.graphs)
            waiting.extend(inner for graph in graphs for inner in graph.node)


def _tensors(model: Any) -> Iterator[Any]:  # noqa: ANN401 - onnx.ModelProto
    yield from model.graph.initializer
    yield from (tensor.values for tensor in model.graph.sparse_initializer)
    for node in _nodes(model):
        for item in node.attribute:
            yield from [item.t] if item.HasField("t") else item.tensors
            for graph in [item.g] if item.HasField("g") else item.graphs:
                yield from graph.initializer
