"""A table of any kind as columns, without the pictures that stand in it."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from mien import media
from mien.collect._known_tables import header_of
from mien.core.errors import SourceError
from mien.core.parquet import ParquetFile

_COUNTERS = re.compile(r"(?:unnamed: ?\d+|__index_level_\d+__|)", re.IGNORECASE)  # what pandas calls its row numbers
POLARS_ERRORS = (pl.exceptions.PolarsError, pl.exceptions.PanicException)


@dataclass(frozen=True)
class Table:
    """A table's columns."""

    place: str  # where it lies, as `media.open_data` takes it
    frame: pl.DataFrame  # all columns but the pictures', and but row numbers; names without blanks around them
    has_pixels: bool  # whether the pictures stand in it
    # Column to the names of its numbers, from 0, where the table says them itself
    class_names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    first_cell: int = 0  # how many values the first picture has that is written as text; 0 where none is


def read_table(place: str, kind: str) -> Table:
    """Read everything but the pictures. Parquet must lie on the disk."""
    read = {"csv": _from_text, "json": _from_json, "parquet": _from_parquet}[kind]
    table = read(place)
    frame = table.frame.rename(dict(zip(table.frame.columns, _unique(table.frame.columns), strict=True)))
    nameless = ["column 1"] if frame.width > 2 else []
    counters = [name for name in frame.columns if name in nameless or _COUNTERS.fullmatch(name)]
    counters = [name for name in counters if _counts(frame[name])]
    return dataclasses.replace(table, frame=frame.drop(counters))


def _unique(names: Iterable[str]) -> list[str]:
    """Take the blanks off names; of two that are then the same, the second gets a number."""
    found: list[str] = []
    for name in names:
        plain, number = name.strip(), 2
        while plain in found:
            plain, number = f"{name.strip()} {number}", number + 1
        found.append(plain)
    return found


def _counts(column: pl.Series) -> bool:
    if not column.dtype.is_integer() or column.null_count():
        return False
    return bool((column == pl.int_range(len(column), eager=True) + column[0]).all())


def _from_parquet(place: str) -> Table:
    with _parquet(place) as file:
        pixels = media.pixel_column(file.schema)
        wanted = [name for name, held in file.schema.items() if name != pixels and not _is_heavy(held)]
        return Table(place, file.read(wanted), pixels is not None, _class_names(file.metadata.get("huggingface")))


def is_manifest(place: str) -> bool:
    """Say whether a Parquet file is a manifest that Mien saved."""
    with _parquet(place) as file:
        return "mien.manifest" in file.metadata


@contextmanager
def _parquet(place: str) -> Iterator[ParquetFile]:
    try:
        with ParquetFile(media.real_path(place)) as file:
            yield file
    except OSError as error:
        raise SourceError(f"'{place}' cannot be read as a table ({error})", todo="Check the file") from error


def _is_heavy(kind: Any) -> bool:  # noqa: ANN401 - a polars data type
    if isinstance(kind, pl.Struct):
        return any(_is_heavy(field.dtype) for field in kind.fields)
    return bool(kind == pl.Binary)


def _class_names(text: str | None) -> dict[str, list[str]]:
    """Read the names that Hugging Face's `datasets` writes beside the columns, where each number has one."""
    try:
        features: Any = json.loads(text or "{}")["info"]["features"]
        listed = {name: value["names"] for name, value in features.items() if value.get("_type") == "ClassLabel"}
        return {str(name): [str(word) for word in words] for name, words in listed.items() if isinstance(words, list)}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return {}


def _from_json(place: str) -> Table:
    rows = media.json_records(place)
    names = list(dict.fromkeys(name for row in rows for name in row))
    pixels = [name for name in names if media.pixel_places([name])]
    columns = {name: _column(row.get(name) for row in rows) for name in names if name not in pixels}
    return Table(place, pl.DataFrame(columns), has_pixels=bool(pixels))


def _column(values: Iterable[Any]) -> pl.Series:
    """Give JSON values one type: numbers where all are, else text."""
    cells = list(values)
    kinds = {type(cell) for cell in cells if cell is not None}
    small = all(abs(cell) < 1 << 62 for cell in cells if isinstance(cell, int))
    if kinds <= {int} and small:
        return pl.Series(cells, dtype=pl.Int64)
    if kinds <= {int, float} and small:
        return pl.Series([None if cell is None else float(cell) for cell in cells], dtype=pl.Float64)
    words = (cell if cell is None or isinstance(cell, str) else json.dumps(cell) for cell in cells)
    return pl.Series([word and word.encode("utf-8", "replace").decode() for word in words], dtype=pl.String)


def _from_text(place: str) -> Table:
    table = media.text_table(place)
    first = next(table.rows(), [])
    known = None if table.header else header_of(first)
    table = dataclasses.replace(table, names=tuple(known)) if known else table
    pixels = set(media.pixel_places(table.names))
    if pixels:
        rest = [number for number in range(len(table.names)) if number not in pixels]
        values = sum(len(first[number].split()) for number in pixels if number < len(first))
        return Table(place, _typed(table.names, rest, table.rows()), has_pixels=True, first_cell=values)
    data = media.read_whole(place)
    frame = _by_polars(data, table) if table.plain else None
    return Table(place, _by_rows(data, table) if frame is None else frame, has_pixels=False)


def _by_polars(data: bytes, table: media.TextTable) -> pl.DataFrame | None:
    """Read a plain table quickly; None where it is not quite plain, for Polars is strict about quotes and coding."""
    try:
        separator = table.separator
        return pl.read_csv(data, separator=separator, infer_schema_length=None, truncate_ragged_lines=True)
    except POLARS_ERRORS:
        return None


def _by_rows(data: bytes, table: media.TextTable) -> pl.DataFrame:
    text = _decoded(data, table).replace("\r\n", "\n").replace("\r", "\n")
    return _typed(table.names, range(len(table.names)), table.rows_of(text.split("\n")))


def _decoded(data: bytes, table: media.TextTable) -> str:
    if not table.encoding.startswith("utf-8"):
        return data.decode(table.encoding, "replace")
    with suppress(UnicodeDecodeError):
        return data.decode(table.encoding)
    guessed = media.guess_coding(set(re.split(rb"[\s,;|\"/\\\\]+", data)), media.OLD_TABLE)
    if guessed is None:
        came = f"The table '{table.path}' is not UTF-8, and in which coding it is cannot be told"
        raise SourceError(came, expected="UTF-8", todo="Save it as CSV UTF-8")
    return data.decode(guessed, "replace")


def _typed(names: Sequence[str], places: Sequence[int], rows: Iterable[Sequence[str]]) -> pl.DataFrame:
    """Gather columns of text row by row, and let Polars say which of them are numbers.

    Polars alone would hold hundreds of megabytes of pixels while it reads the small columns beside them.
    """
    columns: list[list[str | None]] = [[] for _ in places]
    for row in rows:
        for column, place in zip(columns, places, strict=True):
            column.append((row[place] if place < len(row) else None) or None)
    unique = _unique(names[place] for place in places)
    text = pl.DataFrame(dict(zip(unique, columns, strict=True)), schema=dict.fromkeys(unique, pl.String))
    return pl.read_csv(text.write_csv().encode(), infer_schema_length=None) if text.width else text
