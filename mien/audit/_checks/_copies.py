"""The same sample again, changed: saved once more, resized, cut, mirrored, turned, brightened, framed or marked."""

from __future__ import annotations

import dataclasses

import polars as pl

from mien.kinds import Check, Issue, Kind, found


def check(kind: Kind) -> Check:
    """Make the check for a kind."""
    one = kind.one
    about = f"The same {one} again, changed: resized, cut, mirrored, recoloured or saved once more."
    todo = f"Nothing has to be done: copies of one {one} never stand on two sides of a split."
    alike = dataclasses.replace(
        Issue("near-copy", "Near copies", "note", about, todo), **kind.reworded().get("near-copy", {})
    )
    about = f"The same {one}, changed, under two labels: at most one of them is right."
    until = "until then both are used, on one side of the split"
    todo = f"Decide which label is right and correct or remove the other; {until}."
    other = Issue("near-copy-labels", "Near copies, two labels", "warning", about, todo)

    def judge(files: pl.DataFrame) -> pl.DataFrame:
        originals = files.select(copy_of="id", other_label="label", other_split="split")
        copies = files.filter(pl.col("copy_of").is_not_null())
        copies = copies.join(originals, on="copy_of", how="left", maintain_order="left")
        same = pl.col("label").eq_missing(pl.col("other_label"))
        return pl.concat([_found(copies.filter(~same), other), _found(copies.filter(same), alike)])

    return Check((other, alike), judge)


def _found(copies: pl.DataFrame, issue: Issue) -> pl.DataFrame:
    sides = pl.col("split").is_not_null() & pl.col("other_split").is_not_null()
    across = (sides & (pl.col("split") != pl.col("other_split"))).fill_null(value=False)
    place = pl.when(across).then(pl.format(" (one in {}, one in {})", "split", "other_split")).otherwise(pl.lit(""))
    alike = issue.word == "near-copy"
    labels = pl.lit("") if alike else pl.format(", labelled '{}' and '{}'", "label", "other_label")
    why = pl.format("'{}' is a changed copy of '{}'{}{}.", "id", "copy_of", labels, place)
    return found(copies, issue, why, score=pl.col("copy_sure"), other=pl.col("copy_of"))
