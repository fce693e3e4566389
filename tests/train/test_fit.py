"""The training loop: what it tells and keeps, and why it stops."""

import itertools

import numpy as np
import pytest

from mien import train
from mien.core.errors import StorageError, TrainingError


def test_the_history_is_written_as_it_is_told(fit):
    told = []
    _, history, run = fit(watch=lambda _, row: told.append(row))
    assert told == list(history.epochs)
    assert [row.epoch for row in told] == [1, 2, 3, 4]
    assert train.History.read(run.history) == train.History(history.epochs)
    assert history.stopped == "All 4 epochs of the recipe were done."
    assert all(0 < one.seconds < two.seconds for one, two in itertools.pairwise(told))
    assert told[-1].loss < told[0].loss


def test_progress_counts_every_step(fit):
    seen = []

    def progress(items, *, total, what):
        seen.append((total, what))
        for item in items:
            seen.append(item)
            yield item

    fit(epochs=2, progress=progress)
    assert seen == [(8, "training"), *range(8)]  # 30 pictures in batches of 8, twice


def test_training_stops_when_validation_does_not_improve(fit):
    _, history, _ = fit(epochs=40, patience=3, misled=True)
    best = history.best.epoch
    assert len(history.epochs) == best + 3 < 40
    assert history.stopped == f"Validation had not improved for 3 epochs; the weights of epoch {best} were kept."


def test_the_best_epochs_weights_are_kept(fit, weights, same):
    seen = {}
    model, history, _ = fit(epochs=5, misled=True, watch=lambda model, row: seen.update({row.epoch: weights(model)}))
    assert history.best.epoch < 5
    assert same(weights(model), seen[history.best.epoch])
    assert not same(weights(model), seen[5])


def test_a_loss_that_is_no_number_stops_the_run_with_a_sentence(fit, tmp_path):
    def spoil(model):
        last = model.trainable_variables[-1]
        last.assign(np.full(last.shape, np.nan))

    with pytest.raises(TrainingError, match=r"The loss became nan in epoch 1. .*learning rate .* try a tenth"):
        fit(prepare=spoil)
    assert not list(tmp_path.rglob("*.npz"))  # nothing spoilt is kept


def test_a_place_that_cannot_be_written_is_answered_with_a_sentence(fit, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="could not be written"):
        fit("file/run")


@pytest.mark.parametrize(("optimizer", "schedule"), [("adam", "constant"), ("adamw", "one-cycle"), ("sgd", "cosine")])
def test_every_optimizer_and_schedule_learns(fit, optimizer, schedule):
    _, history, _ = fit(epochs=5, optimizer=optimizer, schedule=schedule, learning_rate=0.003, label_smoothing=0.1)
    assert history.epochs[-1].loss < history.epochs[0].loss
    rates = [row.learning_rate for row in history.epochs]
    assert (rates[-1] < rates[0]) == (schedule != "constant")


@pytest.mark.parametrize("room", [20, 2_000, 40_000])
def test_a_full_disk_is_answered_with_a_sentence(fit, no_room, tmp_path, room):
    with no_room(room), pytest.raises(StorageError, match=r"could not be written: .* What was there before"):
        fit(epochs=2)
    assert not list(tmp_path.rglob(".writing-*"))
