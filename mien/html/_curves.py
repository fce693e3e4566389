"""How loss and accuracy went, epoch by epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite

from mien.html._axis import Axis
from mien.html._charts import across, canvas, chart, down, write
from mien.html._html import Html, tag
from mien.html._pieces import table
from mien.html._words import percent

_LEFT, _RIGHT = 0.12, 0.74  # share of the width where the plot begins and ends; the lines' names stand right of it
_TOP, _BOTTOM = 1.7, 15.0  # heights of the letters
_HEIGHT = 16.9
_APART = 1.25  # heights of the letters between two names, at least

Values = Sequence[float | None]


def curves(
    title: str, series: Mapping[str, Values], *, about: str, share: bool = False, best: int | None = None
) -> Html:
    """Draw curves over the epochs, each with its name on the line itself, with the table behind them.

    `series` has one value an epoch, all of one length, and the last one is drawn strongest; None and what is not finite
    leave a gap. With `share` values are 0..1 and shown in per cent. `best` is the epoch that was kept, from 1.
    """
    clean = {name: [v if v is not None and isfinite(v) else None for v in values] for name, values in series.items()}
    epochs = max((len(values) for values in clean.values()), default=0)
    top = 1.0 if share else max((v for values in clean.values() for v in values if v is not None), default=1.0) or 1.0
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0] if share else [value for value, _ in Axis(0.0, top).ticks()]
    top = max(top, ticks[-1])
    shapes = [_level(tick, top, share=share) for tick in ticks]
    shapes += _epochs(epochs, best)
    for order, values in enumerate(clean.values()):
        shapes.append(_line(values, top, strong=order == len(clean) - 1))
    shapes += _names(clean, top)
    drawing = canvas(title, about, shapes, height=_HEIGHT)
    return chart(title, about, drawing, _numbers(title, clean, epochs, share=share))


def _y(value: float, top: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * min(max(value / top, 0.0), 1.0)


def _x(epoch: int, epochs: int) -> float:
    return _LEFT + (_RIGHT - _LEFT) * (epoch - 1) / max(epochs - 1, 1)


def _level(tick: float, top: float, *, share: bool) -> Html:
    y = _y(tick, top)
    words = percent(tick) if share else f"{tick:g}"
    line = tag("line", x1=across(_LEFT), x2=across(_RIGHT), y1=down(y), y2=down(y), class_="level")
    return tag("g", line, write(words, across(_LEFT - 0.015), down(y + 0.35), anchor="end", kind="quiet"))


def _epochs(epochs: int, best: int | None) -> list[Html]:
    low = down(_BOTTOM + 1.4)
    shown = [write("epoch 1" if epochs > 1 else "one epoch", across(_LEFT), low, kind="quiet")]
    if epochs > 1:
        shown.append(write(str(epochs), across(_RIGHT), low, anchor="end", kind="quiet"))
    if best is None or not 1 <= best <= epochs:
        return shown
    x = _x(best, epochs)
    along = (x - _LEFT) / (_RIGHT - _LEFT)
    anchor = "start" if along < 0.2 else "end" if along > 0.8 else "middle"
    shown.append(tag("line", x1=across(x), x2=across(x), y1=down(_TOP), y2=down(_BOTTOM), class_="kept"))
    shown.append(write(f"kept: epoch {best}", across(x), down(_TOP - 0.5), anchor=anchor, kind="quiet"))
    return shown


def _line(values: Values, top: float, *, strong: bool) -> Html:
    """Draw one curve in a nested drawing that stretches, with strokes that do not."""
    place = {"x": across(_LEFT), "width": across(_RIGHT - _LEFT), "y": down(_TOP), "height": down(_BOTTOM - _TOP)}
    kind = "strong" if strong else "weak"
    runs: list[list[str]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
            continue
        x = 1000 * index / max(len(values) - 1, 1)
        runs[-1].append(f"{x:.1f},{1000 * (1 - min(value / top, 1.0)):.1f}")
    # A single point has no line; drawn as one of no length, its round ends make it a dot.
    lines = [tag("polyline", points=" ".join(run * 2 if len(run) == 1 else run)) for run in runs if run]
    return tag("svg", *lines, class_=kind, viewBox="0 0 1000 1000", preserveAspectRatio="none", **place)


def _names(series: Mapping[str, Values], top: float) -> list[Html]:
    ends = []
    for order, (name, values) in enumerate(series.items()):
        last = next((value for value in reversed(values) if value is not None), None)
        if last is not None:
            ends.append((_y(last, top) + 0.35, name, "strong" if order == len(series) - 1 else "weak"))
    ends.sort()
    shown, floor_ = [], 0.0
    for y, name, kind in ends:
        floor_ = max(y, floor_ + _APART)
        shown.append(write(name, across(_RIGHT + 0.02), down(floor_), kind=f"name {kind}"))
    return shown


def _numbers(title: str, series: Mapping[str, Values], epochs: int, *, share: bool) -> Html:
    def shown(values: Values, index: int) -> str | None:
        value = values[index] if index < len(values) else None
        return None if value is None else percent(value) if share else f"{value:.3f}"

    rows = [[str(index + 1), *(shown(values, index) for values in series.values())] for index in range(epochs)]
    names = ["epoch", *series]
    return table(rows, names, caption=f"{title}, epoch by epoch", numeric=names)
