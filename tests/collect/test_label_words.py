"""Labels as they stand in tables, and what becomes of them."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.collect._label_words import as_numbers, largest, persons, words

cells = st.one_of(
    st.none(), st.text(max_size=8), st.sampled_from(["0.0", "1,0", "NaN", "-", " x ", "True", "no", "1e400"])
)


@pytest.mark.parametrize(
    ("given_", "found"),
    [
        ([" happy", "sad ", None], ["happy", "sad", None]),
        (["0.0", "2,00", "-"], ["0", "2", None]),
        (["0.5", "1.0"], ["0.5", "1.0"]),
        ([True, False], ["true", "false"]),
        ([3, None], ["3", None]),
        ([1.0, float("nan"), 7.0], ["1", None, "7"]),
        (["#N/A N/A", "1.#QNAN", "\u2014", "happy-go", "nano"], [None, None, None, "happy-go", "nano"]),
        (["\x1c", "\x1fhappy\u2003"], [None, "happy"]),
    ],
)
def test_words(given_, found):
    assert words(pl.Series(given_)).to_list() == found


@given(st.lists(cells, max_size=6))
def test_any_cells(values):
    column = pl.Series("a", values, dtype=pl.String)
    for found in (words(column), persons(column)):
        assert len(found) == len(values)
        assert all(word == word.strip() != "" for word in found.drop_nulls())
    numbers = as_numbers(column)
    assert numbers is None or numbers.dtype == pl.Float64
    label, why = largest(pl.DataFrame([column, pl.Series("b", [1] * len(values))]), {"a": "a", "b": "b"})
    assert (label.is_null() == why.is_not_null()).all()
