"""Trees as ONNX nodes answer as one would walk them by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.models.classical import Tree, walk
from mien.models.classical._tree_ensemble import _at_most

NUMBERS = 12


def grown(random, leaves, values=2):
    """A tree of any shape with so many leaves; children lie anywhere behind their parent."""
    left, right, ends = [0], [0], [0]
    while len(ends) < leaves:
        node = ends.pop(int(random.integers(len(ends))))
        left[node], right[node] = len(left) + 1, len(left)  # the other way round than they are stored
        ends += [right[node], left[node]]
        left += [0, 0]
        right += [0, 0]
    count = len(left)
    thresholds = random.choice([0.25, 17.0, 100.5, 127.9999, 200.0], count)
    parts = random.integers(0, NUMBERS, count), thresholds, np.array(left), np.array(right)
    return Tree(*parts, random.integers(0, 255, (count, values)))


def by_hand(tree, row):
    node = 0
    while tree.left[node]:
        goes_left = row[tree.feature[node]] <= tree.threshold[node]
        node = tree.left[node] if goes_left else tree.right[node]
    return tree.values[node]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(1, 40), min_size=1, max_size=6))
def test_they_answer_as_by_hand(answer, seed, leaves):
    random = np.random.default_rng(seed)
    trees = [grown(random, count) for count in leaves]
    rows = random.choice([0, 17, 18, 100, 101, 127, 128, 200, 255], (9, NUMBERS))

    def head(graph, tensor):
        return graph("Flatten", walk(graph, tensor, trees, np.uint8))

    wanted = [np.concatenate([by_hand(tree, row) for tree in trees]) for row in rows]
    assert answer(head, rows, 2 * len(trees)).tolist() == np.array(wanted).tolist()


def test_in_order_a_right_child_follows_its_sister():
    tree = grown(np.random.default_rng(3), 30).in_order()
    inner = tree.left > 0
    assert (tree.right[inner] == tree.left[inner] + 1).all()
    assert 5 <= tree.depth() <= 29


@given(st.floats(-60_000, 60_000), st.floats(-60_000, 60_000, width=16))
def test_a_threshold_in_half_the_bytes_asks_the_same(threshold, value):
    (stored,) = _at_most(np.array([threshold]))
    assert (np.float16(value) <= stored) == (value <= threshold)


@pytest.mark.parametrize("leaves", [1, 2, 300])
def test_one_tree_alone(answer, leaves):
    tree = grown(np.random.default_rng(1), leaves)
    rows = np.random.default_rng(0).integers(0, 256, (5, NUMBERS))
    found = answer(lambda graph, tensor: graph("Flatten", walk(graph, tensor, [tree], np.float32)), rows, 2)
    assert found.tolist() == [by_hand(tree, row).tolist() for row in rows]
