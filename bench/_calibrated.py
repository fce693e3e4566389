"""Give a model file of the box another calibration, and what its prediction sets are made of; the network stays."""

from __future__ import annotations

import json

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

from mien.core.calibration import KEY, Calibration
from mien.core.types import InputContract
from mien.core.validation_answers import SETS_KEY, VALIDATION_KEY, ValidationAnswers
from mien.export._join import calibrating, numbers

CARD = "mien.card"  # stands last: a file that was cut off lacks it


def uncalibrated(model: onnx.ModelProto, rows: np.ndarray, chunk: int = 64) -> np.ndarray:
    """Return a file's probabilities before their calibration, float64 [N, classes]."""
    bare = onnx.ModelProto()
    bare.CopyFrom(model)
    bare.graph.output.append(helper.make_tensor_value_info("log", TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(bare.SerializeToString(), providers=["CPUExecutionProvider"])
    tensor = InputContract.from_json(metadata(model)["mien.contract"]).tensor
    parts = [session.run(["log"], {tensor: rows[at : at + chunk]})[0] for at in range(0, len(rows), chunk)]
    found = np.exp(np.concatenate(parts).astype(np.float64))
    return found / found.sum(1, keepdims=True)


def metadata(model: onnx.ModelProto) -> dict[str, str]:
    """Return what the file says of itself."""
    return {item.key: item.value for item in model.metadata_props}


def put(model: onnx.ModelProto, calibration: Calibration, known: ValidationAnswers) -> None:
    """Replace what the file has after ``log``, and write the entries that go with it."""
    graph = model.graph
    for name in ("temperature", "scale", "bias"):
        for item in [one for one in graph.initializer if one.name == name]:
            graph.initializer.remove(item)
    for name in ("tempered", "scaled", "shifted", "probabilities"):
        for node in [one for one in graph.node if name in one.output]:
            graph.node.remove(node)
    graph.initializer.extend(numbers(calibration))
    graph.node.extend(calibrating(calibration))
    onnx.checker.check_model(model)
    props = metadata(model)
    card = props.pop(CARD)
    props |= {"mien.temperature": repr(calibration.temperature), KEY: json.dumps(calibration.to_dict())}
    props |= {SETS_KEY: known.sets_json(), VALIDATION_KEY: known.to_text(), CARD: card}
    helper.set_model_props(model, props)
