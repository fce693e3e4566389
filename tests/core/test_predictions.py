"""The table of what a model says: it comes back as it was, and what is no distribution is refused."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.errors import StorageError
from mien.core.types import Predictions

ROWS = pl.DataFrame({"id": ["a", "b", "c"], "content": ["0", "1", "2"], "label": ["sad", "happy", "p:x"], "fold": 1})
SHARES = np.array([[0.9, 0.1, 0.0], [0.2, 0.3, 0.5], [1 / 3, 1 / 3, 1 / 3]], np.float32)
LABELS = ("happy", "sad", "p:x")


def test_it_comes_back_as_it_was(tmp_path):
    made = Predictions.build(ROWS, LABELS, SHARES)
    found = Predictions.read(made.save(tmp_path / "a.parquet"))
    assert found.labels == LABELS
    np.testing.assert_array_equal(found.probabilities, SHARES.astype(np.float64))
    assert found.truth.tolist() == [1, 0, 2]
    assert found.answers.tolist() == [0, 2, 0]  # the first of equals
    assert found.frame["predicted"].to_list() == ["happy", "p:x", "happy"]
    assert found.of(("p:x", "happy"))[1].tolist() == [0.5, pytest.approx(0.2)]
    assert found.rows(["c", "a"]).frame["id"].to_list() == ["a", "c"]


def test_a_label_that_is_no_class_has_no_number():
    assert Predictions.build(ROWS, ("happy", "sad"), SHARES[:, :2]).truth.tolist() == [1, 0, -1]


def test_what_an_older_mien_wrote_opens(tmp_path):
    Predictions.build(ROWS, LABELS, SHARES).frame.write_parquet(tmp_path / "old.parquet")
    assert Predictions.read(tmp_path / "old.parquet").labels == LABELS


def test_a_newer_format_is_refused(tmp_path):
    frame = Predictions.build(ROWS, LABELS, SHARES).frame
    frame.write_parquet(tmp_path / "new.parquet", metadata={"mien.predictions": "2"})
    with pytest.raises(StorageError, match=r"has format 2.*Update Mien"):
        Predictions.read(tmp_path / "new.parquet")


@given(st.binary(max_size=200))
def test_bytes_that_are_no_table_are_a_sentence(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("bytes") / "a.parquet"
    path.write_bytes(data)
    with pytest.raises(StorageError, match="is damaged"):
        Predictions.read(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"p:happy": 0.95}, "add up to 1"),
        ({"p:happy": -0.1, "p:sad": 1.1}, "add up to 1"),
        ({"p:happy": None}, "add up to 1"),
        ({"p:happy": "x"}, "is damaged"),
        ({"id": None}, "add up to 1"),
    ],
)
def test_what_is_no_distribution_is_refused(tmp_path, change, words):
    frame = Predictions.build(ROWS, LABELS, SHARES).frame
    frame.with_columns(**{name: pl.lit(value) for name, value in change.items()}).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(StorageError, match=words):
        Predictions.read(tmp_path / "a.parquet")
