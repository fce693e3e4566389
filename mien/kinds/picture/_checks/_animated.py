"""Animated pictures: only one frame of them is used."""

from __future__ import annotations

import polars as pl

from mien import media
from mien.kinds import Check, Issue, Sample, found

ANIMATED = Issue(
    "animated",
    "Animated",
    "note",
    "An animation of several frames; Mien uses the first one.",
    "Nothing, if the first frame shows the expression; otherwise save the frame that does as a picture.",
)
# A phone's JPEG may hold a second, smaller picture, and a TIFF several pages; neither moves.
_MOVING = frozenset({"gif", "webp", "png", "avif"})


def _measure(sample: Sample) -> tuple[int]:
    if sample.decoded is None or sample.format not in _MOVING:
        return (1,)
    return (media.frames(sample.data),)


def _judge(files: pl.DataFrame) -> pl.DataFrame:
    why = pl.format("'{}' is an animation of {} frames; the first one is used.", "id", "frames")
    return found(files.filter(pl.col("frames") > 1), ANIMATED, why)


CHECK = Check((ANIMATED,), _judge, {"frames": pl.Int64}, _measure)
