"""What a table beside class folders knows of the files: it rides along, and the folders stay the classes."""

from __future__ import annotations

import polars as pl

from mien import media
from mien.collect._columns import find_path, find_person
from mien.collect._label_words import persons
from mien.collect._read_table import POLARS_ERRORS, Table, read_table
from mien.collect._tree import Tree
from mien.collect._tree_tables import find_files
from mien.collect._votes import VOTES_FILE, vote_columns
from mien.core.errors import MediaError, SourceError
from mien.core.types import MANIFEST_COLUMNS

COMPANIONS = ("faces.csv", "voices.csv", "metadata.csv", "metadata.jsonl", VOTES_FILE)
"""Mien's own, those of Hugging Face's `imagefolder`, and the votes of FER+."""


def add_companions(tree: Tree, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[str]]:
    """Let the further columns of the tables beside the class folders ride along, joined by the files' paths."""
    used = []
    names = tree.files["id"].str.replace(r"^.*/", "").str.to_lowercase()
    for name, path in tree.files.filter(names.is_in(COMPANIONS)).select("id", "path").iter_rows():
        table = _read(tree.place(path))
        column = find_path(table.frame) if table else None
        if table and column:
            rows = _joined(rows, _further(table.frame, column, name.rpartition("/")[0], tree))
            used.append(name)
    return rows, used


def _read(place: str) -> Table | None:
    try:
        return read_table(place, media.container_kind(place))
    except (MediaError, *POLARS_ERRORS) as error:
        words = " ".join(str(error).split())[:200]
        raise SourceError(f"'{place}' cannot be read as a table ({words})", todo="Mend it, or move it away") from error


def _further(table: pl.DataFrame, column: str, folder: str, tree: Tree) -> pl.DataFrame:
    """Name the files as the tree does, and keep what the manifest does not know better itself."""
    person = find_person(table)
    renamed = vote_columns(table)
    kept = [name for name in table.columns if name not in {column, *MANIFEST_COLUMNS}]
    found = find_files(table[column].cast(pl.String), folder, tree)["id"]
    columns = [found.alias("id"), *(table[name].alias(renamed.get(name, name)) for name in kept)]
    columns += [persons(table[person]).alias("person")] if person else []
    return pl.DataFrame(columns).drop_nulls("id").unique("id", keep="first", maintain_order=True)


def _joined(rows: pl.DataFrame, further: pl.DataFrame) -> pl.DataFrame:
    """Join the columns; what a table before this one said of a file stays, and so does what its folder said."""
    both = rows.join(further, on="id", how="left", maintain_order="left", suffix=" again")
    again = [name for name in both.columns if name.endswith(" again")]
    first = [pl.coalesce(name.removesuffix(" again"), name) for name in again]
    return both.with_columns(first).drop(again)
