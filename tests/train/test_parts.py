"""Optimisers, schedules and losses against what the papers say, in NumPy."""

import math

import numpy as np
import pytest

from mien import models
from mien.core.history import Epoch
from mien.core.recipe import LOSSES, OPTIMIZERS, SCHEDULES, Recipe
from mien.core.types import InputContract
from mien.train._loss import loss
from mien.train._optimizer import optimizer
from mien.train._phases import enter, phase
from mien.train._schedule import plateau_rate, schedule

EPOCHS, STEPS = 10, 20
TOTAL = EPOCHS * STEPS


def rates(top=0.4, **settings):
    """The learning rate before each step."""
    recipe = models.resolve(Recipe(model="report", optimizer="sgd", **settings))
    made = optimizer(recipe, schedule(recipe, top, EPOCHS, STEPS))
    found = []
    for step in range(TOTAL + 1):
        made.iterations.assign(step)
        found.append(float(np.asarray(made.learning_rate)))
    return np.array(found)


def test_constant_stays():
    np.testing.assert_allclose(rates(schedule="constant"), 0.4)


def test_cosine_falls_from_the_top_to_nothing():
    wanted = 0.4 * (1 + np.cos(np.pi * np.arange(TOTAL + 1) / TOTAL)) / 2
    np.testing.assert_allclose(rates(schedule="cosine", warmup=0.0), wanted, atol=1e-7)


def test_cosine_with_warm_up_rises_evenly_first():
    found = rates(schedule="cosine", warmup=0.2)
    np.testing.assert_allclose(found[:41], 0.4 * np.arange(41) / 40, atol=1e-7)
    np.testing.assert_allclose(found[40:], 0.2 * (1 + np.cos(np.pi * np.arange(161) / 160)), atol=1e-7)


def test_one_cycle_rises_early_to_the_top_and_falls_to_nearly_nothing():
    found = rates(schedule="one-cycle")
    peak = int(found.argmax())
    assert peak == round(0.15 * TOTAL)
    assert found[peak] == pytest.approx(0.4)
    assert found[0] == pytest.approx(0.4 / 25)
    assert 0 <= found[-1] < 0.01
    assert (np.diff(found[: peak + 1]) > 0).all()
    assert (np.diff(found[peak:]) < 0).all()


def test_steps_cut_the_rate_between_epochs():
    found = rates(schedule="step", decay_every=4, decay_factor=0.5)
    np.testing.assert_allclose(found[:TOTAL], np.repeat([0.4, 0.2, 0.1], [4 * STEPS, 4 * STEPS, 2 * STEPS]))


def test_a_run_shorter_than_a_cut_keeps_its_rate():
    np.testing.assert_allclose(rates(schedule="step", decay_every=50, decay_factor=0.5), 0.4)


def rows(*scores):
    return [Epoch(number, 0, 0, 0, 0, 1.0, 0, score) for number, score in enumerate(scores, start=1)]


@pytest.mark.parametrize(
    ("scores", "cuts"),
    [((), 0), ((0.5,), 0), ((0.5, 0.4), 0), ((0.5, 0.4, 0.5), 1), ((0.5, 0.4, 0.6, 0.6, 0.5, 0.5, 0.5), 2)],
)
def test_a_plateau_cuts_the_rate_and_waits_anew(scores, cuts):
    recipe = Recipe(schedule="plateau", decay_every=2, decay_factor=0.1)
    assert plateau_rate(recipe, 0.4, rows(*scores)) == pytest.approx(0.4 * 0.1**cuts)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_rate_of_nothing_is_nothing(name):
    np.testing.assert_array_equal(rates(0.0, schedule=name), 0)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_run_of_one_step_has_a_schedule(name):
    recipe = models.resolve(Recipe(model="report", schedule=name))
    made = optimizer(recipe, schedule(recipe, 0.1, 1, 1))
    assert 0 <= float(np.asarray(made.learning_rate)) <= 0.1001


def reference(targets, answers, smoothing):
    """Cross-entropy with smoothed labels (Szegedy et al. 2016, section 7), nats."""
    wanted = targets * (1 - smoothing) + smoothing / answers.shape[1]
    return -(wanted * np.log(answers / answers.sum(1, keepdims=True))).sum(1)


@pytest.fixture
def pairs():
    random = np.random.default_rng(3)
    answers, targets = (random.dirichlet(np.ones(5), 20).astype(np.float32) for _ in range(2))
    return targets, np.clip(answers, 0.01, 0.99)


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.9])
def test_cross_entropy_is_the_papers_also_with_soft_labels(pairs, smoothing):
    targets, answers = pairs
    found = float(np.asarray(loss(Recipe(label_smoothing=smoothing))(targets, answers)))
    assert found == pytest.approx(reference(targets, answers, smoothing).mean(), abs=1e-5)


