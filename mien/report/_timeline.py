"""A video's time line: one strip a class for each face, the stronger the colour, the more probable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.answer import adjective
from mien.html import class_colour
from mien.media import encode_png
from mien.report._answer import FAINT, INK, PAPER, RAIL, cut
from mien.report._frame import letters

if TYPE_CHECKING:
    from mien.predict import Timeline, Track

EDGE, NAMES, WIDTH = 40, 130, 960  # pixels: around everything, for the classes' names, of the strips
STRIP, GAP, HEAD = 22, 4, 44  # pixels: height of a strip, between two, above the first
SHOWN = 6  # faces, those seen longest


def timeline_picture(timeline: Timeline, name: str) -> bytes:
    """Draw how the faces of a video looked over time; a PNG file."""
    from PIL import Image, ImageDraw

    tracks = timeline.tracks[:SHOWN]
    heights = [HEAD + (STRIP + GAP) * len(track.probabilities) + EDGE for track in tracks]
    sheet = Image.new("RGB", (NAMES + WIDTH + 2 * EDGE, 110 + sum(heights) + 2 * EDGE), PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((EDGE, EDGE), _title(name), fill=INK, font=letters(28), anchor="lt")
    more = len(timeline.tracks) + timeline.left_out - len(tracks)
    without = f"{timeline.faceless:,} of them without a face" if timeline.faceless else "a face in every one"
    words = f"{timeline.seconds:.1f} seconds, {timeline.frames:,} frames, {without}"
    words += f"; {more:,} more faces are not drawn" if more else ""
    pen.text((EDGE, EDGE + 40), words, fill=FAINT, font=letters(17), anchor="lt")
    top, end = EDGE + 90, max(timeline.seconds, 1e-3)
    for track, height in zip(tracks, heights, strict=True):
        _face(pen, track, top, end)
        top += height
    if tracks:
        _clock(pen, top - EDGE + 10, end)
    return encode_png(np.asarray(sheet))


def _face(pen: Any, track: Track, top: int, end: float) -> None:  # noqa: ANN401 - ImageDraw
    words = f"Face {track.number}: {track.verdict.words}{', on average' if track.frames > 1 else ''}"
    pen.text((EDGE, top), words, fill=INK, font=letters(19), anchor="lt")
    pen.text((EDGE + NAMES + WIDTH, top + 2), _span(track), fill=FAINT, font=letters(16), anchor="rt")
    left = EDGE + NAMES
    for row, label in enumerate(track.probabilities):
        y = top + HEAD - 8 + (STRIP + GAP) * row
        pen.text((EDGE, y + STRIP // 2), cut(adjective(label), 15), fill=INK, font=letters(16), anchor="lm")
        pen.rectangle((left, y, left + WIDTH, y + STRIP - 1), fill=RAIL)
        for place in sorted(track.counts):
            mean = track.mean(place) or {}
            begin = max(track.first, place * track.step) / end
            stop = min(max(track.last, track.first + end / WIDTH), (place + 1) * track.step) / end
            spot = (left + int(WIDTH * begin), y, left + min(WIDTH, max(1, int(WIDTH * stop))), y + STRIP - 1)
            if spot[2] >= spot[0]:
                pen.rectangle(spot, fill=_mixed(class_colour(label), mean[label]))


def _clock(pen: Any, top: int, end: float) -> None:  # noqa: ANN401
    for part in range(5):
        x = EDGE + NAMES + WIDTH * part // 4
        anchor = "lt" if part == 0 else "rt" if part == 4 else "mt"
        pen.text((x, top), _time(end * part / 4, end), fill=FAINT, font=letters(15), anchor=anchor)


def _span(track: Track) -> str:
    return f"{_time(track.first, track.last)} to {_time(track.last, track.last)}, {track.frames:,} frames"


def _time(seconds: float, longest: float) -> str:
    if longest < 60:
        return f"{seconds:.1f} s"
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def _mixed(colour: str, share: float) -> tuple[int, int, int]:
    full, empty = (tuple(int(text[at : at + 2], 16) for at in (1, 3, 5)) for text in (colour, RAIL))
    red, green, blue = (round(e + (f - e) * share) for f, e in zip(full, empty, strict=True))
    return red, green, blue


def _title(name: str) -> str:
    return name if len(name) <= 70 else "\u2026" + name[-69:]
