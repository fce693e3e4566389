"""From what stands in a column of labels to the words of classes: empty in all its spellings, numbers as whole ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

_SPACE = r"^[\s\x1c-\x1f]+|[\s\x1c-\x1f]+$"  # all that Python calls blank
_EMPTY = r"(?i)^(?:|[-+]?nan|<na>|n/?a|#n/?a(?: n/a)?|null|none|nil|-?1\.#(?:ind|qnan|inf)|[-\u2013\u2014._?*#/]+)$"
_NOBODY = r"(?i)^(?:|[-+]?nan|<na>|n/a|#n/a|null|none|nil)$"  # "NA" may be a person's initials, as in JAFFE
_MARKS = {
    **dict.fromkeys(("true", "yes", "y", "x", "\u2713", "\u2714"), "1"),
    **dict.fromkeys(("false", "no", "n"), "0"),
}
_WHOLE = r"^([-+]?\d+)[.,]0+$"


def words(column: pl.Series) -> pl.Series:
    """Write a column as text, without blanks around it; empty cells, in every spelling of programs, are null.

    Numbers that a program made floats (0.0, 1.0) are whole again where all of them are.
    """
    text = _without(column, _EMPTY)
    there = text.drop_nulls()
    return text.str.replace(_WHOLE, "$1") if len(there) and there.str.contains(_WHOLE).all() else text


def persons(column: pl.Series) -> pl.Series:
    """Write a column of persons as text, empty cells as null."""
    return _without(column, _NOBODY)


def _without(column: pl.Series, empty: str) -> pl.Series:
    text = column.cast(pl.String)
    trimmed = text.str.replace_all(_SPACE, "")
    return trimmed.set(trimmed.str.contains(empty).fill_null(value=True), None)


def named(labels: pl.Series, names: Sequence[str]) -> pl.Series:
    """Give numbers the names that stand at their place in a list; a label without a name stays as it was.

    Null for -1, which Hugging Face writes where a label is not known.
    """
    table = {str(number): name for number, name in enumerate(names)}
    there = labels.drop_nulls().unique()
    return labels.replace_strict({**table, "-1": None}, default=None) if there.is_in([*table, "-1"]).all() else labels


def decoded(labels: pl.Series, codes: Mapping[str, str | None]) -> pl.Series:
    """Translate the codes of a known data set, where all labels are among them."""
    there = labels.drop_nulls().unique()
    known = bool(codes) and there.is_in(list(codes)).all()
    return labels.replace_strict(dict(codes), default=None, return_dtype=pl.String) if known else labels


def as_numbers(column: pl.Series) -> pl.Series | None:
    """Read a column as numbers, also where blanks made them text, and marks (True, yes, x) as 1 and 0; else None."""
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return column.cast(pl.Float64).fill_nan(None)
    if column.dtype != pl.String or column.null_count() == len(column):
        return None
    said = column.str.strip_chars().str.to_lowercase().replace(_MARKS)
    said = said.set(said == "", None)
    numbers = said.cast(pl.Float64, strict=False)
    return numbers.fill_nan(None) if numbers.null_count() == said.null_count() < len(said) else None


def largest(frame: pl.DataFrame, names: Mapping[str, str]) -> tuple[pl.Series, pl.Series]:
    """Choose the class whose column has the most; null, and why, where none or more than one has."""
    numbers = {name: as_numbers(frame[name]) for name in names}
    values = pl.DataFrame({name: 0.0 if held is None else held.fill_null(0) for name, held in numbers.items()})
    most = values.max_horizontal()
    hits = values.select(pl.all() == most)
    count = hits.sum_horizontal()
    first = pl.coalesce(pl.when(pl.col(name)).then(pl.lit(word)) for name, word in names.items())
    label = hits.select(label=first).to_series()
    none, several = most <= 0, count > 1
    why = pl.when(none).then(pl.lit("no label")).when(several).then(pl.lit("more than one label"))
    return label.set(none | several, None), pl.select(why).to_series()
