"""Data sets that say in each file's name who is to be seen or heard, and what is shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from mien.collect._expressions import expression_in
from mien.collect._name_schemes import SCHEMES, Scheme
from mien.kinds import SOUND

ENOUGH = 0.95  # share of the names that must follow a scheme
FEWEST = 6  # files below which their names alone give no labels: a few may be called so by chance
_HALF = 0.5  # share from which it is said that too few follow one
_LOOKED_AT = 500
CORPUS = "corpus"  # the column that says of which data set a sample is, where there are several


@dataclass(frozen=True)
class Names:
    """What the names of files say."""

    # One row a file: ``person``, perhaps ``label``, and what else the schemes say; null where a name does not follow
    # any. None where too few do.
    frame: pl.DataFrame | None
    said: tuple[str, ...]  # which data sets were recognised, a sentence each; or why none is
    folders: tuple[str, ...] = ()  # patterns of the class folders that these are published in


def read_names(ids: pl.Series, kind: str) -> Names | None:
    """Read what the names of files of a kind say, where they follow the schemes of published data sets.

    All files count, and each data set needs as many persons as its scheme says. Each person is called after the own
    data set, because several number theirs alike, and a model that knows one would be said to know the other. None
    where no name or hardly any follows a scheme.
    """
    stems = _stems(ids)
    some = stems.gather_every(max(1, len(stems) // _LOOKED_AT))
    likely = [one for one in SCHEMES if one.kind in ("", kind) and some.str.contains(one.whole).any()]
    if not likely or _followed(some, likely).count() < _HALF * len(some):
        return None
    which = _followed(stems, likely)
    parsed = {one.name: _parsed(stems.filter((which == one.name).fill_null(value=False)), one) for one in likely}
    used = [one for one in likely if _is_enough(parsed[one.name], one, len(ids))]
    which = which.set(~which.is_in([one.name for one in used]), None)
    if which.count() < max(1, ENOUGH * len(which)):
        return _too_few(which)
    frame = _together(which, parsed, used, kind)
    return Names(frame, tuple(_said(frame, which, one, kind) for one in used), tuple(one.folders for one in used))


def _followed(stems: pl.Series, schemes: Sequence[Scheme]) -> pl.Series:
    """Say which scheme each name follows, the first of those given; null where it follows none."""
    fits = (pl.when(stems.str.contains(one.whole)).then(pl.lit(one.name)) for one in schemes)
    return pl.select(pl.coalesce(pl.lit(None, pl.String), *fits)).to_series()


def _is_enough(parsed: pl.DataFrame, scheme: Scheme, files: int) -> bool:
    """Say whether so many names of so many persons are no chance."""
    return parsed.height >= min(FEWEST, files) and parsed["person"].drop_nulls().n_unique() >= scheme.fewest


def _too_few(which: pl.Series) -> Names | None:
    counts = which.drop_nulls().value_counts(sort=True)
    if not counts.height or which.count() < _HALF * len(which):
        return None
    name, number = counts.row(0)
    share = f"{number:,} of {len(which):,} files are called as {name} calls them"
    return Names(None, (f"{share}, fewer than {ENOUGH:.0%}: persons are not taken from their names.",))


def _together(which: pl.Series, parsed: dict[str, pl.DataFrame], used: Sequence[Scheme], kind: str) -> pl.DataFrame:
    """Put what the schemes say in the order of the files."""
    rows = pl.DataFrame({CORPUS: which}).with_row_index(" row")
    frames = []
    for scheme in used:
        own = parsed[scheme.name].with_columns(rows.filter(which == scheme.name)[" row"])
        named = pl.lit(f"{scheme.name} ") + pl.col("person")
        always = {name: pl.lit(value) for name, value in scheme.always.items() if name != "language" or kind == SOUND}
        frames.append(own.with_columns(person=named, **always))
    found = rows.join(pl.concat(frames, how="diagonal"), on=" row", how="left", maintain_order="left")
    return found.drop(" row", *([] if len(used) > 1 else [CORPUS]))


def _said(frame: pl.DataFrame, which: pl.Series, scheme: Scheme, kind: str) -> str:
    """Say in a sentence what was recognised: RAVDESS names: 20 speakers, 8 emotions."""
    own = frame.filter((which == scheme.name).fill_null(value=False))
    many, one = ("speakers", "speaker") if kind == SOUND else ("persons", "person")
    persons = own["person"].n_unique()
    parts = [f"{persons:,} {one if persons == 1 else many}"]
    if "label" in own.columns and (labels := own["label"].drop_nulls().n_unique()):
        shown = "emotion" if kind == SOUND else "expression"
        parts.append(f"{labels:,} {shown}{'s' if labels > 1 else ''}")
    share = "" if len(own) == which.count() and not which.null_count() else f" ({len(own):,} of {len(which):,} files)"
    return f"{scheme.name} names{share}: {', '.join(parts)}."


def _stems(ids: pl.Series) -> pl.Series:
    return ids.str.replace(r"\.[^.\d/][^./]*$", "")


def parse_names(ids: pl.Series, name: str) -> pl.DataFrame:
    """Read what the files' names say by one scheme; null where a name does not follow the scheme."""
    return _parsed(_stems(ids), next(one for one in SCHEMES if one.name == name))


def _parsed(stems: pl.Series, scheme: Scheme) -> pl.DataFrame:
    found = stems.str.extract_groups(scheme.whole).struct.unnest()
    if scheme.upper:
        found = found.with_columns(pl.all().str.to_uppercase())
    of_person = [pl.col("person").alias(name) for name in scheme.of_person]
    return found.with_columns(of_person).with_columns(
        pl.col(name).replace_strict(dict(codes), default=None, return_dtype=pl.String)
        for name, codes in {**scheme.codes, **scheme.of_person}.items()
    )


def words_in_names(ids: pl.Series) -> pl.Series | None:
    """Read the expression that each file is called after (happy_01.jpg); None where a name has not exactly one."""
    stems = ids.str.replace(r"^.*/", "").str.replace(r"\.[^.]*$", "")
    words = [expression_in(stem) for stem in stems]
    if not words or None in words:
        return None
    return pl.Series([word.lower() for word in words if word], dtype=pl.String)
