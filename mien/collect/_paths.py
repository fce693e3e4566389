"""Where the files lie that a table names, also when it was written on another machine, or for another folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from urllib.parse import unquote

import polars as pl

from mien import media
from mien.collect._known_tables import is_raf
from mien.collect._tree import Tree

_ENOUGH = 0.5  # share of the files that one way of reading their names must find
_MORE = 0.4  # share of files that a looser way must find beyond a stricter one
_LOOKED_AT = 200
_DEEPEST = 24


def resolve(names: pl.Series, folder: str, tree: Callable[[], Tree]) -> pl.DataFrame:
    """Find the files that a table names.

    As they stand there, relative to the table's folder; else without what lies around them on another machine (drive
    letters, backslashes, other folders), in other letters' case, or without their ending.
    """
    literal = pl.DataFrame({"id": names, "path": _beside(names, folder)})
    if are_there(literal["path"]):
        return literal
    there = [not path or os.path.lexists(media.real_path(path)) for path in literal["path"]]
    found = match(names.set(pl.Series(there, dtype=pl.Boolean), None), tree())
    known = found["id"].is_not_null()
    return pl.DataFrame([found[column].zip_with(known, literal[column]) for column in ("id", "path")])


def _beside(names: pl.Series, folder: str) -> pl.Series:
    absolute = names.str.starts_with("/")
    here = folder.rstrip("/") + "/"
    return pl.select(pl.when(absolute).then(names).otherwise(here + names)).to_series()


def are_there(paths: pl.Series) -> bool:
    """Say whether files are there, by a sample of them: a million look-ups would take seconds."""
    some = paths.drop_nulls().gather_every(max(1, paths.len() // _LOOKED_AT))
    return all(os.path.lexists(media.real_path(path)) for path in some)


def match(names: pl.Series, tree: Tree) -> pl.DataFrame:
    """Match names with the files of a tree by the last parts of their paths; null where not exactly one file has it."""
    wanted, files = _clean(_aligned(names, tree)), tree.files.select("id", "path").with_row_index("row")
    rows, depth = pl.Series([None] * len(names), dtype=pl.UInt32), None
    for change in _CHANGES if files.height else ():
        left = wanted.set(rows.is_not_null(), None)
        free = files.filter(~pl.col("row").is_in(rows.drop_nulls().implode()))
        found, depth = _rows(change(left), change(free["id"]), depth)
        rows = rows.zip_with(rows.is_not_null(), free["row"].gather(found))
    return pl.DataFrame({"row": rows}).join(files, on="row", how="left", maintain_order="left").select("id", "path")


def _aligned(names: pl.Series, tree: Tree) -> pl.Series:
    """Name RAF-DB's aligned faces, where its list names the photos and both, or the faces alone, are there."""
    if not is_raf(names) or not tree.files["id"].str.contains(r"_aligned\.\w+$").any():
        return names
    return names.str.replace(r"(?:_aligned)?(\.\w+)$", "_aligned$1")


def _clean(names: pl.Series) -> pl.Series:
    """Write names as paths of this system, from where they come to folders that can be here too."""
    plain = names.str.strip_chars(" \t\r\"'").str.replace_all(r"\\", "/", literal=False).str.replace_all(r"/+", "/")
    plain = plain.str.replace(r"(?i)^(?:file:/*)?(?:[a-z]:)?/?", "").str.replace(r"^(?:.*/)?\.\.?/", "")
    return plain.set(plain == "", None)


def _rows(names: pl.Series, files: pl.Series, depth: int | None) -> tuple[pl.Series, int | None]:
    """Match as many last parts as most names allow; fewer where many more names are found so, null where few are.

    Where most names have been matched by `depth` parts, the rest must be too.
    """
    distinct = min(names.drop_nulls().n_unique(), len(files))  # of a long list only a part may be here
    best, most = pl.Series([None] * len(names), dtype=pl.UInt32), 0.0
    for parts in range(depth or min(_DEEPEST, _depth(names)), (depth or 1) - 1, -1) if distinct else ():
        found = _by_last(names, files, parts)
        share = found.drop_nulls().n_unique() / distinct
        if share >= max(_ENOUGH, most + _MORE):
            best, most, depth = found, share, parts
    return best, depth


def _depth(names: pl.Series) -> int:
    parts = [count for count in names.str.count_matches("/").unique() if count is not None]
    return 1 + max(parts, default=-1)


def _by_last(names: pl.Series, files: pl.Series, depth: int) -> pl.Series:
    """Match names by their last parts: the row of the one file that has them, if no other name has the same."""
    asked = pl.DataFrame({"name": names, "parts": names.str.count_matches("/") + 1})
    asked = asked.with_columns(pl.col("parts").clip(upper_bound=depth)).with_row_index("place")
    found = []
    for parts in asked["parts"].drop_nulls().unique():
        last = rf"((?:[^/]*/){{{parts - 1}}}[^/]*)$"
        there = pl.DataFrame({"key": files.str.extract(last)}).with_row_index("row").drop_nulls()
        keys = asked.filter(pl.col("parts") == parts).with_columns(key=pl.col("name").str.extract(last))
        found.append(keys.join(there.unique("key", keep="none"), on="key").select("place", "name", "row"))
    hits = pl.concat(found).filter(pl.col("name").n_unique().over("row") == 1)
    return asked.join(hits.select("place", "row"), on="place", how="left", maintain_order="left")["row"]


def _folded(names: pl.Series) -> pl.Series:
    if names.str.contains("%", literal=True).any():
        names = pl.Series([name and unquote(name) for name in names], dtype=pl.String)
    return names.str.to_lowercase()


_CHANGES: tuple[Callable[[pl.Series], pl.Series], ...] = (
    lambda names: names,
    _folded,
    lambda names: _folded(names).str.replace(r"\.[a-z][^./]*$", ""),
)
