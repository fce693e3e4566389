"""Files whose ending says one format and whose bytes are another."""

from __future__ import annotations

from pathlib import PurePosixPath

import polars as pl

from mien.kinds import Check, Issue, Sample, found

WRONG_ENDING = Issue(
    "wrong-ending",
    "Wrong ending",
    "warning",
    "The ending of its name is not what its bytes are.",
    "Nothing for Mien, which goes by the bytes; rename it before you use it elsewhere.",
)
# What each ending promises, in the words of `media.sniff`.
_PROMISE = {
    **dict.fromkeys(("jpg", "jpeg", "jpe", "jfif", "jif"), "jpeg"),
    **dict.fromkeys(("png", "apng"), "png"),
    **dict.fromkeys(("tif", "tiff"), "tiff"),
    **dict.fromkeys(("heic", "heif", "hif"), "heic"),
    **dict.fromkeys(("avif", "avifs"), "avif"),
    **dict.fromkeys(("bmp", "dib"), "bmp"),
    **dict.fromkeys(("pnm", "pbm", "pgm", "ppm", "pam"), "pnm"),
    **{name: name for name in ("webp", "gif", "svg")},
}


def _measure(sample: Sample) -> tuple[str | None, str | None]:
    # A table's rows are named by their number: no ending, no promise.
    ending = PurePosixPath(sample.path).suffix[1:].lower()
    promise = _PROMISE.get(ending)
    wrong = promise is not None and sample.format is not None and sample.format != promise
    return (ending, sample.format) if wrong else (None, None)


def _judge(files: pl.DataFrame) -> pl.DataFrame:
    wrong = files.filter(pl.col("ending").is_not_null())
    why = pl.format("'{}' ends in .{}, but its bytes are {}.", "id", "ending", pl.col("format").str.to_uppercase())
    return found(wrong, WRONG_ENDING, why)


CHECK = Check((WRONG_ENDING,), _judge, {"ending": pl.String, "format": pl.String}, _measure)
