"""What is right of the answers that are kept, when the least sure ones are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mien.html._charts import across, canvas, chart, down, write
from mien.html._html import Html, tag
from mien.html._pieces import table
from mien.html._reliability import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, at, estimate, height, levels, ticks
from mien.html._words import percent, span


@dataclass(frozen=True)
class Kept:
    """A share of the samples, the surest first, and the share of their answers that is right, with its interval."""

    share: float
    right: float
    low: float
    high: float


def coverage(title: str, rows: Sequence[Kept], *, about: str, many: str, mark: tuple[str, Kept] | None = None) -> Html:
    """Draw how many samples are answered, across, against how many of the answers are right, upwards, 0..1 both.

    `rows` from few samples to all; `mark` is a point of its own, with a word. The table stands behind the chart.
    """
    place = {"x": across(LEFT), "width": across(RIGHT - LEFT), "y": down(TOP), "height": down(BOTTOM - TOP)}
    points = " ".join(f"{1000 * row.share:.1f},{1000 * (1 - row.right):.1f}" for row in rows)
    line = tag("svg", tag("polyline", points=points), class_="strong", viewBox="0 0 1000 1000",
               preserveAspectRatio="none", **place)  # fmt: skip
    bars = [estimate(row.share, row.right, row.low, row.high) for row in rows]
    shapes = [*levels(), *ticks(), *bars, line, *(_mark(*mark) if mark else [])]
    shapes.append(write("right", across(0), down(TOP - 0.6), kind="quiet"))
    shapes.append(write(f"of the {many}, the surest", across(RIGHT), down(BOTTOM + 2.2), anchor="end", kind="quiet"))
    drawing = canvas(title, about, shapes, height=HEIGHT)
    return chart(title, about, drawing, _numbers(title, [*rows, *([mark[1]] if mark else [])], many))


def _mark(word: str, row: Kept) -> list[Html]:
    x, y = across(at(row.share)), height(row.right)
    line = tag("line", x1=x, x2=x, y1=down(TOP), y2=down(BOTTOM), class_="kept")
    anchor = "start" if row.share < 0.2 else "end" if row.share > 0.8 else "middle"
    dot = tag("circle", cx=x, cy=down(y), r=down(0.55), class_="point weak")
    return [line, dot, write(word, x, down(TOP - 0.9), anchor=anchor, kind="quiet")]


def _numbers(title: str, rows: Sequence[Kept], many: str) -> Html:
    columns = [f"of the {many}", "right", "95 % interval"]
    ordered = sorted(rows, key=lambda row: row.share)
    return table([[percent(row.share), percent(row.right), span(row.low, row.high)] for row in ordered], columns,
                 caption=title, numeric=columns)  # fmt: skip
