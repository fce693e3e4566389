"""Features, each scaled to its own spread, become a few principal components (scikit-learn)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mien.core.recipe import Recipe
    from mien.models.classical._estimator import Head
    from mien.models.features import Features, Graph

ENOUGH = 20_000  # pictures that show where features vary: the copy that is needed then stays below 320 MB


def project(features: Features, recipe: Recipe) -> tuple[Features, Head]:
    """Fit StandardScaler and PCA to float32 [N, F], which is overwritten, and return what adds both to a graph.

    The components, float32 [N, C], are as the graph will compute them, C at most as many as pictures and features.
    """
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler(copy=False)
    scaled = scaler.fit_transform(features)
    # scikit-learn either copies what it is given or leaves nonsense in its place, so it gets a part, and a copy of it.
    part = np.random.default_rng(recipe.seed).permutation(len(scaled))[:ENOUGH]
    pca = PCA(min(int(recipe.components or 1), len(part), features.shape[1]), copy=False, random_state=recipe.seed)
    pca.fit(scaled[np.sort(part)])
    # What is fitted next sees the features through the very matrix that is stored, in half the bytes.
    matrix = pca.components_.T.astype(np.float16)  # [F, C], unit columns
    middle, spread = scaler.mean_ + scaler.scale_ * pca.mean_, scaler.scale_

    def add(graph: Graph, tensor: str) -> str:
        centred = graph("Sub", tensor, graph.constant(middle))
        return graph("MatMul", graph("Div", centred, graph.constant(spread)), graph.half(matrix))

    scaled -= pca.mean_.astype(np.float32)
    return scaled @ matrix.astype(np.float32), add
