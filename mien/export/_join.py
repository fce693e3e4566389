"""Several ONNX models with one input become one, whose answer is their calibrated mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from onnx import TensorProto, helper

from mien.backends import IR_VERSION, OPSET, part_of
from mien.core.calibration import Calibration
from mien.core.types import InputContract
from mien.export._keras import LEAST


def join(members: Sequence[Any], contract: InputContract, calibration: Calibration, *, mirror: bool = False) -> Any:  # noqa: ANN401 - ModelProto
    """Put members side by side, take the mean of their answers, and calibrate it.

    With `mirror` each member is given a picture and its mirror image, in one batch of twice the length.
    """
    seen = "both" if mirror else contract.tensor
    parts = [part_of(member, f"m{number}_", seen) for number, member in enumerate(members)]
    logs = [part.output[0].name for part in parts]
    before, between = _mirrored(logs) if mirror else ([], [])
    logs = [name for node in between for name in node.output] or logs
    kind = {"uint8": TensorProto.UINT8, "float32": TensorProto.FLOAT}[contract.dtype]
    inputs = [helper.make_tensor_value_info(contract.tensor, kind, [None, *contract.shape])]
    outputs = [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, len(contract.labels)])]
    nodes = [
        *before,
        *(node for part in parts for node in part.node),
        *between,
        *_answer(logs),
        *calibrating(calibration),
    ]
    constants = [tensor for part in parts for tensor in part.initializer] + _floor(len(logs)) + numbers(calibration)
    graph = helper.make_graph(nodes, "mien", inputs, outputs, constants + (_backwards() if mirror else []))
    domains = {entry.domain: entry.version for member in members for entry in member.opset_import} | {"": OPSET}
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid(*pair) for pair in sorted(domains.items())])
    model.ir_version = IR_VERSION
    return model


def _mirrored(logs: list[str]) -> tuple[list[Any], list[Any]]:
    """Return the nodes that put mirror images behind the pictures, and those that part the answers again."""
    before = [
        helper.make_node("Slice", ["pixels", "mirror_from", "mirror_to", "mirror_axis", "mirror_step"], ["mirrored"]),
        helper.make_node("Concat", ["pixels", "mirrored"], ["both"], axis=0),
    ]
    return before, [helper.make_node("Split", [log], [f"{log}_seen", f"{log}_mirrored"], axis=0) for log in logs]


def _backwards() -> list[Any]:
    values = {"mirror_from": -1, "mirror_to": -(2**63) + 1, "mirror_axis": 2, "mirror_step": -1}
    return [helper.make_tensor(name, TensorProto.INT64, [1], [value]) for name, value in values.items()]


def _floor(members: int) -> list[Any]:
    name, value = ("log_least", math.log(LEAST)) if members == 1 else ("least", LEAST)
    return [helper.make_tensor(name, TensorProto.FLOAT, [], [value])]


def numbers(calibration: Calibration) -> list[Any]:
    """Return the constants of a calibration, ``scale`` and ``bias``, where it has them."""
    pairs = [(name, values) for name, values in calibration.to_dict().items() if values]
    return [helper.make_tensor(name, TensorProto.FLOAT, [len(values)], values) for name, values in pairs]


def calibrating(calibration: Calibration) -> list[Any]:
    """Return the nodes from ``log``, before the calibration, to ``probabilities``."""
    nodes = [helper.make_node("Mul", ["log", "scale"], ["scaled"])]
    if calibration.bias:
        nodes.append(helper.make_node("Add", ["scaled", "bias"], ["shifted"]))
    return [*nodes, helper.make_node("Softmax", nodes[-1].output, ["probabilities"], axis=-1)]


def _answer(logs: list[str]) -> list[Any]:
    """Return the nodes from the members' logarithms to that of their mean, ``log``."""
    if len(logs) == 1:
        return [
            helper.make_node("LogSoftmax", logs, ["whole"], axis=-1),
            helper.make_node("Max", ["whole", "log_least"], ["log"]),
        ]
    alone = [f"answer_{number}" for number in range(len(logs))]
    nodes = [helper.make_node("Softmax", [log], [name], axis=-1) for log, name in zip(logs, alone, strict=True)]
    return [
        *nodes,
        helper.make_node("Mean", alone, ["mean"]),
        helper.make_node("Max", ["mean", "least"], ["floored"]),
        helper.make_node("Log", ["floored"], ["log"]),
    ]
