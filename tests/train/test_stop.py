"""The four reasons to stop, each with its sentence."""

import dataclasses

import pytest

from mien import models
from mien.core.history import Epoch
from mien.core.recipe import Recipe
from mien.train._stop import reason_to_stop


def rows(*scores, seconds=1.0):
    return [
        Epoch(number, seconds * number, 0.1, 0.5, 0.5, 2 - score, score, score / 2)
        for number, score in enumerate(scores, start=1)
    ]


def reason(scores, seconds=1.0, **settings):
    return reason_to_stop(
        rows(*scores, seconds=seconds), models.resolve(Recipe(**{"epochs": 9, "patience": 0, **settings}))
    )


def test_nothing_stops_a_run_that_is_going_well():
    assert reason((0.1, 0.2, 0.3), target=0.9, patience=1, minutes=1.0) == ""
    assert reason(()) == ""


def test_the_epochs_are_done():
    assert reason((0.1, 0.2), epochs=2) == "All 2 epochs of the recipe were done."


@pytest.mark.parametrize(
    ("metric", "target", "met"),
    [
        ("val_accuracy", 0.8, True),
        ("val_accuracy", 0.81, False),
        ("val_balanced_accuracy", 0.4, True),
        ("val_balanced_accuracy", 0.41, False),
        ("val_loss", 1.2, True),
        ("val_loss", 1.1, False),
    ],
)
def test_a_target_is_reached(metric, target, met):
    found = reason((0.5, 0.8), target=target, target_metric=metric)
    assert found.startswith(f"{metric} reached ") == met
    assert found.endswith(f"and {target} was the target, in epoch 2.") == met


def test_validation_stops_improving():
    assert reason((0.5, 0.4, 0.3), patience=3) == ""
    assert reason((0.5, 0.4, 0.3, 0.5), patience=3).startswith(
        "Validation had not improved for 3 epochs; the weights of"
    )


def test_a_backbone_let_loose_gets_its_patience_anew():
    recipe = Recipe(patience=2, epochs=9)
    assert reason_to_stop(rows(0.5, 0.4, 0.3), recipe)
    assert not reason_to_stop(rows(0.5, 0.4, 0.3), dataclasses.replace(recipe, frozen_epochs=2))
    assert reason_to_stop(rows(0.5, 0.4, 0.3, 0.3), dataclasses.replace(recipe, frozen_epochs=2))


def test_the_time_is_spent():
    assert reason((0.1, 0.2), seconds=29.0, minutes=1.0) == ""
    assert reason((0.1, 0.2), seconds=30.0, minutes=1.0) == "The time budget of 1 minutes was spent in epoch 2."


def test_a_budget_is_kept_within_an_epoch(fit):
    events = []
    _, history, _ = fit(epochs=50, minutes=0.001, events=events)
    assert len(history.epochs) == 1
    assert history.stopped == "The time budget of 0.001 minutes was spent in epoch 1."
