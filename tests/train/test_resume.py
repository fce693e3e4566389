"""A run that was stopped goes on as if it had not been."""

import dataclasses
import functools
import io
import itertools
import shutil
import zipfile

import numpy as np
import pytest

from mien import train
from mien.core.errors import StorageError
from mien.core.run import Run
from mien.train import _checkpoint
from mien.train._checkpoint import Position


def figures(history):
    """Everything but the clock."""
    return [dataclasses.replace(row, seconds=0.0) for row in history.epochs]


STEPS = 3  # whole batches of 8 among 30 pictures
OFTEN = {"checkpoint_steps": 1}


def stop_after(epoch):
    def watch(_, row):
        if row.epoch == epoch:
            raise KeyboardInterrupt

    return watch


class Interrupted(list):
    """Events; breaks off at the given number of checkpoints, as a kill right after one would."""

    def __init__(self, checkpoints):
        super().__init__()
        self.left = checkpoints

    def append(self, event):
        super().append(event)
        self.left -= isinstance(event, train.Saved)
        if not self.left:
            raise KeyboardInterrupt


@pytest.fixture(scope="module")
def undisturbed(fit_in, tmp_path_factory):
    """From a network's name to a run that was left alone, its model and its history. Not to be written to."""
    return functools.cache(lambda name: fit_in(tmp_path_factory.mktemp(name), "whole", model=name, **OFTEN))


@pytest.mark.parametrize(("name", "kills"), [("compact", [STEPS + 2]), ("report", [2, STEPS, STEPS + 2])])
def test_a_run_killed_after_any_checkpoint_ends_the_same_to_the_bit(fit, undisturbed, weights, same, name, kills):
    model, whole, _ = undisturbed(name)
    for saved in kills:
        place, events = f"parts-{saved}", []
        with pytest.raises(KeyboardInterrupt):
            fit(place, model=name, events=Interrupted(saved), **OFTEN)
        again, parts, run = fit(place, model=name, events=events, **OFTEN)
        assert same(weights(model), weights(again)), saved
        assert figures(parts) == figures(whole), saved
        assert events[0].epoch * STEPS + events[0].step == saved  # nothing before the checkpoint is done again
        assert train.History.read(run.history) == train.History(parts.epochs)


MANY = {
    "momentum, decay": {"optimizer": "sgd", "weight_decay": 0.01, "schedule": "step", "decay_every": 1},
    "lion, clipped": {"optimizer": "lion", "learning_rate": 1e-4, "clip_norm": 0.5, "schedule": "cosine"},
    "rmsprop, plateau": {"optimizer": "rmsprop", "schedule": "plateau", "decay_every": 1, "learning_rate": 1e-4},
    "average, accumulated": {"ema": 0.8, "accumulate": 2, "optimizer": "adamw", "schedule": "one-cycle"},
    "half precision": {"precision": "mixed_bfloat16", "loss": "focal"},
    "scaled loss": {"precision": "mixed_float16", "ema": 0.5},
}


@pytest.mark.parametrize("settings", MANY.values(), ids=MANY)
def test_every_state_of_every_optimizer_comes_back(fit, weights, same, settings):
    settings = {"epochs": 3, **OFTEN, **settings}
    model, whole, _ = fit("whole", **settings)
    with pytest.raises(KeyboardInterrupt):
        fit("parts", events=Interrupted(STEPS + 2), **settings)
    again, parts, _ = fit("parts", **settings)
    assert same(weights(model), weights(again))
    assert figures(parts) == figures(whole)


def test_a_run_stopped_within_an_epoch_goes_on_from_its_last_checkpoint(fit, weights, same):
    model, whole, _ = fit("whole")
    asked = []
    with pytest.raises(KeyboardInterrupt):
        fit("parts", checkpoint_steps=2, events=Interrupted(2))  # after steps 2 and, in the second epoch, 4
    again, parts, _ = fit("parts", checkpoint_steps=2, asked=asked)
    assert asked == [(1, 1), (2, 0), (3, 0)]
    assert same(weights(model), weights(again))
    assert figures(parts) == figures(whole)


def test_the_times_of_all_sittings_add_up(fit):
    with pytest.raises(KeyboardInterrupt):
        fit(watch=stop_after(2), **OFTEN)
    _, history, _ = fit(**OFTEN)
    assert all(one.seconds < two.seconds for one, two in itertools.pairwise(history.epochs))


def test_a_finished_run_is_not_trained_again(fit, weights, same):
    model, history, _ = fit()
    told = []
    again, second, _ = fit(watch=lambda _, row: told.append(row))
    assert told == []
    assert second == history
    assert same(weights(model), weights(again))


@pytest.fixture(scope="module")
def killed(fit_in, tmp_path_factory):
    """A run that was killed after its second epoch. Not to be written to."""
    folder = tmp_path_factory.mktemp("killed")
    with pytest.raises(KeyboardInterrupt):
        fit_in(folder, "parts", events=Interrupted(2 * STEPS), **OFTEN)
    return folder / "parts"


