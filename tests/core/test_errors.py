"""Errors: what came, what was expected, what to do, in sentences."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core import errors
from mien.core.errors import MediaError, MienError, did_you_mean

words = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12)


def test_the_three_parts_become_three_sentences():
    error = MienError("2 pictures came", expected="10 or more", todo="Add some")
    assert str(error) == "2 pictures came. Expected: 10 or more. Add some."
    assert (error.came, error.expected, error.todo) == ("2 pictures came", "10 or more", "Add some")


@pytest.mark.parametrize("ending", [".", "?", "!", ":"])
def test_a_sentence_that_has_its_mark_gets_no_second(ending):
    assert str(MienError(f"So{ending}")) == f"So{ending}"


def test_parts_left_out_leave_no_trace():
    assert str(MienError("It stopped")) == "It stopped."


def test_every_error_is_a_mien_error_and_stands_in_the_drawn_tree():
    made = {name: value for name, value in vars(errors).items() if getattr(value, "__module__", "") == errors.__name__}
    raised = {name for name, value in made.items() if isinstance(value, type)}
    assert all(issubclass(made[name], MienError) for name in raised)
    assert raised == set(re.findall(r"\w+Error", errors.__doc__ or ""))


def test_a_media_error_carries_a_word_for_programs():
    error = MediaError("'a.jpg' holds nothing", issue="empty", todo="Fetch it again")
    assert error.issue == "empty"
    assert str(error) == "'a.jpg' holds nothing. Fetch it again."


def test_a_slip_is_answered_with_the_nearest_name():
    assert did_you_mean("Reprot", ["report", "compact"]) == "Did you mean 'report'?"


def test_the_name_is_given_in_its_own_spelling():
    assert did_you_mean("happy", ["HAPPY", "sad"]) == "Did you mean 'HAPPY'?"


def test_a_far_word_is_answered_with_all_names():
    assert did_you_mean("qqq", ["report", "compact"]) == "Known: 'report', 'compact'."


@given(st.lists(words, min_size=1, unique_by=str.lower), st.data())
def test_a_name_that_exists_is_always_found(names, data):
    name = data.draw(st.sampled_from(names))
    assert did_you_mean(name, iter(names)) == f"Did you mean '{name}'?"


@given(words, st.lists(words))
def test_whatever_is_suggested_exists(word, names):
    found = re.fullmatch(r"Did you mean '(.*)'\?", did_you_mean(word, names))
    assert found is None or found[1] in names


def test_a_sentence_is_short_however_long_the_value_is_that_it_quotes():
    long = "x" * 3_000_000
    error = MienError(f"There is no file '{long}'", expected=f"one of {long}", todo=f"Check '{long}', then try again")
    assert len(str(error)) < 2000
    assert error.came.startswith("There is no file 'xxx")
    assert error.came.endswith("xxx'")
    assert "letters more" in error.came
    assert str(error).endswith("then try again.")
    assert len(did_you_mean(long, ["face", long])) < 3_000_100  # the names that are known are ours
    assert str(MienError("x" * 600)) == "x" * 600 + "."
