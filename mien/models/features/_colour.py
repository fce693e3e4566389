"""Colour: how light each channel is in each cell of a grid, and how much it varies there."""

from __future__ import annotations

from mien.models.features._grey import means
from mien.models.features._onnx_graph import Graph

CELLS = 4  # along a side
COUNT = 2 * 3 * CELLS**2
EPSILON = 1e-6


def colour(graph: Graph, square: str, side: int) -> str:
    """Add means and standard deviations of red, green and blue, 0..255, as float32 ``[N, 96]``, 0..1."""
    planes = graph("Div", graph("Transpose", square, perm=[0, 3, 1, 2]), graph.constant(255))
    mean, squares = (means(graph, plane, side, CELLS) for plane in (planes, graph("Mul", planes, planes)))
    spread = graph("Max", graph("Sub", squares, graph("Mul", mean, mean)), graph.constant(EPSILON))
    return graph("Concat", graph("Flatten", mean), graph("Flatten", graph("Sqrt", spread)), axis=1)
