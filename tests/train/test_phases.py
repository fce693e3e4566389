"""First the head alone, then everything at a lower rate; stopped anywhere, it goes on the same."""

import dataclasses

import keras
import numpy as np
import pytest
from keras import layers

from mien import models, train
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.models.layers import still
from mien.train._phases import Phase, _average_statistics, phase

LABELS, SIZE, STEPS = ("angry", "happy", "sad"), 24, 3
NONE = 1e-30  # a rate at which no weight changes
SETTINGS = {"model": "report", "frozen_epochs": 2, "unfrozen_rate": 0.1, "schedule": "constant", "patience": 0}


def settled(**given):
    """A recipe as `models.resolve` makes it for a family that freezes."""
    settings = {"epochs": 4, "batch": 8, "learning_rate": 0.01, "size": SIZE} | SETTINGS | given
    only = {name: settings.pop(name) for name in ("frozen_epochs", "unfrozen_rate")}
    return dataclasses.replace(models.resolve(Recipe(**settings)), **only)


def network(seed=3):
    """A small network whose backbone has a normalisation in it, which its owner had frozen by itself."""
    keras.utils.set_random_seed(seed)
    inner = layers.Input((SIZE, SIZE, 3))
    x = layers.BatchNormalization(trainable=False)(layers.Conv2D(4, 3, strides=4)(inner))
    body = still(keras.Model(inner, layers.GlobalAveragePooling2D()(layers.Activation("relu")(x))), "backbone")
    pixels = layers.Input((SIZE, SIZE, 3), dtype="uint8", name="pixels")
    x = layers.Dropout(0.2)(body(layers.Rescaling(1 / 255)(pixels)))
    return keras.Model(pixels, layers.Dense(3, activation="softmax")(x))


@pytest.mark.parametrize("until", [(4, 0), (3, 0)], ids=["known", "not known"])
def test_normalisation_inside_a_backbone_averages_as_long_as_the_weights(until, monkeypatch):
    monkeypatch.setattr("mien.backends._keras.UNKNOWN", until)
    model = network()
    _average_statistics(model, Recipe(ema=0.999))
    inside = model.get_layer("backbone").layers
    assert [layer.momentum for layer in inside if isinstance(layer, layers.BatchNormalization)] == [0.999]


@pytest.fixture
def go(toys, tmp_path):
    """From settings to a trained network, its history, its run, and the weights after every epoch."""

    def train_once(place="run", *, stop=None, saved=None, **given):
        model, weights, left = network(), [], [saved]

        def watch(event):
            if isinstance(event, train.Epoch):
                weights.append((values(model.get_layer("backbone")), values(model.layers[-1])))
                if event.epoch == stop:
                    raise KeyboardInterrupt
            if isinstance(event, train.Saved) and left[0]:
                left[0] -= 1
                if not left[0]:
                    raise KeyboardInterrupt

        sides = toys(LABELS, SIZE, each=10, shuffle=True), toys(LABELS, SIZE, each=4, seed=1)
        run = Run(tmp_path / place)
        history = train.fit(model, *sides, settled(**given), run, watch=watch)
        return model, history, run, weights

    return train_once


def values(model):
    return [np.asarray(variable).copy() for variable in model.variables]


def same(some, others):
    return all(np.array_equal(one, two) for one, two in zip(some, others, strict=True))


def figures(history):
    return [dataclasses.replace(row, seconds=0.0) for row in history.epochs]


def test_an_epoch_belongs_to_its_phase():
    model = network()
    found = [phase(model, settled(), epoch) for epoch in range(4)]
    assert found == [Phase(0, 2, 0.01, frozen=True)] * 2 + [Phase(2, 4, pytest.approx(0.001), frozen=False)] * 2


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"frozen_epochs": 0}, Phase(0, 4, 0.01, frozen=False)),
        ({"frozen_epochs": 9}, Phase(0, 4, 0.01, frozen=True)),
        ({"frozen_epochs": None}, Phase(0, 4, 0.01, frozen=False)),
    ],
)
def test_there_may_be_one_phase_alone(settings, wanted):
    assert phase(network(), settled(**settings), 1) == wanted


def test_without_a_backbone_nothing_is_frozen():
    inputs = layers.Input((4,))
    assert phase(keras.Model(inputs, layers.Dense(2)(inputs)), settled(), 0) == Phase(0, 4, 0.01, frozen=False)


def test_the_backbone_stands_still_and_then_learns(go):
    body = values(network().get_layer("backbone"))
    _, history, _, weights = go()
    assert [same(body, backbone) for backbone, _ in weights] == [True, True, False, False]
    assert not same(weights[0][1], weights[1][1])  # the head learns from the first
    assert [row.learning_rate for row in history.epochs] == pytest.approx([0.01, 0.01, 0.001, 0.001])


def test_each_phase_has_a_schedule_of_its_own(go):
    _, history, _, _ = go(schedule="cosine", warmup=0.0)
    # After an epoch's last step: half way and at the end of each phase.
    assert [row.learning_rate for row in history.epochs] == pytest.approx([0.005, 0, 0.0005, 0], abs=1e-6)


def test_a_plateau_counts_the_epochs_of_its_own_phase(go):
    settings = {"schedule": "plateau", "decay_every": 1, "decay_factor": 0.5, "learning_rate": NONE, "epochs": 6}
    _, history, _, _ = go(frozen_epochs=3, **settings)
    # Nothing is learnt at this rate: each phase begins whole and halves after the first epoch that was no better.
    assert [row.learning_rate / NONE for row in history.epochs] == pytest.approx([1, 1, 0.5, 0.1, 0.1, 0.05])


@pytest.mark.parametrize("schedule", ["cosine", "plateau"])
def test_killed_around_the_boundary_it_ends_the_same(go, schedule):
    settings = {"schedule": schedule, "decay_every": 1, "checkpoint_steps": 1, "ema": 0.5}
    whole, history, _, _ = go("whole", **settings)
    for saved in (1, 2 * STEPS - 1, 2 * STEPS, 2 * STEPS + 1):
        with pytest.raises(KeyboardInterrupt):
            go(f"parts-{saved}", saved=saved, **settings)
        again, parts, _, _ = go(f"parts-{saved}", **settings)
        assert same(values(whole), values(again)), saved
        assert figures(parts) == figures(history), saved


ENDS = {
    "a target at the boundary": ({"target": 0.01}, 1, {"frozen_epochs": 1}),
    "time spent at the boundary": ({"minutes": 1e-9}, 1, {"frozen_epochs": 1}),
    "a target before it": ({"target": 0.01}, 1, {"frozen_epochs": 3}),
    "patience after it": ({"patience": 1, "learning_rate": NONE}, 3, {"epochs": 6}),
    "all epochs, the last at the boundary": ({}, 2, {"epochs": 2}),
    "all epochs": ({}, 4, {}),
}


@pytest.mark.parametrize(("settings", "epochs", "more"), ENDS.values(), ids=ENDS)
def test_what_ended_can_be_opened_again(go, settings, epochs, more):
    model, history, run, _ = go(**settings, **more)
    assert len(history.epochs) == epochs
    before = (run.checkpoints / "last.npz").read_bytes()
    again, second, _, weights = go(**settings, **more)
    assert (second, weights) == (history, [])
    assert same(values(model), values(again))
    assert len((run.checkpoints / "last.npz").read_bytes()) == len(before)


def test_patience_is_counted_anew_once_everything_learns(go):
    _, history, _, _ = go(patience=2, learning_rate=NONE, frozen_epochs=4, epochs=9)
    assert len(history.epochs) == 6
