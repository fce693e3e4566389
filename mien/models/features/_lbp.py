"""LBP: which small textures a cell has, spots, edges, corners, and how much of each (Ojala et al. 2002).

"Multiresolution Gray-Scale and Rotation Invariant Texture Classification with Local Binary Patterns", TPAMI 24(7):
eight neighbours on a circle of one pixel, each at least as bright as the middle or not. Of the 256 patterns the 58
with at most two changes around the circle are counted by themselves and the others together.
"""

from __future__ import annotations

import math
from itertools import product

import numpy as np

from mien.models.features._grey import means
from mien.models.features._onnx_graph import Graph

NEIGHBOURS = 8
PATTERNS = 59
CELLS = 6  # along a side: 8 px each at 48 px
COUNT = CELLS**2 * PATTERNS
# Weights of neighbours that lie between pixels add up to 1 only to seven digits: a flat place would come out as a
# little darker or brighter. Whole greys differ by more than this, or not at all.
SLACK = 2e-4


def lbp(graph: Graph, grey: str, side: int) -> str:
    """Add LBP: float32 ``[N, 2124]``, 0..1, square roots of the shares of 59 patterns, each in 6 x 6 cells.

    The root lets the mere presence of a rare pattern count (Hellinger distance). `grey` holds whole numbers.
    """
    # The outermost pixels are repeated outwards: a frame of zeros would be darker than any face, by its brightness.
    framed = graph("Pad", grey, graph.constant([0, 0, 1, 1, 0, 0, 1, 1], np.int64), mode="edge")
    brighter = graph("Conv", framed, graph.constant(_differences()), graph.constant(np.full(NEIGHBOURS, SLACK)))
    bits = graph("Cast", graph("GreaterOrEqual", brighter, graph.constant(0)), to=1)
    powers = np.reshape(2.0 ** np.arange(NEIGHBOURS), (1, NEIGHBOURS, 1, 1))
    codes = graph("Cast", graph("Conv", bits, graph.constant(powers)), to=7)  # [N, 1, side, side], 0..255
    squeezed = graph("Squeeze", codes, graph.constant([1], np.int64))
    numbers = graph("Gather", graph.constant(patterns(), np.int64), squeezed)
    chosen = graph("OneHot", numbers, graph.constant(PATTERNS, np.int64), graph.constant([0, 1]), axis=1)
    return graph("Flatten", graph("Sqrt", means(graph, chosen, side, CELLS)))


def patterns() -> list[int]:
    """Return the bin of each of the 256 codes: 0..57 for those with at most two changes, 58 for the others.

    Bit k of a code is the neighbour at k * 45 degrees.
    """
    table, known = [], 0
    for code in range(2**NEIGHBOURS):
        turned = code >> 1 | (code & 1) << (NEIGHBOURS - 1)
        uniform = (code ^ turned).bit_count() <= 2
        table.append(known if uniform else PATTERNS - 1)
        known += uniform
    return table


def _differences() -> np.ndarray:
    """Return kernels that say how much brighter each neighbour is than the middle, [8, 1, 3, 3]."""
    kernels = np.zeros((NEIGHBOURS, 1, 3, 3))
    for number, kernel in enumerate(kernels[:, 0]):
        angle = 2 * math.pi * number / NEIGHBOURS
        # Between four pixels the neighbour is their bilinear mix; five digits of its place, as scikit-image has it.
        down, right = round(-math.sin(angle), 5), round(math.cos(angle), 5)
        for row, column in product(range(3), repeat=2):
            kernel[row, column] = max(0, 1 - abs(row - 1 - down)) * max(0, 1 - abs(column - 1 - right))
        kernel[1, 1] -= 1
    return kernels
