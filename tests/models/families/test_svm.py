"""`svm` is the kernel machine where every picture is a landmark, sees an earlier network, and stays small."""

from __future__ import annotations

import dataclasses

import numpy as np
import onnx
import pytest

from mien import models, pipeline, train
from mien.core.errors import SettingError, StorageError, TrainingError
from mien.core.recipe import Recipe
from mien.core.types import InputContract, silent
from mien.models.classical import projection_bytes
from mien.models.classical._size_limits import LARGEST
from mien.models.families import _svm
from mien.models.features import Graph

LABELS = ("angry", "happy", "sad")


def recipe_of(**settings):
    return models.resolve(Recipe(model="svm", **settings), "picture")


def fitted(toys, labels=LABELS, **settings):
    recipe = recipe_of(size=24, components=10, **settings)
    model = models.build(models.contract(recipe, labels), recipe)
    model.fit(toys(labels, 24, each=12), progress=silent)
    return model


# The kernel


def standing(clouds, classes=3, each=40):
    rows, numbers = clouds(classes, each, 12)
    return ((rows - 127) / 60).astype(np.float32), numbers


def test_with_every_picture_a_landmark_the_space_is_the_kernels(clouds):
    from sklearn.metrics.pairwise import rbf_kernel

    rows, _ = standing(clouds)
    near = _svm._Kernel(rows.astype(np.float16), 0.05)
    found = near.rows(rows, silent)
    assert (found[:, -1] == 1).all()
    np.testing.assert_allclose(found[:, :-1] @ found[:, :-1].T, rbf_kernel(rows, gamma=0.05), atol=2e-3)


def test_the_answers_are_those_of_the_whole_kernel_machine(clouds):
    """scikit-learn's SVC punishes a mistake by its size, not its square, so margins are alike and not equal."""
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.svm import SVC

    rows, numbers = standing(clouds)
    asked = ((clouds(3, 100, 12, seed=1)[0] - 127) / 60).astype(np.float32)
    truth = np.repeat(range(3), 100)
    theirs = OneVsRestClassifier(SVC(C=1.0, gamma=0.05)).fit(rows, numbers).decision_function(asked)
    near = _svm._Kernel(rows.astype(np.float16), 0.05)
    bound = _svm.boundaries(near.rows(rows, silent), numbers, 3, 1.0, np.ones(len(rows), np.float32))
    ours = near.rows(asked, silent) @ bound
    assert (ours.argmax(1) == theirs.argmax(1)).mean() > 0.95
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.97
    assert abs((ours.argmax(1) == truth).mean() - (theirs.argmax(1) == truth).mean()) < 0.03


def test_the_graph_has_the_same_margins(answer, clouds):
    rows, numbers = clouds(3, 40, 12)
    near = _svm._Kernel(rows[::2].astype(np.float16), 2e-5)
    own = near.rows(rows, silent)
    bound = _svm.boundaries(own, numbers, 3, 1.0, np.ones(len(rows), np.float32))
    found = answer(lambda graph, tensor: near.add(graph, tensor, bound), rows, 3)
    np.testing.assert_allclose(found, own @ bound, atol=5e-3)


def test_two_equal_landmarks_are_harmless():
    rows = np.ones((6, 4), np.float32)
    assert np.isfinite(_svm._Kernel(rows.astype(np.float16), 1.0).rows(rows, silent)).all()


def test_each_class_has_a_landmark_as_long_as_there_are_enough():
    numbers = np.array([0] * 500 + [1] * 2 + [2])
    for seed in range(5):
        chosen = _svm._landmarks(numbers, 10, seed)
        assert set(numbers[chosen]) == {0, 1, 2}
        assert len(set(chosen.tolist())) == 10
    assert len(_svm._landmarks(numbers, 4000, 0)) == len(numbers)


# The classifier


@pytest.mark.parametrize("kernel", ["rbf", "linear"])
@pytest.mark.parametrize("features", [("hog",), ("lbp",), ("lbp", "hog")])
def test_it_learns_with_each_kernel_and_feature(toys, kernel, features):
    model = fitted(toys, kernel=kernel, features=features)
    new = toys(LABELS, 24, seed=1)
    assert (model.predict_on_batch(new.rows).argmax(1) == new.numbers).mean() > 0.5  # a third would be chance
    measured = " and ".join(features)
    assert str(model) == f"svm: {measured} of 24 x 24 px -> 3 classes"


def test_a_greater_cost_fits_the_training_side_closer(toys):
    side = toys(LABELS, 24, each=12)
    sure = [
        fitted(toys, cost=cost).predict_on_batch(side.rows)[range(36), side.numbers].mean() for cost in (0.001, 100.0)
    ]
    assert sure[0] + 0.1 < sure[1]


def test_what_stands_in_the_file_is_only_onnxs_own(toys):
    file = onnx.load_from_string(fitted(toys).to_onnx())
    assert {node.domain for node in file.graph.node} <= {""}
    assert [entry.version for entry in file.opset_import] == [17]


def test_a_class_without_pictures_is_answered_with_a_sentence(toys):
    recipe = recipe_of(size=24, components=10)
    model = models.build(models.contract(recipe, LABELS), recipe)
    side = toys(LABELS, 24, each=4)
    none = dataclasses.replace(side, rows=side.rows[:8], numbers=side.numbers[:8])
    with pytest.raises(TrainingError, match=r"No picture labelled sad came to learn from. Expected: some of every"):
        model.fit(none, progress=silent)


