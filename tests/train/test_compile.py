"""Optimiser, schedule and loss against what the papers say, in NumPy."""

import numpy as np
import pytest

from mien import models
from mien.core.recipe import Recipe
from mien.core.types import InputContract
from mien.train import _compile

STEPS = 200


def rates(schedule):
    """The learning rate before each step."""
    settings = Recipe(optimizer="sgd", learning_rate=0.4, schedule=schedule)
    made = _compile.optimizer(settings, STEPS)
    found = []
    for step in range(STEPS + 1):
        made.iterations.assign(step)
        found.append(float(np.asarray(made.learning_rate)))
    return np.array(found)


def test_constant_stays():
    np.testing.assert_allclose(rates("constant"), 0.4)


def test_cosine_falls_from_the_top_to_nothing():
    wanted = 0.4 * (1 + np.cos(np.pi * np.arange(STEPS + 1) / STEPS)) / 2
    np.testing.assert_allclose(rates("cosine"), wanted, atol=1e-7)


def test_one_cycle_rises_early_to_the_top_and_falls_to_nearly_nothing():
    found = rates("one-cycle")
    peak = int(found.argmax())
    assert STEPS / 20 < peak < STEPS / 2
    assert found[peak] == pytest.approx(0.4)
    assert found[0] < 0.04
    assert 0 <= found[-1] < 0.01
    assert (np.diff(found[: peak + 1]) > 0).all()
    assert (np.diff(found[peak:]) < 0).all()


@pytest.mark.parametrize("schedule", ["constant", "cosine", "one-cycle"])
def test_a_rate_of_nothing_is_nothing(schedule):
    made = _compile.optimizer(Recipe(optimizer="sgd", learning_rate=0.0, schedule=schedule), STEPS)
    assert float(np.asarray(made.learning_rate)) == 0


@pytest.mark.parametrize("schedule", ["cosine", "one-cycle"])
def test_a_run_of_one_step_has_a_schedule(schedule):
    made = _compile.optimizer(Recipe(optimizer="adam", learning_rate=0.1, schedule=schedule), 1)
    assert 0 < float(np.asarray(made.learning_rate)) <= 0.1001


def reference(truth, answers, smoothing):
    """Cross-entropy with smoothed labels (Szegedy et al. 2016, section 7), nats."""
    classes = answers.shape[1]
    wanted = np.eye(classes)[truth] * (1 - smoothing) + smoothing / classes
    weights = answers / answers.sum(1, keepdims=True)
    return -(wanted * np.log(weights)).sum(1)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.9])
@pytest.mark.parametrize("sums_to_one", [True, False])
def test_the_loss_is_the_papers(smoothing, sums_to_one):
    import keras

    random = np.random.default_rng(3)
    answers = random.uniform(0.05, 0.95, (20, 5)).astype(np.float32)
    answers = answers / answers.sum(1, keepdims=True) if sums_to_one else answers
    truth = random.integers(0, 5, 20)
    loss = keras.losses.get(_compile.loss(Recipe(label_smoothing=smoothing)))
    for shape in (truth, truth[:, None]):
        found = np.asarray(loss(shape, answers)).mean()
        assert found == pytest.approx(reference(truth, answers, smoothing).mean(), abs=1e-5)


def test_a_certain_mistake_costs_much_but_stays_a_number():
    loss = _compile.loss(Recipe(label_smoothing=0.1))
    found = np.asarray(loss(np.array([0, 1]), np.array([[0.0, 1.0], [0.0, 1.0]], np.float32)))
    assert np.isfinite(found).all()
    assert found[0] > 10 > found[1]


def test_only_kernels_decay():
    settings = Recipe(model="compact", optimizer="adamw", learning_rate=0.1, weight_decay=0.5, schedule="constant")
    model = models.build(InputContract(("a", "b"), 32), settings)
    _compile.prepare(model, settings, steps=10)
    before = {variable.path: np.asarray(variable).copy() for variable in model.trainable_variables}
    model.optimizer.apply([np.zeros(variable.shape, np.float32) for variable in model.trainable_variables])
    kernels = 0
    for variable in model.trainable_variables:
        kept = variable.path.endswith(("bias", "gamma", "beta"))
        kernels += not kept
        wanted = before[variable.path] * (1 if kept else 1 - 0.1 * 0.5)
        np.testing.assert_allclose(np.asarray(variable), wanted, rtol=1e-5, atol=1e-7, err_msg=variable.path)
    assert 0 < kernels < len(before)
