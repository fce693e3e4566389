"""What is measured on a sample, as nodes of an ONNX graph.

HOG and LBP of a picture, named statistics of a clip, and of both the embedding of an earlier network.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mien.core.types import PICTURE, SOUND
from mien.models.features import _hog, _lbp, sound
from mien.models.features._box import box
from mien.models.features._embedding import Embedding
from mien.models.features._grey import grey
from mien.models.features._onnx_graph import PIXELS, Features, Graph
from mien.models.features._probe import ProbeFeatures

if TYPE_CHECKING:
    from mien.core.types import InputContract

__all__ = ["BYTES", "OF_KIND", "PIXELS", "Embedding", "Features", "Graph", "ProbeFeatures", "box", "count", "measure"]

_DRAWN = {"hog": (_hog.hog, _hog.COUNT), "lbp": (_lbp.lbp, _lbp.COUNT)}
OF_KIND = {PICTURE: ("embedding", *_DRAWN), SOUND: ("embedding", *sound.GROUPS)}  # what a recipe may name
BYTES = 350_000  # about what the nodes that measure a clip take in a model file; those of a picture take next to none


def count(names: Sequence[str], embedding: Embedding | None = None) -> int:
    """Say how many numbers the features of a sample are, whatever its size."""
    own = embedding.count if embedding and "embedding" in names else 0
    return own + sum(numbers for name, (_, numbers) in _DRAWN.items() if name in names) + len(sound.names(names))


def measure(graph: Graph, names: Sequence[str], contract: InputContract, embedding: Embedding | None = None) -> str:
    """Add the features that a recipe names, in the alphabet's order: float32 ``[N, count(names, embedding)]``."""
    parts = []
    if embedding and "embedding" in names:
        parts.append(graph.embed(embedding.model))
    if set(_DRAWN) & set(names):
        plane, side = grey(graph, contract.size)
        parts += [add(graph, plane, side) for name, (add, _) in _DRAWN.items() if name in names]
    if set(sound.GROUPS) & set(names):
        parts.append(sound.measure(graph, graph.rows, contract.shape[0], names))
    return parts[0] if len(parts) == 1 else graph("Concat", *parts, axis=1)
