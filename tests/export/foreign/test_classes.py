"""The names of classes, in all the ways in which they lie beside a model."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.core.errors import MienError, ModelFileError, SettingError
from mien.export.foreign._classes import check_classes, classes_beside, read_classes


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("labels.txt", "0 happy\n1 very sad\n"),  # Teachable Machine
        ("labels.txt", "happy\r\n\r\nvery sad\r\n"),
        ("labels.txt", "\ufeffhappy\nvery sad"),
        ("labels.txt", "0: happy\n1: very sad"),
        ("class_indices.json", '{"very sad": 1, "happy": 0}'),
        ("class_indices.json", '{"0": "happy", "1": "very sad"}'),
        ("class_names.json", '["happy", "very sad"]'),
    ],
)
def test_every_spelling_is_the_same_two_classes(name, text):
    assert read_classes(name, text.encode()) == ("happy", "very sad")


def test_names_that_begin_with_numbers_of_their_own_stay():
    assert read_classes("labels.txt", b"7 dwarfs\n12 apostles\n") == ("7 dwarfs", "12 apostles")


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"a" * (1 << 21)])
def test_what_is_no_list_is_a_sentence(data):
    with pytest.raises(ModelFileError, match="one class name a line"):
        read_classes("labels.txt", data)


@pytest.mark.parametrize("value", [{"a": 0, "b": 2}, {"a": [1]}, [1, 2], 3, {"a": "b"}])
def test_json_that_names_no_outputs_is_a_sentence(value):
    with pytest.raises(ModelFileError, match="one class name a line"):
        read_classes("class_indices.json", json.dumps(value).encode())


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace")))
def test_no_bytes_crash_it(data):
    for name in ("labels.txt", "class_indices.json"):
        try:
            found = read_classes(name, data)
        except MienError:
            continue
        assert all(isinstance(label, str) for label in found)


def test_they_are_found_beside_the_file(tmp_path):
    (tmp_path / "labels.txt").write_text("0 a\n1 b\n")
    assert classes_beside(tmp_path / "model.h5") == (("a", "b"), str(tmp_path / "labels.txt"))
    assert classes_beside(tmp_path / "deeper" / "model.h5") == ((), "")


def test_their_number_is_that_of_the_outputs():
    assert check_classes(("a", "b"), 1, "") == ("a", "b")
    with pytest.raises(SettingError, match=r"gives 5 scores, and 4 class names came: a, b, c, d, from labels\.txt"):
        check_classes(("a", "b", "c", "d"), 5, ", from labels.txt")
    with pytest.raises(SettingError, match="'a' came twice"):
        check_classes(("a", "a"), 2, "")
