"""Recurrent layers on their way out of Keras: as ONNX's own nodes, or without a loop.

Keras asks its backend for something quicker than a loop over time: `gru` and `lstm`, one way or both at once. On a GPU
TensorFlow has cuDNN for it; while a network is converted, the nodes GRU and LSTM of ONNX take that place, under the
same conditions. What they cannot say, such as a mask or another activation, stays a loop. A Keras too new to be known
is left alone: then all of them are loops, and the answers the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from mien.backends._keras import has_known_internals

PLACEHOLDER = "CudnnRNNV2"  # what TensorFlow can trace everywhere; filled in as here, `HANDLERS` alone understand it
GATES = {"gru": (0, 1, 2), "lstm": (0, 3, 1, 2)}  # where with Keras the gates stand that ONNX counts as zrh and iofc

Weights = tuple[Any, Any, Any]  # Keras's kernel [C, gates * U], recurrent kernel [U, gates * U], and bias
Answer = tuple[Any, Any, list[Any]]  # the last step [N, U], all steps [N, T, U], and the states [N, U] after them


@contextmanager
def recurrent_nodes() -> Iterator[None]:
    """Let GRU and LSTM be traced as what `HANDLERS` make nodes of."""
    with _instead({"gru": _gru, "lstm": _lstm, "bidirectional_gru": _both_gru, "bidirectional_lstm": _both_lstm}):
        yield


@contextmanager
def unrolled() -> Iterator[None]:
    """Let recurrent layers be traced step by step, for a runtime that knows no loop; their length must be fixed."""

    def step_by_step(*given: Any, **settings: Any) -> Any:  # noqa: ANN401
        return before["rnn"](*given, **{**settings, "unroll": True})

    fused = ("gru", "lstm", "bidirectional_gru", "bidirectional_lstm")
    with _instead({"rnn": step_by_step, **dict.fromkeys(fused, _refused)}) as before:
        yield


@contextmanager
def _instead(functions: Mapping[str, Callable[..., Any]]) -> Iterator[dict[str, Any]]:
    """Put functions in the place of the backend's; give those that were there."""
    import keras

    if not has_known_internals(keras):
        yield {}
        return
    from keras.src import backend

    before = {name: getattr(backend, name) for name in functions if hasattr(backend, name)}
    try:
        for name in before:
            setattr(backend, name, functions[name])
        yield before
    finally:
        for name, function in before.items():
            setattr(backend, name, function)


def _refused(*_: Any, **__: Any) -> Any:  # noqa: ANN401
    raise NotImplementedError  # Keras's word for: take the loop


def _gru(inputs: Any, state: Any, mask: Any, **layer: Any) -> Answer:  # noqa: ANN401 - tensors
    return _one_way("gru", inputs, [state], mask, layer)


def _lstm(inputs: Any, hidden: Any, carried: Any, mask: Any, **layer: Any) -> Answer:  # noqa: ANN401
    return _one_way("lstm", inputs, [hidden, carried], mask, layer)


def _both_gru(inputs: Any, *states: Any, **layer: Any) -> tuple[Answer, Answer]:  # noqa: ANN401
    return _both_ways("gru", inputs, [[states[0]], [states[1]]], layer)


def _both_lstm(inputs: Any, *states: Any, **layer: Any) -> tuple[Answer, Answer]:  # noqa: ANN401
    return _both_ways("lstm", inputs, [[*states[:2]], [*states[2:]]], layer)


def _one_way(mode: str, inputs: Any, states: list[Any], mask: Any, layer: Mapping[str, Any]) -> Answer:  # noqa: ANN401
    import tensorflow as tf

    weights = layer["kernel"], layer["recurrent_kernel"], layer["bias"]
    _check(inputs, mask, weights, layer)
    backwards = layer["go_backwards"]  # then Keras wants the steps in the order in which they were made
    ((last, steps, after),) = _traced(mode, tf.reverse(inputs, [1]) if backwards else inputs, [states], [weights])
    return last, steps if layer["return_sequences"] else last[:, None], after


def _both_ways(
    mode: str,
    inputs: Any,  # noqa: ANN401
    states: list[list[Any]],
    layer: Mapping[str, Any],
) -> tuple[Answer, Answer]:
    weights = [
        tuple(layer[f"{way}_{part}"] for part in ("kernel", "recurrent_kernel", "bias")) for way in ("fwd", "bwd")
    ]
    _check(inputs, layer["mask"], weights[0], layer)
    forward, backward = _traced(mode, inputs, states, weights)
    return forward, backward


