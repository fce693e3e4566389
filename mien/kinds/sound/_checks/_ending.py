"""Files whose ending says one format and whose bytes are another."""

from __future__ import annotations

from pathlib import PurePosixPath

import polars as pl

from mien.kinds import Check, Issue, Sample, found
from mien.kinds.sound._stream import shown

WRONG_ENDING = Issue(
    "wrong-ending",
    "Wrong ending",
    "warning",
    "The ending of its name is not what its bytes are.",
    "Nothing for Mien, which goes by the bytes; rename it before you use it elsewhere.",
)
_OGG, _MP4, _MPEG = ("ogg", "opus", "oggflac", "speex", "ogv"), ("m4a", "mp4"), ("mp3",)
# What each ending promises, in the words of `sniff`.
_PROMISE = {
    **dict.fromkeys(("wav", "wave", "bwf", "rf64"), ("wav",)),
    **dict.fromkeys(("ogg", "oga", "opus", "spx"), _OGG),
    **dict.fromkeys(("mp3", "mp2"), _MPEG),
    **dict.fromkeys(("aif", "aiff", "aifc"), ("aiff",)),
    **dict.fromkeys(("au", "snd"), ("au",)),
    **dict.fromkeys(("m4a", "m4b"), _MP4),
    **dict.fromkeys(("webm", "weba", "mka"), ("webm",)),
    **{name: (name,) for name in ("flac", "caf", "w64", "aac", "wma", "amr")},
}


def _measure(sample: Sample) -> tuple[str | None, str | None]:
    ending = PurePosixPath(sample.path).suffix[1:].lower()  # a table's rows have none
    promise = _PROMISE.get(ending)
    wrong = promise is not None and sample.format is not None and sample.format not in promise
    return (ending, shown(str(sample.format))) if wrong else (None, None)


def _judge(files: pl.DataFrame) -> pl.DataFrame:
    why = pl.format("'{}' ends in .{}, but its bytes are {}.", "id", "ending", "format")
    return found(files.filter(pl.col("ending").is_not_null()), WRONG_ENDING, why)


CHECK = Check((WRONG_ENDING,), _judge, {"ending": pl.String, "format": pl.String}, _measure)
