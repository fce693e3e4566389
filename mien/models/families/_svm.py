"""`svm`: support vector machines on features a person can name, linear or with the RBF kernel.

The RBF kernel compares a picture with landmarks, pictures of the training side that stand for all (Williams & Seeger
2001, "Using the Nystroem Method to Speed Up Kernel Machines"). Where the landmarks are all training pictures, the
answer is the whole kernel machine's. So the file does not grow with the data, as one of support vectors would: of
24,454 faces libsvm keeps 21,379.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mien.core.recipe import Recipe
from mien.core.types import PICTURE, SOUND, Progress
from mien.models.classical import Head, Learn, boundaries, project, require_room, weights
from mien.models.families._on_features import on_features
from mien.models.features.sound import GROUPS

if TYPE_CHECKING:
    import numpy.typing as npt

    from mien.core.types import Integers
    from mien.models.features import Embedding, Features, Graph

BLOCK = 2048  # pictures whose kernel is computed at once
JITTER = 1e-5  # added to the kernel of a landmark with itself: two that are alike would make it singular


def learner(recipe: Recipe, classes: int, embedding: Embedding | None) -> Learn:
    """Return what learns; `SettingError` where the model file could grow beyond 5 MB."""
    require_room(recipe, classes, embedding)
    return _learn


def _learn(features: Features, numbers: Integers, classes: int, recipe: Recipe, progress: Progress) -> Head:
    components, project_too = project(features, recipe)
    counts = weights(numbers, classes, recipe)
    if recipe.kernel == "linear":
        rows = np.pad(components, ((0, 0), (0, 1)), constant_values=1)
        bound = boundaries(rows, numbers, classes, float(recipe.cost or 1.0), counts)
        return lambda graph, tensor: _flat(graph, project_too(graph, tensor), bound)
    chosen = _landmarks(numbers, int(recipe.landmarks or 2), recipe.seed)
    gamma = 1 / max(float(components.var()) * components.shape[1], 1e-12)  # scikit-learn's "scale"
    kernel = _Kernel(components[chosen].astype(np.float16), gamma)
    rows = kernel.rows(components, progress)
    bound = boundaries(rows, numbers, classes, float(recipe.cost or 1.0), counts)
    return lambda graph, tensor: kernel.add(graph, project_too(graph, tensor), bound)


def _landmarks(numbers: Integers, most: int, seed: int) -> Integers:
    """Choose at random, one of every class first: return their row numbers."""
    order = np.random.default_rng(seed).permutation(len(numbers))
    _, first = np.unique(numbers[order], return_index=True)
    rest = np.delete(order, first)
    chosen: Integers = np.concatenate([order[first], rest])[:most]
    return chosen


class _Kernel:
    """``exp(-gamma |x - z|^2)`` of pictures with landmarks, and the space in which it is an inner product."""

    def __init__(self, landmarks: npt.NDArray[np.float16], gamma: float) -> None:
        from scipy.linalg import cholesky, solve_triangular

        self._landmarks, self._gamma = landmarks.astype(np.float32), np.float32(gamma)
        among = self._with(self._landmarks).astype(np.float64)
        among[np.diag_indices(len(among))] += JITTER
        factor = cholesky(among, lower=True, overwrite_a=True)
        self._whiten = solve_triangular(factor, np.eye(len(factor)), lower=True).T  # [L, L]

    def _with(self, components: Features) -> Features:
        squares = (components**2).sum(1)[:, None] + (self._landmarks**2).sum(1)
        apart = squares - 2 * components @ self._landmarks.T
        near: Features = np.exp(-self._gamma * np.maximum(apart, 0))
        return near

    def rows(self, components: Features, progress: Progress) -> Features:
        """Return float32 [N, L + 1]: coordinates whose inner product is the kernel, and a one for the offset."""
        whiten = self._whiten.astype(np.float32)
        found = np.ones((len(components), len(whiten) + 1), np.float32)
        starts = range(0, len(components), BLOCK)
        for at in progress(starts, total=len(starts), what="comparing with landmarks"):
            found[at : at + BLOCK, :-1] = self._with(components[at : at + BLOCK]) @ whiten
        return found

    def add(self, graph: Graph, tensor: str, bound: Features) -> str:
        """Add the margins: one weight for each landmark and class, and the offsets."""
        gamma, landmarks = float(self._gamma), self._landmarks
        own = graph("ReduceSum", graph("Mul", tensor, tensor), graph.constant([1], np.int64), keepdims=1)
        across = graph("MatMul", tensor, graph.half(landmarks.T))
        theirs = graph("Sub", graph("Mul", across, graph.constant(2)), graph.constant((landmarks**2).sum(1)))
        near = graph("Mul", graph("Sub", theirs, own), graph.constant(gamma))  # [N, L], at most 0 but for rounding
        kernel = graph("Exp", graph("Min", near, graph.constant(0)))
        return _flat(graph, kernel, np.vstack([self._whiten @ bound[:-1], bound[-1:]]))


def _flat(graph: Graph, tensor: str, bound: Features) -> str:
    return graph("Gemm", tensor, graph.constant(bound[:-1]), graph.constant(bound[-1]))


FAMILY = on_features(
    "A support vector machine on named features, or an earlier network's embedding: needs no GPU and few samples.",
    learner,
    {
        "components": 200,
        "kernel": "rbf",
        "landmarks": 4000,
        "balance": 0.5,
    },
    {PICTURE: {"features": ("hog", "lbp"), "cost": 1.0}, SOUND: {"features": GROUPS, "cost": 3.0, "seconds": 3.0}},
)
