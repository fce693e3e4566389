"""What is measured on a picture: HOG, LBP and the embedding of an earlier network, as nodes of an ONNX graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mien.models.features import _hog, _lbp
from mien.models.features._box import box
from mien.models.features._embedding import Embedding
from mien.models.features._grey import grey
from mien.models.features._onnx_graph import PIXELS, Features, Graph
from mien.models.features._probe import ProbeFeatures

if TYPE_CHECKING:
    from mien.core.types import InputContract

__all__ = ["PIXELS", "Embedding", "Features", "Graph", "ProbeFeatures", "box", "count", "measure"]

_DRAWN = {"hog": (_hog.hog, _hog.COUNT), "lbp": (_lbp.lbp, _lbp.COUNT)}


def count(names: Sequence[str], embedding: Embedding | None = None) -> int:
    """Say how many numbers the features of a picture are, whatever its size."""
    own = embedding.count if embedding and "embedding" in names else 0
    return own + sum(numbers for name, (_, numbers) in _DRAWN.items() if name in names)


def measure(graph: Graph, names: Sequence[str], contract: InputContract, embedding: Embedding | None = None) -> str:
    """Add the features that a recipe names, in the alphabet's order: float32 ``[N, count(names, embedding)]``."""
    parts = []
    if embedding and "embedding" in names:
        parts.append(graph.embed(embedding.model))
    if set(_DRAWN) & set(names):
        plane, side = grey(graph, contract.size)
        parts += [add(graph, plane, side) for name, (add, _) in _DRAWN.items() if name in names]
    return parts[0] if len(parts) == 1 else graph("Concat", *parts, axis=1)