@pytest.mark.parametrize("gamma", [0.0, 1.0, 2.5])
def test_focal_loss_is_the_papers(pairs, gamma):
    targets, answers = pairs
    answers = answers / answers.sum(1, keepdims=True)
    wanted = -(targets * (1 - answers) ** gamma * np.log(answers)).sum(1).mean()
    found = float(np.asarray(loss(Recipe(loss="focal", focal_gamma=gamma))(targets, answers)))
    assert found == pytest.approx(wanted, abs=1e-5)


def test_binary_cross_entropy_takes_each_output_by_itself(pairs):
    targets, answers = (part[:, :2] for part in pairs)
    wanted = -(targets * np.log(answers) + (1 - targets) * np.log(1 - answers)).mean()
    assert float(np.asarray(loss(Recipe(loss="binary"))(targets, answers))) == pytest.approx(wanted, abs=1e-5)


@pytest.mark.parametrize("name", LOSSES)
def test_a_certain_mistake_costs_much_but_stays_a_number(name):
    found = float(np.asarray(loss(Recipe(loss=name))(np.eye(2), np.array([[0.0, 1.0], [0.0, 1.0]], np.float32))))
    assert math.isfinite(found)
    assert found > 5


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_only_kernels_decay(name):
    decay = 0.0 if name == "adam" else 0.5
    recipe = models.resolve(
        Recipe(model="compact", optimizer=name, learning_rate=0.1, weight_decay=decay, schedule="constant")
    )
    model = models.build(InputContract(("a", "b"), 32), recipe)
    enter(model, recipe, phase(model, recipe, 0), steps=10)
    before = {variable.path: np.asarray(variable).copy() for variable in model.trainable_variables}
    model.optimizer.apply([np.zeros(variable.shape, np.float32) for variable in model.trainable_variables])
    kernels = 0
    for variable in model.trainable_variables:
        kept = variable.path.endswith(("bias", "gamma", "beta"))
        kernels += not kept
        wanted = before[variable.path] * (1 if kept else 1 - 0.1 * decay)
        np.testing.assert_allclose(np.asarray(variable), wanted, rtol=1e-5, atol=1e-7, err_msg=variable.path)
    assert 0 < kernels < len(before)


def one_weight(name, gradients, **settings):
    """Follow one weight that starts at 1 through gradients."""
    import keras

    recipe = models.resolve(Recipe(model="report", optimizer=name, schedule="constant", **settings))
    weight = keras.Variable(np.ones(1, np.float32), name="kernel")
    made = optimizer(recipe, 0.1)
    made.build([weight])
    path = []
    for gradient in gradients:
        made.apply([np.full(1, gradient, np.float32)], [weight])
        path.append(float(np.asarray(weight)[0]))
    return path


def test_momentum_looks_ahead_only_where_it_is_told_to():
    assert one_weight("sgd", [1, 1], momentum=0.5, nesterov=False) == pytest.approx([0.9, 0.75])
    assert one_weight("sgd", [1, 1], momentum=0.5, nesterov=True) == pytest.approx([0.85, 0.675])


def test_lion_goes_by_the_sign():
    assert one_weight("lion", [0.001, 300.0, -9000.0]) == pytest.approx([0.9, 0.8, 0.9])


def test_adam_goes_one_rate_at_first_however_large_the_gradient():
    assert one_weight("adam", [0.01]) == pytest.approx([0.9], abs=1e-4)
    assert one_weight("adamw", [50.0]) == pytest.approx([0.9], abs=1e-4)


def test_a_clipped_gradient_has_the_norm_that_was_asked_for():
    assert one_weight("sgd", [40.0], momentum=0.0, nesterov=False, clip_norm=0.5) == pytest.approx([0.95])


def test_accumulated_gradients_make_one_step_of_their_mean():
    found = one_weight("sgd", [1, 3, 2, 2], momentum=0.0, nesterov=False, accumulate=2)
    assert found == pytest.approx([1.0, 0.8, 0.8, 0.6])


def test_statistics_are_averaged_as_long_as_the_weights():
    def momentum(**settings):
        recipe = models.resolve(Recipe(model="compact", size=32, **settings))
        model = models.build(models.contract(recipe, ("angry", "happy")), recipe, training=True)
        enter(model, recipe, phase(model, recipe, 0), STEPS)
        return {layer.momentum for layer in model.layers if hasattr(layer, "moving_mean")}

    (own,) = momentum()
    assert momentum(ema=0.999) == {0.999}
    assert momentum(ema=0.9801, accumulate=2) == {0.99}
    assert momentum(ema=own / 2) == {own}
