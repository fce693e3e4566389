"""`forest` answers as scikit-learn's trees do, from a file that stays small."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from mien import models
from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.core.types import InputContract, silent
from mien.models.classical import Tree, walk
from mien.models.classical._size_limits import LARGEST
from mien.models.families import _forest
from mien.models.features import Graph

ROUNDED = 0.002  # shares of a leaf are stored in steps of 1/255


def softmax(logs):
    powers = np.exp(logs - logs.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def recipe_of(**settings):
    return models.resolve(Recipe(model="forest", **settings), "picture")


def both(answer, clouds, classes, recipe, leaves=31):
    """Our graph's logs, and scikit-learn's model fitted at once on the same."""
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier

    rows, numbers = clouds(classes, 60, 12)
    counts = np.random.default_rng(2).uniform(0.5, 2, len(rows)).astype(np.float32)
    shared = {"max_depth": recipe.tree_depth, "max_leaf_nodes": leaves, "min_samples_leaf": recipe.leaf}
    count = recipe.tree_count
    if recipe.trees == "boosting":
        options = {"early_stopping": False, "l2_regularization": 1.0, "learning_rate": 0.1, "max_iter": count}
        theirs, grow = HistGradientBoostingClassifier(**shared, **options, random_state=0), _forest._boosting
    else:
        theirs, grow = RandomForestClassifier(count, **shared, random_state=0), _forest._forest
    head = grow(rows, numbers, counts, recipe, leaves, silent)
    theirs.fit(rows, numbers, sample_weight=counts)
    asked, _ = clouds(classes, 50, 12, seed=1)
    return answer(head, asked, classes), theirs, asked


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_a_forest_is_scikit_learns(answer, clouds, classes):
    logs, theirs, asked = both(answer, clouds, classes, recipe_of(tree_count=30, tree_depth=6, leaf=2))
    wanted = (theirs.predict_proba(asked) + _forest.SMOOTH) / (1 + classes * _forest.SMOOTH)
    np.testing.assert_allclose(softmax(logs), wanted, atol=ROUNDED)
    sure = np.diff(np.sort(wanted, 1)[:, -2:])[:, 0] > 2 * ROUNDED
    assert sure.mean() > 0.7
    assert (logs.argmax(1) == wanted.argmax(1))[sure].all()


@pytest.mark.parametrize("classes", [2, 3])
def test_boosting_is_scikit_learns(answer, clouds, classes):
    settings = {"trees": "boosting", "tree_count": 8, "tree_depth": 4, "leaf": 5}
    logs, theirs, asked = both(answer, clouds, classes, recipe_of(**settings), leaves=8)
    np.testing.assert_allclose(softmax(logs), theirs.predict_proba(asked), atol=1e-5)


def test_settings_reach_the_trees(answer, clouds):
    def logs(**settings):
        return both(answer, clouds, 3, recipe_of(tree_count=10, **settings))[0]

    usual = logs()
    for settings in ({"tree_depth": 2}, {"leaf": 20}, {"seed": 3}):
        assert not np.array_equal(logs(**settings), usual)


def test_a_rare_class_counts_as_balance_says(toys):
    labels = ("a", "b")
    whole = toys(labels, 24, each=30)
    blurred = np.random.default_rng(0).integers(0, 256, whole.rows.shape, np.uint8)  # nothing to learn but shares
    rare = dataclasses.replace(whole, rows=blurred[:40], numbers=whole.numbers[:40])
    weights = []
    for balance in (0.0, 1.0):
        recipe = recipe_of(size=24, tree_count=20, components=5, leaf=10, balance=balance)
        model = models.build(models.contract(recipe, labels), recipe)
        model.fit(rare, progress=silent)
        weights.append(model.predict_on_batch(blurred)[:, 1].mean())
    assert weights[0] == pytest.approx(0.25, abs=0.08)
    assert weights[1] == pytest.approx(0.5, abs=0.12)


def full(leaves, values):
    """The largest tree of so many leaves: no two of its numbers alike."""
    count = 2 * leaves - 1
    inner = np.arange(leaves - 1)
    left, right = np.zeros(count, int), np.zeros(count, int)
    left[inner], right[inner] = 2 * inner + 1, 2 * inner + 2
    random = np.random.default_rng(0)
    thresholds = random.normal(size=count)
    return Tree(random.integers(0, 40, count), thresholds, left, right, random.integers(0, 256, (count, values)))


@pytest.mark.parametrize(
    ("classes", "settings"),
    [
        (2, {}),
        (7, {}),
        (7, {"tree_count": 1000}),
        (7, {"components": 200}),
        (2, {"trees": "boosting", "tree_count": 5000}),
        (7, {"trees": "boosting", "tree_count": 400}),
    ],
)
def test_the_file_has_room_for_as_many_leaves_as_are_allowed(classes, settings):
    recipe = recipe_of(**settings)
    leaves, boosting = _forest.leaves_each(recipe, classes), recipe.trees == "boosting"
    values = (2 if classes == 2 else 1) if boosting else classes
    trees = [full(leaves, values)] * (recipe.tree_count * (classes if boosting and classes > 2 else 1))
    graph = Graph(InputContract(("a", "b"), 48))
    rows = graph.half(np.random.default_rng(0).normal(size=(3888, recipe.components)))  # the projection, as stored
    graph.constant(np.ones((2, 3888)))
    found = walk(graph, rows, trees, np.float32 if boosting else np.uint8)
    size = len(graph.to_bytes(found, "out", values))
    assert size < LARGEST
    if not boosting:
        assert size > 0.93 * LARGEST  # and none of it is wasted


@pytest.mark.parametrize(
    "settings",
    [{"tree_count": 5000, "components": 500, "trees": "boosting", "labels": tuple("abcdefg")}, {"components": 2000}],
)
def test_what_cannot_fit_is_refused_with_a_sentence(settings):
    with pytest.raises(SettingError, match=r"leaves no room for trees in a file of 5 MB. Take fewer trees"):
        recipe_of(**settings)
