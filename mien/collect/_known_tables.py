"""The tables of published data sets: what their numbers stand for, and their columns where they have no header."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from mien.collect._expressions import ANGRY, CONTEMPT, DISGUST, FEAR, HAPPY, NEUTRAL, SAD, SURPRISE

Codes = Mapping[str, str | None]
"""From what stands in a table to the word for it; None where it is no expression."""


def _numbered(*words: str, start: int = 0) -> dict[str, str | None]:
    return {str(number): word for number, word in enumerate(words, start)}


FER2013: Codes = _numbered(ANGRY, DISGUST, FEAR, HAPPY, SAD, SURPRISE, NEUTRAL, CONTEMPT)
"""Goodfellow et al., 2013: 0 to 6. A table of CK+ in the same form (ckextended.csv) has contempt as 7."""

RAF_DB: Codes = _numbered(SURPRISE, FEAR, DISGUST, HAPPY, SAD, ANGRY, NEUTRAL, start=1)
"""Li, Deng & Du, 2017: 1 to 7."""

AFFECTNET: Codes = {
    **_numbered(NEUTRAL, HAPPY, SAD, SURPRISE, FEAR, DISGUST, ANGRY, CONTEMPT),
    **dict.fromkeys(("8", "9", "10")),
}
"""Mollahosseini, Hasani & Mahoor, 2017: 0 to 7; 8 is none of them, 9 uncertain, 10 no face."""

CK_PLUS: Codes = _numbered(NEUTRAL, ANGRY, CONTEMPT, DISGUST, FEAR, HAPPY, SAD, SURPRISE)
"""Lucey et al., 2010: 0 to 7."""

VOTES = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "nf")
"""The ten columns of FER+ (Barsoum et al., 2016), in their order."""

_AFFECTNET_HEADER = [
    *("subDirectory_filePath", "face_x", "face_y", "face_width", "face_height", "facial_landmarks"),
    *("expression", "valence", "arousal"),
]
_FER2013_SPLITS = {"Training", "PublicTest", "PrivateTest"}
RAF_NAME = r"^(train|test)_\d{4,5}(_aligned)?(?:\.\w+)?$"
_BOX = re.compile(r"\(\d+, \d+, \d+, \d+\)")


def header_of(cells: Sequence[str]) -> list[str] | None:
    """Name the columns of a known table that has no header; None where it is not known."""
    if len(cells) == 12 and _BOX.fullmatch(cells[1].strip()):  # label.csv of FER+, as its own program writes it
        return ["Image name", "box", *VOTES]
    if len(cells) == len(_AFFECTNET_HEADER) and cells[5].count(";") > 20 and cells[6].strip().isdecimal():
        return _AFFECTNET_HEADER
    return None


def fer2013_codes(columns: Sequence[str], splits: pl.Series, first_cell: int) -> Codes:
    """Say what the numbers stand for in a table that holds its pictures.

    FER2013 is known by its columns, or by its pictures' size and its words for splits.
    """
    known = {name.strip().lower() for name in columns}
    parts = set(splits.drop_nulls())
    by_size = first_cell == 48 * 48 and (known == {"emotion"} or (parts and parts <= _FER2013_SPLITS))
    return FER2013 if known == {"emotion", "usage"} or by_size else {}


def codes_by_names(columns: Sequence[str], names: pl.Series) -> Codes:
    """Say what the numbers stand for in a table of AffectNet, known by its columns, or RAF-DB, by its files."""
    known = {name.strip().lower() for name in columns}
    if {"expression", "subdirectory_filepath"} <= known:
        return AFFECTNET
    return RAF_DB if is_raf(names) else {}


def is_raf(names: pl.Series) -> bool:
    """Say whether files are called as RAF-DB calls them: train_00001.jpg or test_0001_aligned.jpg."""
    stems = names.drop_nulls().str.replace(r"^.*[/\\]", "").str.strip_chars()
    return len(stems) > 0 and bool(stems.str.contains(RAF_NAME).all())