@pytest.mark.parametrize("rows", [0, 1, 99])
def test_the_checkpoint_knows_the_history_whatever_became_of_its_file(
    fit, undisturbed, killed, weights, same, tmp_path, rows
):
    # Killed between the two files, or the file was edited.
    model, whole, run = undisturbed("report")
    lines = run.history.read_text().splitlines(keepends=True)
    shutil.copytree(killed, tmp_path / "parts")
    (tmp_path / "parts" / "history.csv").write_text("".join(lines[: rows + 1]))
    again, history, _ = fit("parts", **OFTEN)
    assert figures(history) == figures(whole)
    assert same(weights(model), weights(again))


def test_a_checkpoint_folder_that_vanished_is_answered_with_a_sentence(fit):
    _, _, run = fit(epochs=2)
    shutil.rmtree(run.checkpoints)
    with pytest.raises(StorageError, match=r"some epochs behind it, but its checkpoint '.*last.npz' is gone. Start"):
        fit(epochs=2)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """Three small variables, the file that holds them, and its bytes."""
    import keras

    variables = [keras.Variable(np.arange(12.0).reshape(3, 4)), keras.Variable(np.float32(3)), keras.Variable([1, 2])]
    path = tmp_path_factory.mktemp("checkpoint") / "last.npz"
    _checkpoint.save(variables, path, Position(epoch=7, step=2, loss=0.5))
    return variables, path.read_bytes()


def test_a_checkpoint_comes_back_to_the_bit(checkpoint, tmp_path):
    variables, data = checkpoint
    (tmp_path / "a.npz").write_bytes(data)
    kept = [np.asarray(variable).copy() for variable in variables]
    for variable in variables:
        variable.assign(np.zeros(variable.shape))
    assert _checkpoint.load(variables, tmp_path / "a.npz") == Position(epoch=7, step=2, loss=0.5)
    assert _checkpoint.where(tmp_path / "a.npz") == Position(epoch=7, step=2, loss=0.5)
    for variable, wanted in zip(variables, kept, strict=True):
        np.testing.assert_array_equal(np.asarray(variable), wanted)


def test_a_truncated_checkpoint_is_answered_with_a_sentence(checkpoint, tmp_path):
    variables, data = checkpoint
    for length in [*range(0, len(data), 37), len(data) - 1]:
        (tmp_path / "a.npz").write_bytes(data[:length])
        with pytest.raises(StorageError, match=r"The checkpoint '.*a.npz' cannot be read .* Start the run anew"):
            _checkpoint.load(variables, tmp_path / "a.npz")


def test_a_checkpoint_with_a_flipped_byte_is_refused_or_whole(checkpoint, tmp_path):
    variables, data = checkpoint
    kept = [np.asarray(variable).copy() for variable in variables]
    refused = 0
    for place in range(0, len(data), 11):
        (tmp_path / "a.npz").write_bytes(data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :])
        try:
            _checkpoint.load(variables, tmp_path / "a.npz")
        except StorageError:
            refused += 1
        for variable, wanted in zip(variables, kept, strict=True):
            np.testing.assert_array_equal(np.asarray(variable), wanted)
    assert refused > 10


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def archive(name, data):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as members:
        members.writestr(name, data)
    return file.getvalue()


THREE = {"00000": np.zeros((3, 4)), "00001": np.array(3.0), "00002": np.zeros(2)}
FOREIGN = {
    "text": b"weights",
    "one array": npy(np.zeros(3)),
    "a pickle": npz(**{"00000": np.array([{}], object)}),
    "another zip": archive("00000", b"no array"),
    "no position": npz(**{"00000": np.zeros((3, 4))}),
    "no words": npz(**THREE, position=3, format=2),
    "other words": npz(**THREE, position='{"epok": 1}', format=2),
    "letters": npz(**{**THREE, "00000": np.full((3, 4), "a")}, position='{"epoch": 1}', format=2),
    "newer": npz(**THREE, position='{"epoch": 1}', format=3),
}


@pytest.mark.parametrize("data", FOREIGN.values(), ids=FOREIGN)
def test_a_foreign_checkpoint_is_answered_with_a_sentence(checkpoint, tmp_path, data):
    variables, _ = checkpoint
    (tmp_path / "a.npz").write_bytes(data)
    with pytest.raises(StorageError, match=r"The checkpoint '.*a.npz'"):
        _checkpoint.load(variables, tmp_path / "a.npz")


def test_a_missing_checkpoint_is_answered_with_a_sentence(checkpoint, tmp_path):
    with pytest.raises(StorageError, match="cannot be read"):
        _checkpoint.load(checkpoint[0], tmp_path / "none.npz")


def test_the_checkpoint_of_another_network_is_answered_with_a_sentence(fit):
    fit(epochs=1)
    with pytest.raises(StorageError, match=r"is of another network .* Resume with the recipe it was made with"):
        fit(epochs=1, model="compact")


def test_the_best_weights_of_no_training_are_answered_with_a_sentence(fit, tmp_path):
    model, _, _ = fit(epochs=1)
    with pytest.raises(StorageError, match="cannot be read"):
        train.load_best(model, Run(tmp_path / "none"))
