"""history.csv: written and read back to the bit, and answered with a sentence when it is damaged."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.errors import StorageError
from mien.train import Epoch, History

HEADER = "epoch,seconds,learning_rate,loss,accuracy,val_loss,val_accuracy,val_balanced_accuracy"
NUMBERS = st.floats(allow_nan=False)
EPOCHS = st.builds(Epoch, st.integers(1, 100_000), *[NUMBERS] * 7)


def row(epoch, balanced, loss):
    return Epoch(epoch, 1.0, 0.1, 1.0, 0.5, loss, 0.5, balanced)


@given(st.lists(EPOCHS, max_size=5))
def test_what_is_written_is_read(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("history") / "history.csv"
    history = History(tuple(rows), "A sentence that is kept elsewhere.")
    assert history.save(path) == path
    assert path.read_text().splitlines()[0] == HEADER
    assert History.read(path) == History(tuple(rows))


def test_no_file_is_an_empty_history(tmp_path):
    assert History.read(tmp_path / "none.csv") == History()


def test_the_best_epoch_has_the_best_balanced_accuracy_then_the_lower_loss():
    rows = (row(1, 0.5, 0.1), row(2, 0.8, 0.9), row(3, 0.8, 0.7), row(4, 0.8, 0.7))
    assert History(rows).best is rows[2]


def test_an_accuracy_that_is_no_number_is_not_the_best():
    assert History((row(1, 0.5, 0.5), row(2, 0.5, math.nan))).best.epoch == 1


@pytest.mark.parametrize(
    "data",
    [
        b"epoch,seconds\n1,2\n",
        HEADER.encode() + b"\n1,2,3\n",
        HEADER.encode() + b"\none,1,1,1,1,1,1,1\n",
        HEADER.encode() + b"\n1,1,1,1,1,1,1,high\n",
        HEADER.encode() + b"\n\xff,1,1,1,1,1,1,1\n",
        HEADER.encode() + b'\n"' + b"1" * 200_000 + b",1,1,1,1,1,1,1\n",
    ],
    ids=["columns", "short", "no number", "word", "no text", "endless"],
)
def test_a_damaged_file_is_answered_with_a_sentence(tmp_path, data):
    (tmp_path / "history.csv").write_bytes(data)
    with pytest.raises(StorageError, match=r"history.csv' is damaged .* Start the run anew"):
        History.read(tmp_path / "history.csv")
