"""Measured shares with their intervals, and what they have to beat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mien.html._charts import across, canvas, chart, down, shorten, write
from mien.html._colours import class_colour
from mien.html._html import Html, tag
from mien.html._pieces import table
from mien.html._words import percent, span

_ROW = 3.2  # heights of the letters


@dataclass(frozen=True)
class Estimate:
    """One row: a share and where it would fall with other data of the same kind.

    Parameters
    ----------
    name : str
        What was measured.
    value : float or None
        0..1; None where it could not be.
    low, high : float or None
        The 95 % interval, 0..1.
    marks : tuple of (str, float)
        What it has to beat, by name: drawn as hollow shapes, the first a diamond, the second a square.
    label : str
        A class, when the row is one: it then has the class's colour.
    baseline : bool
        The row itself is what has to be beaten: drawn hollow.
    """

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    marks: tuple[tuple[str, float], ...] = ()
    label: str = ""
    baseline: bool = False


def intervals(title: str, rows: Sequence[Estimate], *, about: str, ends: str = "95 % interval") -> Html:
    """Draw shares as dots on a line from 0 to 100, with their 95 % intervals.

    Parameters
    ----------
    title : str
        A few words.
    rows : sequence of Estimate
        From top to bottom.
    about : str
        One plain sentence that says what is to be seen.
    ends : str
        What `low` and `high` are, where they are no 95 % interval.

    Returns
    -------
    Html
        The figure, with the table behind it.
    """
    shapes = _scale(len(rows))
    shapes += [_row(row, index * _ROW + 1.1) for index, row in enumerate(rows)]
    drawing = canvas(title, about, shapes, height=len(rows) * _ROW + 1.6)
    return chart(title, about, drawing, _numbers(title, rows, ends))


def _scale(rows: int) -> list[Html]:
    shapes, bottom = [], rows * _ROW
    for step in range(5):
        x = across(step / 4)
        anchor = {0: "start", 4: "end"}.get(step, "middle")
        words = percent(step / 4) if step == 4 else f"{step * 25}"
        shapes.append(tag("line", x1=x, x2=x, y1=down(0.2), y2=down(bottom), class_="level"))
        shapes.append(write(words, x, down(bottom + 1.2), anchor=anchor, kind="quiet"))
    return shapes


def _row(row: Estimate, y: float) -> Html:
    colour = f"--class:{class_colour(row.label)}" if row.label else None
    kind = "estimate baseline" if row.baseline else "estimate class" if row.label else "estimate"
    ends = span(row.low, row.high)
    value = percent(row.value) + (f" ({ends})" if ends else "")
    track = down(y + 0.95)
    shapes = [
        write(shorten(row.name, 30, end=12), "0", down(y), kind="halo"),
        write(value, "100%", down(y), anchor="end", kind="halo figure"),
        tag("line", x1="0", x2="100%", y1=track, y2=track, class_="track"),
    ]
    if row.low is not None and row.high is not None:
        shapes.append(tag("line", x1=across(row.low), x2=across(row.high), y1=track, y2=track, class_="interval"))
    shapes += [_shape(mark, track, diamond=order == 0) for order, (_, mark) in enumerate(row.marks)]
    if row.value is not None:
        shapes.append(tag("circle", cx=across(row.value), cy=track, r=down(0.42), class_="dot"))
    return tag("g", *shapes, class_=kind, style=colour)


def _shape(share: float, y: str, *, diamond: bool) -> Html:
    points = "0,-7 7,0 0,7 -7,0" if diamond else "-5,-5 5,-5 5,5 -5,5"
    # A nested drawing, because a polygon takes no per cent.
    return tag("svg", tag("polygon", points=points), x=across(share), y=y, overflow="visible", class_="mark")


def _numbers(title: str, rows: Sequence[Estimate], ends: str) -> Html:
    marks = list(dict.fromkeys(name for row in rows for name, _ in row.marks))
    columns = ["measured", "value", ends, *marks]
    cells = []
    for row in rows:
        beaten = {name: percent(share) for name, share in row.marks}
        cells.append([row.name, percent(row.value), span(row.low, row.high) or None, *map(beaten.get, marks)])
    return table(cells, columns, caption=title, numeric=columns[1:])
