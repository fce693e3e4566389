"""Beards and moustaches; they move with the mouth and the jaw."""

from __future__ import annotations

import numpy as np

from mien.samples.faces._canvas import Canvas, Points, closed, curve, oval, ribbon, tinted
from mien.samples.faces._geometry import Landmarks
from mien.samples.faces._parameters import Colour, Identity

STYLES = ("none", "stubble", "moustache", "goatee", "full")


def paint_beard(canvas: Canvas, marks: Landmarks, identity: Identity, rng: np.random.Generator) -> None:
    """Paint the beard below the lips; the mouth is painted afterwards."""
    style, colour = identity.beard_style, tinted(identity.beard, 0.85)
    if style == "stubble":
        canvas.paint(canvas.shape(_full(marks, 1.0), soft=0.06), colour, 0.3)
        _hairs(canvas, _full(marks, 0.98), tinted(colour, 0.7), 0.35, rng)
    elif style == "full":
        canvas.paint(canvas.shape(_full(marks, 1.05), soft=0.03), colour, 0.92, over=True)
        _moustache(canvas, marks, colour)
        _hairs(canvas, _full(marks, 1.04), tinted(colour, 0.55), 0.6, rng)
        _hairs(canvas, _full(marks, 1.03), tinted(colour, 1.4, (1, 1, 1), 0.05), 0.45, rng)
    elif style == "goatee":
        chin = float(marks.outline[:, 1].max())
        low = float(marks.mouth.outer_lower[12, 1])
        tuft = oval((0.0, (low + chin) / 2 + 0.06), (0.25, (chin - low) / 2 + 0.02))
        canvas.paint(canvas.shape(tuft, soft=0.03), colour, 0.88, over=True)
        _moustache(canvas, marks, colour)
    elif style == "moustache":
        _moustache(canvas, marks, colour)


def _full(marks: Landmarks, grow: float) -> Points:
    """Outline a full beard: along the jaw, back over cheeks and lip."""
    half = len(marks.outline) // 2 + 1
    jaw = marks.outline[:half]
    jaw = jaw[jaw[:, 1] > 0.0] * (grow, 1.0) + (0.0, (grow - 1.0) * 1.2)
    (_, left_y), (corner_x, corner_y) = marks.mouth.corners
    top = float(marks.mouth.outer_upper[12, 1])
    cheek = curve([
        (0.0, top - 0.10), (0.16, top - 0.12), (corner_x * 0.95 + 0.08, (corner_y + left_y) / 2 - 0.12),
        (0.66, 0.5), (0.82, 0.3), (0.9, 0.0),
    ])  # fmt: skip
    return closed(np.concatenate([cheek, jaw]))


def _moustache(canvas: Canvas, marks: Landmarks, colour: Colour) -> None:
    lip = marks.mouth.outer_upper
    line = lip[1:-1] * (1.06, 1.0) - (0.0, 0.045)
    along = np.linspace(-1, 1, len(line))
    widths = 0.11 * (1 - 0.65 * along**4) * (1 - 0.25 * np.exp(-((along / 0.08) ** 2)))
    canvas.paint(canvas.shape(ribbon(line, widths), soft=0.014), colour, 0.9)


def _hairs(canvas: Canvas, outline: Points, ink: Colour, opacity: float, rng: np.random.Generator) -> None:
    whole = canvas.whole(canvas.shape(outline, soft=0.02))
    low, high = outline.min(axis=0), outline.max(axis=0)
    roots = rng.uniform(low, high, (110, 2))
    tips = roots + np.stack([roots[:, 0] * -0.03 + rng.normal(0, 0.02, 110), rng.uniform(0.03, 0.09, 110)], axis=1)
    canvas.paint(canvas.lines(list(np.stack([roots, tips], axis=1)), 0.012, 0.004).within(whole), ink, opacity)
