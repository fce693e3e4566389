"""What the audit looks for in pictures alone: those of one colour, with a wrong ending, or animated."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import polars as pl

from mien import media
from mien.kinds import Check, Issue, Sample, found

if TYPE_CHECKING:
    from mien.core.types import Pixels

BLANK = Issue(
    "blank",
    "One colour all over",
    "warning",
    "One colour all over, or nearly: there is no face in it.",
    "Remove it or replace it; it stays in use until you do.",
)
# Grey levels between the darkest and the brightest pixel of a channel. JPEG leaves a few on a flat surface; FER2013's
# 13 blank pictures have 0 or 3, its faintest faces more than 40.
_FLAT = 8


def _measure_blank(sample: Sample) -> tuple[bool | None]:
    picture = sample.decoded  # uint8 [H, W, 3]
    if picture is None:
        return (None,)
    # A few pixels decide for nearly every picture, without reading the rest.
    few = picture[:: 1 + picture.shape[0] // 16, :: 1 + picture.shape[1] // 16]
    return (_is_flat(few) and _is_flat(picture),)


def _is_flat(picture: Pixels) -> bool:
    return int((picture.max(axis=(0, 1)) - picture.min(axis=(0, 1))).max()) <= _FLAT


def _judge_blank(files: pl.DataFrame) -> pl.DataFrame:
    return found(files.filter("blank"), BLANK, pl.format("'{}' has one colour all over, or nearly.", "id"))


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


def _measure_ending(sample: Sample) -> tuple[str | None, str | None]:
    # A table's rows are named by their number: no ending, no promise.
    ending = PurePosixPath(sample.path).suffix[1:].lower()
    promise = _PROMISE.get(ending)
    wrong = promise is not None and sample.format is not None and sample.format != promise
    return (ending, sample.format) if wrong else (None, None)


def _judge_ending(files: pl.DataFrame) -> pl.DataFrame:
    wrong = files.filter(pl.col("ending").is_not_null())
    why = pl.format("'{}' ends in .{}, but its bytes are {}.", "id", "ending", pl.col("format").str.to_uppercase())
    return found(wrong, WRONG_ENDING, why)


ANIMATED = Issue(
    "animated",
    "Animated",
    "note",
    "An animation of several frames; Mien uses the first one.",
    "Nothing, if the first frame shows the expression; otherwise save the frame that does as a picture.",
)
# A phone's JPEG may hold a second, smaller picture, and a TIFF several pages; neither moves.
_MOVING = frozenset({"gif", "webp", "png", "avif"})


def _measure_animated(sample: Sample) -> tuple[int]:
    if sample.decoded is None or sample.format not in _MOVING:
        return (1,)
    return (media.frames(sample.data),)


def _judge_animated(files: pl.DataFrame) -> pl.DataFrame:
    why = pl.format("'{}' is an animation of {} frames; the first one is used.", "id", "frames")
    return found(files.filter(pl.col("frames") > 1), ANIMATED, why)


CHECKS = (
    Check((BLANK,), _judge_blank, {"blank": pl.Boolean}, _measure_blank),
    Check((WRONG_ENDING,), _judge_ending, {"ending": pl.String, "format": pl.String}, _measure_ending),
    Check((ANIMATED,), _judge_animated, {"frames": pl.Int64}, _measure_animated),
)
