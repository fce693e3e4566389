"""A table: paths with labels, or pictures in a column. Whatever else stands in it rides along."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from pathlib import Path

import polars as pl

from mien import media
from mien.collect._columns import Roles, find_roles
from mien.collect._folder import folder_tree
from mien.collect._kinds import kind_of, refuse_mixed
from mien.collect._known_tables import RAF_NAME, codes_by_names, fer2013_codes, is_raf
from mien.collect._label_words import decoded, largest, named, persons, words
from mien.collect._named_samples import with_names
from mien.collect._paths import resolve
from mien.collect._read_table import Table, is_manifest, read_table
from mien.collect._splits import canonical
from mien.collect._tree import Tree
from mien.collect._votes import VOTES_FILE, vote_columns, with_votes
from mien.core.errors import SourceError
from mien.core.types import MANIFEST_COLUMNS, Manifest

Find = Callable[[pl.Series], pl.DataFrame]
"""Turns the names that a table has into columns ``id`` and ``path``."""


def list_table(path: Path, kind: str, *, raw: bool = False) -> Manifest:
    """List the rows of a table."""
    if kind == "parquet" and is_manifest(str(path)):
        return _saved(path)
    place, folder = media.as_text(str(path)), media.as_text(str(path.parent))
    around = _around(path)
    frame = rows_of(read_table(place, kind), lambda names: resolve(names, folder, around), raw=raw)
    beside = [entry for entry in sorted(path.parent.iterdir()) if entry.name.lower() == VOTES_FILE and entry != path]
    if beside and frame["container"].null_count() == 0:
        frame = with_votes(frame, media.as_text(str(beside[0])))
    loose = frame.filter(pl.col("container").is_null() & pl.col("aside").is_null())
    kind = kind_of(place, loose, lambda paths: [_content(path) for path in paths])
    notes: tuple[str, ...] = ()
    if frame["container"].null_count() == frame["person"].null_count() == frame.height:
        frame, notes = with_names(frame, kind, raw=True)
    content = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    manifest = Manifest.build({**frame.with_columns(kind=pl.lit(kind)).to_dict(), "content": content})
    return dataclasses.replace(manifest, notes=notes)


def _content(path: str) -> bytes:
    found = next(iter(media.read_many([(path, None)])))
    return found if isinstance(found, bytes) else b""


def _saved(path: Path) -> Manifest:
    manifest = Manifest.read(path)
    refuse_mixed(str(path), dict(manifest.used.frame["kind"].drop_nulls().value_counts().iter_rows()))
    here = media.as_text(str(path.parent)).rstrip("/") + "/"
    loose = pl.col("container").is_null() & ~pl.col("path").str.starts_with("/")
    path_here = pl.when(loose).then(here + pl.col("path")).otherwise("path")
    return manifest.with_frame(manifest.frame.with_columns(path=path_here))


def _around(path: Path) -> Callable[[], Tree]:
    """Give what lies around a table: the files of its folder, or of the one above where its own holds tables alone."""

    @functools.cache
    def tree() -> Tree:
        found, above = folder_tree(path.parent), path.parent.parent
        if found.samples.any() or above in (Path.home(), above.parent):
            return found
        return folder_tree(above)

    return tree


def rows_of(table: Table, find: Find, *, container: str | None = None, raw: bool = False) -> pl.DataFrame:
    """Read a table's columns as those of a manifest."""
    frame = table.frame
    named_by = next((name for name in table.class_names if name in frame.columns), None)
    roles = find_roles(frame, table.place, has_pixels=table.has_pixels, label=named_by)
    if not frame.height:
        raise SourceError(f"The table '{table.place}' has no rows", expected="one row for each picture")
    split_words = _text(frame, roles.split)
    split = split_words.replace_strict(canonical(split_words.unique()), default=None, return_dtype=pl.String)
    places = _places(table, roles, find, container)
    label, why = _labels(table, roles, places["name"], split_words, raw=raw)
    if is_raf(places["name"]) and split.null_count() == len(split):
        split = places["name"].str.replace(r"^.*[/\\]", "").str.extract(RAF_NAME)
    no_label = pl.when(label.is_null()).then(pl.coalesce(why, pl.lit("no label")))
    no_path = pl.when(places["path"].is_null()).then(pl.lit("no path"))
    declared = pl.DataFrame({"label": label, "split": split, "person": _text(frame, roles.person, persons)})
    where = places.select("id", pl.col("path").fill_null(""), "container")
    what = declared.with_columns(aside=pl.coalesce(no_label, no_path))
    return pl.concat([where, what, _further(frame, roles)], how="horizontal")


