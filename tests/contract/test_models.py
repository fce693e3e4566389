"""One exam for the whole registry: a family passes it by existing, be it a network or an estimator."""

from __future__ import annotations

import dataclasses
import functools
import math
import socket
from typing import Any

import numpy as np
import pytest

from mien import export, kinds, models, train
from mien.core.calibration import Calibration
from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Estimator, InputContract
from mien.models.families import COMMON
from mien.predict import Predictor

SIZE = 32
SECONDS = 0.5
LABELS = ("happy", "très sad, indeed")
SEVEN = tuple(f"class {number}" for number in range(7))
RARE = 3  # pictures of the last of the seven
TEMPERATURE = 1.7
# What keeps the exam short. Each family gets those of these that it takes; fewer landmarks than pictures let the seed
# choose, and `weights` leaves the pretrained ones where they are, on the internet.
SMALL = {
    "size": SIZE,
    "seconds": SECONDS,
    "batch": 8,
    "epochs": 12,
    "weights": "none",
    "components": 20,
    "landmarks": 24,
    "tree_count": 20,
    "width": 0.4,
}


CASES = [(name, kind) for name in models.names() for kind in models.family(name).kinds]


@dataclasses.dataclass(frozen=True)
class Fitted:
    contract: InputContract
    recipe: Recipe
    model: Any
    run: Run
    history: train.History
    predictor: Predictor


def recipe_of(name, kind, **settings):
    own, wanted = models.family(name).settings_of(kind), SMALL | settings
    return models.resolve(Recipe(model=name, **{key: part for key, part in wanted.items() if key in own}), kind)


def trained(training, validation, recipe, run, kind):
    """Go the way of `mien run`, from batches to a model."""
    contract = models.contract(recipe, training.labels, kind)
    model = models.build(contract, recipe, training=True)
    return contract, model, train.fit(model, training, validation, recipe, run)


def unequal(toys, **settings):
    """Seven classes, of which the last has `RARE` pictures."""
    whole = toys(SEVEN, each=12, clouds=0, **settings)
    kept = len(whole.numbers) - 12 + RARE
    return dataclasses.replace(whole, rows=whole.rows[:kept], numbers=whole.numbers[:kept])


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def case(request):
    return request.param


@pytest.fixture(scope="module")
def name(case):
    return case[0]


@pytest.fixture(scope="module")
def kind(case):
    return case[1]


@pytest.fixture(scope="module")
def toys(kind, toys, tones):
    """A set of the kind that any classifier should learn."""
    return functools.partial(toys, size=SIZE) if kind == kinds.PICTURE else functools.partial(tones, seconds=SECONDS)


@pytest.fixture(scope="module", autouse=True)
def no_network():
    """Whatever asks for a connection or an address fails at once."""

    def refuse(*_):
        raise AssertionError("a family asked the network")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        yield


@pytest.fixture(scope="module", autouse=True)
def small_backbone(few_layers):
    """The whole one is exported in models/families/test_transfer.py, and read in models/pretrained."""
    with pytest.MonkeyPatch.context() as patch:
        few_layers(patch)
        yield


@pytest.fixture(scope="module")
def fitted(name, kind, toys, tmp_path_factory):
    """Trained until it should know two plain patterns, and exported."""
    training, validation = toys(LABELS, each=48, shuffle=network(name)), toys(LABELS, seed=1)
    recipe, run = recipe_of(name, kind), Run.create(tmp_path_factory.mktemp(name) / "run")
    contract, model, history = trained(training, validation, recipe, run, kind)
    path = export.write(model, contract, run.model, calibration=Calibration.of_temperature(TEMPERATURE))
    return Fitted(contract, recipe, model, run, history, Predictor(path, inputs="whole"))  # tones are no speech


@pytest.fixture(scope="module")
def seven(name, kind, toys, tmp_path_factory):
    """From a seed to what a model of seven classes answers after one epoch."""

    def answer(seed):
        recipe, run = (
            dataclasses.replace(recipe_of(name, kind, epochs=1), seed=seed),
            Run(tmp_path_factory.mktemp(name)),
        )
        training = unequal(toys, shuffle=network(name))
        _, model, _ = trained(training, unequal(toys, seed=1), recipe, run, kind)
        return model.predict_on_batch(toys(SEVEN, each=4, seed=6, clouds=0).rows)

    return functools.cache(answer)


def noise(contract, count):
    """Rows of nothing that is known."""
    drawn = np.random.default_rng(11).normal(0, 0.25, (count, *contract.shape))
    return (drawn if contract.dtype == "float32" else 128 + 256 * drawn.clip(-0.5, 0.49)).astype(contract.dtype)


def network(name):
    return models.family(name).network


def test_it_is_what_it_says(name, kind, fitted):
    assert isinstance(fitted.model, Estimator) != network(name)
    assert fitted.contract.colour in ("rgb", "grey")
    assert fitted.contract.shape == {kinds.PICTURE: (SIZE, SIZE, 3), kinds.SOUND: (8_000,)}[kind]
    assert models.family(name).about.endswith(".")


def test_its_defaults_make_a_whole_recipe(name, kind):
    takes = {*COMMON, *models.family(name).settings_of(kind)}
    resolved = vars(models.resolve(Recipe(model=name), kind))
    assert {key for key, value in resolved.items() if value is not None} == takes


