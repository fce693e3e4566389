"""Recurrent layers on their way out: ONNX's own nodes where it has them, the same answers everywhere."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress

import keras
import numpy as np
import onnxruntime
import pytest
import tensorflow as tf
from keras import layers

from mien.backends import _recurrent, convert, unrolled

STEPS, CHANNELS, UNITS = 7, 3, 4
TOLERANCE = 1e-5
BOTH = {"return_sequences": True, "return_state": True}


def with_nodes(inputs):
    """Call layers that ONNX has nodes for: one way, backwards, both ways at once, with states of their own."""
    return [
        layers.GRU(UNITS)(inputs),
        *layers.GRU(UNITS, **BOTH)(inputs, initial_state=layers.Dense(UNITS)(inputs[:, 0])),
        *layers.LSTM(UNITS, go_backwards=True, dropout=0.5, **BOTH)(inputs),
        *layers.Bidirectional(layers.LSTM(UNITS, **BOTH))(inputs),
        layers.Bidirectional(layers.GRU(UNITS), merge_mode="mul")(inputs),
        layers.Bidirectional(layers.GRU(UNITS, dropout=0.5, return_sequences=True))(
            inputs
        ),  # two: with dropout, Keras asks one by one
    ]


def with_loops(inputs):
    """Call layers that ONNX has no nodes for, or that Mien does not put into them."""
    return [
        layers.GRU(UNITS)(layers.Masking()(inputs)),
        layers.GRU(UNITS, reset_after=False)(inputs),
        layers.LSTM(UNITS, activation="relu")(inputs),  # tf2onnx knows this loop, and the next
        layers.LSTM(UNITS, use_bias=False)(inputs),
        layers.SimpleRNN(UNITS)(inputs),
        layers.RNN(layers.StackedRNNCells([layers.GRUCell(UNITS), layers.LSTMCell(UNITS)]))(inputs),
    ]


def network(layers_of):
    """Build them side by side, with weights and biases that are all different."""
    keras.utils.set_random_seed(3)
    inputs = layers.Input((STEPS, CHANNELS))
    answers = [layers.Flatten()(answer) for answer in layers_of(inputs)]
    model = keras.Model(inputs, layers.Concatenate()(answers))
    random = np.random.default_rng(0)
    model.set_weights([random.normal(0, 0.6, weight.shape) for weight in model.get_weights()])
    return model


def rows(count):
    drawn = np.random.default_rng(1).normal(size=(count, STEPS, CHANNELS)).astype(np.float32)
    drawn[0, 4:] = 0  # what Masking passes over
    return drawn


@pytest.mark.parametrize(
    ("layers_of", "nodes"),
    [(with_nodes, {"GRU": 5, "LSTM": 2}), (with_loops, {"Loop": 4, "LSTM": 2})],
    ids=["nodes", "loops"],
)
def test_the_file_says_what_keras_says(layers_of, nodes):
    model = network(layers_of)
    file = convert(model, lambda given: model(given, training=False), "answers", "rows")
    found = Counter(node.op_type for node in file.graph.node if node.op_type in {"GRU", "LSTM", "Loop"})
    assert found == nodes
    session = onnxruntime.InferenceSession(file.SerializeToString(), providers=["CPUExecutionProvider"])
    for given in (rows(1), rows(5)):
        (answers,) = session.run(None, {"rows": given})
        np.testing.assert_allclose(answers, model.predict_on_batch(given), atol=TOLERANCE)


def test_both_ways_are_one_node_after_the_reset():
    model = network(lambda inputs: [layers.Bidirectional(layers.GRU(UNITS))(inputs)])
    file = convert(model, lambda given: model(given, training=False), "answers", "rows")
    (node,) = [node for node in file.graph.node if node.op_type == "GRU"]
    said = {item.name: item.s.decode() or item.i for item in node.attribute}
    assert said == {"direction": "bidirectional", "hidden_size": UNITS, "linear_before_reset": 1}


@pytest.mark.parametrize("layers_of", [with_nodes, with_loops], ids=["nodes", "loops"])
def test_unrolled_there_is_no_loop_and_the_same_answer(layers_of):
    model = network(layers_of)
    with unrolled():
        traced = tf.function(lambda given: model(given, training=False), autograph=False).get_concrete_function(
            tf.TensorSpec((5, STEPS, CHANNELS))
        )
    assert not {"While", "StatelessWhile"} & {step.type for step in traced.graph.get_operations()}
    np.testing.assert_allclose(traced(rows(5)), model.predict_on_batch(rows(5)), atol=TOLERANCE)


def test_keras_has_its_own_ways_back_afterwards():
    from keras.src import backend

    names = ("gru", "lstm", "bidirectional_gru", "bidirectional_lstm", "rnn")
    before = [getattr(backend, name) for name in names]
    with suppress(ZeroDivisionError), unrolled():
        assert not any(getattr(backend, name) is own for name, own in zip(names, before, strict=True))
        raise ZeroDivisionError
    assert [getattr(backend, name) for name in names] == before


def test_a_keras_that_is_not_known_is_left_alone(monkeypatch):
    from keras.src import backend

    monkeypatch.setattr(_recurrent, "has_known_internals", lambda _: False)
    before = backend.rnn, backend.gru
    with unrolled(), _recurrent.recurrent_nodes():
        assert (backend.rnn, backend.gru) == before
