"""What was promised against what was kept: a reliability diagram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mien.html._charts import across, canvas, chart, down, write
from mien.html._html import Html, tag
from mien.html._pieces import table
from mien.html._words import percent, span

_LEFT, _RIGHT = 0.12, 0.96  # share of the width where the plot begins and ends
_TOP, _BOTTOM, _HEIGHT = 1.7, 13.2, 15.6  # heights of the letters
_STEPS = 4


@dataclass(frozen=True)
class Promise:
    """Answers about equally sure: how many, how sure on average, and the share that was right, with its interval."""

    n: int
    sure: float
    right: float
    low: float
    high: float


def reliability(title: str, rows: Sequence[Promise], *, about: str, many: str) -> Html:
    """Draw how sure answers were, across, against how many of them were right, upwards, 0..1 both.

    On the broken line both are the same. `many` is what a sample is called; the table stands behind the chart.
    """
    shapes = [_level(step / _STEPS) for step in range(_STEPS + 1)]
    shapes += [_tick(step / _STEPS) for step in range(_STEPS + 1)]
    shapes += [_diagonal(), *(_point(row) for row in rows)]
    shapes.append(write("right", across(0), down(_TOP - 0.6), kind="quiet"))
    shapes.append(write("how sure it was", across(_RIGHT), down(_BOTTOM + 2.2), anchor="end", kind="quiet"))
    drawing = canvas(title, about, shapes, height=_HEIGHT)
    return chart(title, about, drawing, _numbers(title, rows, many))


def _x(share: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * share


def _y(share: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * share


def _level(share: float) -> Html:
    line = tag("line", x1=across(_LEFT), x2=across(_RIGHT), y1=down(_y(share)), y2=down(_y(share)), class_="level")
    words = percent(share, unit=share == 1)
    return tag("g", line, write(words, across(_LEFT - 0.02), down(_y(share) + 0.35), anchor="end", kind="quiet"))


def _tick(share: float) -> Html:
    return write(percent(share, unit=share == 1), across(_x(share)), down(_BOTTOM + 1.1), anchor="middle", kind="quiet")


def _diagonal() -> Html:
    place = {"x": across(_LEFT), "width": across(_RIGHT - _LEFT), "y": down(_TOP), "height": down(_BOTTOM - _TOP)}
    line = tag("polyline", points="0,1000 1000,0")
    return tag("svg", line, class_="weak", viewBox="0 0 1000 1000", preserveAspectRatio="none", **place)


def _point(row: Promise) -> Html:
    x = across(_x(row.sure))
    bar = tag("line", x1=x, x2=x, y1=down(_y(row.low)), y2=down(_y(row.high)), class_="interval")
    return tag("g", bar, tag("circle", cx=x, cy=down(_y(row.right)), r=down(0.42), class_="dot"), class_="estimate")


def _numbers(title: str, rows: Sequence[Promise], many: str) -> Html:
    columns = ["how sure", "right", "95 % interval", many]
    cells = [[percent(row.sure), percent(row.right), span(row.low, row.high), f"{row.n:,}"] for row in rows]
    return table(cells, columns, caption=title, numeric=columns)
