"""Persons as whoever brings the data names them: by a column, or by a pattern in the samples' paths."""

from __future__ import annotations

import re

import polars as pl

from mien.collect._columns import is_person
from mien.collect._label_words import persons
from mien.core.errors import SettingError, did_you_mean
from mien.core.persons import Persons
from mien.core.types import Manifest

_SHOWN = 3
_LONGEST = 1000  # letters of a pattern


def name_persons(manifest: Manifest, wanted: Persons) -> Manifest:
    """Fill ``person``, instead of what the data itself says; null where a sample names nobody."""
    if wanted.by:
        manifest = _set(manifest, _column(manifest, wanted.by))
    if wanted.pattern:
        manifest = _set(manifest, _matched(manifest, wanted.pattern))
    return manifest.with_frame(manifest.frame.drop(_said_twice(manifest, wanted.by)))


def _set(manifest: Manifest, person: pl.Series) -> Manifest:
    return manifest.with_frame(manifest.frame.with_columns(person.alias("person")))


def _said_twice(manifest: Manifest, by: str) -> list[str]:
    frame = manifest.frame
    held = [name for name in manifest.groups if name != by and is_person(name.removeprefix("table_"))]
    return [name for name in held if (persons(frame[name]) == frame["person"]).fill_null(value=True).all()]


def _column(manifest: Manifest, name: str) -> pl.Series:
    frame = manifest.frame
    known = [*manifest.groups, *(["person"] if frame["person"].drop_nulls().len() else [])]
    if name not in known:
        came = f"The data has no column '{name}' that could name persons"
        todo = did_you_mean(name, known) if known else r"Name them by their files: --person 'actor(\d+)'"
        expected = f"one of {', '.join(map(repr, known))}" if todo.startswith("Did") else ""
        raise SettingError(came, expected=expected, todo=todo)
    try:
        found = persons(frame[name])
    except pl.exceptions.PolarsError as error:
        raise SettingError(f"The column '{name}' holds no names ({frame[name].dtype})", expected="text") from error
    if not found.count():
        raise SettingError(f"The column '{name}' is empty", expected="a name or a number for at least some samples")
    return found


def _matched(manifest: Manifest, pattern: str) -> pl.Series:
    # Polars' regular expressions have no step back: their time is linear in the path, whatever the pattern.
    ids = manifest.frame["id"]
    try:
        if len(pattern) > _LONGEST:
            raise SettingError(f"The pattern for person has {len(pattern):,} letters", expected=f"up to {_LONGEST:,}")
        groups = ids.str.extract_groups(pattern).struct.unnest()
        found = pl.coalesce(groups) if groups.width else ids.str.extract(pattern, 0)
    except (pl.exceptions.PolarsError, UnicodeError) as error:
        raise _unreadable(pattern, str(error)) from error
    named = persons(pl.select(found).to_series() if isinstance(found, pl.Expr) else found)
    if not named.count():
        some = ", ".join(repr(name) for name in ids.gather_every(max(1, len(ids) // _SHOWN)).head(_SHOWN))
        came = f"The pattern '{pattern}' for person is found in none of {len(ids):,} paths"
        raise SettingError(came, expected=f"one that is found in paths such as {some}", todo=_closer(pattern))
    return named


def _closer(pattern: str) -> str:
    anchored = "; ^ is the beginning of the whole path, with its folders" if pattern.startswith("^") else ""
    return f"What stands in its first brackets names the person, as in 'actor(\\d+)'{anchored}"


def _unreadable(pattern: str, said: str) -> SettingError:
    """Say where a pattern goes wrong, as its reader shows it: by marks under the pattern."""
    why = re.search(r"error: (.+)", said.rpartition("parse error")[2]) or re.search(r"regex error: (.+)", said)
    marks = re.search(r"\n( +)\^+\n", said)
    where = f" at character {len(marks[1]) - 3}" if marks and "\n" not in pattern else ""
    words = why[1].strip().rstrip(".") if why else "it is no regular expression"
    came = f"The pattern '{pattern}' for person cannot be read{where}: {words}"
    return SettingError(came, expected="a regular expression (Rust's syntax), such as 'actor(\\d+)'")
