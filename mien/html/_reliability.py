"""What was promised against what was kept: a reliability diagram."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mien.html._charts import across, canvas, chart, down, write
from mien.html._html import Html, tag
from mien.html._pieces import table
from mien.html._words import percent, span

LEFT, RIGHT = 0.12, 0.96  # share of the width where the plot begins and ends
TOP, BOTTOM, HEIGHT = 1.7, 13.2, 15.6  # heights of the letters
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
    points = (estimate(row.sure, row.right, row.low, row.high) for row in rows)
    shapes = [*levels(), *ticks(), _diagonal(), *points]
    shapes.append(write("right", across(0), down(TOP - 0.6), kind="quiet"))
    shapes.append(write("how sure it was", across(RIGHT), down(BOTTOM + 2.2), anchor="end", kind="quiet"))
    drawing = canvas(title, about, shapes, height=HEIGHT)
    return chart(title, about, drawing, _numbers(title, rows, many))


def at(share: float) -> float:
    """Place a share across: a share of the chart's width."""
    return LEFT + (RIGHT - LEFT) * share


def height(share: float) -> float:
    """Place a share upwards: heights of the letters from the top."""
    return BOTTOM - (BOTTOM - TOP) * share


def levels() -> list[Html]:
    """Draw the lines of equal height, with their shares."""
    return [_level(step / _STEPS) for step in range(_STEPS + 1)]


def _level(share: float) -> Html:
    y = height(share)
    line = tag("line", x1=across(LEFT), x2=across(RIGHT), y1=down(y), y2=down(y), class_="level")
    words = percent(share, unit=share == 1)
    return tag("g", line, write(words, across(LEFT - 0.02), down(y + 0.35), anchor="end", kind="quiet"))


def ticks() -> list[Html]:
    """Write the shares across."""
    shares = [step / _STEPS for step in range(_STEPS + 1)]
    return [
        write(percent(share, unit=share == 1), across(at(share)), down(BOTTOM + 1.1), anchor="middle", kind="quiet")
        for share in shares
    ]


def _diagonal() -> Html:
    place = {"x": across(LEFT), "width": across(RIGHT - LEFT), "y": down(TOP), "height": down(BOTTOM - TOP)}
    line = tag("polyline", points="0,1000 1000,0")
    return tag("svg", line, class_="weak", viewBox="0 0 1000 1000", preserveAspectRatio="none", **place)


def estimate(share: float, value: float, low: float, high: float) -> Html:
    """Draw a value, upwards, with its interval, over a share."""
    x = across(at(share))
    bar = tag("line", x1=x, x2=x, y1=down(height(low)), y2=down(height(high)), class_="interval")
    return tag("g", bar, tag("circle", cx=x, cy=down(height(value)), r=down(0.42), class_="dot"), class_="estimate")


def _numbers(title: str, rows: Sequence[Promise], many: str) -> Html:
    columns = ["how sure", "right", "95 % interval", many]
    cells = [[percent(row.sure), percent(row.right), span(row.low, row.high), f"{row.n:,}"] for row in rows]
    return table(cells, columns, caption=title, numeric=columns)
