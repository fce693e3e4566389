"""Recordings of several channels of which one holds nothing."""

from __future__ import annotations

import polars as pl

from mien.core.errors import MediaError
from mien.kinds import Check, Issue, Sample, found
from mien.kinds.sound._open import dead_channels

DEAD = Issue(
    "dead-channel",
    "One channel is dead",
    "note",
    "One of its channels is silent, such as a microphone that was not plugged in.",
    "Nothing for Mien, which leaves that channel out.",
)


def _measure(sample: Sample) -> tuple[int]:
    if sample.decoded is None:
        return (0,)
    try:
        return (dead_channels(sample.data),)
    except MediaError:
        return (0,)


def _judge(files: pl.DataFrame) -> pl.DataFrame:
    why = pl.format("'{}' has {} silent of its channels.", "id", "dead")
    return found(files.filter(pl.col("dead") > 0), DEAD, why)


CHECK = Check((DEAD,), _judge, {"dead": pl.Int64}, _measure)
