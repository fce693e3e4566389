"""The same sample more than once: byte for byte, or saved anew with every pixel or number the same."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from mien import media
from mien.kinds import Check, Issue, Kind, found

_SIDES = {"test": 0, "val": 1, "train": 2}


def check(kind: Kind) -> Check:
    """Make the check for a kind."""
    about = f"The same {kind.one} again under the same label."
    todo = "Keep one. Mien uses the first and sets the copies aside."
    twin = Issue("twin", "Copies", "warning", about, todo)
    about = f"The same {kind.one} under two labels: nobody can know which is right."
    todo = "Decide which label is right and remove the other file."
    two = Issue("twin-labels", f"One {kind.one}, two labels", "error", about, todo)
    sameness = _sameness(kind)

    def judge(files: pl.DataFrame) -> pl.DataFrame:
        groups = files.filter(pl.col("pixels").is_not_null() & (pl.len().over("pixels") > 1))
        # Of a file and a link to it the file is kept: the link alone would lead nowhere once the file is moved.
        links = pl.Series(map(_is_link, groups["path"], groups["container"]), dtype=pl.Boolean)
        groups = groups.with_columns(link=links)
        labels = pl.col("label").n_unique().over("pixels")
        same = _same_label(groups.filter(labels == 1), twin, sameness)
        return pl.concat([same, _two_labels(groups.filter(labels > 1), two, sameness)])

    return Check((two, twin), judge)


def _is_link(path: str, container: str | None) -> bool:
    return container is None and Path(media.real_path(path)).is_symlink()


def _same_label(groups: pl.DataFrame, issue: Issue, sameness: pl.Expr) -> pl.DataFrame:
    """Report every copy but the one that is kept; rows are sorted by id.

    Within one ready-made side the first is kept, files before links. Across sides the split decides (the test side
    keeps its own), so the first of each lower side is reported here and not set aside. A published test side stays
    whole.
    """
    side = pl.col("split").replace_strict(_SIDES, default=3, return_dtype=pl.Int64)
    # Rows of a group in the order they are kept: side by side, then by id.
    ranked = (
        groups.with_columns(side=side)
        .sort("pixels", "side", "link", "id")
        .with_columns(
            place=pl.int_range(pl.len()).over("pixels", "side"),
            first=pl.col("id").first().over("pixels", "side"),
            keeper=pl.col("id").first().over("pixels"),
            kept_bytes=pl.col("content").first().over("pixels"),
        )
    )
    copies = ranked.filter(pl.col("id") != pl.col("keeper"))
    again, in_test = pl.col("place") > 0, pl.col("side") == 0
    todo = (
        pl.when(again & ~in_test)
        .then(pl.format("Keep one: '{}' is used and this copy is set aside.", "first"))
        .when(in_test)
        .then(pl.lit("Nothing: a ready-made test side stays as it was published."))
        .otherwise(pl.format("The split decides: '{}' is on its other side, and only one side may have it.", "keeper"))
    )
    other = pl.when(again).then("first").otherwise("keeper")
    why = pl.format("'{}' is {} '{}', both under '{}'.", "id", sameness, other, "label")
    return found(copies, issue, why, todo=todo, other=other, sets_aside=again & ~in_test)


def _two_labels(groups: pl.DataFrame, issue: Issue, sameness: pl.Expr) -> pl.DataFrame:
    """Report every row of these groups, each with the first row that has another label."""
    by_label = groups.group_by("pixels", "label").agg(pl.col("id").first()).sort("pixels", "id")
    first = by_label.group_by("pixels", maintain_order=True).agg(
        one=pl.col("id").get(0),
        two=pl.col("id").get(1),
        one_label=pl.col("label").get(0),
        two_label=pl.col("label").get(1),
    )
    rows = groups.join(first, on="pixels", how="left", maintain_order="left")
    mine = pl.col("label").eq_missing(pl.col("one_label"))
    other = pl.when(mine).then("two").otherwise("one")
    other_label = pl.when(mine).then("two_label").otherwise("one_label")
    contents = groups.select(other="id", kept_bytes="content")
    rows = rows.with_columns(other=other, other_label=other_label)
    rows = rows.join(contents, on="other", how="left", maintain_order="left")
    why = pl.format("'{}' under '{}' is {} '{}' under '{}'.", "id", "label", sameness, "other", "other_label")
    in_test = (pl.col("split") == "test").fill_null(value=False)
    todo = (
        pl.when(in_test)
        .then(pl.lit("Nothing: a ready-made test side stays as it was published, but one of the two labels is wrong."))
        .otherwise(pl.format("Decide whether '{}' or '{}' is right and remove the other.", "label", "other_label"))
    )
    return found(rows, issue, why, todo=todo, other=pl.col("other"), sets_aside=~in_test)


def _sameness(kind: Kind) -> pl.Expr:
    same = pl.col("content") == pl.col("kept_bytes")
    saved_anew = pl.lit(f"{kind.unit} for {kind.unit} the same {kind.one} as")
    return pl.when(same).then(pl.lit("byte for byte the same file as")).otherwise(saved_anew)
