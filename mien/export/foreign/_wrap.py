"""A network that Mien did not make becomes a Mien file: a reading before it, probabilities after it, a contract."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.backends import IR_VERSION
from mien.core.errors import ModelFileError
from mien.core.files import writing
from mien.core.onnx_metadata import LINEAGE_KEY
from mien.core.types import InputContract
from mien.export._card import ModelInfo
from mien.export._onnx import TOLERANCE, golden
from mien.export.foreign._net import LOGITS, ForeignNet, scored, session
from mien.export.foreign._reading import Reading, nodes, read

if TYPE_CHECKING:
    from mien.core.types import Pixels, Probabilities

_OWN = "foreign_"  # before every name of the network's


def write_foreign(
    net: ForeignNet, reading: Reading, contract: InputContract, path: Path | str, info: ModelInfo
) -> Path:
    """Write one Mien file of a network that Mien did not make, and prove that it answers as the network does.

    Parameters
    ----------
    net : ForeignNet
        The network.
    reading : Reading
        How a picture becomes its input.
    contract : InputContract
        Of pictures, with the network's size and a name for each of its scores, in order.
    path : path
        The new file.
    info : ModelInfo
        Card, scores and lineage.

    Returns
    -------
    pathlib.Path
        The new file.

    Raises
    ------
    ModelFileError
        If the file's answers differ from the network's by more than `TOLERANCE` on any golden picture.
    StorageError
        If the file could not be written.
    """
    from onnx import helper

    model = wrapped(net, reading, contract)
    said = {"contract": contract.to_json(), "temperature": "1.0", "scores": json.dumps(dict(info.scores))}
    said |= {LINEAGE_KEY.removeprefix("mien."): info.lineage} if info.lineage else {}
    helper.set_model_props(model, {f"mien.{name}": text for name, text in {**said, "card": info.card}.items()})
    data = model.SerializeToString()
    prove(data, net, reading, contract)
    with writing(path) as beside:
        beside.write_bytes(data)
    return Path(path)


def prove(data: bytes, net: ForeignNet, reading: Reading, contract: InputContract) -> None:
    """Refuse a file that answers differently from the network itself, given what NumPy makes of the golden pictures."""
    pixels = golden(contract)
    (found,) = session(data, net.path).run(["probabilities"], {"pixels": pixels})
    difference = float(np.abs(found - answered(net, reading, pixels)).max())
    if not difference <= TOLERANCE:
        came = f"The Mien file of '{net.path}' answers differently from the model itself, by up to {difference:.2g}"
        raise ModelFileError(came, expected=f"at most {TOLERANCE}", todo="Please report this; no file was written")


def answered(net: ForeignNet, reading: Reading, pixels: Pixels) -> Probabilities:
    """Ask a network about pictures, uint8 [N, size, size, 3], read in one way: float32 [N, classes]."""
    reading = dataclasses.replace(reading, layout=net.layout)
    return scored(net.ask(read(pixels, reading, net.channels)), net.answers)


def wrapped(net: ForeignNet, reading: Reading, contract: InputContract) -> Any:  # noqa: ANN401 - onnx.ModelProto
    """Put the nodes that read a picture before a network, and those that make probabilities after it."""
    from onnx import TensorProto, compose, helper

    graph = compose.add_prefix_graph(net.graph.graph, _OWN)
    given, raw = graph.input[0].name, graph.output[0].name
    rows = "mien_rows" if net.one_by_one else given
    before, constants = nodes(dataclasses.replace(reading, layout=net.layout), net.channels, net.size, net.kind, rows)
    inside = [_each(graph, given, raw)] if net.one_by_one else list(graph.node)
    after, more = _shares(net, "mien_scores" if net.one_by_one else raw)
    made = helper.make_graph(
        [*before, *inside, *after],
        "mien",
        [helper.make_tensor_value_info(contract.tensor, TensorProto.UINT8, [None, *contract.shape])],
        [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, len(contract.labels)])],
        [*constants, *more, *graph.initializer],
        sparse_initializer=list(graph.sparse_initializer),
    )
    opsets = {entry.domain: entry.version for entry in net.graph.opset_import}
    if "ai.onnx" in opsets:
        opsets[""] = opsets.pop("ai.onnx")
    model = helper.make_model(made, opset_imports=[helper.make_opsetid(*pair) for pair in sorted(opsets.items())])
    model.ir_version = max(IR_VERSION, net.graph.ir_version)
    return model


def _each(graph: Any, given: str, raw: str) -> Any:  # noqa: ANN401 - onnx.GraphProto; a NodeProto
    """Let a network that takes one picture at a time take any number: a Scan over them."""
    from onnx import TensorProto, helper

    first = helper.make_tensor("mien_first", TensorProto.INT64, [1], [0])
    whole = helper.make_tensor("mien_row", TensorProto.INT64, [1], [-1])
    alone, one = "mien_alone", "mien_one"
    body = helper.make_graph(
        [
            helper.make_node("Constant", [], ["mien_first"], value=first),
            helper.make_node("Unsqueeze", [alone, "mien_first"], [given]),
            *graph.node,
            helper.make_node("Constant", [], ["mien_row"], value=whole),
            helper.make_node("Reshape", [raw, "mien_row"], [one]),
        ],
        "mien_each",
        [helper.make_tensor_value_info(alone, graph.input[0].type.tensor_type.elem_type, None)],
        [helper.make_tensor_value_info(one, graph.output[0].type.tensor_type.elem_type, None)],
    )
    return helper.make_node("Scan", ["mien_rows"], ["mien_scores"], body=body, num_scan_inputs=1)


def _shares(net: ForeignNet, raw: str) -> tuple[list[Any], list[Any]]:
    """Return the nodes from a network's scores to probabilities that sum to one, and their constants."""
    from onnx import helper, numpy_helper

    made = [
        helper.make_node("Cast", [raw], ["mien_float"], to=1),
        helper.make_node("Flatten", ["mien_float"], ["mien_flat"]),
    ]
    now = "mien_flat"
    if net.outputs == 1:
        step = ("Sigmoid", [now]) if net.answers == LOGITS else ("Clip", [now, "mien_zero", "mien_whole"])
        made += [
            helper.make_node(*step, ["mien_sure"]),
            helper.make_node("Sub", ["mien_whole", "mien_sure"], ["mien_else"]),
            helper.make_node("Concat", ["mien_else", "mien_sure"], ["mien_both"], axis=1),
        ]
        now = "mien_both"
    elif net.answers == LOGITS:
        made.append(helper.make_node("Softmax", [now], ["mien_powers"], axis=-1))
        now = "mien_powers"
    made += [
        helper.make_node("Max", [now, "mien_tiny"], ["mien_floored"]),
        helper.make_node("ReduceSum", ["mien_floored", "mien_last"], ["mien_sum"], keepdims=1),
        helper.make_node("Div", ["mien_floored", "mien_sum"], ["probabilities"]),
    ]
    values = {"zero": np.float32(0), "whole": np.float32(1), "tiny": np.float32(1e-12), "last": np.array([1])}
    return made, [numpy_helper.from_array(np.asarray(value), f"mien_{name}") for name, value in values.items()]
