"""Paint the face, flat as if in even light: skin, eyes, brows, nose, mouth."""

from __future__ import annotations

import numpy as np

from mien.samples.faces._camera import metering
from mien.samples.faces._canvas import Canvas, Points, band, brightness, curve, mirrored, moved, oval, ribbon, tinted
from mien.samples.faces._geometry import Eye, Landmarks, Mouth, Muscles
from mien.samples.faces._parameters import Colour, Identity

_BLOOD: Colour = (0.72, 0.22, 0.2)


def shadow_of(skin: Colour, depth: float = 1.0) -> Colour:
    """Give the colour of skin in its own shadow; shadows on skin are redder, not just darker."""
    red, green, blue = skin
    return (red * (1 - 0.36 * depth), green * (1 - 0.52 * depth), blue * (1 - 0.56 * depth))


def dimmed(skin: Colour) -> float:
    """Give the gain for eyes and teeth that keeps them from glaring when the camera opens for dark skin."""
    return float(min(metering(skin) ** -0.75, 1.0))


def paint_skin(canvas: Canvas, marks: Landmarks, identity: Identity, rng: np.random.Generator) -> None:
    """Paint the skin: blush, shaded sockets, freckles, spots of age."""
    skin = identity.skin
    canvas.paint(canvas.shape(marks.outline), skin, over=True)
    blush, dark = tinted(skin, 1.0, _BLOOD, 0.1 + 0.22 * brightness(skin)), shadow_of(skin)
    for points, soft, ink, opacity in (
        (oval((0.58, 0.3), (0.22, 0.16)), 0.1, blush, 0.3 + 0.4 * identity.makeup),
        (oval((0.40, -0.13), (0.25, 0.13)), 0.06, dark, 0.24),
        (oval((0.38, 0.07), (0.18, 0.04)), 0.035, dark, 0.10 + 0.002 * identity.age),
        (oval((0.15, -0.12), (0.05, 0.16)), 0.04, dark, 0.22),
    ):
        canvas.paint(canvas.shape(points, mirrored(points), soft=soft), ink, opacity)
    wings, tip, _ = marks.nose
    canvas.paint(canvas.shape(oval((0.0, tip), (wings, 0.1)), soft=0.05), blush, 0.35)
    canvas.paint(canvas.shape(oval((0.0, tip + 0.13), (wings * 1.1, 0.035)), soft=0.03), dark, 0.45)
    lip = float(marks.mouth.outer_lower[12, 1])
    canvas.paint(canvas.shape(oval((0.0, lip + 0.055), (0.17, 0.03)), soft=0.03), dark, 0.42)
    _speckle(canvas, identity, rng)


def _speckle(canvas: Canvas, identity: Identity, rng: np.random.Generator) -> None:
    spots = int(60 * identity.freckles) if identity.freckles > 0.25 else 0
    age = int(max(identity.age - 55, 0) / 6)
    dots = rng.normal(0, 1, (spots + age + 2, 2)) * (0.42, 0.16) + (0, 0.16)
    dots[spots:] = rng.uniform(-0.8, 0.8, (age + 2, 2))
    brown = tinted(shadow_of(identity.skin, 0.9), 0.9)
    spots_of_skin = [oval((x, y), (0.016, 0.014)) for x, y in dots]
    canvas.paint(canvas.shape(*spots_of_skin, soft=0.006), brown, 0.4)


def paint_nose(canvas: Canvas, marks: Landmarks, identity: Identity) -> None:
    """Paint nostrils and the creases of the wings; the rest of the nose is relief."""
    wings, tip, _ = marks.nose
    dark = tinted(shadow_of(identity.skin, 1.25), 0.75)
    nostril = oval((wings * 0.5, tip + 0.085), (wings * 0.26, 0.026), 0.25)
    canvas.paint(canvas.shape(nostril, mirrored(nostril), soft=0.008), dark, 0.85)
    wing = curve([(wings * x, tip + y) for x, y in ((0.82, -0.06), (1.06, 0.02), (0.98, 0.09), (0.78, 0.105))])
    canvas.paint(canvas.lines([wing, mirrored(wing)], 0.026, 0.011), dark, 0.6)


