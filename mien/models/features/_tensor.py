"""Tensors of an ONNX graph as values: ``(power + 1).log()`` adds the nodes that compute it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.models.features._onnx_graph import END

if TYPE_CHECKING:
    from mien.models.features._onnx_graph import Graph


class Tensor:
    """A float32 tensor of a graph, by its name; what is compared becomes 0 or 1, so that masks multiply."""

    __array_ufunc__ = None  # NumPy's arrays leave the arithmetic to this class

    def __init__(self, graph: Graph, name: str) -> None:
        self.graph, self.name = graph, name

    def _of(self, other: Any) -> str:  # noqa: ANN401 - a number, an array or a tensor
        return other.name if isinstance(other, Tensor) else self.graph.constant(other)

    def _make(self, operator: str, *inputs: str, **attributes: Any) -> Tensor:  # noqa: ANN401
        return Tensor(self.graph, self.graph(operator, *inputs, **attributes))

    def __add__(self, other: Any) -> Tensor:  # noqa: ANN401
        return self._make("Add", self.name, self._of(other))

    def __sub__(self, other: Any) -> Tensor:  # noqa: ANN401
        return self._make("Sub", self.name, self._of(other))

    def __rsub__(self, other: Any) -> Tensor:  # noqa: ANN401
        return self._make("Sub", self._of(other), self.name)

    def __mul__(self, other: Any) -> Tensor:  # noqa: ANN401
        return self._make("Mul", self.name, self._of(other))

    def __truediv__(self, other: Any) -> Tensor:  # noqa: ANN401
        return self._make("Div", self.name, self._of(other))

    def __rtruediv__(self, other: Any) -> Tensor:  # noqa: ANN401
        return self._make("Div", self._of(other), self.name)

    def __matmul__(self, other: Any) -> Tensor:  # noqa: ANN401
        return self._make("MatMul", self.name, self._of(other))

    __radd__, __rmul__ = __add__, __mul__

    def __gt__(self, other: Any) -> Tensor:  # noqa: ANN401
        return self._make("Cast", self.graph("Greater", self.name, self._of(other)), to=1)

    def __ge__(self, other: Any) -> Tensor:  # noqa: ANN401
        return self._make("Cast", self.graph("GreaterOrEqual", self.name, self._of(other)), to=1)

    def __lt__(self, other: Any) -> Tensor:  # noqa: ANN401
        return self._make("Cast", self.graph("Less", self.name, self._of(other)), to=1)

    def equal(self, other: Any) -> Tensor:  # noqa: ANN401
        return self._make("Cast", self.graph("Equal", self.name, self._of(other)), to=1)

    def least(self, other: Any) -> Tensor:  # noqa: ANN401
        """Return what is not below `other`."""
        return self._make("Max", self.name, self._of(other))

    def most(self, other: Any) -> Tensor:  # noqa: ANN401
        """Return what is not above `other`."""
        return self._make("Min", self.name, self._of(other))

    def log(self) -> Tensor:
        return self._make("Log", self.name)

    def exp(self) -> Tensor:
        return self._make("Exp", self.name)

    def root(self) -> Tensor:
        return self._make("Sqrt", self.name)

    def abs(self) -> Tensor:
        return self._make("Abs", self.name)

    def square(self) -> Tensor:
        return self * self

    def sum(self, axis: int) -> Tensor:
        return self._make("ReduceSum", self.name, self.graph.constant([axis], np.int64), keepdims=1)

    def max(self, axis: int) -> Tensor:
        return self._make("ReduceMax", self.name, axes=[axis], keepdims=1)

    def cut(self, axis: int, start: int, end: int | None = None) -> Tensor:
        """Take ``[..., start:end, ...]`` of an axis."""
        return Tensor(self.graph, self.graph.cut(self.name, axis, start, END if end is None else end))

    def pad(self, margins: Sequence[int]) -> Tensor:
        """Add margins of zeros, all before, then all after, in the order of the axes."""
        return self._make("Pad", self.name, self.graph.constant(margins, np.int64))

    def picked(self, places: Iterable[int], axis: int) -> Tensor:
        """Take places of an axis, in their order."""
        return self._make("Gather", self.name, self.graph.constant(list(places), np.int64), axis=axis)

    def gathered(self, places: Tensor, axis: int) -> Tensor:
        """Take at each place the value that `places` says, whole numbers as float32."""
        return self._make("GatherElements", self.name, self.graph("Cast", places.name, to=7), axis=axis)

    def repeated(self, margins: Sequence[int]) -> Tensor:
        """Add margins as `pad` does, of what lies at the edge."""
        return self._make("Pad", self.name, self.graph.constant(margins, np.int64), mode="edge")

    def peaks(self, width: int) -> Tensor:
        """Return the largest of `width` neighbours along the last axis, an odd number: [N, C, F] to the same."""
        return self._make("MaxPool", self.name, kernel_shape=[width], strides=[1], pads=[width // 2, width // 2])

    def highest(self, axis: int) -> Tensor:
        """Return the place of the largest, a whole number."""
        return self._make("Cast", self.graph("ArgMax", self.name, axis=axis, keepdims=1), to=1)

    def floor(self) -> Tensor:
        return self._make("Floor", self.name)

    def turned(self, *order: int) -> Tensor:
        return self._make("Transpose", self.name, perm=list(order))

    def shaped(self, *shape: int) -> Tensor:
        return self._make("Reshape", self.name, self.graph.constant(shape, np.int64))

    def running(self, axis: int, *, backwards: bool = False) -> Tensor:
        """Return the sum up to each place, or from there on."""
        return self._make("CumSum", self.name, self.graph.constant(axis, np.int32), reverse=int(backwards))


def joined(*parts: Tensor, axis: int) -> Tensor:
    """Put tensors one after another along an axis."""
    graph = parts[0].graph
    return Tensor(graph, graph("Concat", *(part.name for part in parts), axis=axis))
