"""Pictures in the cells of a table: which column holds them, and what a cell holds."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain
from typing import Any

from mien.core.errors import MediaError
from mien.media._archives import Item
from mien.media._loose import MAX_BYTES, open_regular, real_path, too_large

_NAMES = ("pixels", "image", "picture", "img", "png", "jpeg", "jpg", "webp", "bytes", "image_bytes", "data")


def pixel_column(schema: Mapping[str, Any]) -> str | None:
    """Find the column of a table that holds the pictures themselves.

    It is the first of ``pixels, image, picture, img, png, jpeg, jpg, webp, bytes, image_bytes, data`` (in any case)
    that can hold a picture: file bytes, a struct with a field ``bytes`` (as Hugging Face's ``datasets`` writes it), a
    list of numbers, or, only under the name ``pixels``, text. Else the only column of bytes, if there is just one and
    no column ``path``.

    Parameters
    ----------
    schema : mapping of str to polars data type
        The table's columns, in order.

    Returns
    -------
    str or None
        The column's name; None when the table holds no pictures.

    Examples
    --------
    >>> import polars as pl
    >>> pixel_column({"emotion": pl.Int64, "pixels": pl.String, "Usage": pl.String})
    'pixels'
    >>> pixel_column({"path": pl.String, "label": pl.String}) is None
    True
    """
    import polars as pl

    lowered = {name.strip().lower(): name for name in reversed(list(schema))}
    for known in _NAMES:
        name = lowered.get(known)
        if name is not None and _holds_pictures(schema[name], text=known == "pixels"):
            return name
    blobs = [name for name, kind in schema.items() if kind == pl.Binary]
    return blobs[0] if len(blobs) == 1 and "path" not in lowered else None


def _holds_pictures(kind: Any, *, text: bool) -> bool:  # noqa: ANN401 - a polars data type, class or instance
    import polars as pl

    if isinstance(kind, pl.Struct):
        return any(field.name == "bytes" and field.dtype == pl.Binary for field in kind.fields)
    while isinstance(kind, pl.List | pl.Array):
        kind, text = kind.inner, False
        if kind.is_integer():
            return True
    return bool(kind == pl.Binary or (text and kind == pl.String))


def cell_bytes(cell: Any, name: str) -> bytes:  # noqa: ANN401 - whatever a table can hold
    """Return a cell's picture as bytes that `decode` takes.

    Parameters
    ----------
    cell : bytes, str, dict, list of int or None
        The cell.
    name : str
        For the sentence.

    Returns
    -------
    bytes
        A picture file, or grey values as text.

    Raises
    ------
    MediaError
        With ``issue`` ``empty`` or ``bomb``.
    """
    if isinstance(cell, dict):
        cell = cell.get("bytes")
    if isinstance(cell, list):
        cell = " ".join(map(str, _flat(cell)))
    data = cell.encode("utf-8", "replace") if isinstance(cell, str) else cell
    if not data:
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


def csv_separator(header: str) -> str:
    """Say what parts the columns of a .csv, from its first line.

    Parameters
    ----------
    header : str
        The names of the columns.

    Returns
    -------
    str
        ``,``, or ``;`` or a tab where there are more of them, as spreadsheets in many countries write.

    Examples
    --------
    >>> csv_separator("path;label"), csv_separator("emotion,pixels,Usage")
    (';', ',')
    """
    return max(",;\t", key=header.count)


def csv_rows(path: str) -> Iterator[list[str]]:
    """Walk over the rows of a .csv, the header first; blank lines are skipped.

    Polars would be faster, but holds several hundred megabytes of pixels as text while it streams.

    Parameters
    ----------
    path : str
        The table, UTF-8.

    Yields
    ------
    list of str
        The cells.

    Raises
    ------
    MediaError
        With ``issue`` ``missing`` or ``unreadable``.
    """
    csv.field_size_limit(max(csv.field_size_limit(), MAX_BYTES))
    try:
        with open_regular(real_path(path)) as raw:
            first = raw.readline().decode("utf-8-sig", "replace")
            lines = chain([first], (line.decode("utf-8", "replace") for line in raw))
            yield from (row for row in csv.reader(lines, delimiter=csv_separator(first)) if row)
    except FileNotFoundError as error:
        raise MediaError(f"There is no file '{path}'", issue="missing", todo="Check the path") from error
    except (OSError, csv.Error) as error:
        raise MediaError(f"'{path}' cannot be read as a table ({error})", issue="unreadable") from error


def csv_cells(path: str) -> Iterator[Item]:
    """Walk over the pictures of a .csv.

    Parameters
    ----------
    path : str
        A table with a column of pixel values as text.

    Yields
    ------
    (str, callable)
        Row number from 0, and a function that gives the cell's bytes.

    Raises
    ------
    MediaError
        With ``issue`` ``missing`` or ``unreadable``.
    """
    import polars as pl

    rows = csv_rows(path)
    header = next(rows, [])
    column = pixel_column(dict.fromkeys(header, pl.String()))
    if column is None:
        raise MediaError(f"'{path}' has no column of pictures", issue="unreadable", expected="a column 'pixels'")
    at = header.index(column)
    for number, row in enumerate(rows):
        yield str(number), partial(cell_bytes, row[at] if at < len(row) else None, str(number))
