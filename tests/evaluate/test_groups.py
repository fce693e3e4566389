from __future__ import annotations

import numpy as np
import pytest

from mien import evaluate
from mien.core.errors import SettingError

TRUTH = np.array([0, 0, 0, 0, 1, 1, 1, 1])
PROBABILITIES = np.array([[0.9, 0.1]] * 6 + [[0.1, 0.9]] * 2)  # right on all but two


def rows(values: list) -> list[tuple[str, int, float]]:
    found = evaluate.by_group(TRUTH, PROBABILITIES, ("a", "b"), {"column": values})
    return [(row.value, row.n, row.accuracy) for row in found]


def test_text_is_sorted_and_the_unknown_come_last():
    assert rows(["z", "z", "z", "z", "b", "b", None, ""]) == [("b", 2, 0.0), ("z", 4, 1.0), ("unknown", 2, 1.0)]


def test_yes_and_no():
    assert rows([True] * 4 + [False] * 4) == [("no", 4, 0.5), ("yes", 4, 1.0)]


def test_few_numbers_stay_themselves():
    assert rows([10, 10, 10, 10, 2, 2, 2, float("nan")]) == [
        ("2", 3, pytest.approx(1 / 3)),
        ("10", 4, 1.0),
        ("unknown", 1, 1.0),
    ]


def test_many_numbers_become_four_ranges():
    truth, probabilities = np.tile(TRUTH, 5), np.tile(PROBABILITIES, (5, 1))
    values = np.linspace(0, 1, 40)
    found = evaluate.by_group(truth, probabilities, ("a", "b"), {"intensity": values})
    assert [row.value for row in found] == ["0 to 0.25", "0.25 to 0.5", "0.5 to 0.75", "0.75 to 1"]
    assert [row.n for row in found] == [10] * 4
    assert sum(row.n * row.accuracy for row in found) == pytest.approx(30)


def test_columns_keep_their_order_and_intervals_are_wilsons():
    found = evaluate.by_group(TRUTH, PROBABILITIES, ("a", "b"), {"y": ["p"] * 8, "x": ["q"] * 8})
    assert [row.column for row in found] == ["y", "x"]
    # Wilson 1927 for 6 of 8.
    assert (found[0].low, found[0].high) == pytest.approx((0.4093, 0.9285), abs=1e-4)


def test_a_column_of_another_length_is_refused():
    with pytest.raises(SettingError, match="'glasses' has 3 values"):
        evaluate.by_group(TRUTH, PROBABILITIES, ("a", "b"), {"glasses": [1, 2, 3]})


def test_balanced_accuracy_where_each_class_has_five_units():
    truth, probabilities = np.tile(TRUTH, 5), np.tile(PROBABILITIES, (5, 1))
    values = ["p"] * 20 + ["q"] * 16 + ["r"] * 4
    large, other, small = evaluate.by_group(truth, probabilities, ("a", "b"), {"x": values})
    assert large.balanced is not None
    assert other.balanced is not None
    assert small.balanced is None
    assert other.balanced.value == pytest.approx(0.75)
    few = evaluate.by_group(truth, probabilities, ("a", "b"), {"x": values}, clusters=np.arange(40) // 10)
    assert [row.balanced for row in few] == [None, None, None]
    assert few[0].units == 2


def test_an_order_of_its_own():
    order = {"skin": ("light", "dark")}
    values = ["dark"] * 3 + ["light"] * 3 + ["unknown"] * 2
    found = evaluate.by_group(TRUTH, PROBABILITIES, ("a", "b"), {"skin": values}, order=order)
    assert [row.value for row in found] == ["light", "dark", "unknown"]
