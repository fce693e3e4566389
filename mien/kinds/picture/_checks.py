"""What the audit looks for in pictures alone: those of one colour, with a wrong ending, or animated."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from mien import media
from mien.kinds import Check, Issue, Sample, found
from mien.kinds._ending import wrong_ending

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


# What each ending promises, in the words of `media.sniff`.
_PROMISE = {
    **dict.fromkeys(("jpg", "jpeg", "jpe", "jfif", "jif"), ("jpeg",)),
    **dict.fromkeys(("png", "apng"), ("png",)),
    **dict.fromkeys(("tif", "tiff"), ("tiff",)),
    **dict.fromkeys(("heic", "heif", "hif"), ("heic",)),
    **dict.fromkeys(("avif", "avifs"), ("avif",)),
    **dict.fromkeys(("bmp", "dib"), ("bmp",)),
    **dict.fromkeys(("pnm", "pbm", "pgm", "ppm", "pam"), ("pnm",)),
    **{name: (name,) for name in ("webp", "gif", "svg")},
}

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
    wrong_ending(_PROMISE, str.upper),
    Check((ANIMATED,), _judge_animated, {"frames": pl.Int64}, _measure_animated),
)
