"""Trees as plain arrays, and as ONNX nodes that walk down all of them at once.

ONNX has an operator for trees, but it spells each question out in words and in numbers of variable length: with seven
classes 168 bytes for a leaf and the question above it. Here it is 17. So ten times as many leaves fit into a file,
which is worth five points of accuracy on FER2013 (docs/decisions/0011), and no runtime needs more than arithmetic. Nor
would skl2onnx 1.20 convert histogram boosting: it hands NumPy's numbers to onnx 1.23, which asks for plain ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from mien.models.features import Graph

NODE = 6  # bytes: which component (2), its threshold (2), where to go or, of a leaf, which row of values (2)
MOST_LEAVES = 2**15  # of one tree, so that its nodes are counted by two bytes


@dataclass(frozen=True)
class Tree:
    """One tree; its root is node 0.

    Up to its `threshold`, and at it, a feature goes `left`; a leaf has 0 in both ways, and says its row of `values` [M,
    V].
    """

    feature: npt.NDArray[Any]
    threshold: npt.NDArray[Any]
    left: npt.NDArray[Any]
    right: npt.NDArray[Any]
    values: npt.NDArray[Any]

    def in_order(self) -> Tree:
        """Renumber, level by level: every right child comes just after its left one, so only the left is stored."""
        order, at = [0], 0
        while at < len(order):
            if self.left[order[at]]:
                order += [int(self.left[order[at]]), int(self.right[order[at]])]
            at += 1
        place = np.zeros(len(self.left), np.int64)
        place[order] = np.arange(len(order))
        left, right = place[self.left[order]], place[self.right[order]]
        return Tree(self.feature[order], self.threshold[order], left, right, self.values[order])

    def depth(self) -> int:
        """Return how many questions the longest way down has."""
        level, depth = np.zeros(1, np.int64), 0
        while len(level := level[self.left[level] > 0]):
            level, depth = np.concatenate([self.left[level], self.right[level]]), depth + 1
        return depth


def walk(graph: Graph, tensor: str, trees: Sequence[Tree], kind: type) -> str:
    """Ask every tree: from float32 ``[N, F]``, which float16 holds so that stored thresholds ask the same, to float32.

    The answer is the name of ``[N, trees, V]``; `kind` is what values are stored as.
    """
    trees = [tree.in_order() for tree in trees]
    leaves = [tree.left == 0 for tree in trees]
    # Where each tree's nodes begin, and its rows of values.
    roots, rows = (np.cumsum([0, *map(size, leaves[:-1])]) for size in (len, np.sum))
    # A leaf is known by its threshold, above every number; where to go is for a leaf the number of its row.
    limits = [np.where(leaf, np.inf, _at_most(tree.threshold)) for tree, leaf in zip(trees, leaves, strict=True)]
    ways = [np.where(leaf, np.cumsum(leaf) - 1, tree.left) for tree, leaf in zip(trees, leaves, strict=True)]
    features = [np.where(leaf, 0, tree.feature) for tree, leaf in zip(trees, leaves, strict=True)]
    asked, where = (graph("Cast", graph.constant(np.concatenate(one), np.uint16), to=6) for one in (features, ways))
    above, begin = graph.half(np.concatenate(limits)), graph.constant(roots, np.int32)
    parts = _Parts(asked, above, where, begin, graph.constant(np.inf))
    count = graph.cut(graph("Shape", tensor), 0, 0, 1)
    shape = graph("Concat", count, graph.constant([len(trees)], np.int64), axis=0)
    deepest = max(tree.depth() for tree in trees)
    node = reduce(lambda at, _: _step(graph, tensor, at, parts), range(deepest), graph("Expand", parts.roots, shape))
    row = graph("Add", graph("Gather", parts.ways, node), graph.constant(rows, np.int32))
    values = np.concatenate([tree.values[leaf] for tree, leaf in zip(trees, leaves, strict=True)])
    return graph("Cast", graph("Gather", graph.constant(values, kind), row), to=1)


@dataclass(frozen=True)
class _Parts:
    features: str
    limits: str
    ways: str
    roots: str
    above: str


def _step(graph: Graph, tensor: str, node: str, parts: _Parts) -> str:
    """Go one question down in every tree, or stay at a leaf: int32 [N, trees] to the same."""
    limit = graph("Gather", parts.limits, node)
    value = graph("GatherElements", tensor, graph("Gather", parts.features, node), axis=1)
    right = graph("Cast", graph("Greater", value, limit), to=6)
    way = graph("Add", graph("Add", graph("Gather", parts.ways, node), right), parts.roots)
    return graph("Where", graph("Equal", limit, parts.above), node, way)


def _at_most(threshold: npt.NDArray[Any]) -> npt.NDArray[np.float16]:
    """Return the largest float16 that is not above: the same question, for numbers that float16 holds."""
    near = threshold.astype(np.float16)
    below: npt.NDArray[np.float16] = np.where(near > threshold, np.nextafter(near, np.float16(-np.inf)), near)
    return below
