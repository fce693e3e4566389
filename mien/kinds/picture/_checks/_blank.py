"""Pictures of one colour: nothing can be learned from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

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


def _measure(sample: Sample) -> tuple[bool | None]:
    picture = sample.decoded  # uint8 [H, W, 3]
    if picture is None:
        return (None,)
    # A few pixels decide for nearly every picture, without reading the rest.
    few = picture[:: 1 + picture.shape[0] // 16, :: 1 + picture.shape[1] // 16]
    return (_is_flat(few) and _is_flat(picture),)


def _is_flat(picture: Pixels) -> bool:
    return int((picture.max(axis=(0, 1)) - picture.min(axis=(0, 1))).max()) <= _FLAT


def _judge(files: pl.DataFrame) -> pl.DataFrame:
    return found(files.filter("blank"), BLANK, pl.format("'{}' has one colour all over, or nearly.", "id"))


CHECK = Check((BLANK,), _judge, {"blank": pl.Boolean}, _measure)
