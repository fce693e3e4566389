"""Points in a plane: what was tried against how good it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from mien.html._axis import Axis
from mien.html._charts import across, canvas, chart, down, shorten, write
from mien.html._html import Html, tag
from mien.html._pieces import table
from mien.html._words import percent

_LEFT, _RIGHT = 0.1, 0.97  # share of the width where the plot begins and ends
_TOP, _BOTTOM = 0.9, 10.6  # heights of the letters
_HEIGHT = 12.4
_JITTER = 0.055  # of a choice's width: points with the same word stand side by side
_LEVELS = 5  # lines across, at most


@dataclass(frozen=True)
class Point:
    """One point: its value (a number, or one of the axis's words) and a share, 0..1.

    The name stands in the table behind the chart; `kind` is ``usual``, ``weak`` (hollow) or ``best`` (the answer).
    """

    name: str
    x: float | str
    y: float
    kind: str = "usual"


def scatter(
    title: str,
    points: Sequence[Point],
    *,
    about: str,
    axis: Axis,
    floor_: float = 0.0,
    line: Sequence[tuple[float, float]] = (),
    names: tuple[str, str, str] = ("point", "value", "share"),
) -> Html:
    """Draw points, a value across and a share upwards; the best is drawn last, and the table stands behind them.

    What lies below `floor_` is a wedge at the bottom edge that points down: a few hopeless points must not press all
    others into one line. `line` is a staircase through values and shares, such as the best so far. `names` are the
    table's headings: what a point is, its value, its share.
    """
    levels = _levels([point.y for point in points], floor_)
    up = Axis(levels[0], levels[-1])
    shapes = [_level(level, up) for level in levels]
    shapes += [_tick(axis.place(value), words, axis) for value, words in axis.ticks()]
    if line:
        shapes.append(_stairs(line, axis, up))
    order = {"weak": 0, "usual": 1, "best": 2}
    drawn = sorted(enumerate(points), key=lambda pair: order.get(pair[1].kind, 1))
    shapes += [_dot(point, _x(point, axis, number), up) for number, point in drawn]
    return chart(title, about, canvas(title, about, shapes, height=_HEIGHT), _numbers(title, points, names))


def _levels(shares: Sequence[float], floor_: float) -> list[float]:
    """Return round shares around what is to be seen, in steps of 1, 2, 5, 10 or 20 per cent."""
    low, high = max(min(shares, default=0.0), floor_), max(shares, default=1.0)
    for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.25):
        first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
        if max(last, first + 2) - first < _LEVELS:
            return [round(number * step, 4) for number in range(first, max(last, first + 2) + 1)]
    return [0.0, 0.25, 0.5, 0.75, 1.0]


def _y(share: float, up: Axis) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * min(max(up.place(share), 0.0), 1.0)


def _along(place: float) -> str:
    return across(_LEFT + (_RIGHT - _LEFT) * min(max(place, 0.0), 1.0))


def _x(point: Point, axis: Axis, number: int) -> float:
    if not axis.choices:
        return axis.place(float(point.x))
    aside = (number * 5 % 7 - 3) * _JITTER  # the same in every drawing
    return axis.place(axis.choices.index(str(point.x)) + aside)


def _level(share: float, up: Axis) -> Html:
    y = _y(share, up)
    line = tag("line", x1=across(_LEFT), x2=across(_RIGHT), y1=down(y), y2=down(y), class_="level")
    words = percent(share, unit=share == up.high)
    return tag("g", line, write(words, across(_LEFT - 0.02), down(y + 0.35), anchor="end", kind="quiet"))


def _tick(place: float, words: str, axis: Axis) -> Html:
    anchor = "middle" if axis.choices or 0.06 < place < 0.94 else "start" if place <= 0.06 else "end"
    room = 40 // max(len(axis.choices), 2)
    return write(shorten(words, room), _along(place), down(_BOTTOM + 1.45), anchor=anchor, kind="quiet")


def _dot(point: Point, x: float, up: Axis) -> Html:
    kind = f"point {point.kind}"
    if point.y < up.low:
        wedge = tag("polygon", points="-5,-5 5,-5 0,4")
        return tag("svg", wedge, x=_along(x), y=down(_BOTTOM), overflow="visible", class_=kind)
    radius = {"best": 0.52, "weak": 0.32}.get(point.kind, 0.38)
    return tag("circle", cx=_along(x), cy=down(_y(point.y, up)), r=down(radius), class_=kind)


def _stairs(line: Sequence[tuple[float, float]], axis: Axis, up: Axis) -> Html:
    place = {"x": across(_LEFT), "width": across(_RIGHT - _LEFT), "y": down(_TOP), "height": down(_BOTTOM - _TOP)}
    steps: list[str] = []
    before: float | None = None
    for value, share in line:
        x, y = 1000 * axis.place(value), 1000 * (1 - min(max(up.place(share), 0.0), 1.0))
        steps += [] if before is None else [f"{x:.1f},{before:.1f}"]
        steps.append(f"{x:.1f},{y:.1f}")
        before = y
    stairs = tag("polyline", points=" ".join(steps))
    return tag("svg", stairs, class_="stairs", viewBox="0 0 1000 1000", preserveAspectRatio="none", **place)


def _numbers(title: str, points: Sequence[Point], names: tuple[str, str, str]) -> Html:
    rows = [[one.name, one.x if isinstance(one.x, str) else f"{one.x:g}", f"{one.y * 100:.1f}"] for one in points]
    return table(rows, names, caption=title, numeric=names)
