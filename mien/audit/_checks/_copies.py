"""The same picture again, changed: saved once more, resized, cut, mirrored, turned, brightened, framed or marked."""

from __future__ import annotations

import polars as pl

from mien.audit._checks._base import Check, Issue, found

NEAR_COPY = Issue(
    "near-copy",
    "Near copies",
    "note",
    "The same picture again, changed: resized, cut, mirrored, recoloured or saved once more.",
    "Nothing has to be done: copies of one picture never stand on two sides of a split.",
)
NEAR_COPY_LABELS = Issue(
    "near-copy-labels",
    "Near copies, two labels",
    "warning",
    "The same picture, changed, under two labels: at most one of them is right.",
    "Decide which label is right and correct or remove the other; until then both are used, on one side of the split.",
)


def _judge(files: pl.DataFrame) -> pl.DataFrame:
    originals = files.select("id", other_label="label", other_split="split")
    copies = files.filter(pl.col("copy_of").is_not_null()).join(
        originals, left_on="copy_of", right_on="id", how="left", maintain_order="left"
    )
    alike = pl.col("label").eq_missing(pl.col("other_label"))
    return pl.concat([_found(copies.filter(~alike), NEAR_COPY_LABELS), _found(copies.filter(alike), NEAR_COPY)])


def _found(copies: pl.DataFrame, issue: Issue) -> pl.DataFrame:
    sides = pl.col("split").is_not_null() & pl.col("other_split").is_not_null()
    across = (sides & (pl.col("split") != pl.col("other_split"))).fill_null(value=False)
    place = pl.when(across).then(pl.format(" (one in {}, one in {})", "split", "other_split")).otherwise(pl.lit(""))
    labels = pl.lit("") if issue is NEAR_COPY else pl.format(", labelled '{}' and '{}'", "label", "other_label")
    why = pl.format("'{}' is a changed copy of '{}'{}{}.", "id", "copy_of", labels, place)
    return found(copies, issue, why, score=pl.col("copy_sure"), other=pl.col("copy_of"))


CHECK = Check((NEAR_COPY_LABELS, NEAR_COPY), _judge)
