"""Features become components: the same ones to learn from and in the file."""

from __future__ import annotations

import dataclasses

import numpy as np
import onnxruntime
import pytest

from mien import models
from mien.core.recipe import Recipe
from mien.core.types import InputContract
from mien.models.classical import _pca
from mien.models.features import PIXELS, Graph, count, measure

CONTRACT = InputContract(("a", "b"), 24)


def run(graph, tensor, width, pixels):
    session = onnxruntime.InferenceSession(graph.to_bytes(tensor, "out", width), providers=["CPUExecutionProvider"])
    return session.run(None, {PIXELS: pixels})[0]


@pytest.fixture(scope="module")
def pixels(pictures):
    return np.concatenate([pictures(number, 30, 24) for number in range(3)])


def projected(pixels, components, names=("hog",)):
    recipe = models.resolve(Recipe(model="svm", features=names, components=components))
    graph = Graph(CONTRACT)
    tensor = measure(graph, names, CONTRACT)
    features = run(graph, tensor, count(names), pixels)
    found, add = _pca.project(features.copy(), recipe)
    return features, found, run(graph, add(graph, tensor), found.shape[1], pixels)


@pytest.mark.parametrize("names", [("hog",), ("hog", "lbp")])
@pytest.mark.parametrize("components", [5, 70])  # scikit-learn has a solver for few and another for most
def test_what_is_learnt_from_is_what_the_graph_computes(pixels, components, names):
    _, found, asked = projected(pixels, components, names)
    assert found.shape == (90, components)
    np.testing.assert_allclose(found, asked, atol=2e-3)
    np.testing.assert_allclose(found.mean(0), 0, atol=2e-2)


def test_they_are_scikit_learns(pixels):
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import StandardScaler

    features, found, _ = projected(pixels, 4)
    wanted = PCA(4, random_state=0).fit_transform(StandardScaler().fit_transform(features))
    for ours, theirs in zip(found.T, wanted.T, strict=True):
        assert abs(np.corrcoef(ours, theirs)[0, 1]) > 0.9999
        np.testing.assert_allclose(ours.std(), theirs.std(), rtol=1e-3)


def test_there_are_never_more_than_pictures(pixels):
    _, found, _ = projected(pixels[:7], 50)
    assert found.shape == (7, 7)


def test_a_part_of_many_pictures_is_enough(pixels, monkeypatch):
    _, whole, _ = projected(pixels, 1)  # what tells three classes apart; the next ones are mostly noise here
    monkeypatch.setattr(_pca, "ENOUGH", 45)
    _, found, asked = projected(pixels, 1)
    np.testing.assert_allclose(found, asked, atol=2e-3)
    assert abs(np.corrcoef(found[:, 0], whole[:, 0])[0, 1]) > 0.9


def test_a_constant_feature_is_harmless():
    features = np.random.default_rng(0).normal(size=(20, 6)).astype(np.float32)
    features[:, 2] = 3
    found, _ = _pca.project(features, dataclasses.replace(Recipe(), components=3))
    assert np.isfinite(found).all()
