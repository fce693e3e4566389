"""Tables among the files of a folder or an archive: which of them say what is to be seen, and where it lies."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from mien import media
from mien.collect._paths import are_there, match
from mien.collect._read_table import POLARS_ERRORS, Table, is_manifest, read_table
from mien.collect._splits import parted, split_of, splits_of_folders
from mien.collect._table import rows_of
from mien.collect._tree import Tree
from mien.collect._votes import VOTES_FILE, with_votes
from mien.core.errors import MienError, SourceError

_MOST_TABLES = 200
_MOST_ALIKE = 20  # small files of one ending in one folder: more of them are notes on single pictures
_ENOUGH = 0.5  # share of a table's rows, or of the pictures, that must be the other's too
_ENDINGS = re.compile(r"(?:\.(?:csv|tsv|tab|txt|lst|list|jsonl?|ndjson|parquet|gz|bz2|xz))+$", re.IGNORECASE)
_FER2013 = ("fer2013.csv", "icml_face_data.csv")  # the whole of it, where parts of it lie beside
_PARSE = (MienError, *POLARS_ERRORS, ValueError, OSError)


@dataclass(frozen=True)
class Listed:
    """One table and the rows that it makes."""

    name: str  # its id in the tree
    frame: pl.DataFrame  # as `rows_of` gives it
    has_pixels: bool  # whether the pictures stand in it
    votes: str | None = None  # the table beside it that was read with it


def tables_in(tree: Tree, *, raw: bool = False) -> list[Listed]:
    """Find the tables that say what the pictures show; empty where no table says it."""
    found = [listed for name, path in _candidates(tree) if (listed := _listed(tree, name, path, raw=raw)) is not None]
    original = [one for one in found if one.has_pixels and _last(one.name) in _FER2013]
    if original:
        return [_beside_votes(tree, original[0])]
    splits = {split for one in found if (split := _split_in(one.name))}
    chosen = [one for one in found if _split_in(one.name)] if len(splits) > 1 else found
    _refuse_overlap(tree, chosen)
    return chosen


def find_files(names: pl.Series, folder: str, tree: Tree) -> pl.DataFrame:
    """Find the files that a table of the tree names: beside it, else anywhere."""
    here = names if not folder else folder + "/" + names
    listed = tree.files.select(here="id", beside="path")
    rows = pl.DataFrame({"name": names, "here": here}).join(listed, on="here", how="left", maintain_order="left")
    files = pl.concat([rows, match(names.set(rows["beside"].is_not_null(), None), tree)], how="horizontal")
    root = "" if tree.container else tree.source.rstrip("/") + "/"
    own = pl.when(pl.col("name").str.starts_with("/")).then("name").otherwise(pl.lit(root) + pl.col("name"))
    return files.select(
        id=pl.when(pl.col("beside").is_not_null()).then("here").otherwise(pl.coalesce("id", "name")),
        path=pl.coalesce("beside", "path", own),
    )


def joined(tables: Sequence[Listed]) -> pl.DataFrame:
    """Put the rows of several tables one behind the other; a table or folder called after a split gives it."""
    own = {one.name: _split_in(one.name) for one in tables}
    if len(set(own.values())) < 2:  # one table called test.csv may be all there is
        own = dict.fromkeys(own)
    frames = []
    for one in tables:
        folder = splits_of_folders(one.frame["id"].str.replace(r"[^/]*$", "")) if not one.has_pixels else None
        split = pl.coalesce("split", pl.lit(own[one.name], pl.String), folder)
        name = f"{one.name} " if one.has_pixels and len(tables) > 1 else ""
        frames.append(one.frame.with_columns(id=pl.lit(name) + pl.col("id"), split=split))
    frame = pl.concat(frames, how="diagonal_relaxed").with_row_index(" row")
    again = ~pl.col("id").is_first_distinct()
    told = pl.col("id") + " (row " + pl.col(" row").cast(pl.String) + ")"
    return frame.with_columns(id=pl.when(again).then(told).otherwise("id")).drop(" row")


def _split_in(name: str) -> str | None:
    """Give the split that a table is called after: by its own name, or by a folder's."""
    *folders, last = name.split("/")
    parts = _ENDINGS.sub("", last), *reversed(folders)
    words = (split_of(part) or (parted(part) or (None, None))[1] for part in parts)
    return next((word for word in words if word), None)


