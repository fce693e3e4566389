"""Pixels become whole greys, and cells of them become means: what HOG and LBP share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mien.models.features._onnx_graph import PIXELS, Graph

if TYPE_CHECKING:
    import numpy.typing as npt

LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601, as Pillow and OpenCV weigh red, green and blue
# Larger pictures are first made this small. At 1024 px the step from pixel to pixel is the camera's noise, not a face,
# and measuring it would take 256 times as long.
LARGEST = 64


def grey(graph: Graph, size: int, square: str = PIXELS) -> tuple[str, int]:
    """Turn pixels ``[N, size, size, 3]`` grey, and large ones small: whole float32 ``[N, 1, side, side]``, and side."""
    side = min(size, LARGEST)
    mixed = graph("MatMul", graph("Cast", square, to=1), graph.constant(np.reshape(LUMA, (3, 1))))  # [N, size, size, 1]
    plane = graph("Reshape", mixed, graph.constant([-1, 1, size, size], np.int64))
    # Whole greys, as an image library would give them: equal pixels stay exactly equal, on which LBP depends.
    return graph("Round", means(graph, plane, size, side) if side < size else plane), side


def means(graph: Graph, tensor: str, side: int, cells: int) -> str:
    """Take the mean of each cell of a grid laid over planes: ``[N, C, side, side]`` to ``[N, C, cells, cells]``."""
    matrix = overlaps(side, cells)
    return graph("MatMul", graph("MatMul", graph.constant(matrix), tensor), graph.constant(matrix.T))


def overlaps(side: int, cells: int) -> npt.NDArray[np.float32]:
    """Say which share of each cell each pixel is, along one side: float32 [cells, side], rows sum to 1.

    A pixel that two cells share counts in both by its part, so every size divides.

    >>> (3 * overlaps(3, 2)).round().tolist()  # in thirds
    [[2.0, 1.0, 0.0], [0.0, 1.0, 2.0]]
    """
    edges, pixels = np.linspace(0, side, cells + 1), np.arange(side)
    shared = np.minimum(edges[1:, None], pixels + 1) - np.maximum(edges[:-1, None], pixels)
    shares: npt.NDArray[np.float32] = (np.maximum(shared, 0) * cells / side).astype(np.float32)
    return shares
