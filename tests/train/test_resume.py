"""A run that was stopped goes on as if it had not been."""

import dataclasses
import io
import zipfile

import numpy as np
import pytest

from mien import models, train
from mien.core.errors import StorageError
from mien.core.run import Run
from mien.train import _checkpoint


def figures(history):
    """Everything but the clock."""
    return [dataclasses.replace(row, seconds=0.0) for row in history.epochs]


def stop_after(epoch):
    def watch(_, row):
        if row.epoch == epoch:
            raise KeyboardInterrupt

    return watch


def stop_at_step(step):
    def progress(items, *, total, what):
        for number, item in enumerate(items):
            if number == step:
                raise KeyboardInterrupt
            yield item

    return progress


@pytest.mark.parametrize("name", models.names())
def test_a_run_stopped_after_an_epoch_ends_the_same_to_the_bit(fit, weights, same, name):
    model, whole, _ = fit("whole", model=name)
    with pytest.raises(KeyboardInterrupt):
        fit("parts", model=name, watch=stop_after(2))
    again, parts, run = fit("parts", model=name)
    assert same(weights(model), weights(again))
    assert figures(parts) == figures(whole)
    assert parts.epochs[2].seconds > parts.epochs[1].seconds  # the sittings' times add up
    assert train.History.read(run.history) == train.History(parts.epochs)


def test_a_run_stopped_within_an_epoch_does_that_epoch_again(fit, weights, same):
    model, whole, _ = fit("whole")
    with pytest.raises(KeyboardInterrupt):
        fit("parts", progress=stop_at_step(9))  # four steps an epoch: in the third
    again, parts, _ = fit("parts")
    assert same(weights(model), weights(again))
    assert figures(parts) == figures(whole)


def test_each_epoch_is_asked_for_by_its_number(fit):
    asked = []
    with pytest.raises(KeyboardInterrupt):
        fit(watch=stop_after(2), asked=asked)
    assert asked == [0, 1]  # order and augmentation follow from it
    fit(asked=asked)
    assert asked == [0, 1, 2, 3]


def test_a_finished_run_is_not_trained_again(fit, weights, same):
    model, history, _ = fit()
    told = []
    again, second, _ = fit(watch=lambda _, row: told.append(row))
    assert told == []
    assert second == history
    assert same(weights(model), weights(again))


def test_a_history_one_row_ahead_of_its_checkpoint_is_cut(fit, weights, same):
    # Killed between the two files: the row is there, its epoch is not in the checkpoint.
    model, whole, _ = fit("whole")
    with pytest.raises(KeyboardInterrupt):
        fit("parts", watch=stop_after(2))
    run = fit("other", epochs=3)[2]
    parts = run.folder.parent / "parts"
    (parts / "history.csv").write_bytes(run.history.read_bytes())
    again, history, _ = fit("parts")
    assert figures(history) == figures(whole)
    assert same(weights(model), weights(again))


def test_a_history_behind_its_checkpoint_is_answered_with_a_sentence(fit):
    _, _, run = fit(epochs=2)
    run.history.write_text(run.history.read_text().splitlines()[0] + "\n")
    with pytest.raises(StorageError, match=r"has 0 epochs, its checkpoint 2. Start the run anew"):
        fit(epochs=2)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """Three small variables, the file that holds them, and its bytes."""
    import keras

    variables = [keras.Variable(np.arange(12.0).reshape(3, 4)), keras.Variable(np.float32(3)), keras.Variable([1, 2])]
    path = tmp_path_factory.mktemp("checkpoint") / "last.npz"
    _checkpoint.save(variables, path, epoch=7)
    return variables, path.read_bytes()


def test_a_checkpoint_comes_back_to_the_bit(checkpoint, tmp_path):
    variables, data = checkpoint
    (tmp_path / "a.npz").write_bytes(data)
    kept = [np.asarray(variable).copy() for variable in variables]
    for variable in variables:
        variable.assign(np.zeros(variable.shape))
    assert _checkpoint.load(variables, tmp_path / "a.npz") == 7
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


FOREIGN = {
    "text": b"weights",
    "one array": npy(np.zeros(3)),
    "a pickle": npz(**{"00000": np.array([{}], object)}),
    "another zip": archive("00000", b"no array"),
    "no epoch": npz(**{"00000": np.zeros((3, 4))}),
    "words": npz(**{"00000": np.full((3, 4), "a"), "00001": np.array(3.0), "00002": np.zeros(2)}, epoch=1, format=1),
    "newer": npz(**{"00000": np.zeros((3, 4)), "00001": np.array(3.0), "00002": np.zeros(2)}, epoch=1, format=2),
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
