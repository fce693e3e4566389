"""The corruptions of sounds: noise, rooms, lines, recorders, and other ways of speaking; strengths are ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mien.kinds._corruption import Corruption
from mien.kinds.sound._corruptions import _delivery, _noise, _road

if TYPE_CHECKING:
    from mien.core.types import Singles

Change = Callable[["Singles", int, np.random.Generator], "Singles"]
LEAST = 320  # samples, 20 ms: what is shorter stays as it is

_ALL = (
    ("white_noise", "noise", "Hiss, 20 to 0 dB below the voice.", _noise.white),
    ("pink_noise", "noise", "A rush like traffic's, 20 to 0 dB below the voice.", _noise.pink),
    ("babble", "noise", "Others talk, 20 to 0 dB below the voice.", _noise.babble),
    ("room", "room", "The echo of a room, which fades in 0.2 to 1.2 seconds.", _road.room),
    (
        "band_limit",
        "line",
        "Low and high frequencies are missing; the third strength is a telephone's.",
        _road.band_limit,
    ),
    ("mu_law", "line", "Coded in mu-law, in 8 to 4 bits.", _road.mu_law),
    ("mp3", "line", "Saved as MP3 of few bits.", _road.mp3),
    ("packet_gaps", "line", "Packets of 20 ms are lost on the way, 2 to 35 of 100.", _road.packet_gaps),
    ("clipping", "recorder", "Recorded too loudly: 1 to 35 of 100 samples are cut off.", _delivery.clipping),
    ("gain", "recorder", "Recorded too softly, by 6 to 40 dB, in 16 bits.", _delivery.gain),
    ("tempo", "speaker", "Spoken slower or quicker, by 8 to 60 %, at the same pitch.", _delivery.tempo),
)


@cache
def corruptions() -> tuple[Corruption, ...]:
    """List them; MP3 only where this libsndfile writes it."""
    import soundfile

    there = [row for row in _ALL if row[0] != "mp3" or "MP3" in soundfile.available_formats()]
    return tuple(Corruption(name, group, about, sounding(change)) for name, group, about, change in there)


def sounding(change: Change) -> Change:
    """Make of a change of a clip that of a row: the zeros after its end are no sound, and stay.

    What grows longer is cut off at the row's end; what exceeds -1..1 is clipped there, as a file would.
    """

    def changed(row: Singles, strength: int, random: np.random.Generator) -> Singles:
        there = np.flatnonzero(row)
        end = int(there[-1]) + 1 if len(there) else 0
        if end < LEAST:
            return row.copy()
        found, out = change(row[:end], strength, random)[: len(row)], np.zeros_like(row)
        out[: len(found)] = np.clip(found, -1, 1)
        return out

    return changed
