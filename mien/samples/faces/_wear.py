"""What people wear: glasses and clothes; and the neck and shoulders that carry them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from mien.samples._tables import tables
from mien.samples.faces._canvas import Canvas, closed, curve, mirrored, moved, oval, tinted
from mien.samples.faces._features import shadow_of
from mien.samples.faces._geometry import Landmarks
from mien.samples.faces._parameters import Colour, Identity

FRAMES: Mapping[str, tuple[float, float, float, float, Colour]] = tables("faces")["frame"]
CLOTHES: Mapping[str, tuple[tuple[float, float], ...]] = tables("faces")["collar"]


def paint_glasses(canvas: Canvas, marks: Landmarks, identity: Identity) -> None:
    """Paint glasses over the eyes."""
    half, tall, power, thick, rim = FRAMES[identity.glasses_style]
    spread = identity.shape["eye_spacing"]
    angle = np.linspace(0, 2 * np.pi, 41)
    across = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** (2 / power)
    down = np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** (2 / power)
    lift = 0.05 * np.clip(across, 0, 1) * (down < 0) if identity.glasses_style == "cat" else 0.0
    lens = np.stack([0.415 * spread + half * across, -0.03 + tall * down - lift], axis=1)
    bridge = curve([(0.415 * spread - half, -0.07), (0.06, -0.12), (0.0, -0.125)])
    temple = curve([(0.415 * spread + half, -0.1), (0.9, -0.13), (1.04 * identity.shape["width"], -0.12)])
    lines = [lens, bridge, temple]
    both = lines + [mirrored(line) for line in lines]
    canvas.paint(canvas.lines([moved(line, 0.0, 0.045) for line in both], thick, 0.02), shadow_of(identity.skin), 0.4)
    canvas.paint(canvas.shape(lens, mirrored(lens), soft=0.01), (0.85, 0.9, 0.95), 0.07)
    canvas.paint(canvas.lines(both, thick, 0.004), rim, 0.97, over=True)
    glare = np.array([(0.29, -0.19), (0.36, -0.19), (0.27, 0.1), (0.22, 0.08)]) * (spread, 1.0)
    canvas.paint(canvas.shape(glare, glare - (0.83 * spread, 0.0), soft=0.012), (1.0, 1.0, 1.0), 0.13)


def paint_body(canvas: Canvas, identity: Identity, clothes: str, cloth: Colour, skin: Colour, drop: float) -> None:
    """Paint neck, shoulders and clothes. `drop`: how far the chin went down, face units."""
    half = 0.52 * identity.shape["neck"]
    neck = curve([(half * 1.02, 0.5), (half, 1.2), (half * 1.12, 1.5), (half * 1.9, 1.75), (1.4, 2.2)])
    throat = canvas.shape(closed(neck))
    canvas.paint(throat, skin, over=True)
    whole = canvas.whole(throat)
    chin = oval((0.0, 1.16 + drop), (0.75 * identity.shape["jaw"], 0.36))
    canvas.paint(canvas.shape(chin, soft=0.07).within(whole), tinted(shadow_of(skin), 0.85), 0.75)
    tendon = np.array([(half * 0.75, 1.3), (half * 0.3, 1.85)])
    canvas.paint(canvas.lines([tendon, mirrored(tendon)], 0.05, 0.04), shadow_of(skin), 0.3)
    _shirt(canvas, clothes, cloth, half)


def _shirt(canvas: Canvas, clothes: str, cloth: Colour, half: float) -> None:
    shoulder = [(1.0, 1.66), (1.5, 1.8), (1.95, 2.1), (1.95, 2.4)]
    collar = curve(np.array(CLOTHES[clothes]) * (half, 1.0))
    body = closed(np.concatenate([collar, curve(shoulder)]))
    canvas.paint(canvas.shape(body, soft=0.008), cloth, over=True)
    line = np.concatenate([mirrored(collar)[::-1], collar])
    canvas.paint(canvas.lines([moved(line, 0, 0.03)], 0.05, 0.01), tinted(cloth, 0.7), 0.8)
    if clothes in ("shirt", "hood"):
        flap = np.array([(half * 1.2, 1.45), (half * 1.5, 1.62), (half * 0.9, 1.98), (half * 0.35, 1.82)])
        both = (flap, mirrored(flap))
        canvas.paint(canvas.shape(*both, soft=0.01), tinted(cloth, 1.12), over=True)
        canvas.paint(canvas.lines([side[1:] for side in both], 0.025, 0.01), tinted(cloth, 0.6), 0.7)
    canvas.paint(canvas.shape(oval((0.0, 2.3), (1.0, 0.5)), soft=0.15), tinted(cloth, 0.75), 0.35)
