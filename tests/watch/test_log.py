"""Logs as they lie there: cut off, damaged, rotated, of others, and growing day by day."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.answer_counts import AnswerCounts, CountedHours
from mien.core.errors import SettingError, StorageError
from mien.core.prediction_sets import SetRule
from mien.watch import _log as logs

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=8,
)
GOOD = json.loads(CountedHours("m", "2026-05-01T01:00Z", "2026-05-01T02:00Z", AnswerCounts.empty(("a", "b"))).to_line())


@given(st.text() | JSON.map(json.dumps))
def test_any_line_is_a_row_or_none(text):
    found = CountedHours.from_line(text)
    assert found is None or isinstance(found, CountedHours)


@given(st.sampled_from([*GOOD]), JSON)
def test_any_field_may_be_another(name, value):
    if name == "format" and isinstance(value, int) and value > 1:
        with pytest.raises(StorageError, match="newer Mien"):
            CountedHours.from_line(json.dumps({**GOOD, name: value}))
        return
    found = CountedHours.from_line(json.dumps({**GOOD, name: value}))
    assert found is None or CountedHours.from_line(found.to_line()) == found


@given(st.lists(st.tuples(st.floats(0.01, 0.99), st.integers(0, 3)), max_size=30), st.integers(0, 9))
def test_what_is_written_is_read(answers, nothing):
    counts = AnswerCounts.empty(("a", "b"))
    for share, range_ in answers:
        counts.add({"a": share, "b": 1 - share}, SetRule(), {"light": (range_, 4)})
    counts.nothing = nothing
    row = CountedHours("m", "2026-05-01T01:00Z", "2026-05-01T02:00Z", counts)
    assert CountedHours.from_line(row.to_line()) == row
    assert counts.n == len(answers)
    both = counts + counts
    assert both.n == 2 * counts.n
    assert both.nothing == 2 * nothing


def test_damaged_lines_are_counted_and_left_out(hours, log):
    lines = hours(3)
    found = logs.read(log([lines[0], "{broken\n", "\n", lines[1], lines[2][:100]]))
    assert (len(found.rows), found.damaged) == (2, 2)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([], "is empty: no hour is written yet"),
        (["\x00\xff\n", "[]\n"], "holds no row that can be read"),
        (['{"format": 2, "model": "face"}\n'], "has format 2. Expected: 1. Install a newer Mien"),
    ],
)
def test_what_is_no_log_is_a_sentence(log, lines, sentence):
    with pytest.raises(StorageError, match=sentence):
        logs.read(log(lines))


def test_a_log_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(StorageError, match="cannot be read"):
        logs.read(tmp_path / "none.jsonl")


def test_of_several_models_one_is_chosen(hours, log):
    path = log([*hours(1), *hours(2, model="other")])
    with pytest.raises(SettingError, match="Choose one: --model face"):
        logs.read(path)
    with pytest.raises(SettingError, match="Did you mean 'other'"):
        logs.read(path, "othr")
    assert len(logs.read(path, "other").rows) == 2


def test_a_day_may_be_named_and_a_rotated_part_comes_first(hours, log):
    lines = hours(4)
    path = log(lines[2:])
    path.with_name("answers.jsonl.1").write_text("".join(lines[:2]))
    assert [row.day[-2:] for row in logs.read(path).rows] == ["01", "02", "03", "04"]
    assert len(logs.read(path, since="2026-05-03").rows) == 2
    with pytest.raises(SettingError, match="no row since"):
        logs.read(path, since="2027-01-01")


def test_a_model_of_other_classes_under_the_same_name_is_told(hours, log):
    other = CountedHours("face", "2026-05-09T01:00Z", "2026-05-09T02:00Z", AnswerCounts.empty(("a", "b"))).to_line()
    with pytest.raises(SettingError, match="different classes"):
        logs.read(log([*hours(1), other]))


def test_periods_are_whole_days_that_stay_as_the_log_grows(hours, log):
    lines = hours(7, each=80)
    rows = logs.read(log(lines)).rows
    found = [[row.day[-2:] for row in period] for period in logs.periods(rows)]
    assert found == [["01", "02", "03"], ["04", "05", "06"], ["07"]]
    for end in range(3, 7):
        assert logs.periods(rows[:end])[: end // 3] == logs.periods(rows)[: end // 3]