def test_what_is_not_fitted_says_so():
    model = models.build(InputContract(LABELS, 24), recipe_of(size=24))
    for asked in (lambda: model.predict_on_batch(np.zeros((1, 24, 24, 3), np.uint8)), model.to_onnx):
        with pytest.raises(TrainingError, match=r"'svm' is not fitted yet. Call fit, or load, first"):
            asked()


def test_a_damaged_or_foreign_file_is_answered_with_a_sentence(toys, tmp_path):
    path = tmp_path / "best.onnx"
    model = fitted(toys)
    with pytest.raises(StorageError, match=r"best.onnx' cannot be read \(No such file"):
        model.load(path)
    whole = model.to_onnx()
    for content in (b"", b"nonsense", whole[: len(whole) // 2], fitted(toys, LABELS[:2]).to_onnx()):
        path.write_bytes(content)
        with pytest.raises(StorageError, match=r"best.onnx' is damaged, or of another classifier. Start the run anew"):
            model.load(path)
    assert model.to_onnx() == whole


# An earlier network's embedding


@pytest.fixture(scope="module")
def network(small_run):
    model = models.build(pipeline.contract(small_run), Recipe.read(small_run.recipe))
    train.load_best(model, small_run)
    return model


@pytest.fixture
def on(network, small_run):
    """From settings to an unfitted classifier on the network of `small_run`."""

    def build(**settings):
        recipe = recipe_of(**{"size": 24, "components": 10, "warm_start": str(small_run.folder)} | settings)
        return models.build(models.contract(recipe, LABELS), recipe, base=network)

    return build


@pytest.mark.parametrize("features", [("embedding",), ("embedding", "hog")])
def test_it_learns_from_what_an_earlier_network_sees(on, network, toys, features):
    import keras

    model = on(features=features)
    model.fit(toys(LABELS, 24, each=12), progress=silent)
    new = toys(LABELS, 24, seed=1)
    assert (model.predict_on_batch(new.rows).argmax(1) == new.numbers).mean() > 0.8
    before = keras.Model(network.inputs[0], network.layers[-1].input).predict_on_batch(new.rows)
    seen = model._embedding.model
    import onnxruntime

    session = onnxruntime.InferenceSession(seen.SerializeToString(), providers=["CPUExecutionProvider"])
    np.testing.assert_allclose(session.run(None, {"pixels": new.rows})[0], before, atol=1e-4)


def test_another_size_than_the_networks_is_refused(on):
    with pytest.raises(SettingError, match=r"The earlier network takes 24 px, and size = 32. .* Take --size 24"):
        on(features=("embedding",), size=32)


# The file


class Nothing:
    """Stands for a matrix of 7,763 x 7,763, which is multiplied away before anything is stored."""

    def __matmul__(self, other):
        return other


def test_the_largest_file_that_is_allowed_stays_below_5_mb():
    labels, count = tuple("abcdefg"), 7763  # what the sentence for seven classes names
    recipe = recipe_of(landmarks=count, labels=labels)
    random = np.random.default_rng(0)
    near = _svm._Kernel(random.normal(size=(2, recipe.components)).astype(np.float16), 1.0)
    near._landmarks = random.normal(size=(count, recipe.components)).astype(np.float32)
    near._whiten = Nothing()
    graph = Graph(InputContract(labels, 48))
    graph.constant(np.zeros(projection_bytes(recipe)), np.uint8)
    rows = graph.constant(np.ones((1, recipe.components)))
    size = len(graph.to_bytes(near.add(graph, rows, np.zeros((count + 1, 7), np.float32)), "logs", 7))
    assert 0.97 * LARGEST < size < LARGEST


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"landmarks": 10_000},
            r"landmarks = 10000 make a model file of 5.8 MB. Expected: at most 5 MB. Take landmarks = 8140",
        ),
        ({"components": 2000}, r"components = 2000 .* make a model file of .* Take fewer components or features"),
        ({"components": 700, "kernel": "linear"}, r"components = 700 make a model file of 5.5 MB"),
    ],
)
def test_what_would_grow_beyond_5_mb_is_refused(settings, said):
    with pytest.raises(SettingError, match=said):
        recipe_of(**settings)


def test_the_number_of_landmarks_that_it_names_would_do():
    with pytest.raises(SettingError) as caught:
        recipe_of(landmarks=10_000)
    most = int(str(caught.value).partition("landmarks = ")[2].rpartition("landmarks = ")[2].split(",")[0])
    assert recipe_of(landmarks=most).landmarks == most
    with pytest.raises(SettingError):
        recipe_of(landmarks=most + 1)


@pytest.mark.parametrize("family", ["svm", "forest"])
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"features": ()}, r"features = \[\]. Expected: one or more, each once"),
        ({"features": ("hog", "hog")}, r"features = \['hog', 'hog'\]. Expected: one or more, each once"),
        ({"features": ("embedding",)}, r"'embedding' without an earlier network. Name its run: --from RUN"),
        ({"warm_start": "runs/a"}, r"warm_start = 'runs/a' came, .* Add 'embedding' to the features"),
        ({"teacher": "runs/a"}, r"cannot learn from the teacher 'runs/a'"),
        ({"loss": "focal"}, r"does not take loss = 'focal'"),
        ({"epochs": 3}, r"does not take epochs = 3"),
    ],
)
def test_what_makes_no_sense_is_refused_before_any_work(family, settings, said):
    with pytest.raises(SettingError, match=said):
        models.resolve(Recipe(model=family, **settings))
