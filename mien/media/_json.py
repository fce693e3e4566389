"""Tables written as JSON: one object a line, a list of objects, or columns by name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from mien.core.errors import MediaError
from mien.media._inside import read_whole

Record = Mapping[str, Any]


def json_records(path: str) -> list[Record]:
    """Read the rows of a table written as JSON, in a file or a member of an archive (`split_path`).

    It may be JSON lines; a list of objects, alone or the only list in an object; columns by name, as lists or as pandas
    writes them; a picture's name to its label; or as COCO does. Name and label are then called ``path`` and ``label``.
    `MediaError`: ``missing``, ``unreadable`` or ``bomb``.
    """
    data = read_whole(path)
    try:
        text = data.decode(json.detect_encoding(data)).lstrip("\ufeff")
        found = _by_line(text)
        rows = _rows(json.loads(text)) if found is None else found
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        words = f"'{path}' is not JSON ({error})"
        raise MediaError(words, issue="unreadable", todo="Write it again, or as CSV") from error
    if rows is None:
        expected = "a list of objects, one object a line, or columns by name"
        raise MediaError(f"'{path}' is JSON, but not a table", issue="unreadable", expected=expected)
    return rows


def _by_line(text: str) -> list[Record] | None:
    """Read one object a line; None where the first line is not one, or the only one."""
    lines = [line for line in text.split("\n") if line.strip()]
    try:
        first = json.loads(lines[0]) if len(lines) > 1 else None
    except ValueError:
        return None
    if not isinstance(first, dict):
        return None
    rows = [first, *map(json.loads, lines[1:])]
    return [row for row in rows if isinstance(row, dict)]


def _rows(value: Any) -> list[Record] | None:  # noqa: ANN401 - JSON
    if isinstance(value, list):
        return value if all(isinstance(row, dict) for row in value) else None
    if not isinstance(value, dict) or not value:
        return None
    parts = list(value.values())
    if isinstance(value.get("columns"), list) and isinstance(value.get("data"), list):  # pandas, orient="split"
        return [dict(zip(map(str, value["columns"]), row, strict=False)) for row in value["data"]]
    if {"images", "annotations", "categories"} <= set(value):
        return _coco(value)
    tables = [part for part in parts if isinstance(part, list) and part and _rows(part)]
    return _rows(tables[0]) if len(tables) == 1 else _by_name(value)


def _by_name(value: dict[str, Any]) -> list[Record] | None:
    """Read an object whose names are those of columns, or of pictures."""
    if all(isinstance(part, list) and not any(isinstance(cell, dict) for cell in part) for part in value.values()):
        return _transposed(value)
    return _nested(value) if all(isinstance(part, dict) for part in value.values()) else _named(value)


def _coco(value: dict[str, Any]) -> list[Record]:
    """Read annotations as COCO writes them, one row for each: the picture's name, and that of the category."""
    files = {image["id"]: image["file_name"] for image in value["images"]}
    names = {category["id"]: category["name"] for category in value["categories"]}
    marks = value["annotations"]
    return [{"path": files.get(one["image_id"]), "label": names.get(one["category_id"])} for one in marks]


def _nested(value: dict[str, dict[str, Any]]) -> list[Record]:
    """Read columns whose cells have numbers, as pandas writes them, or records by the name of their picture."""
    if all(name.isdecimal() for part in value.values() for name in part):
        return _transposed({name: list(part.values()) for name, part in value.items()})
    return [{"path": name, **part} for name, part in value.items()]


def _named(value: dict[str, Any]) -> list[Record] | None:
    if not all(isinstance(part, str | int | float | bool) for part in value.values()):
        return None
    whole = {name.lower() for name in value} & {"path", "label"}  # one record, and no list of pictures
    return [value] if whole else [{"path": name, "label": part} for name, part in value.items()]


def _transposed(columns: Mapping[str, list[Any]]) -> list[Record]:
    return [dict(zip(columns, row, strict=True)) for row in zip_longest(*columns.values())]