def _last(name: str) -> str:
    return name.rpartition("/")[2].lower()


def _candidates(tree: Tree) -> Iterator[tuple[str, str]]:
    """Give the tables that may say something, as id and path; not the notes that lie beside each single picture."""
    files = tree.files.filter(tree.tables & tree.files["aside"].is_null())
    files = files.with_columns(
        folder=pl.col("id").str.replace(r"[^/]*$", ""),
        ending=pl.col("id").str.extract(r"(\.[^./]+)$").str.to_lowercase(),
    )
    small = pl.col("ending").is_in([".txt", ".json"])
    few = files.filter(~small | (pl.len().over("folder", "ending") <= _MOST_ALIKE)).head(_MOST_TABLES)
    yield from few.select("id", "path").iter_rows()


def _listed(tree: Tree, name: str, path: str, *, raw: bool) -> Listed | None:
    """Read one table; None where it is none, or does not speak of these files."""
    place = tree.place(path)
    try:
        kind = media.container_kind(place)
        if kind == "parquet" and (tree.container or is_manifest(place)):
            return None
        table = read_table(place, kind) if kind in ("csv", "json", "parquet") else None
        return _spoken(tree, name, table, raw=raw) if table else None
    except _PARSE:
        return None


def _spoken(tree: Tree, name: str, table: Table, *, raw: bool) -> Listed | None:
    folder = name.rpartition("/")[0]
    frame = rows_of(table, lambda names: find_files(names, folder, tree), container=tree.container, raw=raw)
    speaks = frame["label"].null_count() < frame.height and (table.has_pixels or _are_named(frame["path"], tree))
    return Listed(name, frame, table.has_pixels) if speaks else None


def _are_named(paths: pl.Series, tree: Tree) -> bool:
    """Say whether a table names the files of the tree, or others that are on this machine."""
    there = paths.is_in(tree.files["path"].implode()).sum()
    if there:
        return there >= _ENOUGH * min(len(paths), int(tree.samples.sum()))
    named = paths.filter(paths != "")
    return tree.container is None and len(named) > 0 and are_there(named)


def _beside_votes(tree: Tree, original: Listed) -> Listed:
    votes = [row for row in tree.files.select("id", "path").iter_rows() if _last(row[0]) == VOTES_FILE]
    if not votes:
        return original
    name, path = votes[0]
    return dataclasses.replace(original, frame=with_votes(original.frame, tree.place(path)), votes=name)


def _refuse_overlap(tree: Tree, tables: Sequence[Listed]) -> None:
    """Refuse two tables that speak of the same pictures: which of them is meant, only a person knows."""
    pixels = [one for one in tables if one.has_pixels]
    alike = len(pixels) > 1 and len({_split_in(one.name) for one in pixels}) < len(pixels) and not _are_shards(pixels)
    paths = [one.frame["path"].unique() for one in tables if not one.has_pixels]
    files = pl.concat(paths) if paths else pl.Series(dtype=pl.String)
    if alike or files.is_duplicated().sum() > _ENOUGH * len(files) or (pixels and paths):
        raise _several(tree, tables)


def _are_shards(tables: Sequence[Listed]) -> bool:
    return all(re.search(r"-\d{3,}-of-\d{3,}\.parquet$", one.name) for one in tables)


def _several(tree: Tree, tables: Sequence[Listed]) -> SourceError:
    names = ", ".join(f"'{one.name}'" for one in tables[:4])
    came = f"'{tree.source}' holds several tables that say what the pictures show: {names}"
    todo = "Give one of them" if tree.container is None else "Pack it with one of them alone"
    return SourceError(came, expected="one table, or one for each of train, val and test", todo=todo)
