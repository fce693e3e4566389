"""`probe` begins with the box's answer, moves from it where the pictures ask, and has a head for the whole picture."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from mien import Predictor, export, models
from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.core.types import silent
from mien.models.families._probe import own_answer
from mien.models.features import box

TWO = ("happy", "sad")
SIZE = 48


def fitted(batches, inputs="both", **settings):
    recipe = models.resolve(Recipe(model="probe", inputs=inputs, **settings))
    model = models.build(models.contract(recipe, batches.labels), recipe)
    model.fit(batches, progress=silent)
    return model


def stacked(toys, labels=TWO, *, each=12, faceless=(), seed=0, size=SIZE):
    """Toy pictures of which some have another, unrelated toy above them as their face."""
    lower, upper = toys(labels, size, each=each, seed=seed), toys(labels, size, each=each, seed=seed + 50)
    above = upper.rows.copy()
    above[list(faceless)] = 0
    return dataclasses.replace(lower, rows=np.concatenate([above, lower.rows], axis=1))


@pytest.fixture(scope="module")
def both(toys):
    batches = stacked(toys, faceless=range(0, 24, 3))
    return batches, fitted(batches)


def test_the_box_is_cut_where_it_answers(golden_faces):
    """The body, the last layer and the calibration make the very answer of the box's own file."""
    crops, expected, _ = golden_faces
    labels = box().labels
    model = fitted(Untaught(labels, crops), inputs="faces")
    np.testing.assert_allclose(model.predict_on_batch(crops), expected, atol=1e-4)


class Untaught:
    """One picture, of which nobody learns anything: so the box answers as it is."""

    def __init__(self, labels, crops):
        self.labels, self.crops = labels, crops
        self.counts, self.numbers = np.ones(len(labels), np.int64), np.zeros(1, np.int64)

    def __len__(self):
        return 1

    def epoch(self, number, start=0):
        yield self.crops[:1], np.eye(len(self.labels), dtype=np.float32)[:1]


@pytest.mark.parametrize(
    ("labels", "picked"),
    [(("sad", "happy"), ("sad", "happy")), (("Joy", "surprised", "afraid"), ("happy", "surprise", "fear"))],
)
def test_classes_are_the_box_s_by_their_words(golden_faces, labels, picked):
    crops, _, _ = golden_faces
    found = fitted(Untaught(labels, crops), inputs="faces").predict_on_batch(crops)
    box_says = Predictor("face", inputs="faces")
    some = box_says.probabilities(crops)[:, [box_says.labels.index(label) for label in picked]]
    wanted = some / some.sum(1, keepdims=True)
    np.testing.assert_allclose(found, wanted, atol=1e-4)


def test_a_class_that_the_box_does_not_know_is_as_likely_as_the_mean_of_the_others():
    turned = own_answer(("happy", "sad", "fear"), ("sad", "tired", "happy"))
    logs = np.log([0.6, 0.3, 0.1])
    np.testing.assert_allclose(logs @ turned, [np.log(0.5) / 2, 0, np.log(2) / 2], atol=1e-6)
    assert not own_answer(("happy", "sad"), ("red", "blue")).any()


def test_each_half_decides_where_it_should(both):
    batches, model = both
    faces = batches.rows[:, :SIZE].any((1, 2, 3))
    other = batches.rows.copy()
    other[:, SIZE:] = other[::-1, SIZE:]
    before, after = model.predict_on_batch(batches.rows), model.predict_on_batch(other)
    np.testing.assert_allclose(before[faces], after[faces], atol=1e-6)
    assert np.abs(before - after)[~faces].max(1).min() > 0.01
    black = batches.rows.copy()
    black[:, :SIZE] = 0
    assert np.abs(model.predict_on_batch(black) - before)[faces].max() > 0.01


def test_the_whole_is_learnt_from_pictures_with_a_face_too(toys, both):
    _, model = both
    unseen = stacked(toys, each=16, faceless=range(32), seed=1)
    assert (model.predict_on_batch(unseen.rows).argmax(1) == unseen.numbers).mean() >= 0.9


def test_heads_alone_are_those_of_both(toys, both):
    batches, model = both
    whole = fitted(dataclasses.replace(batches, rows=batches.rows[:, SIZE:]), inputs="whole")
    black = batches.rows.copy()
    black[:, :SIZE] = 0
    np.testing.assert_allclose(whole.predict_on_batch(batches.rows[:, SIZE:]), model.predict_on_batch(black), atol=1e-4)


def test_it_learns_where_the_box_knows_no_class(toys):
    batches, unseen = (toys(("red", "blue", "green"), 32, each=12, seed=seed) for seed in (0, 1))
    model = fitted(batches, inputs="faces", size=32)
    assert (model.predict_on_batch(unseen.rows).argmax(1) == unseen.numbers).mean() >= 0.9


@pytest.mark.parametrize("each", [1, 2, 3])
@pytest.mark.parametrize("inputs", ["both", "whole", "faces"])
def test_a_handful_is_enough_to_answer(toys, each, inputs):
    labels = ("happy", "sad", "tired")
    batches = stacked(toys, labels, each=each, faceless=[0]) if inputs == "both" else toys(labels, SIZE, each=each)
    answers = fitted(batches, inputs).predict_on_batch(batches.rows)
    assert np.isfinite(answers).all()
    np.testing.assert_allclose(answers.sum(1), 1, atol=1e-5)


def test_no_face_at_all_is_no_reason_to_stop(toys):
    batches = stacked(toys, faceless=range(24))
    assert np.isfinite(fitted(batches).predict_on_batch(stacked(toys).rows)).all()


def test_the_same_seed_writes_the_same_bytes_and_they_are_few(toys, both):
    batches, model = both
    assert fitted(batches).to_onnx() == model.to_onnx()
    assert len(model.to_onnx()) < 5_000_000


def test_the_exported_file_answers_both_halves_alike(both, tmp_path):
    batches, model = both
    contract = models.contract(models.resolve(Recipe(model="probe", inputs="both")), TWO)
    path = export.write(model, contract, tmp_path / "m.onnx", mirror=True)
    assert Predictor(path).contract.format == 3
    found = Predictor(path).probabilities(batches.rows)
    mirrored = np.ascontiguousarray(batches.rows[:, :, ::-1])
    wanted = (model.predict_on_batch(batches.rows) + model.predict_on_batch(mirrored)) / 2
    np.testing.assert_allclose(found, wanted, atol=1e-4)


@pytest.mark.parametrize("name", ["warm_start", "teacher"])
def test_another_network_to_learn_from_is_refused(name):
    with pytest.raises(SettingError, match=rf"{name} = 'runs/a' came with 'probe', which learns on the network in"):
        models.resolve(Recipe(model="probe", **{name: "runs/a"}))


def test_it_says_that_it_starts_from_the_box():
    assert models.family("probe").starts_from(models.resolve(Recipe(model="probe"))) == "face"
