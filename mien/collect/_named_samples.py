"""Samples that have a class already, and whose files are called after a published scheme: the names say more."""

from __future__ import annotations

import re

import polars as pl

from mien.collect._expressions import meaning
from mien.collect._file_names import Names, read_names
from mien.kinds import kind as kind_of

_MOST = 3  # contradictions that are spelled out
_CLEAR = 0.9  # share of a class from which the expression in its files' names is what it means
_SHOWN = 3  # names of files in one


def with_names(rows: pl.DataFrame, kind: str, *, raw: bool = False) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Add who is to be seen or heard, and what else the files' names say; and what is to be said of it.

    `rows` have the columns ``id``, ``label`` and ``person``. A data set's own class folders, such as OAF_angry, become
    Mien's words, unless they are wanted `raw`.
    """
    names = read_names(rows["id"], kind)
    if names is None or names.frame is None:
        return rows, names.said if names else ()
    further = names.frame.select(pl.exclude("label", *set(rows.columns) - {"person"}))
    # Actor_01 is one person, but of several data sets it is one in each.
    found = rows.with_columns(pl.coalesce(further["person"], "person"), *further.drop("person"))
    if not raw and _are_own(rows["label"], names):
        found = found.with_columns(label=_meanings(rows["label"]))
    return found, (*names.said, *_contradictions(rows, names.frame, kind), *_twice(found["label"]))


def _are_own(labels: pl.Series, names: Names) -> bool:
    """Say whether all class folders are called as the data sets themselves call them."""
    known = [form for form in names.folders if form]
    return all(any(re.fullmatch(form, label) for form in known) for label in labels.unique())


def _meanings(labels: pl.Series) -> pl.Series:
    words = {label: meaning(label) for label in labels.drop_nulls().unique()}
    return labels.replace_strict(words, default=None, return_dtype=pl.String)


def _contradictions(rows: pl.DataFrame, names: pl.DataFrame, kind: str) -> list[str]:
    """Say which files have the class of another expression than their names speak of."""
    if "label" not in names.columns:
        return []
    there = _meanings(names["label"])
    here = pl.DataFrame({"given": rows["label"], "here": _meanings(rows["label"]), "there": there})
    most = pl.col("there").drop_nulls().mode().sort().first().over("given")
    clear = (pl.col("there") == most).mean().over("given") >= _CLEAR  # froh is happy
    here = here.with_columns(here=pl.coalesce("here", pl.when(clear).then(most)))
    both = pl.concat([rows.select("id"), here, names.select(name="label")], how="horizontal")
    wrong = both.filter(pl.col("here") != pl.col("there"))
    pairs = wrong.group_by("given", "name").agg(pl.len(), pl.col("id").head(_SHOWN))
    pairs = pairs.sort("len", "given", "name", descending=[True, False, False])
    said = []
    for given, name, number, ids in pairs.head(_MOST).iter_rows():
        files = ", ".join([*ids, *(["and others"] if number > len(ids) else [])])
        verb, stay = ("is", "stays") if number == 1 else ("are", "stay")
        count = kind_of(kind).count(number)
        said.append(f"{count} of the class '{given}' {verb} {name} by name, and {stay} '{given}': {files}.")
    if pairs.height > _MOST:
        rest = int(pairs[_MOST:]["len"].sum())
        said.append(f"So do {kind_of(kind).count(rest)} of other classes and names.")
    return said


def _twice(labels: pl.Series) -> list[str]:
    """Say which classes are two words for one expression, as anger and angry of two data sets."""
    words: dict[str, list[str]] = {}
    for label in sorted(labels.drop_nulls().unique()):
        if word := meaning(label):
            words.setdefault(word, []).append(f"'{label}'")
    return [
        f"The classes {' and '.join(several)} stand for one expression, {word}: give them one name."
        for word, several in words.items()
        if len(several) > 1
    ]
