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


def test_what_happens_is_told_in_order(fit):
    events = []
    _, history, _ = fit(epochs=2, events=events, checkpoint_steps=3)
    words = [type(event).__name__ for event in events]
    assert words[0] == "Begun"
    assert words[-1] == "Stopped"
    assert [word for word in words if word != "Step"] == [
        "Begun",
        "Saved",
        "Epoch",
        "Saved",
        "Epoch",
        "Saved",
        "Stopped",
    ]
    assert events[0] == train.Begun(epochs=2, steps=3, pictures=8, epoch=0, step=0)
    assert events[-1].why == history.stopped
    steps = [event for event in events if isinstance(event, train.Step)]
    assert {(event.epoch, event.step) for event in steps} >= {(1, 3), (2, 3)}  # the last of each epoch, at least
    for event in steps:
        assert event.pictures_per_second > 0 <= event.seconds_left
        assert 0 <= event.waited <= 1
    assert steps[-1].seconds_left == 0
    assert steps[-1].loss == history.epochs[-1].loss


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

    with pytest.raises(TrainingError, match=r"The loss became nan in epoch 1, step 1. It was so before the first"):
        fit(prepare=spoil)
    assert not list(tmp_path.rglob("*.npz"))  # nothing spoilt is kept


def test_a_place_that_cannot_be_written_is_answered_with_a_sentence(fit, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError, match="could not be written"):
        fit("file/run")


@pytest.mark.parametrize("room", [20, 2_000, 40_000])
def test_a_full_disk_is_answered_with_a_sentence(fit, no_room, tmp_path, room):
    with no_room(room), pytest.raises(StorageError, match=r"could not be written: .* What was there before"):
        fit(epochs=2)
    assert not list(tmp_path.rglob(".writing-*"))


def test_the_training_figures_are_means_over_the_epoch_not_of_its_last_batch(fit, toys):
    model, history, _ = fit(epochs=1, optimizer="sgd", learning_rate=1e-9)  # the weights stand still
    pixels, targets = (
        np.concatenate(parts)
        for parts in zip(*toys(("angry", "happy", "sad"), 24, each=10, shuffle=True).epoch(0), strict=True)
    )
    answers, numbers = model.predict(pixels, verbose=0), targets.argmax(1)
    assert history.epochs[0].accuracy == pytest.approx((answers.argmax(1) == numbers).mean())
    assert history.epochs[0].loss == pytest.approx(-np.log(answers[np.arange(len(numbers)), numbers]).mean(), rel=1e-4)


def test_a_set_smaller_than_a_batch_is_learnt(fit):
    _, history, _ = fit(epochs=6, batch=64, learning_rate=0.003)
    assert history.epochs[-1].loss < history.epochs[0].loss


def test_samples_count_as_their_batches_say(fit):
    say, told = np.full(8, 2, np.float32), []

    def spy(model):
        step = model.train_on_batch
        model.train_on_batch = lambda *given, **more: told.append(more["sample_weight"]) or step(*given, **more)

    still = {"epochs": 1, "optimizer": "sgd", "learning_rate": 1e-9}
    _, weighed, _ = fit(prepare=spy, say=say, **still)
    assert [one.tolist() for one in told] == [say.tolist()] * len(told)
    _, alike, _ = fit("other", **still)
    assert weighed.epochs[0].loss == pytest.approx(2 * alike.epochs[0].loss, rel=1e-4)
