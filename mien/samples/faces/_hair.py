"""Hair: what falls behind the head, and what lies on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from mien.samples._tables import tables
from mien.samples.faces._canvas import Canvas, Points, band, closed, curve, mirrored, oval, tinted
from mien.samples.faces._parameters import Colour


@dataclass(frozen=True)
class Style:
    """A haircut."""

    # top, sides: how far it stands off the skull, face units
    top: float
    sides: float
    line: str  # name of a hairline
    comb: str  # where the strands go: ``back``, ``down`` (from the parting), ``curls`` or ``fuzz``
    locks: float = -0.12  # how far down it hangs in front of the ears, face units
    rear: str = "none"  # what falls behind: ``none``, ``bun`` or the name of a rear


_TABLES = tables("faces")
STYLES: Mapping[str, Style] = {name: Style(**words) for name, words in _TABLES["style"].items()}
_LINES: Mapping[str, tuple[tuple[float, float], ...]] = _TABLES["hairline"]
_REARS: Mapping[str, tuple[tuple[float, float], ...]] = _TABLES["rear"]


def paint_rear(canvas: Canvas, style: Style, colour: Colour) -> None:
    """Paint the hair behind head and shoulders."""
    if style.rear == "bun":
        canvas.paint(canvas.shape(oval((0.0, -1.56), (0.34, 0.27)), soft=0.012), tinted(colour, 0.75), over=True)
    elif style.rear != "none":
        outline = closed(curve(list(_REARS[style.rear])))
        canvas.paint(canvas.shape(outline, soft=0.015), tinted(colour, 0.62), over=True)


def paint_front(
    canvas: Canvas, style: Style, colour: Colour, fit: tuple[float, float], rng: np.random.Generator
) -> None:
    """Paint the hair on the head, in even light."""
    if style.top <= 0:
        return
    inner, outer = _hairline(style, *fit), _contour(style, fit[0], rng)
    edge = canvas.shape(band(outer, inner), soft=0.045 if style.comb == "fuzz" else 0.016)
    canvas.paint(edge, colour, 0.82 if style.comb == "fuzz" else 1.0, over=True)
    if style.comb == "cloth":
        _fold_cloth(canvas, inner, outer, colour)
        return
    # Rings stand out more than lines do.
    strength = 0.3 if style.comb == "curls" else 0.55
    light, dark = _strands(style, inner, outer, rng)
    whole = np.ascontiguousarray(canvas.pixels[..., 3])
    for paths, ink in ((dark, tinted(colour, 0.62)), (light, tinted(colour, 1.35, (1, 0.95, 0.85), 0.07))):
        if paths:
            canvas.paint(canvas.lines(paths, 0.013, 0.005).within(whole), ink, strength)


def _hairline(style: Style, width: float, parting: float) -> Points:
    """Give the edge on the face, float [N, 2] from left to right."""
    right = [(0.985, style.locks), (0.955, min(-0.25, style.locks - 0.1)), *_LINES[style.line]]
    if style.locks > 0:
        right[1:1] = [(0.90, style.locks * 0.35 + 0.1)]
    if style.line == "scarf":
        right = [(0.3, 1.38), (0.66, 1.12), (0.9, 0.6), (0.97, 0.0), *_LINES["scarf"]]
    points = np.array(right) * (width, 1.0)
    if style.line in ("parted", "swept"):
        left, other = points.copy(), points.copy()
        middle = 0.3 * parting
        left[-1], other[-1] = (-middle, points[-1, 1]), (middle, points[-1, 1])
        left[-2:, 1] += 0.1 * max(parting, 0)
        other[-2:, 1] += 0.1 * max(-parting, 0)
        return np.concatenate([curve(mirrored(left)), curve(other)[::-1]])
    half = curve(points)
    return np.concatenate([mirrored(half), half[::-1][1:]])


def _contour(style: Style, width: float, rng: np.random.Generator) -> Points:
    """Give the outside of the hair, float [N, 2] from left to right."""
    top, side = style.top, style.sides
    right = [
        (1.03 + side * 0.6, style.locks), (1.03 + side, -0.45), (0.95 + side, -0.95),
        (0.68 + side * 0.6, -1.28 - top * 0.75), (0.35, -1.41 - top), (0.0, -1.45 - top),
    ]  # fmt: skip
    if style.locks > 0:
        right[1:1] = [(1.05 + side, 0.2)]
    half = curve(np.array(right) * (width, 1.0), steps=8)
    line = np.concatenate([mirrored(half), half[::-1][1:]])
    if style.comb == "curls":
        angle = np.arange(len(line))
        bumps = 1 + 0.022 * np.sin(angle * 1.15) + 0.015 * np.sin(angle * 0.53 + rng.uniform(0, 6))
        line = (line - (0, -0.4)) * bumps[:, None] + (0, -0.4)
    return line


def _strands(style: Style, inner: Points, outer: Points, rng: np.random.Generator) -> tuple[list[Points], list[Points]]:
    """Draw single strands, lighter and darker ones."""
    count = 110
    if style.comb == "curls":
        angle = rng.uniform(0, 6.3, (count, 1)) + np.linspace(0, 4.2, 8)
        rings = np.stack([np.cos(angle), np.sin(angle)], axis=2) * rng.uniform(0.035, 0.075, (count, 1, 1))
        paths = _between(inner, outer, rng.random((count, 1)), rng.random((count, 1))) + rings
    elif style.comb == "fuzz":
        dots = _between(inner, outer, rng.random((count, 1)), rng.random((count, 1)))
        paths = dots + rng.normal(0, 0.02, (count, 2, 2))
    elif style.comb == "down":
        paths = _combed(inner, outer, rng, count)
    else:
        paths = _brushed(inner, outer, rng, count)
    return list(paths[: count * 4 // 10]), list(paths[count * 4 // 10 :])


def _between(inner: Points, outer: Points, along: Points, out: Points) -> Points:
    """Find points between hairline and contour; both coordinates 0..1, [N, M]; gives float [N, M, 2]."""
    first = inner[(along * (len(inner) - 1)).astype(int)]
    second = outer[(along * (len(outer) - 1)).astype(int)]
    points: Points = first + (second - first) * out[..., None]
    return points


def _combed(inner: Points, outer: Points, rng: np.random.Generator, count: int) -> Points:
    """Follow the head from the parting to one side."""
    start, reach = rng.uniform(0, 0.25, (count, 1)), rng.uniform(0.25, 0.5, (count, 1))
    steps = np.linspace(0, 1, 7)
    along = 0.5 + rng.choice([-1, 1], (count, 1)) * np.minimum(start + reach * steps, 0.5)
    out = rng.random((count, 1)) ** 0.8 + rng.uniform(-0.1, 0.25, (count, 1)) * steps
    return _between(inner, outer, along, np.clip(out, 0, 1))


def _brushed(inner: Points, outer: Points, rng: np.random.Generator, count: int) -> Points:
    """Go from the hairline outwards."""
    steps = np.linspace(0, 1, 5)
    along = rng.random((count, 1)) + rng.normal(0, 0.03, (count, 1)) * steps
    low, reach = rng.uniform(0, 0.7, (count, 1)), rng.uniform(0.25, 0.7, (count, 1))
    return _between(inner, outer, np.clip(along, 0, 1), np.minimum(low + reach * steps, 1))


def _fold_cloth(canvas: Canvas, inner: Points, outer: Points, colour: Colour) -> None:
    whole = np.ascontiguousarray(canvas.pixels[..., 3])
    steps = np.linspace(0, 1, 40)
    for out, gain in ((0.12, 0.72), (0.38, 1.18), (0.6, 0.78), (0.82, 1.12)):
        path = _between(inner, outer, steps, out + 0.1 * np.sin(5 * steps + 9 * out))
        canvas.paint(canvas.lines([path], 0.05, 0.03).within(whole), tinted(colour, gain), 0.55)
