"""Which course of a number over the frames is measured, over which frames, in which group, and what it is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from mien.models.features.sound import _formants, _rhythm, _spectrum

STATISTICS = ("mean", "deviation", "p10", "p25", "median", "p75", "p90", "slope", "change")
MASKS = ("sounding", "voiced", "unvoiced", *(f"formant{number}" for number in range(1, _formants.COUNT + 1)))
CHANGES = ("deviation", "p10", "p90")  # of a change: its mean is next to nothing
THIRDS = ("start", "middle", "end")


@dataclass(frozen=True)
class Track:
    """A course over the frames that a mask keeps."""

    what: str
    mask: str = "voiced"
    statistics: tuple[str, ...] = STATISTICS

    @property
    def names(self) -> tuple[str, ...]:
        """What its numbers are called: ``pitch.voiced.median``."""
        return self.named(self.statistics)

    def named(self, statistics: Sequence[str]) -> tuple[str, ...]:
        """Say what other numbers of it are called."""
        where = () if self.mask.startswith("formant") else (self.mask,)
        return tuple(".".join((self.what, *where, statistic)) for statistic in statistics)


def _tracks(what: Sequence[str], *masks: str) -> tuple[Track, ...]:
    return tuple(Track(one, mask) for mask, one in product(masks, what))


_FORMANTS = tuple(
    Track(f"formant{number}{part}", f"formant{number}")
    for number, part in product(range(1, _formants.COUNT + 1), ("", "_height", "_narrowness"))
)
CEPSTRUM = tuple(f"mfcc{number}" for number in range(1, _spectrum.CEPSTRUM + 1))
TRACKS = {
    "bands": _tracks([f"band{number}" for number in range(1, _spectrum.BANDS + 1)], "sounding"),
    "formants": (*_FORMANTS, Track("h1_h2"), Track("h1_h3")),
    "loudness": (*_tracks(["level"], "sounding", "voiced", "unvoiced"), Track("loudness", "sounding")),
    "mfcc": (
        *_tracks(CEPSTRUM, "sounding", "voiced"),
        *(Track(f"{one}_delta", "sounding", CHANGES) for one in CEPSTRUM),
    ),
    "pitch": (Track("pitch"), *_tracks(["periodicity"], "voiced", "sounding")),
    "spectrum": (
        *_tracks(_spectrum.SHAPE, "sounding", "voiced"),
        *_tracks(["centroid", "alpha", "hammarberg", "slope_50", "slope_500"], "unvoiced"),
    ),
}
# What is also compared between the three thirds of a clip: how its mean there differs from the whole clip's.
CONTOURS = {
    "loudness": (Track("level", "sounding"),),
    "pitch": (Track("pitch"), Track("periodicity", "sounding")),
    "spectrum": _tracks(["centroid", "alpha", "hammarberg", "slope_500", "rolloff_50"], "sounding"),
}
# What is of a clip, not of its frames.
WHOLE = {"rhythm": tuple(f"rhythm.{name}" for name in (*_rhythm.TURNS, *_rhythm.MODULATION))}
GROUPS = tuple(sorted({*TRACKS, *WHOLE}))
