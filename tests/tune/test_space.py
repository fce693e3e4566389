"""A search space in a recipe's words and in Optuna's."""

from __future__ import annotations

import warnings

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien import models
from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.tune._space import distributions, fitted, longest, params, settings, spoken, steps, tried

BASE = models.resolve(Recipe(model="compact"))
RANGES = st.one_of(
    st.builds(
        lambda low, by: {"learning_rate": {"low": low, "high": min(low * by, 10.0), "log": True}},
        st.floats(1e-6, 1),
        st.floats(1.01, 1e4),
    ),
    st.builds(
        lambda low, wide, step: {"augment": {"low": low, "high": low + wide, "step": step * wide}},
        st.floats(0, 0.5),
        st.floats(0.01, 0.5),
        st.floats(0.05, 1),
    ),
    st.builds(
        lambda low, wide, step: {"batch": {"low": low, "high": low + wide, "step": min(step, wide)}},
        st.integers(1, 500),
        st.integers(1, 500),
        st.integers(1, 50),
    ),
    st.lists(st.sampled_from([8, 16, 32]), min_size=1).map(lambda choices: {"batch": choices}),
    st.lists(st.sampled_from(["adamw", "lion", "sgd"]), min_size=1).map(lambda choices: {"optimizer": choices}),
    st.lists(st.booleans(), min_size=1).map(lambda choices: {"nesterov": choices}),
)


@pytest.fixture(scope="module", autouse=True)
def silence():
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    yield
    optuna.logging.set_verbosity(optuna.logging.INFO)


def draw(space, seed=0):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # Optuna warns of ranges that do not fit their steps
        study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
        return settings(space, study.ask(distributions(space)).params)


@given(RANGES, st.integers(0, 1000))
def test_whatever_is_drawn_is_a_setting_that_the_recipe_takes(space, seed):
    Recipe(search=space)
    recipe = tried(BASE, draw(space, seed))
    for name, part in space.items():
        value = getattr(recipe, name)
        assert value in part if isinstance(part, list) else part["low"] <= value <= part["high"]


@given(RANGES, st.integers(0, 1000))
def test_a_drawn_number_is_short_enough_to_read(space, seed):
    for value in draw(space, seed).values():
        if isinstance(value, float) and value not in next(iter(space.values())).values():
            assert value == float(f"{value:.5g}")


@given(RANGES, st.integers(0, 1000))
def test_a_drawn_recipe_lies_in_its_own_space(space, seed):
    recipe = tried(BASE, draw(space, seed))
    if any("step" in part for part in space.values() if isinstance(part, dict)):
        return  # rounding may move a value off its grid by less than its fifth digit
    assert params(space, recipe) is not None


def test_lists_of_words_become_tuples():
    space = {"features": [["hog"], ["hog", "lbp"]]}
    Recipe(search=space)
    found = settings(space, {"features": "hog, lbp"})
    assert tried(Recipe(), found).features == ("hog", "lbp")


def test_the_recipe_itself_is_in_the_space_or_not():
    space = {"learning_rate": {"low": 0.001, "high": 0.01}, "batch": [32, 64]}
    assert params(space, BASE) == {"learning_rate": 0.004, "batch": 64}
    assert params({"learning_rate": {"low": 0.01, "high": 0.1}}, BASE) is None
    assert params({"batch": [16, 32]}, BASE) is None
    assert params({"augment": {"low": 0.0, "high": 1.0, "step": 0.25}}, BASE) is None  # 0.6
    assert params({"augment": {"low": 0.0, "high": 1.0, "step": 0.2}}, BASE) == {"augment": 0.6}
    assert params({"cost": [1.0, 2.0]}, BASE) is None


def test_batches_larger_than_the_training_side_are_left_out():
    rate = {"low": 0.1, "high": 0.2}
    assert fitted({"batch": [8, 64], "learning_rate": rate}, 40) == {"batch": [8], "learning_rate": rate}
    assert fitted({"batch": [64], "learning_rate": rate}, 40) == {"learning_rate": rate}
    assert fitted({"batch": {"low": 8, "high": 64}}, 40) == {"batch": {"low": 8, "high": 40}}
    assert fitted({"batch": {"low": 41, "high": 64}}, 40) == {}


def test_one_trial_trains_one_model_and_searches_nothing():
    recipe = Recipe(seeds=3, search={"batch": [8]})
    made = tried(recipe, {"batch": 8}, seed=7)
    assert (made.seeds, made.search, made.batch, made.seed) == (1, {}, 8, 7)


def test_a_value_that_does_not_fit_is_a_sentence():
    with pytest.raises(SettingError, match="batch = 0 is out of range"):
        tried(BASE, {"batch": 0})


@given(st.integers(1, 200), st.integers(1, 200))
def test_the_epochs_of_a_trial_fill_every_step_once(epochs, most):
    filled = [step for epoch in range(1, epochs + 1) for step in steps(epoch, epochs, most)]
    assert filled == list(range(1, most + 1))


def test_the_longest_trial():
    assert longest(BASE, {}) == 40
    assert longest(BASE, {"epochs": [5, 20, 10]}) == 20
    assert longest(BASE, {"epochs": {"low": 5, "high": 30}}) == 30
    assert longest(Recipe(model="compact"), {}) == 1  # an estimator has none


def test_a_space_is_said_in_words():
    assert spoken("batch", [8]) == "batch 8"
    assert spoken("batch", [8, 16, 32]) == "batch 8, 16 or 32"
    assert spoken("features", [["hog", "lbp"], ["hog"]]) == "features hog, lbp or hog"
