"""Means and percentiles of what a mask of zeros and ones keeps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mien.models.features._tensor import Tensor

FAR = 1e9  # behind all that is kept when sorted


def mean(values: Tensor, mask: Tensor, axis: int) -> Tensor:
    """Return the mean over an axis, which stays; 0 where nothing is kept."""
    return (values * mask).sum(axis) / mask.sum(axis).least(1)


def quantiles(values: Tensor, mask: Tensor, shares: Sequence[float]) -> Tensor:
    """Return quantiles over the last axis, [N, C, shares], between neighbours in proportion, as NumPy's are.

    0 where nothing is kept. `values` and `mask` are [N, C, F].
    """
    graph, kept = values.graph, mask.sum(2)
    length = graph.cut(graph("Shape", values.name), 0, 2, 3)
    pushed = Tensor(graph, graph("TopK", (values * mask + (1 - mask) * FAR).name, length, axis=2, largest=0))
    last = (kept - 1).least(0)
    places = last * np.asarray(shares)
    below = places.floor()
    low, high = (pushed.gathered(place, axis=2) for place in (below, (below + 1).most(last)))
    return (low + (high - low) * (places - below)) * (kept > 0)
