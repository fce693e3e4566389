"""Data sets that say in each file's name who is to be seen or heard, and what is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from mien.collect._expressions import ANGRY, CALM, DISGUST, FEAR, HAPPY, NEUTRAL, SAD, SURPRISE, expression_in

ENOUGH = 0.9  # share of the names that must follow a scheme
_LOOKED_AT = 500


@dataclass(frozen=True)
class Scheme:
    """How one data set names its files: pictures, videos or sounds alike, for the ending does not count."""

    name: str  # the data set
    # Of a name without its ending; the groups ``label`` and ``person`` are those of a manifest, others ride along
    pattern: str
    # Group to what its codes mean; a group that is not here keeps what stands in the name
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


_TWO_LETTERS = {"AN": ANGRY, "DI": DISGUST, "HA": HAPPY, "NE": NEUTRAL, "SA": SAD}
_RAVDESS = (NEUTRAL, CALM, HAPPY, SAD, ANGRY, FEAR, DISGUST, SURPRISE)

SCHEMES = (
    # Livingstone & Russo, 2018: 03-01-05-01-02-01-12.wav, also with what a cut-out frame or a copy adds to it.
    Scheme(
        "RAVDESS",
        r"^(?:[A-Za-z]+_?\d+_)?(?P<modality>0[1-3])-(?P<channel>0[12])-(?P<label>0[1-8])-(?P<intensity>0[12])"
        r"-(?P<statement>0[12])-(?P<repetition>0[12])-(?P<person>\d\d)(?:\D.*)?$",
        {
            "label": {f"0{number}": word for number, word in enumerate(_RAVDESS, start=1)},
            "modality": {"01": "picture and sound", "02": "picture", "03": "sound"},
            "channel": {"01": "speech", "02": "song"},
            "intensity": {"01": "normal", "02": "strong"},
        },
    ),
    # Lundqvist, Flykt & Öhman, 1998: AF01ANS.JPG is session A, woman 01, angry, straight. One person, two sessions.
    Scheme(
        "KDEF",
        r"(?i)^(?P<session>[AB])(?P<person>[FM]\d\d)(?P<label>AF|AN|DI|HA|NE|SA|SU)(?P<angle>FL|HL|S|HR|FR)$",
        {
            "label": {**_TWO_LETTERS, "AF": FEAR, "SU": SURPRISE},
            "angle": {"FL": "full left", "HL": "half left", "S": "straight", "HR": "half right", "FR": "full right"},
        },
    ),
    # Lyons, Akamatsu, Kamachi & Gyoba, 1998: KA.AN1.39.tiff
    Scheme(
        "JAFFE",
        r"^(?P<person>[A-Z]{2})\.(?P<label>AN|DI|FE|HA|NE|SA|SU)\d\.\d+$",
        {"label": {**_TWO_LETTERS, "FE": FEAR, "SU": SURPRISE}},
    ),
    # Cao et al., 2014: 1001_DFA_ANG_XX.flv
    Scheme(
        "CREMA-D",
        r"^(?P<person>\d{4})_(?P<statement>[A-Z]{3})_(?P<label>ANG|DIS|FEA|HAP|NEU|SAD)_(?P<intensity>LO|MD|HI|XX?)$",
        {
            "label": {"ANG": ANGRY, "DIS": DISGUST, "FEA": FEAR, "HAP": HAPPY, "NEU": NEUTRAL, "SAD": SAD},
            "intensity": {"LO": "low", "MD": "medium", "HI": "high", "XX": "unspecified", "X": "unspecified"},
        },
    ),
    # Lucey et al., 2010: S010_004_00000017.png; what is shown stands in another file, or is the folder's name.
    Scheme("CK+", r"^(?P<person>S\d{3})_(?P<sequence>\d{3})_\d{8}$"),
)


def read_names(ids: pl.Series) -> pl.DataFrame | None:
    """Read what the files' names say, where they follow one data set's scheme; null where a name does not.

    None where fewer than nine of ten names follow any.
    """
    some = _stems(ids.gather_every(max(1, len(ids) // _LOOKED_AT)))
    for scheme in SCHEMES:
        if some.str.contains(scheme.pattern).sum() >= max(1, ENOUGH * len(some)):
            return parse_names(ids, scheme.name)
    return None


def _stems(ids: pl.Series) -> pl.Series:
    return ids.str.replace(r"^.*/", "").str.replace(r"\.[^.\d][^.]*$", "").str.strip_chars()


def parse_names(ids: pl.Series, name: str) -> pl.DataFrame:
    """Read what the files' names say by one scheme; null where a name does not follow the scheme."""
    scheme = next(one for one in SCHEMES if one.name == name)
    found = _stems(ids).str.extract_groups(scheme.pattern).struct.unnest()
    upper = found.with_columns(pl.col("person", *scheme.codes).str.to_uppercase())
    return upper.with_columns(
        pl.col(name).replace_strict(dict(codes), default=None, return_dtype=pl.String)
        for name, codes in scheme.codes.items()
    )


def words_in_names(ids: pl.Series) -> pl.Series | None:
    """Read the expression that each file is called after (happy_01.jpg); None where a name has not exactly one."""
    stems = ids.str.replace(r"^.*/", "").str.replace(r"\.[^.]*$", "")
    words = [expression_in(stem) for stem in stems]
    if not words or None in words:
        return None
    return pl.Series([word.lower() for word in words if word], dtype=pl.String)