def test_learns_what_is_plain_to_see(fitted, toys):
    unseen = toys(LABELS, seed=2)
    answers = fitted.predictor.probabilities(unseen.rows)
    assert np.mean(answers.argmax(1) == unseen.numbers) >= 0.9
    assert fitted.history.best.val_balanced_accuracy >= 0.9
    assert fitted.run.history.exists()


def test_rows_become_probabilities(fitted, seven, toys):
    rows = toys(LABELS, seed=5).rows
    for answers in (fitted.model.predict_on_batch(rows), fitted.predictor.probabilities(rows), seven(3)):
        assert answers.dtype == np.float32
        assert 0 <= answers.min() <= answers.max() <= 1
        np.testing.assert_allclose(answers.sum(1), 1, atol=1e-5)
    assert fitted.predictor.probabilities(rows).shape == (32, 2)
    assert seven(3).shape == (28, 7)


def test_a_class_of_three_pictures_is_a_class_like_any_other(name, seven):
    answers = seven(3)
    assert np.isfinite(answers).all()
    if not network(name):  # one epoch teaches a network little
        weights = answers.reshape(7, 4, 7).mean(1)  # of pictures of a class, for a class
        assert weights[:, 6].argmax() == 6


def test_the_same_seed_gives_the_same_answers(seven):
    assert np.array_equal(seven(3), seven.__wrapped__(3))


def test_another_seed_gives_others(name, kind, seven):
    if not network(name):
        assert not np.array_equal(seven(3), seven(4))
        return
    # A network's first weights say it already, and training one takes longer.
    recipe = recipe_of(name, kind)
    contract = models.contract(recipe, LABELS, kind)
    one, other = (models.build(contract, dataclasses.replace(recipe, seed=seed)) for seed in (3, 4))
    pairs = zip(one.trainable_variables, other.trainable_variables, strict=True)
    assert not all(np.array_equal(*pair) for pair in pairs)


def test_what_was_saved_gives_the_same_answers(fitted, toys):
    rows = toys(LABELS, seed=3).rows
    again = models.build(fitted.contract, dataclasses.replace(fitted.recipe, seed=99))
    train.load_best(again, fitted.run)
    assert np.array_equal(again.predict_on_batch(rows), fitted.model.predict_on_batch(rows))


def test_the_file_answers_as_the_model_does(fitted, toys):
    for rows in (noise(fitted.contract, 40), toys(LABELS, seed=4).rows):  # more than one chunk
        logs = np.log(np.maximum(fitted.model.predict_on_batch(rows).astype(float), 1e-12)) / TEMPERATURE
        wanted = np.exp(logs) / np.exp(logs).sum(1, keepdims=True)
        found = fitted.predictor.probabilities(rows)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, wanted, atol=export.TOLERANCE)


def test_in_8_bits_a_network_answers_nearly_alike(name, fitted, toys, tmp_path):
    if not network(name):
        return
    small = export.quantize(fitted.run.model, tmp_path / "small.onnx", iter([toys(LABELS, seed=7).rows]))
    unseen = toys(LABELS, seed=2)
    answers = Predictor(small, inputs="faces").probabilities(unseen.rows)
    assert np.mean(answers.argmax(1) == unseen.numbers) >= 0.9
    assert 0 < np.abs(answers - fitted.predictor.probabilities(unseen.rows)).max() < 0.1


def test_a_network_s_litert_file_answers_as_its_model_file_does(name, fitted, toys, tmp_path):
    if not network(name):
        return
    file = export.write_litert(fitted.model, fitted.run.model, tmp_path / "model.tflite")
    rows = toys(LABELS, seed=4).rows
    found, wanted = export.read_litert(file).probabilities(rows), fitted.predictor.probabilities(rows)
    np.testing.assert_allclose(found, wanted, atol=export.TOLERANCE)


def test_the_file_carries_its_contract(fitted):
    assert fitted.predictor.contract == fitted.contract
    assert fitted.predictor.labels == LABELS


def test_a_sample_of_no_known_class_gets_an_answer_among_the_known(fitted, toys):
    answer = fitted.predictor.predict(toys(SEVEN, each=1).rows[4])
    assert answer.label in LABELS
    assert set(answer.probabilities) == set(LABELS)
    assert math.isclose(sum(answer.probabilities.values()), 1, abs_tol=1e-5)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda rows: rows.astype(np.float64),
        lambda rows: rows[0],
        lambda rows: rows[..., :1],
        lambda rows: np.moveaxis(rows, -1, 0),
        lambda rows: np.repeat(rows, 2, axis=1),
    ],
    ids=["of another dtype", "one alone", "cut", "turned", "too long"],
)
def test_another_array_is_answered_with_a_sentence(fitted, wrong):
    rows, asked = noise(fitted.contract, 1), [fitted.predictor.probabilities]
    shape = ", ".join(map(str, fitted.contract.shape))
    if isinstance(fitted.model, Estimator):
        asked.append(fitted.model.predict_on_batch)
    for answer in asked:
        with pytest.raises(SettingError, match=rf"Expected: {rows.dtype} \[N, {shape}\]"):
            answer(wrong(rows))


def test_a_setting_of_another_family_is_answered_with_a_sentence(name):
    foreign = ("cost", 2.0) if network(name) else ("loss", "focal")
    with pytest.raises(SettingError, match=rf"'{name}' does not take {foreign[0]} = {foreign[1]!r}"):
        models.resolve(Recipe(model=name, **dict([foreign])))