def paint_eyes(canvas: Canvas, eyes: tuple[Eye, Eye], identity: Identity, muscles: Muscles) -> None:
    """Paint both eyes: ball, iris, lids, lashes and the fold above."""
    opening = canvas.shape(*(eye.opening for eye in eyes))
    whole = canvas.whole(opening)
    skin = identity.skin
    canvas.paint(opening, tinted((0.93, 0.90, 0.88), dimmed(skin)))
    for size, down, colour, soft in (
        ((1.0, 1.0), 0.0, tinted(identity.iris, 0.45), 0.006),
        ((0.84, 0.84), 0.0, identity.iris, 0.012),
        ((0.6, 0.4), 0.35, tinted(identity.iris, 1.5), 0.02),
        ((0.46, 0.46), 0.0, (0.03, 0.03, 0.035), 0.006),
    ):
        irises = [(*eye.iris, eye.radius) for eye in eyes]
        discs = [oval((x, y + down * radius), (size[0] * radius, size[1] * radius)) for x, y, radius in irises]
        canvas.paint(canvas.shape(*discs, soft=soft).within(whole), colour, 0.95)
    shades = [band(moved(eye.upper, 0, -0.05), moved(eye.upper, 0, 0.03)) for eye in eyes]
    canvas.paint(canvas.shape(*shades, soft=0.014).within(whole), (0.25, 0.18, 0.17), 0.6)
    inner = [(eye.centre[0] - eye.side * eye.half * 0.96, eye.centre[1] + 0.012) for eye in eyes]
    corners = [oval(place, (0.022, 0.016)) for place in inner]
    canvas.paint(canvas.shape(*corners, soft=0.006), (0.78, 0.45, 0.42), 0.6)
    _lids(canvas, eyes, identity, muscles)


def _lids(canvas: Canvas, eyes: tuple[Eye, Eye], identity: Identity, muscles: Muscles) -> None:
    skin = identity.skin
    lash = tinted(identity.hair, 0.35, (0.05, 0.03, 0.03), 0.6)
    thick = 0.026 + 0.022 * (1 - identity.robust) + 0.02 * identity.makeup
    outward = np.linspace(0, 1, len(eyes[0].upper))
    grown = thick * (0.55 + 0.65 * outward)
    lashes = [ribbon(moved(eye.upper, 0, -0.006), grown[:: eye.side]) for eye in eyes]
    # The fold lies closer the wider the eye opens, and vanishes when the brow presses on it.
    press = 1 - 0.45 * muscles(5) + 0.3 * muscles(1) - 0.5 * muscles(4)
    rise = max(0.055 * identity.shape["crease"] * press, 0.022)
    folds = [moved(eye.upper[2:-2], 0, -rise) for eye in eyes]
    if identity.makeup > 0.3:
        lids = [band(fold, eye.upper[2:-2]) for fold, eye in zip(folds, eyes, strict=True)]
        plum = tinted(shadow_of(skin), 0.9, (0.45, 0.25, 0.35), 0.4)
        canvas.paint(canvas.shape(*lids, soft=0.02), plum, identity.makeup * 0.6)
    canvas.paint(canvas.lines(folds, 0.02, 0.009), shadow_of(skin, 1.1), 0.62)
    canvas.paint(canvas.lines([eye.lower for eye in eyes], 0.016, 0.007), shadow_of(skin, 1.15), 0.75)
    canvas.paint(canvas.shape(*lashes, soft=0.006), lash, 0.92)


def paint_glints(canvas: Canvas, eyes: tuple[Eye, Eye], lamp: tuple[float, float, float], strength: float) -> None:
    """Add the lamp's reflection in the eyes; after lighting, since it is light and not paint."""
    seen = [eye.iris for eye in eyes if float(np.ptp(eye.opening[:, 1])) > 0.05]
    glints = [oval((x + 0.063 * lamp[0], y - 0.032 + 0.03 * lamp[1]), (0.026, 0.024)) for x, y in seen]
    if glints:
        canvas.paint(canvas.shape(*glints, soft=0.006), (1.0, 1.0, 1.0), min(strength, 0.85))


def paint_brows(canvas: Canvas, lines: tuple[Points, Points], identity: Identity, rng: np.random.Generator) -> None:
    """Paint the eyebrows along their middle lines."""
    hair = tinted(identity.hair, 0.75, (0.09, 0.06, 0.05), 0.35)
    if identity.age > 60 and min(identity.hair) > 0.5:
        hair = tinted(identity.hair, 0.8)
    thick = 0.088 * identity.shape["brow_thickness"]
    along = np.linspace(0, 1, len(lines[0]))
    widths = thick * (0.75 + 0.55 * np.sin(np.pi * np.minimum(along * 1.25 + 0.12, 1)) - 0.72 * along**2)
    brushes = [ribbon(line, np.maximum(widths, 0.014)) for line in lines]
    canvas.paint(canvas.shape(*brushes, soft=0.013), hair, 0.78)
    hairs: list[Points] = []
    for line in lines:
        chosen = rng.integers(0, len(line) - 4, 22)
        room = widths[chosen, None]
        roots = line[chosen] + rng.normal(0, 0.2, (22, 2)) * room
        across, down = rng.uniform(0.03, 0.06, 22) * np.sign(line[-1, 0]), rng.uniform(-0.6, 0.1, 22) * room[:, 0]
        hairs += list(np.stack([roots, roots + np.stack([across, down], axis=1)], axis=1))
    canvas.paint(canvas.lines(hairs, 0.011), tinted(hair, 0.75), 0.6)


