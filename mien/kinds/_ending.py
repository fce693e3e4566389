"""Files whose ending says one format and whose bytes are another: the same check for every kind that has endings."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import PurePosixPath

import polars as pl

from mien.kinds._check import Check, Issue, Sample, found

WRONG_ENDING = Issue(
    "wrong-ending",
    "Wrong ending",
    "warning",
    "The ending of its name is not what its bytes are.",
    "Nothing for Mien, which goes by the bytes; rename it before you use it elsewhere.",
)


def wrong_ending(promises: Mapping[str, Collection[str]], shown: Callable[[str], str]) -> Check:
    """Make the check: what each ending promises, in the words of `Kind.sniff`, and how a format is written."""

    def measure(sample: Sample) -> tuple[str | None, str | None]:
        # A table's rows are named by their number: no ending, no promise.
        ending = PurePosixPath(sample.path).suffix[1:].lower()
        wrong = ending in promises and sample.format is not None and sample.format not in promises[ending]
        return (ending, shown(str(sample.format))) if wrong else (None, None)

    return Check((WRONG_ENDING,), _judge, {"ending": pl.String, "format": pl.String}, measure)


def _judge(files: pl.DataFrame) -> pl.DataFrame:
    why = pl.format("'{}' ends in .{}, but its bytes are {}.", "id", "ending", "format")
    return found(files.filter(pl.col("ending").is_not_null()), WRONG_ENDING, why)
