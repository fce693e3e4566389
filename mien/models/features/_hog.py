"""HOG: how strongly edges run in each direction, cell by cell (Dalal & Triggs 2005).

"Histograms of Oriented Gradients for Human Detection", CVPR 2005, with the choices of scikit-image's
``hog(block_norm="L2-Hys")``: central differences, nine directions without sign, each pixel in the nearest one,
overlapping blocks of 2 x 2 cells.
"""

from __future__ import annotations

import math
from itertools import product

import numpy as np

from mien.models.features._grey import means
from mien.models.features._onnx_graph import Graph

DIRECTIONS = 9
CELLS = 8  # along a side: 6 px each at 48 px, the cell that served Dalal & Triggs best (section 6.4)
CLIP = 0.2  # the Hys of L2-Hys: one strong edge must not drown the others of its block
EPSILON = 1e-5
COUNT = (CELLS - 1) ** 2 * 4 * DIRECTIONS


def hog(graph: Graph, grey: str, side: int) -> str:
    """Add HOG: float32 ``[N, 1764]``, 0..1, of 7 x 7 blocks with four cells each and nine directions."""
    cells = graph("Transpose", means(graph, _directed(graph, grey), side, CELLS), perm=[0, 2, 3, 1])
    corners = [
        graph.cut(graph.cut(cells, 1, down, CELLS - 1 + down), 2, right, CELLS - 1 + right)
        for down, right in product((0, 1), repeat=2)
    ]
    blocks = graph("Concat", *corners, axis=3)  # [N, 7, 7, 36]
    clipped = graph("Min", _unit(graph, blocks), graph.constant(CLIP))
    return graph("Flatten", _unit(graph, clipped))


def _directed(graph: Graph, grey: str) -> str:
    """Put the length of each pixel's gradient into the plane of its direction: [N, 9, side, side]."""
    across, down = _slope(graph, grey, axis=3), _slope(graph, grey, axis=2)
    length = graph("Sqrt", graph("Add", graph("Mul", across, across), graph("Mul", down, down)))
    # The direction whose line the gradient lies closest to is the one it is longest along. So there is no arctangent,
    # and no seam between 180 and 0 degrees.
    along = graph("Abs", graph("Conv", graph("Concat", across, down, axis=1), graph.constant(_lines())))
    nearest = graph("ArgMax", along, axis=1, keepdims=0)
    chosen = graph("OneHot", nearest, graph.constant(DIRECTIONS, np.int64), graph.constant([0, 1]), axis=1)
    return graph("Mul", chosen, length)


def _slope(graph: Graph, grey: str, axis: int) -> str:
    inner = graph("Sub", graph.cut(grey, axis, 2), graph.cut(grey, axis, 0, -2))
    margins = [int(place % 4 == axis) for place in range(8)]  # nothing is known beyond the edge: no slope there
    return graph("Pad", inner, graph.constant(margins, np.int64))


def _lines() -> np.ndarray:
    # A gradient straight across lies as near to the first direction as to the last; written as mirror images of each
    # other, both are exactly as long and the first is taken, as in scikit-image.
    half = [(math.cos(angle), math.sin(angle)) for angle in (np.arange(5) + 0.5) * math.pi / DIRECTIONS]
    lines = [*half, *((-x, y) for x, y in reversed(half[:4]))]
    return np.reshape(lines, (DIRECTIONS, 2, 1, 1)).astype(np.float32)


def _unit(graph: Graph, blocks: str) -> str:
    squares = graph("ReduceSum", graph("Mul", blocks, blocks), graph.constant([3], np.int64), keepdims=1)
    return graph("Div", blocks, graph("Sqrt", graph("Add", squares, graph.constant(EPSILON**2))))
