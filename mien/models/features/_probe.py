"""What `probe` measures: the box's view of the face, and of the whole picture with its edges and colours."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mien.models.features import _colour, _hog
from mien.models.features._box import Box
from mien.models.features._grey import grey
from mien.models.features._onnx_graph import END, PIXELS, Graph

if TYPE_CHECKING:
    import numpy.typing as npt

    from mien.core.types import InputContract
    from mien.models.features._onnx_graph import Features


@dataclass(frozen=True)
class ProbeFeatures:
    """The columns of the features, in their order: of the face, then of the whole picture, as the contract has them."""

    contract: InputContract
    box: Box

    @property
    def face(self) -> int:
        """How many columns the face has: whether it is there, the box's answer, and the embedding."""
        return 0 if self.contract.inputs == "whole" else 1 + len(self.box.labels) + self.box.width

    @property
    def whole(self) -> int:
        """How many columns the whole picture has: the embedding, HOG, and colours."""
        return 0 if self.contract.inputs == "faces" else sum(self.groups)

    @property
    def groups(self) -> tuple[int, int, int]:
        """How many columns each part of the whole picture has."""
        return self.box.width, _hog.COUNT, _colour.COUNT

    def measure(self, graph: Graph) -> tuple[str, int]:
        """Add all that is measured: the name of float32 ``[N, face + whole]``, and how many columns it has."""
        size, pixels = self.contract.size, graph("Cast", PIXELS, to=1)
        upper = graph.cut(pixels, 1, 0, size) if self.face else ""
        lower = graph.cut(pixels, 1, -size) if self.whole else ""
        fitted = [self.box.fit(graph, square, size) for square in (upper, lower) if square]
        # A face looks the same in a mirror, and the box answers with the mean over both; so does what is learnt here.
        squares = [one for square in fitted for one in (square, _mirrored(graph, square))]
        seen = self.box.embed(graph, squares)
        means = [graph("Mean", *seen[place : place + 2]) for place in range(0, len(seen), 2)]
        parts = []
        if upper:
            there = graph("Sign", graph("ReduceMax", graph("Flatten", upper), axes=[1], keepdims=1))
            parts += [there, self.box.answer(graph, seen[:2]), means[0]]
        if lower:
            edges = _hog.hog(graph, *grey(graph, size, lower))
            parts += [means[-1], edges, _colour.colour(graph, lower, size)]
        return graph("Concat", *parts, axis=1), self.face + self.whole

    def faces(self, features: Features) -> tuple[npt.NDArray[np.bool_], Features, Features]:
        """Take the face's columns: whether there is one, the logarithms of the box's answer, and the embedding."""
        there, answer, embedding, _ = np.split(features, np.cumsum([1, len(self.box.labels), self.box.width]), axis=1)
        return there[:, 0] > 0, answer, embedding

    def parts(self, graph: Graph, tensor: str) -> tuple[str, str, str, str]:
        """Take the same columns in the graph, and then the whole picture's."""
        edges = [0, *np.cumsum([1, len(self.box.labels), self.box.width]).tolist(), END]
        there, answer, embedding, whole = (graph.cut(tensor, 1, *ends) for ends in pairwise(edges))
        return graph("Greater", there, graph.constant(0)), answer, embedding, whole


def _mirrored(graph: Graph, square: str) -> str:
    return graph("Slice", square, *(graph.constant([number], np.int64) for number in (-1, -END, 2, -1)))
