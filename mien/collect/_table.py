"""A table: paths with labels, or pictures in a column. Whatever else stands in it rides along."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from mien import media
from mien.collect._columns import FER2013, Roles, find_roles
from mien.collect._folder import as_text
from mien.collect._splits import canonical
from mien.core.errors import SourceError
from mien.core.types import MANIFEST_COLUMNS, Manifest


def list_table(path: Path, kind: str) -> Manifest:
    """List the rows of a table.

    Parameters
    ----------
    path : pathlib.Path
        The table, an absolute path.
    kind : str
        ``csv`` or ``parquet``.

    Returns
    -------
    Manifest
        With ``content`` null; or what Mien itself saved, with its contents.

    Raises
    ------
    SourceError
        If no column says where the pictures or the labels are, a ready-made split is not known, or the table is
        empty.
    """
    if kind == "parquet":
        if "mien.manifest" in pl.read_parquet_metadata(path):
            return _saved(path)
        schema: dict[str, Any] = dict(pl.read_parquet_schema(path))
    else:
        names = next(media.csv_rows(as_text(str(path))), [])
        schema = dict.fromkeys(names, pl.String())
    pixels = media.pixel_column(schema)
    table = _read(path, kind, schema, pixels)
    roles = find_roles(table.columns, str(path), has_pixels=pixels is not None)
    if not table.height:
        raise SourceError(f"The table '{path}' has no rows", expected="one row for each picture")
    frame = _declared(table, roles, path).hstack(_further(table, roles))
    return Manifest.build(frame.to_dict())


def _saved(path: Path) -> Manifest:
    manifest = Manifest.read(path)
    here = as_text(str(path.parent)).rstrip("/") + "/"
    loose = pl.col("container").is_null() & ~pl.col("path").str.starts_with("/")
    return Manifest(manifest.frame.with_columns(path=pl.when(loose).then(here + pl.col("path")).otherwise("path")))


def _read(path: Path, kind: str, schema: dict[str, Any], pixels: str | None) -> pl.DataFrame:
    """Read everything but the pictures."""
    if kind == "parquet":
        wanted = [name for name, held in schema.items() if name != pixels and not _is_heavy(held)]
        return pl.scan_parquet(path, glob=False).select(wanted).collect()
    if pixels is None:
        with path.open(encoding="utf-8", errors="replace") as file:
            separator = media.csv_separator(file.readline())
        table = pl.read_csv(path, separator=separator, infer_schema_length=None, glob=False, truncate_ragged_lines=True)
    else:
        table = _read_beside_pixels(path, list(schema), pixels)
    return table.rename({name: name.strip() for name in table.columns})


def _read_beside_pixels(path: Path, names: list[str], pixels: str) -> pl.DataFrame:
    """Read the small columns row by row: Polars would hold hundreds of megabytes of pixels meanwhile."""
    at = [number for number, name in enumerate(names) if name != pixels]
    rows = media.csv_rows(as_text(str(path)))
    next(rows)
    columns: list[list[str | None]] = [[] for _ in at]
    for row in rows:
        for column, number in zip(columns, at, strict=True):
            column.append(row[number] if number < len(row) else None)
    text = pl.DataFrame(columns, schema=[(names[number], pl.String) for number in at])
    return pl.read_csv(text.write_csv().encode(), infer_schema_length=None) if text.width else text


def _is_heavy(kind: Any) -> bool:  # noqa: ANN401 - a polars data type
    if isinstance(kind, pl.Struct):
        return any(_is_heavy(field.dtype) for field in kind.fields)
    return bool(kind == pl.Binary)


def _declared(table: pl.DataFrame, roles: Roles, path: Path) -> pl.DataFrame:
    """Fill the manifest's own columns."""
    rows = pl.int_range(table.height, eager=True).cast(pl.String)
    label = _words(table, roles.label)
    if roles.fer2013 and label.drop_nulls().is_in(list(FER2013)).all():
        label = label.replace_strict(FER2013, default=None)
    given = _words(table, roles.split)
    split = given.replace_strict(canonical(given.unique()), default=None, return_dtype=pl.String)
    here = as_text(str(path.parent)).rstrip("/") + "/"
    if roles.path is None:
        place, ids = rows, _words(table, _own_ids(table)) if _own_ids(table) else "row " + rows
        container = pl.repeat(as_text(str(path)), table.height, dtype=pl.String, eager=True)
    else:
        name = _words(table, roles.path)
        absolute = name.str.starts_with("/")
        place = pl.select(pl.when(absolute).then(name).otherwise(here + name)).to_series()
        ids = _told_apart(name.fill_null(""), rows)
        container = pl.repeat(None, table.height, dtype=pl.String, eager=True)
    no_label, no_path = label.is_null(), place.is_null()
    aside = pl.when(no_label).then(pl.lit("no label")).when(no_path).then(pl.lit("no path"))
    nothing = pl.repeat(None, table.height, dtype=pl.String, eager=True)
    columns = {"id": ids, "content": nothing, "path": place.fill_null(""), "container": container, "label": label}
    person = _words(table, roles.person)
    return pl.DataFrame({**columns, "split": split, "person": person}).with_columns(aside=aside)


def _words(table: pl.DataFrame, name: str | None) -> pl.Series:
    """Return a column as text, empty cells as null; all null when the table has none."""
    if name is None:
        return pl.repeat(None, table.height, dtype=pl.String, eager=True)
    words = table[name].cast(pl.String)
    return words.set(words.str.strip_chars() == "", None)


def _own_ids(table: pl.DataFrame) -> str | None:
    """Name the table's own column of ids, where it has one in which none is missing or stands twice."""
    given = _words(table, "id" if "id" in table.columns else None)
    return "id" if not given.null_count() and given.n_unique() == table.height else None


def _told_apart(names: pl.Series, rows: pl.Series) -> pl.Series:
    again = names.is_duplicated() | (names == "")
    numbered = names + " (row " + rows + ")"
    ids = pl.select(pl.when(again).then(numbered).otherwise(names)).to_series()
    return ids if ids.n_unique() == len(ids) else "row " + rows


def _further(table: pl.DataFrame, roles: Roles) -> pl.DataFrame:
    taken = {roles.label, roles.path, roles.split, roles.person, None if roles.path else _own_ids(table)}
    rest = table.select(name for name in table.columns if name not in taken)
    clash = {name: f"table_{name}" for name in rest.columns if name in MANIFEST_COLUMNS}
    return rest.rename(clash)
