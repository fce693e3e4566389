"""Measured differences with their intervals, on both sides of nothing."""

from __future__ import annotations

from collections.abc import Sequence

from mien.html._charts import across, canvas, chart, down, shorten, write
from mien.html._html import Html, tag
from mien.html._intervals import Estimate
from mien.html._pieces import table
from mien.html._words import points

_ROW = 3.2  # heights of the letters
_HEAD = 1.9  # heights of the letters: what left and right mean
_LIMITS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5)  # ends of the scale; 1 where they are too near


def differences(title: str, rows: Sequence[Estimate], *, about: str, ends: tuple[str, str]) -> Html:
    """Draw differences of two shares, -1..1, as dots on a line around zero, with their 95 % intervals.

    With ``baseline`` a row is drawn hollow: chance may explain it. `ends` says what it means to stand left and right.
    """
    most = max((abs(v) for row in rows for v in (row.value, row.low, row.high) if v is not None), default=0.0)
    limit = next((limit for limit in _LIMITS if limit >= most), 1.0)
    shapes = _scale(len(rows), limit, ends)
    shapes += [_row(row, index * _ROW + _HEAD + 1.1, limit) for index, row in enumerate(rows)]
    drawing = canvas(title, about, shapes, height=len(rows) * _ROW + _HEAD + 1.6)
    return chart(title, about, drawing, _numbers(title, rows))


def _place(value: float, limit: float) -> str:
    return across(0.5 + value / (2 * limit))


def _scale(rows: int, limit: float, ends: tuple[str, str]) -> list[Html]:
    left, right = (shorten(words, 20) for words in ends)
    bottom = rows * _ROW + _HEAD
    shapes = [
        write(f"\N{LEFTWARDS ARROW} {left}", "0", down(0.9), kind="quiet"),
        write(f"{right} \N{RIGHTWARDS ARROW}", "100%", down(0.9), anchor="end", kind="quiet"),
    ]
    for step in range(-2, 3):
        x, kind = _place(step * limit / 2, limit), "zero" if step == 0 else "level"
        shapes.append(tag("line", x1=x, x2=x, y1=down(_HEAD + 0.2), y2=down(bottom), class_=kind))
        if step % 2 == 0:  # five numbers would touch on a narrow screen
            words = points(step * limit / 2, sign=True, places=0 if limit >= 0.1 else 1)
            anchor = {-2: "start", 2: "end"}.get(step, "middle")
            shapes.append(write(words, x, down(bottom + 1.2), anchor=anchor, kind="quiet"))
    return shapes


def _row(row: Estimate, y: float, limit: float) -> Html:
    ends = _ends(row)
    value = points(row.value, sign=True) + (f" ({ends})" if ends else "")
    track = down(y + 0.95)
    shapes = [
        write(shorten(row.name, end=8), "0", down(y), kind="halo"),
        write(value, "100%", down(y), anchor="end", kind="halo figure"),
        tag("line", x1="0", x2="100%", y1=track, y2=track, class_="track"),
    ]
    if row.low is not None and row.high is not None:
        x1, x2 = _place(row.low, limit), _place(row.high, limit)
        shapes.append(tag("line", x1=x1, x2=x2, y1=track, y2=track, class_="interval"))
    if row.value is not None:
        shapes.append(tag("circle", cx=_place(row.value, limit), cy=track, r=down(0.42), class_="dot"))
    return tag("g", *shapes, class_="estimate baseline" if row.baseline else "estimate")


def _ends(row: Estimate) -> str:
    if row.low is None or row.high is None:
        return ""
    return f"{points(row.low, sign=True)} to {points(row.high, sign=True)}"


def _numbers(title: str, rows: Sequence[Estimate]) -> Html:
    columns = ["compared", "difference", "95 % interval"]
    cells = [[row.name, points(row.value, sign=True), _ends(row) or None] for row in rows]
    return table(cells, columns, caption=f"{title}, of 100", numeric=columns[1:])
