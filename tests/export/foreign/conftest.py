"""Graphs of another maker, small and by hand: no Keras is needed for most of them."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest


def graph_of(  # one matrix over the whole picture
    shape: tuple[Any, ...] = ("N", 3, 24, 24), classes: int = 3, *, end: str = "", opset: int = 17, **model: Any
) -> Any:
    """A linear layer over every number of a picture, with weights so small that nothing saturates; onnx.ModelProto."""
    from onnx import TensorProto, helper, numpy_helper

    numbers = int(np.prod([side for side in shape[1:] if isinstance(side, int)]))
    weights = np.random.default_rng(3).normal(0, 0.02, (numbers, classes)).astype(np.float32)
    nodes = [
        helper.make_node("Flatten", ["given"], ["flat"]),
        helper.make_node("MatMul", ["flat", "weights"], ["product"]),
        helper.make_node("Add", ["product", "bias"], ["scores" if not end else "raw"]),
    ]
    nodes += [helper.make_node(end, ["raw"], ["scores"])] if end else []
    made = helper.make_graph(
        nodes,
        "theirs",
        [helper.make_tensor_value_info("given", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [shape[0], classes])],
        [
            numpy_helper.from_array(weights, "weights"),
            numpy_helper.from_array(np.linspace(-1, 1, classes, dtype=np.float32), "bias"),
        ],
    )
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", opset)], ir_version=8, **model)


_SPEC = importlib.util.spec_from_file_location("keras2", Path(__file__).with_name("keras2.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
_KERAS_2 = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_KERAS_2)


@pytest.fixture(scope="session")
def keras_2() -> Callable[[Path], Path]:
    """Rewrite an HDF5 file in place into the words of Keras 2, as Teachable Machine's are."""
    to_keras_2: Callable[[Path], Path] = _KERAS_2.to_keras_2
    return to_keras_2


@pytest.fixture(scope="session")
def graph() -> Callable[..., Any]:
    return graph_of


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., Path]:
    """Write such a graph as a file."""

    def save(*given: Any, **settings: Any) -> Path:
        path = tmp_path / "theirs.onnx"
        path.write_bytes(graph_of(*given, **settings).SerializeToString())
        return path

    return save
