"""Tables written as JSON, in every form that programs give them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import collect, media

from .conftest import refused, scanned, write

RECORDS = [{"image": "1.png", "emotion": "happy", "age": 3}, {"image": "3.png", "emotion": "sad", "age": None}]
COLUMNS = {name: [row[name] for row in RECORDS] for name in RECORDS[0]}
COCO = {
    "images": [{"id": 1, "file_name": "1.png"}, {"id": 2, "file_name": "3.png"}],
    "annotations": [{"image_id": 1, "category_id": 5}, {"image_id": 2, "category_id": 6}],
    "categories": [{"id": 5, "name": "happy"}, {"id": 6, "name": "sad"}],
}


@pytest.mark.parametrize(
    "value",
    [
        RECORDS,
        {"version": 1, "data": RECORDS},
        COLUMNS,
        {name: dict(zip("01", column, strict=True)) for name, column in COLUMNS.items()},
        {"columns": list(COLUMNS), "index": [0, 1], "data": [list(row.values()) for row in RECORDS]},
        {"1.png": "happy", "3.png": "sad"},
        {"1.png": {"label": "happy"}, "3.png": {"label": "sad"}},
        COCO,
    ],
)
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json(value, coding, folder, rows):
    (folder / "t.json").write_bytes(json.dumps(value, indent=1).encode(coding))
    manifest = collect.scan(folder / "t.json")
    assert rows(manifest) == {"1.png": "happy", "3.png": "sad"}
    if "age" in manifest.groups:
        assert manifest.frame["age"].to_list() == [3, None]


def test_json_lines(folder, rows):
    (folder / "t.jsonl").write_text("\n".join(map(json.dumps, [*RECORDS, {"image": "deep/2 é.png", "emotion": None}])))
    manifest = collect.scan(folder / "t.jsonl")
    assert rows(manifest.used) == {"1.png": "happy", "3.png": "sad"}
    assert manifest.omissions == "Set aside: no label (1)."


def test_pixels_in_json(tmp_path):
    (tmp_path / "t.json").write_text('[{"pixels": "1 2 3 4", "label": 0}, {"pixels": [[5, 6], [7, 8]], "label": 1}]')
    manifest = collect.scan(tmp_path / "t.json")
    assert [media.read(*row) for row in manifest.frame.select("path", "container").rows()] == [b"1 2 3 4", b"5 6 7 8"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1, 2]", "says where"),
        ('{"a": 1, "b": [2]}', "not a table"),
        ('{"image": "1.png",', "is not JSON"),
        ("{}", "not a table"),
        ('[{"path": "q", "label": 1.5}, {"path": "r", "label": 1' + "0" * 400 + "}]", "is there"),
        ('[{"a": {"b": 1}}, {"a": [1]}]', "says where"),
        ('{"images": [], "annotations": [{}], "categories": []}', "is not JSON"),
        ("[" * 3000, "says where"),
        ('{"a":' * 3000, "is not JSON"),
    ],
)
def test_json_that_is_no_table(text, words, folder):
    assert words in refused(write(folder, text, "t.json"))


json_values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(["1.png", "happy", "sad", "\ud800"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["path", "label", "image", "pixels", "data", "columns", "1.png", "0"]), inner, max_size=4
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(json_values, min_size=1, max_size=4), st.booleans())
def test_any_json(tmp_path_factory, values, by_line):
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text("\n".join(map(json.dumps, values)) if by_line else json.dumps(values[0]), encoding="utf-8")
    manifest = scanned(path)
    assert manifest is None or len(manifest.labels) >= 2
