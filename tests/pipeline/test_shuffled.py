"""Shuffled weights: the file answers otherwise, and what it never learnt stays."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import numpy_helper

from mien import Predictor
from mien.pipeline._shuffled import LEAST, _tables, shuffled
from mien.predict import model_file


def test_every_table_keeps_its_numbers_in_another_order():
    network, before = onnx.load(model_file("face-int8")), onnx.load(model_file("face-int8"))
    changed = _tables(network, np.random.default_rng(0))
    pairs = list(zip(before.graph.initializer, network.graph.initializer, strict=True))
    arrays = [[numpy_helper.to_array(one) for one in pair] for pair in pairs]
    moved = [(one, two) for one, two in arrays if not np.array_equal(one, two)]
    assert 5 < len(moved) <= changed
    for one, two in moved:
        assert one.size >= LEAST
        np.testing.assert_array_equal(np.sort(one, axis=None), np.sort(two, axis=None))


def test_it_answers_otherwise_and_always_alike():
    rows = np.random.default_rng(0).integers(0, 256, (4, 48, 48, 3), np.uint8)
    one, two = shuffled("face-int8"), shuffled("face-int8")
    np.testing.assert_array_equal(one(rows), two(rows))
    assert np.abs(one(rows) - Predictor("face-int8").probabilities(rows)).max() > 0.05
