"""Several ONNX models with one input become one, whose answer is their calibrated mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from mien._conversion import IR_VERSION, OPSET
from mien.core.types import InputContract
from mien.export._keras import LEAST


def join(members: Sequence[Any], contract: InputContract, temperature: float) -> Any:  # noqa: ANN401 - ModelProto
    """Put members side by side, take the mean of their answers, and calibrate it.

    Parameters
    ----------
    members : sequence of onnx.ModelProto
        From ``pixels`` to ``logs``: whose softmax is a member's answer.
    contract : InputContract
        What they eat.
    temperature : float
        The file answers ``p ** (1 / temperature)``, normalised (Guo et al. 2017).

    Returns
    -------
    onnx.ModelProto
        uint8 ``pixels`` in, float32 ``probabilities`` out.
    """
    from onnx import TensorProto, compose, helper

    parts = [_named(compose, member, f"m{number}_") for number, member in enumerate(members)]
    logs = [part.output[0].name for part in parts]
    inputs = [helper.make_tensor_value_info("pixels", TensorProto.UINT8, [None, *contract.shape])]
    outputs = [helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [None, len(contract.labels)])]
    graph = helper.make_graph(
        [*(node for part in parts for node in part.node), *_answer(helper, logs)],
        "mien",
        inputs,
        outputs,
        [*(tensor for part in parts for tensor in part.initializer), *_constants(helper, temperature, len(logs))],
    )
    domains = {entry.domain: entry.version for member in members for entry in member.opset_import} | {"": OPSET}
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid(*pair) for pair in sorted(domains.items())])
    model.ir_version = IR_VERSION
    return model


def _named(compose: Any, member: Any, prefix: str) -> Any:  # noqa: ANN401 - the module; a GraphProto
    """Return a member's graph with names of its own, but for the input."""
    graph = compose.add_prefix_graph(member.graph, prefix)
    for node in graph.node:
        for number, name in enumerate(node.input):
            if name == graph.input[0].name:
                node.input[number] = "pixels"
    return graph


def _constants(helper: Any, temperature: float, members: int) -> list[Any]:  # noqa: ANN401
    from onnx import TensorProto

    floor = {"log_least": math.log(LEAST)} if members == 1 else {"least": LEAST}
    values = {**floor, "temperature": temperature}
    return [helper.make_tensor(name, TensorProto.FLOAT, [], [value]) for name, value in values.items()]


def _answer(helper: Any, logs: list[str]) -> list[Any]:  # noqa: ANN401
    """Return the nodes from the members' logarithms to calibrated probabilities."""
    if len(logs) == 1:
        nodes = [
            helper.make_node("LogSoftmax", logs, ["whole"], axis=-1),
            helper.make_node("Max", ["whole", "log_least"], ["log"]),
        ]
    else:
        alone = [f"answer_{number}" for number in range(len(logs))]
        nodes = [helper.make_node("Softmax", [log], [name], axis=-1) for log, name in zip(logs, alone, strict=True)]
        nodes += [
            helper.make_node("Mean", alone, ["mean"]),
            helper.make_node("Max", ["mean", "least"], ["floored"]),
            helper.make_node("Log", ["floored"], ["log"]),
        ]
    return [
        *nodes,
        helper.make_node("Div", ["log", "temperature"], ["tempered"]),
        helper.make_node("Softmax", ["tempered"], ["probabilities"], axis=-1),
    ]
