"""The face as a landscape: how far each point stands out, and the creases that muscles and years fold."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from mien.samples.faces._canvas import SPAN, Canvas, Plane, curve
from mien.samples.faces._geometry import Landmarks, Muscles
from mien.samples.faces._parameters import Identity


@lru_cache(maxsize=8)
def axis(side: int) -> Plane:
    """Give the place of each pixel of a row or column in face units, float32 [side]."""
    return np.asarray(((np.arange(side) + 0.5) / side - 0.5) * SPAN, np.float32)


def base(side: int, marks: Landmarks, width: float = 1.0) -> Plane:
    """Give the head without features: an egg with the outline of the face.

    float32 [side, side], height towards the viewer, 0..1 face units.
    """
    edge = marks.outline[: len(marks.outline) // 2 + 1]
    where = axis(side)
    half = np.interp(where, edge[:, 1], edge[:, 0]).astype(np.float32) * np.float32(1.03 * width) + np.float32(0.02)
    top, chin = edge[0, 1] * width, edge[-1, 1] * width
    along = np.clip((where - (top + chin) / 2) / ((chin - top) / 2), -1, 1)
    depth = np.clip(1 - np.abs(along) ** 2.6, 0, 1) ** 0.5
    across = np.minimum(np.abs(where[None, :]) / half[:, None], 1)
    height: Plane = (depth[:, None] * np.sqrt(1 - across**2)).astype(np.float32)
    return height


def relief(canvas: Canvas, marks: Landmarks, identity: Identity, muscles: Muscles) -> Plane:
    """Give the face with nose, sockets, cheeks, lips and chin: float32 [side, side], towards the viewer, face units."""
    height = base(canvas.side, marks)
    middles, radii, rises = (np.array(part, np.float32) for part in zip(*_hills(marks, identity, muscles), strict=True))
    # Each hill is a column times a row, so that all of them are one matrix product. OpenCV multiplies such
    # small matrices at once; NumPy would wake all threads of its BLAS for it, which took 11 ms. Hills are
    # smooth: half the resolution is enough.
    where = axis(canvas.side // 2)[:, None]
    down = np.exp(-0.5 * ((where - middles[:, 1]) / radii[:, 1]) ** 2) * rises
    across = np.exp(-0.5 * ((where - middles[:, 0]) / radii[:, 0]) ** 2)
    nothing = np.zeros((canvas.side // 2, canvas.side // 2), np.float32)
    hills = cv2.gemm(down, across, 1.0, nothing, 0.0, flags=cv2.GEMM_2_T)
    height += cv2.resize(hills, (canvas.side, canvas.side))
    _nose(height, marks)
    return height


def _hills(
    marks: Landmarks, identity: Identity, muscles: Muscles
) -> list[tuple[tuple[float, float], tuple[float, float], float]]:
    """List the soft bumps: middle, radii (face units), height."""
    wings, tip, _ = marks.nose
    mouth, robust = marks.mouth, identity.robust
    lips = float(mouth.outer_upper[12, 1] + mouth.inner_upper[12, 1]) / 2
    below = float(mouth.outer_lower[12, 1] + mouth.inner_lower[12, 1]) / 2
    chin = float(marks.outline[:, 1].max())
    hills = [
        ((0.0, lips), (0.2, 0.07), 0.05),
        ((0.0, below), (0.17, 0.07), 0.06),
        ((0.0, below + 0.15), (0.17, 0.05), -0.05),
        ((0.0, chin - 0.17), (0.2, 0.13), 0.09 + 0.05 * robust),
        ((0.0, -0.3), (0.3, 0.1), 0.03 + 0.04 * robust),
    ]
    for side in (-1, 1):
        cheek = 0.6 * muscles(6, side) + 0.5 * muscles(12, side)
        hills += [
            ((side * 0.41, -0.06), (0.24, 0.15), -0.13),
            ((side * 0.41, -0.06), (0.13, 0.09), 0.06),
            ((side * 0.45, -0.38), (0.24, 0.07), 0.03 + 0.05 * robust),
            ((side * (0.58 - 0.03 * cheek), 0.3 - 0.05 * cheek), (0.2, 0.15), 0.06 + 0.085 * cheek),
            ((side * wings * 0.85, tip + 0.05), (0.05, 0.06), 0.10),
            ((side * 0.75, 0.72), (0.2, 0.25), -0.03),
            ((side * 0.88, -0.5), (0.12, 0.2), -0.06),
        ]
    return hills


def _nose(height: Plane, marks: Landmarks) -> None:
    """Add a ridge that widens and rises towards the tip, then falls steeply to the lip."""
    wings, tip, rise = marks.nose
    where = axis(height.shape[0])
    length = np.clip((where + 0.3) / (tip + 0.3), 0, None)
    grown = np.where(length <= 1, 0.12 + 0.88 * length**1.5, np.exp(-0.5 * ((length - 1) / 0.12) ** 2))
    profile = np.where(where < -0.3, 0.12 * np.exp(-0.5 * ((where + 0.3) / 0.1) ** 2), grown) * rise
    sigma = np.interp(where, [-0.3, 0.0, tip], [0.07, 0.065, 0.5 * wings]).astype(np.float32)
    height += profile[:, None] * np.exp(-0.5 * (where[None, :] / sigma[:, None]) ** 2)


def creases(canvas: Canvas, marks: Landmarks, identity: Identity, muscles: Muscles) -> Plane:
    """Give the folds of the skin: float32 [side, side], depth, 0 (smooth) .. about 1 (deep fold)."""
    old = float(np.clip((identity.age - 30) / 45, 0, 1))
    folds = _forehead(muscles, old) + _frown(muscles, old) + _lower_face(marks, muscles, old)
    folds += _around_eyes(marks, muscles, old)
    # Shallow first, so that a deep fold stays whole where they cross.
    deep = sorted((fold for fold in folds if fold[0] > 0.06), key=lambda fold: min(fold[0], 1.0))
    paths = [curve(np.array(path) * (side, 1.0)) for _, side, path in deep]
    return canvas.etch(paths, [min(depth, 1.0) for depth, *_ in deep], 0.03, 0.016)


Fold = tuple[float, int, list[tuple[float, float]]]  # depth, side (-1 left, 1 right), points as on the right


def _forehead(muscles: Muscles, old: float) -> list[Fold]:
    folds: list[Fold] = []
    lift = -0.05 * muscles(1)
    for row, level in enumerate((-0.63, -0.75, -0.87)):
        ends = level + 0.012 + lift
        middle = 0.75 * muscles(1) * (1 - 0.25 * row) + 0.3 * old
        folds.append((middle, 1, [(-0.26, ends), (0.0, level + lift), (0.26, ends)]))
        for side in (-1, 1):
            outer = 0.85 * muscles(2, side) * (1 - 0.2 * row) + 0.22 * old
            path = [(0.24, level + lift), (0.42, level - 0.015 + lift), (0.62, level + 0.035 + lift)]
            folds.append((outer, side, path))
    return folds


def _frown(muscles: Muscles, old: float) -> list[Fold]:
    folds: list[Fold] = []
    for side in (-1, 1):
        lift = -0.08 * muscles(1, side)
        between_brows = [(0.085, -0.5 + lift), (0.065, -0.38 + lift), (0.08, -0.27 + lift)]
        folds.append((1.1 * muscles(4, side) + 0.2 * old, side, between_brows))
        folds.append((muscles(9, side), side, [(0.1, -0.1), (0.055, -0.04), (0.1, 0.04)]))
    return folds


def _lower_face(marks: Landmarks, muscles: Muscles, old: float) -> list[Fold]:
    folds: list[Fold] = []
    wings, tip, _ = marks.nose
    for side, (corner, y) in zip((-1, 1), marks.mouth.corners, strict=True):
        x = abs(corner) + 0.09
        smile = 0.85 * muscles(12, side) + 0.25 * muscles(6, side) + 0.6 * muscles(9, side) + 0.2 * muscles(15, side)
        bulge = 0.05 * muscles(12, side)
        cheek = [(wings + 0.035, tip - 0.01), (wings + 0.14 + bulge, tip + 0.12)]
        cheek += [(x + 0.03 + bulge * 0.6, (tip + y) / 2 + 0.09), (x + 0.03, y + 0.05)]
        sag = [(x - 0.05, y + 0.04), (x - 0.015, y + 0.13), (x, y + 0.24)]
        stretch = [(x + 0.02, y - 0.08), (x + 0.05, y + 0.03), (x + 0.01, y + 0.14)]
        folds += [
            (smile + 0.4 * old + 0.08, side, cheek),
            (0.85 * muscles(15, side) + 0.3 * old, side, sag),
            (0.9 * muscles(20, side), side, stretch),
        ]
    return folds


def _around_eyes(marks: Landmarks, muscles: Muscles, old: float) -> list[Fold]:
    folds: list[Fold] = []
    for eye in marks.eyes:
        middle = abs(eye.centre[0])
        x = middle + eye.half
        crow = (0.9 * muscles(6, eye.side) + 0.35 * old) * 0.8
        for slope in (-0.08, 0.01, 0.1):
            path = [(x + 0.045, -0.06 + slope * 0.4), (x + 0.1, -0.05 + slope), (x + 0.16, -0.03 + slope * 1.6)]
            folds.append((crow, eye.side, path))
        bag = 0.55 * muscles(6, eye.side) + 0.35 * muscles(7, eye.side) + 0.4 * old + 0.05
        folds.append((bag, eye.side, [(middle - 0.17, 0.05), (middle, 0.115), (middle + 0.17, 0.075)]))
    return folds


def slopes(height: Plane, unit: float) -> tuple[Plane, Plane]:
    """Give the slope of float32 [side, side] to the right and downwards, rise over run."""
    right = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3, scale=unit / 8)
    down = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3, scale=unit / 8)
    return np.asarray(right, np.float32), np.asarray(down, np.float32)
