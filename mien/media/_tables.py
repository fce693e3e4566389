"""Pictures in the cells of a table: which column holds them, and what a cell holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from mien.core.errors import MediaError
from mien.media._archives import Item
from mien.media._files import MAX_BYTES, too_large
from mien.media._json import json_records
from mien.media._text import text_table

PIXELS = "pixels"
_NUMBERED = re.compile(r"(?:pixel|px|p)[ _-]?\d+")
_FEWEST = 64  # numbered columns that are a picture: one of 8 by 8
_NAMES = (PIXELS, "image", "picture", "img", "png", "jpeg", "jpg", "webp", "bytes", "image_bytes", "data")


def pixel_column(schema: Mapping[str, Any]) -> str | None:
    """Find the column of a table, by its Polars schema, that holds the pictures themselves; None where there is none.

    It is the first of ``pixels, image, picture, img, png, jpeg, jpg, webp, bytes, image_bytes, data`` (in any case)
    that can hold a picture: file bytes, a struct with a field ``bytes`` (as Hugging Face's ``datasets`` writes it), a
    list of numbers, or, only under the name ``pixels``, text. Else the only column of bytes, if there is just one and
    no column ``path``.

    >>> import polars as pl
    >>> pixel_column({"emotion": pl.Int64, "pixels": pl.String, "Usage": pl.String})
    'pixels'
    >>> pixel_column({"path": pl.String, "label": pl.String}) is None
    True
    """
    lowered = {name.strip().lower(): name for name in reversed(list(schema))}
    for known in _NAMES:
        name = lowered.get(known)
        if name is not None and _holds_pictures(schema[name], text=known == PIXELS):
            return name
    blobs = [name for name, kind in schema.items() if _holds_files(kind)]
    return blobs[0] if len(blobs) == 1 and "path" not in lowered else None


def _holds_pictures(kind: Any, *, text: bool) -> bool:  # noqa: ANN401 - a polars data type, class or instance
    import polars as pl

    if _holds_files(kind):
        return True
    while isinstance(kind, pl.List | pl.Array):
        kind, text = kind.inner, False
        if kind.is_integer():
            return True
    return bool(kind == pl.Binary or (text and kind == pl.String))


def _holds_files(kind: Any) -> bool:  # noqa: ANN401 - a polars data type, class or instance
    import polars as pl

    if isinstance(kind, pl.Struct):
        return any(field.name == "bytes" and field.dtype == pl.Binary for field in kind.fields)
    return bool(kind == pl.Binary)


def cell_bytes(cell: Any, name: str) -> bytes:  # noqa: ANN401 - whatever a table can hold
    """Return a cell's picture as bytes that `decode` takes."""
    if isinstance(cell, dict):
        cell = cell.get("bytes")
    if isinstance(cell, list):
        cell = " ".join(map(str, _flat(cell)))
    data = cell.encode("utf-8", "replace") if isinstance(cell, str) else cell
    if not data or not isinstance(data, bytes):
        raise MediaError(f"Row {name} holds no picture", issue="empty", todo="Fill the cell, or remove the row")
    if len(data) > MAX_BYTES:
        raise too_large(f"row {name}")
    return bytes(data)


def _flat(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from _flat(value)
        else:
            yield value


def text_cells(path: str) -> Iterator[Item]:
    """Walk over the pictures of a table written as text: row number from 0, and a function that gives the bytes."""
    table = text_table(path)
    places = pixel_places(table.names)
    if not places:
        raise MediaError(f"'{path}' has no column of pictures", issue="unreadable", expected="a column 'pixels'")
    for number, row in enumerate(table.rows()):
        yield str(number), partial(_joined, row, places, str(number))


def json_cells(path: str) -> Iterator[Item]:
    """Walk over the pictures of a table written as JSON, as `text_cells` does."""
    for number, row in enumerate(json_records(path)):
        cell = next((value for name, value in row.items() if name.strip().lower() == PIXELS), None)
        yield str(number), partial(cell_bytes, cell, str(number))


def pixel_places(names: Sequence[str]) -> tuple[int, ...]:
    """Find the columns of pictures in a table written as text: ``pixels``, or 64 and more numbered pixels; else none.

    >>> pixel_places(["emotion", " pixels", " Usage"])
    (1,)
    """
    plain = [name.strip().lower() for name in names]
    if PIXELS in plain:
        return (plain.index(PIXELS),)
    numbered = tuple(place for place, name in enumerate(plain) if _NUMBERED.fullmatch(name))
    return numbered if len(numbered) >= _FEWEST else ()


def _joined(row: Sequence[str], places: Sequence[int], name: str) -> bytes:
    return cell_bytes(" ".join(row[place] for place in places if place < len(row)), name)