def _places(table: Table, roles: Roles, find: Find, container: str | None) -> pl.DataFrame:
    """Say where each row's picture lies: columns ``id``, ``path``, ``container`` and ``name``, as the table has it."""
    frame = table.frame
    rows = pl.int_range(frame.height, eager=True).cast(pl.String)
    if roles.path is None:
        own = _own_ids(frame)
        ids = frame[own].cast(pl.String) if own else "row " + rows
        inside = pl.repeat(table.place, frame.height, dtype=pl.String, eager=True)
        return pl.DataFrame({"id": ids, "path": rows, "container": inside, "name": _text(frame, None)})
    name = _text(frame, roles.path, _as_it_is)
    found = find(name)
    if found["id"].str.contains(r"(?i)^https?://").all():
        came = f"The table '{table.place}' names web addresses, such as '{found['id'][0]}'"
        raise SourceError(came, expected="files; Mien fetches nothing", todo="Fetch the pictures, and name the files")
    inside = pl.repeat(container, frame.height, dtype=pl.String, eager=True)
    ids = _told_apart(found["id"].fill_null(""), rows)
    return pl.DataFrame({"id": ids, "path": found["path"], "container": inside, "name": name})


def _labels(
    table: Table, roles: Roles, names: pl.Series, splits: pl.Series, *, raw: bool
) -> tuple[pl.Series, pl.Series]:
    """Read each row's label, and why it has none."""
    frame = table.frame
    if roles.label is None:
        label, why = largest(frame, roles.classes)
        return label.set(label == "", None), why  # FER+: unknown, and no face
    label, nothing = words(frame[roles.label]), _text(frame, None)
    if raw:
        return label, nothing
    label = named(label, table.class_names.get(roles.label, ()))
    if table.has_pixels:
        return decoded(label, fer2013_codes(frame.columns, splits, table.first_cell)), nothing
    return decoded(label, codes_by_names(frame.columns, names)), nothing


def _text(frame: pl.DataFrame, name: str | None, write: Callable[[pl.Series], pl.Series] = words) -> pl.Series:
    """Return a column as text; all null when the table has none."""
    return pl.repeat(None, frame.height, dtype=pl.String, eager=True) if name is None else write(frame[name])


def _as_it_is(column: pl.Series) -> pl.Series:
    """Write names of files as they stand there: blanks may belong to them."""
    text = column.cast(pl.String)
    return text.set(text.str.strip_chars() == "", None)


def _own_ids(frame: pl.DataFrame) -> str | None:
    """Name the table's own column of ids, where it has one in which none is missing or stands twice."""
    ids = _text(frame, "id" if "id" in frame.columns else None, _as_it_is)
    return "id" if not ids.null_count() and ids.n_unique() == frame.height else None


def _told_apart(names: pl.Series, rows: pl.Series) -> pl.Series:
    again = names.is_duplicated() | (names == "")
    numbered = names + " (row " + rows + ")"
    ids = pl.select(pl.when(again).then(numbered).otherwise(names)).to_series()
    return ids if ids.n_unique() == len(ids) else "row " + rows


def _further(frame: pl.DataFrame, roles: Roles) -> pl.DataFrame:
    """Let the other columns ride along, under names that the manifest does not use itself."""
    taken = {roles.label, roles.path, roles.split, None if roles.path else _own_ids(frame)}
    taken |= {roles.number} if roles.riding else {roles.number, *roles.classes}
    rest = frame.select(name for name in frame.columns if name not in taken)
    rest = rest.rename(vote_columns(rest))
    return rest.rename({name: f"table_{name}" for name in rest.columns if name in MANIFEST_COLUMNS})
