"""What is measured on a clip: named statistics of pitch, loudness, spectrum, formants, MFCC and rhythm.

As eGeMAPS has them (Eyben et al. 2016, "The Geneva Minimalistic Acoustic Parameter Set", IEEE Transactions on Affective
Computing 7(2)), and more of each. How loud a clip was recorded changes none of them, nor do zeros after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mien.models.features._tensor import joined
from mien.models.features.sound import _rhythm
from mien.models.features.sound._courses import Courses
from mien.models.features.sound._frames import AFTER, HOP, frames
from mien.models.features.sound._statistics import statistics, thirds
from mien.models.features.sound._tracks import CONTOURS, GROUPS, STATISTICS, THIRDS, TRACKS, WHOLE

if TYPE_CHECKING:
    from mien.models.features._onnx_graph import Graph

__all__ = ["GROUPS", "measure", "names"]


def names(groups: Sequence[str]) -> tuple[str, ...]:
    """Name the statistics of some groups in the order of their columns: ``pitch.voiced.median``, in semitones."""
    found: list[str] = []
    for group in GROUPS:
        if group in groups:
            found += [name for track in TRACKS.get(group, ()) for name in track.names]
            found += [name for track in CONTOURS.get(group, ()) for name in track.named(THIRDS)]
            found += WHOLE.get(group, ())
    return tuple(found)


def measure(graph: Graph, rows: str, length: int, groups: Sequence[str]) -> str:
    """Add the statistics of some groups of float32 ``[N, length]``, 16 kHz: float32 ``[N, len(names(groups))]``."""
    count, heard = -(-length // HOP) + AFTER, frames(graph, rows, length)
    courses = Courses(heard, groups)
    tracks, compared = ([track for group in groups for track in of.get(group, ())] for of in (TRACKS, CONTOURS))
    made = [name for track in tracks for name in track.named(STATISTICS)]
    parts = [statistics(*courses.of(tracks), count).shaped(-1, len(made))] if tracks else []
    if compared:
        made += [name for track in compared for name in track.named(THIRDS)]
        inside = heard.inside.turned(0, 2, 1)
        parts.append(thirds(*courses.of(compared), inside).shaped(-1, len(THIRDS) * len(compared)))
    if "rhythm" in groups:
        made += WHOLE["rhythm"]
        parts += [_rhythm.turns(heard, courses.voiced), _rhythm.modulation(heard, courses.levels, count)]
    places = {name: place for place, name in enumerate(made)}
    return joined(*parts, axis=1).picked([places[name] for name in names(groups)], axis=1).name
