"""Strips over time: one a class, the stronger the colour, the more probable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mien.html._charts import across, canvas, chart, down, write
from mien.html._colours import class_colour
from mien.html._html import Html, tag
from mien.html._words import clock

_LEFT, _TALL, _GAP = 0.2, 1.5, 0.5  # share of the width for names; heights of the letters of a strip, and between two
_TICKS = 4

Piece = tuple[float, float, Mapping[str, float]]  # beginning and end, seconds, and the probability of each class


def strips(title: str, pieces: Iterable[Piece], names: Sequence[str], *, about: str, end: float, numbers: Html) -> Html:
    """Draw how probable each class was over `end` seconds, with a table behind it; where nothing is known it is empty.

    `names` are the classes, the first on top.
    """
    shapes = [_strip(number, name) for number, name in enumerate(names)]
    rows = {name: number for number, name in enumerate(names)}
    for begin, stop, shares in pieces:
        for name, share in shares.items():
            if name in rows and share >= 0.02:  # fainter cannot be seen
                shapes.append(_mark(rows[name], name, (begin / end, stop / end), share))
    low = len(names) * (_TALL + _GAP)
    for tick in range(_TICKS + 1):
        anchor = "start" if tick == 0 else "end" if tick == _TICKS else "middle"
        place = _LEFT + (1 - _LEFT) * tick / _TICKS
        shapes.append(write(clock(end * tick / _TICKS), across(place), down(low + 0.9), anchor=anchor, kind="quiet"))
    return chart(title, about, canvas(title, about, shapes, height=low + 1.4), numbers)


def _strip(number: int, name: str) -> Html:
    y = number * (_TALL + _GAP)
    rail = tag("rect", x=across(_LEFT), y=down(y), width=across(1 - _LEFT), height=down(_TALL), class_="rail")
    return tag("g", write(name, "0", down(y + 1.1)), rail)


def _mark(number: int, name: str, span: tuple[float, float], share: float) -> Html:
    begin, stop = span
    place = {"x": across(_LEFT + (1 - _LEFT) * begin), "y": down(number * (_TALL + _GAP)), "height": down(_TALL)}
    style = f"--class:{class_colour(name)};--share:{share:.2f}"
    return tag("rect", **place, width=across((1 - _LEFT) * max(stop - begin, 0.001)), class_="heard", style=style)
