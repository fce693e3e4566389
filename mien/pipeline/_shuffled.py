"""A model file with its weights shuffled: what a map of it must not look like."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.predict import Predictor, model_file

if TYPE_CHECKING:
    from mien.core.types import Predict

LEAST = 16  # numbers: smaller tables are sizes and scales, not what was learnt
LEARNT = ("class_weights", "coefficients", "nodes_values", "target_weights")  # of trees, SVM and linear nodes
SEED = 0


def shuffled(model: Path | str) -> Predict | None:
    """Shuffle every table of numbers in a model file, each within itself (Adebayo et al. 2018, section 3).

    None where `onnx` (mien[train]) is not installed, or where the file holds nothing to shuffle.
    """
    try:
        import onnx
    except ImportError:
        return None
    network, draw = onnx.load(str(model_file(model))), np.random.default_rng(SEED)
    if not _tables(network, draw) + _nodes(network, draw):
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        path.write_bytes(network.SerializeToString())
        predictor = Predictor(path, threads=0)
    return lambda rows: np.nan_to_num(predictor.probabilities(rows))  # huge numbers may have no softmax


def _tables(network: Any, draw: np.random.Generator) -> int:  # noqa: ANN401 - onnx.ModelProto
    from onnx import numpy_helper

    changed = 0
    for tensor in network.graph.initializer:
        values = numpy_helper.to_array(tensor)
        numbers = values.dtype.kind == "f" or values.dtype in (np.int8, np.uint8)
        if numbers and values.ndim >= 2 and values.size >= LEAST:
            other = draw.permutation(values.ravel()).reshape(values.shape)
            tensor.CopyFrom(numpy_helper.from_array(other, tensor.name))
            changed += 1
    return changed


def _nodes(network: Any, draw: np.random.Generator) -> int:  # noqa: ANN401
    held = [one for node in network.graph.node for one in node.attribute if one.name in LEARNT]
    for one in held:
        one.floats[:] = draw.permutation(np.array(one.floats, np.float32)).tolist()
    return len(held)