def paint_mouth(canvas: Canvas, mouth: Mouth, identity: Identity, muscles: Muscles) -> None:
    """Paint lips, the open mouth, teeth and tongue."""
    skin = identity.skin
    # Lips are rose on light skin and plum on dark skin: their red scales with the light that gets through.
    clear = 0.25 + 0.75 * brightness(skin)
    lip = tinted(shadow_of(skin, 0.5), 1.0, tinted((0.74, 0.29, 0.29), clear), 0.36)
    lip = tinted(lip, 1.0, tinted((0.74, 0.14, 0.22), clear), 0.5 * identity.makeup)
    if mouth.gap > 0.015:
        _inside(canvas, mouth, identity, muscles)
    canvas.paint(canvas.shape(band(mouth.outer_upper, mouth.inner_upper), soft=0.009), tinted(lip, 0.88), 0.88)
    canvas.paint(canvas.shape(band(mouth.inner_lower, mouth.outer_lower), soft=0.010), lip, 0.88)
    line = tinted(shadow_of(skin, 1.3), 0.55, (0.25, 0.06, 0.06), 0.3)
    widths = 0.024 + 0.012 * np.cos(np.linspace(-np.pi / 2, np.pi / 2, 25))
    canvas.paint(canvas.shape(ribbon(mouth.inner_upper, widths), soft=0.007), line, 0.9)
    if mouth.gap > 0.015:
        canvas.paint(canvas.lines([mouth.inner_lower], 0.014, 0.007), line, 0.6)
    dimples = [oval((x * 1.02, y), (0.028, 0.016)) for x, y in mouth.corners]
    canvas.paint(canvas.shape(*dimples, soft=0.014), line, 0.5)
    if mouth.pressed > 0.25:
        rolls = [moved(mouth.outer_lower[4:-4], 0, 0.02), moved(mouth.outer_upper[4:-4], 0, -0.015)]
        canvas.paint(canvas.lines(rolls, 0.02, 0.012), shadow_of(skin), 0.5 * mouth.pressed)


def _inside(canvas: Canvas, mouth: Mouth, identity: Identity, muscles: Muscles) -> None:
    hole = canvas.shape(mouth.hole, soft=0.004)
    whole = canvas.whole(hole)
    canvas.paint(hole, tinted((0.20, 0.05, 0.06), dimmed(identity.skin)))
    low = float(mouth.inner_lower[12, 1])
    if mouth.gap > 0.1:
        tongue = canvas.shape(oval((0.0, low + 0.02), (0.17, 0.09)), soft=0.02).within(whole)
        canvas.paint(tongue, tinted((0.58, 0.24, 0.26), dimmed(identity.skin) ** 2), 0.85)
    tall = min(0.085 + 0.02 * muscles(12), 0.8 * mouth.gap)
    teeth = band(mouth.inner_upper, moved(mouth.inner_upper, 0, tall))
    canvas.paint(canvas.shape(teeth, soft=0.006).within(whole), tinted((0.93, 0.90, 0.85), dimmed(identity.skin)), 0.95)
    if muscles(16) + muscles(20) > 0.4 and mouth.gap > 0.08:
        row = band(mouth.inner_lower, moved(mouth.inner_lower, 0, -0.05))
        white = tinted((0.88, 0.85, 0.80), dimmed(identity.skin))
        canvas.paint(canvas.shape(row, soft=0.006).within(whole), white, 0.9)
    half = abs(mouth.corners[1][0])
    gaps = [np.array([(x, -2.0), (x, 2.0)]) for x in np.array([-0.62, -0.38, -0.18, 0.0, 0.18, 0.38, 0.62]) * half]
    top = float(mouth.inner_upper[:, 1].min())
    gaps = [np.clip(gap, (-2, top), (2, top + tall + 0.03)) for gap in gaps]
    canvas.paint(canvas.lines(gaps, 0.01, 0.004).within(whole), (0.55, 0.5, 0.47), 0.45)
    sides = [oval(corner, (0.12, 0.12)) for corner in mouth.corners]
    canvas.paint(canvas.shape(*sides, soft=0.05).within(whole), (0.15, 0.04, 0.04), 0.75)


def paint_ears(canvas: Canvas, identity: Identity, skin: Colour, move: tuple[float, float]) -> None:
    """Paint both ears in lit skin colour, moved right and down by so many face units."""
    size, flesh = identity.shape["ears"], tinted(skin, 0.93, _BLOOD, 0.06)
    width = identity.shape["width"]
    edge = [(0.9, -0.2), (1.02, -0.26), (1.12, -0.2), (1.12, 0.02), (1.06, 0.2), (0.98, 0.3), (0.9, 0.24)]
    ear = curve(edge, closed=True)
    bowl = oval((1.05, -0.02), (0.04, 0.13), 0.12)
    for points, colour, soft, opacity in ((ear, flesh, 0.008, 1.0), (bowl, shadow_of(skin), 0.025, 0.7)):
        placed = (points - (0.95, 0.0)) * size + (0.95 * width, 0.0)
        canvas.paint(canvas.shape(placed + move, mirrored(placed) + move, soft=soft), colour, opacity, over=True)