def _check(inputs: Any, mask: Any, weights: Weights, layer: Mapping[str, Any]) -> None:  # noqa: ANN401
    """Leave to the loop what ONNX's nodes cannot say, or Mien does not say with them."""
    from keras import activations

    usual = layer["activation"] is activations.tanh and layer["recurrent_activation"] is activations.sigmoid
    plain = mask is None and weights[2] is not None and layer.get("reset_after", True) and not layer["unroll"]
    if not usual or not plain or inputs.dtype != "float32":
        raise NotImplementedError


def _traced(mode: str, inputs: Any, states: list[list[Any]], weights: Sequence[Weights]) -> list[Answer]:  # noqa: ANN401
    """Trace one operation for one way or both: of inputs float32 [N, T, C], and each way's states and weights."""
    import tensorflow as tf

    first = [tf.stack(part) for part in zip(*states, strict=True)]  # hidden, and carried for LSTM: [ways, N, U]
    with tf.init_scope():  # constants here, for they are put in ONNX's order
        kernels = [_onnx_weights(mode, *(np.asarray(part) for part in one)) for one in weights]
    steps, *after = tf.raw_ops.CudnnRNNV2(
        input=tf.transpose(inputs, [1, 0, 2]),
        input_h=first[0],
        input_c=first[-1],
        params=tf.constant(np.concatenate([np.ravel(part) for part in zip(*kernels, strict=True)], axis=None)),
        rnn_mode=mode,
        direction="bidirectional" if len(weights) == 2 else "unidirectional",
        is_training=False,
    )[:3]
    each = tf.split(tf.transpose(steps, [1, 0, 2]), len(weights), axis=2)
    ends = [[part[way] for part in after[: len(first)]] for way in range(len(weights))]
    return [(end[0], one, end) for one, end in zip(each, ends, strict=True)]


def _onnx_weights(mode: str, kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray) -> list[np.ndarray]:
    """Put Keras's weights into ONNX's order: W [gates * U, C], R [gates * U, U], and both biases [2, gates * U]."""
    both = bias if bias.ndim == 2 else np.stack([bias, np.zeros_like(bias)])

    def ordered(weights: np.ndarray) -> np.ndarray:
        gates = np.split(weights, len(GATES[mode]), axis=-1)
        return np.concatenate([gates[number] for number in GATES[mode]], axis=-1)

    return [np.ascontiguousarray(ordered(kernel).T), np.ascontiguousarray(ordered(recurrent).T), ordered(both)]


def _node(graph: Any, operation: Any, name: str, _: Any) -> None:  # noqa: ANN401 - tf2onnx's
    """Make ONNX's node of what `_traced` left."""
    mode = operation.get_attr_str("rnn_mode")
    ways = 2 if operation.get_attr_str("direction") == "bidirectional" else 1
    inputs, hidden, carried, _ = operation.input
    units, channels = graph.get_shape(hidden)[2], graph.get_shape(inputs)[2]
    rows = len(GATES[mode]) * units
    shapes = {"W": (ways, rows, channels), "R": (ways, rows, units), "B": (ways, 2 * rows)}
    parts = np.split(
        operation.inputs[3].get_tensor_value(as_list=False), np.cumsum([np.prod(s) for s in shapes.values()])
    )
    weights = [
        graph.make_const(f"{name}_{part}", values.reshape(shape)).output[0]
        for (part, shape), values in zip(shapes.items(), parts, strict=False)
    ]
    states = [hidden, carried][: 2 if mode == "lstm" else 1]
    made = graph.make_node(
        mode.upper(),
        [inputs, *weights, "", *states],
        attr={
            "direction": "bidirectional" if ways == 2 else "forward",
            "hidden_size": units,
            **({"linear_before_reset": 1} if mode == "gru" else {}),
        },
        output_count=1 + len(states),
    )  # [T, ways, N, U], and the last states [ways, N, U]
    steps = _side_by_side(graph, made.output[0], ways * units) if ways == 2 else _squeezed(graph, made.output[0])
    for old, new in zip(operation.output, [steps, *made.output[1:]], strict=False):
        graph.replace_all_inputs(old, new)
    graph.remove_node(operation.name)


def _squeezed(graph: Any, steps: str) -> str:  # noqa: ANN401
    axis = graph.make_const(f"{steps}_axis", np.array([1]))
    return str(graph.make_node("Squeeze", [steps, axis.output[0]]).output[0])


def _side_by_side(graph: Any, steps: str, width: int) -> str:  # noqa: ANN401
    turned = graph.make_node("Transpose", [steps], attr={"perm": [0, 2, 1, 3]})
    shape = graph.make_const(f"{steps}_shape", np.array([0, 0, width]))
    return str(graph.make_node("Reshape", [turned.output[0], shape.output[0]]).output[0])


HANDLERS: dict[str, tuple[Callable[..., None], list[str]]] = {PLACEHOLDER: (_node, [])}  # as tf2onnx takes them
