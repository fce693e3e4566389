"""Clips that are too short or long to hold one emotion, or mostly hold silence."""

from __future__ import annotations

import polars as pl

from mien.kinds import Check, Issue, Sample, found
from mien.kinds.sound._activity import SILENCE, levels, sounding
from mien.kinds.sound._read import RATE

SHORT = Issue(
    "short-clip",
    "Too short",
    "warning",
    "Shorter than a syllable: too little to hear a mood in.",
    "Remove it, or cut it anew with what stands around it.",
)
LONG = Issue(
    "long-clip",
    "Very long",
    "note",
    "Longer than a minute: moods change on the way, and a model is given its loudest seconds.",
    "Cut it into sentences, each under its own label.",
)
PAUSES = Issue(
    "mostly-silence",
    "Mostly silence",
    "note",
    "Nearly all of it is silence.",
    "Look whether the right part was cut out; silence at both ends is cut off by Mien itself.",
)
_SHORT, _LONG = 0.3, 60.0  # seconds
_SOUNDING = 0.06  # of its length; three clips of RAVDESS, whispered after a second of silence, have 0.08 to 0.11


def _measure(sample: Sample) -> tuple[float | None, float | None]:
    if sample.decoded is None:
        return None, None
    heard = bool((levels(sample.decoded) > SILENCE).any())  # what is silent all through is another issue
    return len(sample.decoded) / RATE, float(sounding(sample.decoded).mean()) if heard else None


def _judge(files: pl.DataFrame) -> pl.DataFrame:
    seconds = pl.col("seconds").round(2)
    short = pl.format("'{}' is {} seconds long.", "id", seconds)
    minutes = pl.format("'{}' is {} minutes long.", "id", (pl.col("seconds") / 60).round(1))
    sounds = pl.format("Something sounds in {} % of '{}'.", (100 * pl.col("sounding")).round(0).cast(pl.Int64), "id")
    return pl.concat(
        [
            found(files.filter(pl.col("seconds") < _SHORT), SHORT, short),
            found(files.filter(pl.col("seconds") > _LONG), LONG, minutes),
            found(files.filter(pl.col("sounding") < _SOUNDING), PAUSES, sounds),
        ]
    )


CHECK = Check((SHORT, LONG, PAUSES), _judge, {"seconds": pl.Float64, "sounding": pl.Float64}, _measure)
