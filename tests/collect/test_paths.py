"""Finding the files that a table names, wherever it was written."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.collect._paths import match, resolve
from mien.collect._tree import SCHEMA, Tree

FILES = ("images/happy/a.png", "images/sad/b.png", "images/sad/c d.png", "more/x.jpg", "more/deep/x.jpg")


def tree(*ids):
    frame = pl.DataFrame({"id": ids, "path": [f"/d/{one}" for one in ids], "aside": [None] * len(ids)}, schema=SCHEMA)
    return Tree("/d", None, frame)


def found(*names):
    return match(pl.Series(names, dtype=pl.String), tree(*FILES))["id"].to_list()


@pytest.mark.parametrize(
    "names",
    [
        ("images\\happy\\a.png", "images\\sad\\b.png"),
        ("C:\\Users\\me\\images\\happy\\a.png", "d:\\images\\sad\\b.png"),
        (" images/happy/a.png ", '"images/sad/b.png"'),
        ("./happy/a.png", "../images/sad/b.png"),
        ("/kaggle/input/fer/images/happy/a.png", "/kaggle/input/fer/images/sad/b.png"),
        ("a.png", "b.png"),
        ("A.PNG", "B.PNG"),
        ("a", "b"),
        ("file:///x/happy/a.png", "happy//../sad/b.png"),
        ("https://x.org/happy/a.png", "https://x.org/sad/b.png"),
    ],
)
def test_the_same_files_by_other_names(names):
    assert found(*names) == ["images/happy/a.png", "images/sad/b.png"]


def test_what_is_not_clear_is_not_found():
    assert found("x.jpg", "a.png") == [None, "images/happy/a.png"]  # there are two of them
    assert found("p/a.png", "q/a.png") == [None, None]  # one file, two names
    assert found("deep/x.jpg", "happy/a.png") == ["more/deep/x.jpg", "images/happy/a.png"]
    assert found(None, "", "zz.png", "a.png") == [None, None, None, "images/happy/a.png"]


def test_one_missing_file_is_not_another_of_its_name():
    names = ["images/happy/a.png", "images/sad/b.png", "images/sad/c d.png", "images/happy/b.png"]
    assert found(*names)[:3] == list(FILES[:3])
    assert found(*names)[3] is None


def test_all_names_are_matched_by_as_many_parts():
    names = [f"a/{number}.png" for number in range(4)]
    files = tree(*names, "c/9.png")
    assert match(pl.Series([*names, "b/9.png"]), files)["id"].to_list() == [*names, None]


def test_percent_signs():
    assert found("images/sad/c%20d.png", "images/happy/a.png") == ["images/sad/c d.png", "images/happy/a.png"]


def test_names_that_are_right_are_left_alone(tmp_path):
    (tmp_path / "a\\b.png").write_bytes(b"1")
    names = pl.Series(["a\\b.png", None, str(tmp_path / "a\\b.png")])

    def never():
        raise AssertionError

    places = resolve(names, str(tmp_path), never)
    assert places["id"].to_list() == names.to_list()
    assert places["path"].to_list() == [f"{tmp_path}/a\\b.png", None, f"{tmp_path}/a\\b.png"]


@given(
    st.lists(st.one_of(st.none(), st.text(max_size=12), st.sampled_from(FILES)), max_size=6),
    st.lists(st.text(min_size=1, max_size=8), max_size=5, unique=True),
)
def test_any_names(names, files):
    places = match(pl.Series(names, dtype=pl.String), tree(*files))
    assert places.height == len(names)
    assert set(places["id"].drop_nulls()) <= set(files)
    assert all(place is None for name, place in zip(names, places["id"], strict=True) if not name)
