"""`forest`: many decision trees, side by side (Breiman 2001) or each mending the last (Friedman 2001; Ke et al. 2017).

Full-grown trees grow with the data: a hundred for 24,454 faces have 620,000 leaves, 10 MB as they are stored here. So
all trees of a model share a number of leaves that the file has room for, whatever the data's size, and each grows its
best leaves first until its share is used up: about 290,000 leaves together with seven classes, 2,900 for each of 100
trees.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.core.types import PICTURE, SOUND, Progress
from mien.models.classical import MOST_LEAVES, NODE, Head, Learn, Tree, project, projection_bytes, room, walk, weights
from mien.models.families._on_features import on_features
from mien.models.features.sound import GROUPS

if TYPE_CHECKING:
    from mien.core.types import Integers
    from mien.models.features import Embedding, Features, Graph

BATCHES = 20  # growing is shown in so many steps
LEVELS = 255  # a leaf's shares are stored in one byte each; over a hundred trees the rounding averages out
SMOOTH = 1e-3  # added to every share, because a class that no leaf has seen is not impossible
RATE = 0.1  # of boosting: how much of what is left each round mends
RIDGE = 1.0  # of boosting: pulls the values of small leaves towards zero
USUAL_LEAVES = 31  # of a boosted tree: they are many and should be small


def learner(recipe: Recipe, classes: int, embedding: Embedding | None) -> Learn:
    """Return what learns; `SettingError` where so many trees would not fit into a file of 5 MB."""
    return partial(_learn, leaves_each(recipe, classes, embedding))


def leaves_each(recipe: Recipe, classes: int, embedding: Embedding | None = None) -> int:
    """Say how many leaves a tree may have in a file of 5 MB, where each comes with the question above it."""
    boosting = recipe.trees == "boosting"
    trees = int(recipe.tree_count or 1) * (classes if boosting and classes > 2 else 1)
    values = (8 if classes == 2 else 4) if boosting else classes
    left = room(embedding) - projection_bytes(recipe, embedding)
    each = left // (2 * NODE + values) // trees
    if each < 2:
        came = f"tree_count = {recipe.tree_count} with {classes} classes leaves no room for trees in a file of 5 MB"
        raise SettingError(came, todo="Take fewer trees, components or features")
    return min(each, USUAL_LEAVES if boosting else MOST_LEAVES)


def _learn(
    leaves: int, features: Features, numbers: Integers, classes: int, recipe: Recipe, progress: Progress
) -> Head:
    components, project_too = project(features, recipe)
    # Rounded as the graph rounds them, so that a threshold between two of them is as good in half the bytes.
    rounded = components.astype(np.float16).astype(np.float32)
    counts = weights(numbers, classes, recipe)
    grow = _boosting if recipe.trees == "boosting" else _forest
    answer = grow(rounded, numbers, counts, recipe, leaves, progress)
    return lambda graph, tensor: answer(graph, graph("Cast", graph("Cast", project_too(graph, tensor), to=10), to=1))


def _shape(recipe: Recipe, leaves: int) -> dict[str, Any]:
    """Say what either kind of trees is told; warm start, because they are grown a few at a time."""
    size = {"max_depth": recipe.tree_depth, "max_leaf_nodes": leaves, "min_samples_leaf": int(recipe.leaf or 1)}
    return {**size, "random_state": recipe.seed, "warm_start": True}


def _forest(
    rows: Features, numbers: Integers, counts: Features, recipe: Recipe, leaves: int, progress: Progress
) -> Head:
    from sklearn.ensemble import RandomForestClassifier

    model = RandomForestClassifier(n_jobs=-1, **_shape(recipe, leaves))
    for trees in _growing(int(recipe.tree_count or 1), progress):
        model.set_params(n_estimators=trees).fit(rows, numbers, sample_weight=counts)
    trees = [_of_forest(one.tree_) for one in model.estimators_]

    def answer(graph: Graph, tensor: str) -> str:
        shares = graph("ReduceMean", walk(graph, tensor, trees, np.uint8), axes=[1], keepdims=0)
        return graph("Log", graph("Add", graph("Div", shares, graph.constant(LEVELS)), graph.constant(SMOOTH)))

    return answer


def _boosting(
    rows: Features, numbers: Integers, counts: Features, recipe: Recipe, leaves: int, progress: Progress
) -> Head:
    from sklearn.ensemble import HistGradientBoostingClassifier

    usual = {"early_stopping": False, "l2_regularization": RIDGE, "learning_rate": RATE}
    model = HistGradientBoostingClassifier(**usual, **_shape(recipe, leaves))
    for rounds in _growing(int(recipe.tree_count or 1), progress):
        model.set_params(max_iter=rounds).fit(rows, numbers, sample_weight=counts)
    # scikit-learn shows these trees to nobody; a test against its own predictions tells when they change.
    trees = [_of_boosting(one.nodes, binary=len(each) == 1) for each in model._predictors for one in each]  # noqa: SLF001
    start, classes = model._baseline_prediction.ravel(), len(model.classes_)  # noqa: SLF001
    offset = np.array([-0.5, 0.5]) * start if classes == 2 else start

    def answer(graph: Graph, tensor: str) -> str:
        values = walk(graph, tensor, trees, np.float32)  # [N, rounds * classes, 1], of two classes [N, rounds, 2]
        rounds = graph("Reshape", values, graph.constant([0, -1, classes], np.int64))
        summed = graph("ReduceSum", rounds, graph.constant([1], np.int64), keepdims=0)
        return graph("Add", summed, graph.constant(offset))

    return answer


def _growing(count: int, progress: Progress) -> Any:  # noqa: ANN401 - an iterable of int
    """Yield how many trees there shall be after each step, up to all."""
    sizes = sorted({max(1, count * step // BATCHES) for step in range(1, BATCHES + 1)})
    return progress(sizes, total=len(sizes), what="growing trees")


def _of_forest(tree: Any) -> Tree:  # noqa: ANN401 - sklearn.tree._tree.Tree
    shares = tree.value[:, 0] / tree.value[:, 0].sum(1, keepdims=True)
    left, right = np.maximum(tree.children_left, 0), np.maximum(tree.children_right, 0)
    return Tree(tree.feature, tree.threshold, left, right, np.rint(LEVELS * shares))


def _of_boosting(nodes: Any, *, binary: bool) -> Tree:  # noqa: ANN401 - a structured array
    leaf, value = nodes["is_leaf"].astype(bool), nodes["value"][:, None]
    left, right = (np.where(leaf, 0, nodes[side]).astype(np.int64) for side in ("left", "right"))
    values = value * [-0.5, 0.5] if binary else value
    return Tree(nodes["feature_idx"], nodes["num_threshold"], left, right, values)


FAMILY = on_features(
    "Decision trees on named features, or an earlier network's embedding, side by side or boosted: quick to train.",
    learner,
    {
        "components": 40,
        "trees": "forest",
        "tree_count": 100,
        "tree_depth": 24,
        "leaf": 1,
        "balance": 1.0,
    },
    {
        PICTURE: {"features": ("hog", "lbp")},
        SOUND: {"features": GROUPS, "seconds": 3.0},
    },
)
