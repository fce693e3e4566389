"""One exam for the whole registry: a family passes it by existing."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from mien import export, models, train
from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import InputContract
from mien.predict import Predictor

SIZE = 32
LABELS = ("happy", "très sad, indeed")


@dataclasses.dataclass(frozen=True)
class Fitted:
    contract: InputContract
    recipe: Recipe
    model: Any
    run: Run
    history: train.History
    predictor: Predictor


def prepared(name, labels=LABELS, **settings):
    recipe = Recipe(model=name, size=SIZE, batch=8, **settings).with_defaults(models.family(name).defaults)
    contract = models.contract(recipe, labels)
    return models.build(contract, recipe), contract, recipe


@pytest.fixture(scope="module", params=models.names())
def name(request):
    return request.param


@pytest.fixture(scope="module")
def fitted(name, toys, tmp_path_factory):
    """Trained until it should know two plain patterns, and exported."""
    model, contract, recipe = prepared(name, epochs=12)
    run = Run.create(tmp_path_factory.mktemp(name) / "run")
    training, validation = toys(LABELS, SIZE, each=48, shuffle=True), toys(LABELS, SIZE, seed=1)
    history = train.fit(model, training, validation, recipe, run)
    path = export.write(model, contract, run.model, temperature=1.7)
    return Fitted(contract, recipe, model, run, history, Predictor(path))


def test_bytes_become_probabilities(name, toys):
    model, contract, _ = prepared(name)
    assert (model.inputs[0].dtype, model.inputs[0].shape) == ("uint8", (None, SIZE, SIZE, 3))
    assert model.outputs[0].shape == (None, 2)
    answers = model.predict_on_batch(toys(LABELS, SIZE).pixels)
    assert answers.dtype == np.float32
    assert answers.min() >= 0
    np.testing.assert_allclose(answers.sum(1), 1, atol=1e-5)
    assert contract.colour in ("rgb", "grey")


@pytest.mark.parametrize("classes", [2, 7])
def test_any_number_of_classes(name, classes, toys):
    labels = tuple(f"class {number}" for number in range(classes))
    model, _, _ = prepared(name, labels)
    assert model.predict_on_batch(toys(labels, SIZE, each=1).pixels).shape == (classes, classes)


def test_its_defaults_make_a_whole_recipe(name):
    settings = dataclasses.asdict(Recipe(model=name).with_defaults(models.family(name).defaults))
    assert [key for key, value in settings.items() if value is None] == []


def test_sigmoid_outputs(name, toys):
    model, _, _ = prepared(name, outputs="sigmoid")
    answers = model.predict_on_batch(toys(LABELS, SIZE, each=2).pixels)
    assert np.abs(answers.sum(1) - 1).max() > 1e-3
    assert 0 <= answers.min() <= answers.max() <= 1


def test_learns_what_is_plain_to_see(fitted, toys):
    unseen = toys(LABELS, SIZE, seed=2)
    answers = fitted.predictor.probabilities(unseen.pixels)
    assert np.mean(answers.argmax(1) == unseen.numbers) >= 0.9
    assert fitted.history.best.val_balanced_accuracy >= 0.9


def test_the_same_seed_gives_the_same_weights(name, toys, tmp_path):
    def weights(seed, place):
        model, _, recipe = prepared(name, seed=seed, epochs=2)
        train.fit(model, toys(LABELS, SIZE, shuffle=True), toys(LABELS, SIZE, seed=1), recipe, Run(tmp_path / place))
        return [np.asarray(variable) for variable in model.variables]

    first, second, other = weights(3, "first"), weights(3, "second"), weights(4, "other")
    assert all(np.array_equal(one, two) for one, two in zip(first, second, strict=True))
    assert not all(np.array_equal(one, two) for one, two in zip(first, other, strict=True))


def test_the_best_checkpoint_gives_the_same_answers(fitted, toys):
    pixels = toys(LABELS, SIZE, seed=3).pixels
    again = models.build(fitted.contract, dataclasses.replace(fitted.recipe, seed=99))
    wanted = fitted.model.predict_on_batch(pixels)
    assert not np.array_equal(again.predict_on_batch(pixels), wanted)
    train.load_best(again, fitted.run)
    assert np.array_equal(again.predict_on_batch(pixels), wanted)


def test_the_file_answers_as_keras_does(fitted, toys):
    noise = np.random.default_rng(11).integers(0, 256, (40, SIZE, SIZE, 3), np.uint8)  # more than one chunk
    for pixels in (noise, toys(LABELS, SIZE, seed=4).pixels):
        logs = np.log(np.maximum(fitted.model.predict_on_batch(pixels).astype(float), 1e-9)) / 1.7
        wanted = np.exp(logs) / np.exp(logs).sum(1, keepdims=True)
        found = fitted.predictor.probabilities(pixels)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, wanted, atol=export.TOLERANCE)


def test_the_file_carries_its_contract(fitted):
    assert fitted.predictor.contract == fitted.contract
    assert fitted.predictor.labels == LABELS


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((1, SIZE, SIZE, 3), np.float32),
        np.zeros((SIZE, SIZE, 3), np.uint8),
        np.zeros((1, SIZE, SIZE, 1), np.uint8),
        np.zeros((1, 3, SIZE, SIZE), np.uint8),
        np.zeros((1, SIZE + 1, SIZE, 3), np.uint8),
    ],
    ids=lambda array: f"{array.dtype} {array.shape}",
)
def test_another_array_is_answered_with_a_sentence(fitted, pixels):
    with pytest.raises(SettingError, match=r"Expected: uint8 \[N, 32, 32, 3\]"):
        fitted.predictor.probabilities(pixels)
