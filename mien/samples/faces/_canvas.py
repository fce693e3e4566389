"""A picture one can paint on in face units: soft-edged shapes, lines, curves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from mien.samples.faces._parameters import Colour

Points = npt.NDArray[np.float64]  # [N, 2], face units
Plane = npt.NDArray[np.float32]  # [H, W]
Photo = npt.NDArray[np.uint8]  # [H, W, 3], RGB
Layer = npt.NDArray[np.float32]  # [H, W, 4]: red, green, blue, each times opacity, and opacity; 0..1
SPAN = 4.0  # face units from edge to edge of a canvas
_ANGLE = np.linspace(0, 2 * np.pi, 28, endpoint=False)
_CIRCLE = np.stack([np.cos(_ANGLE), np.sin(_ANGLE)], axis=1)
_SHIFT = 5  # OpenCV's sub-pixel bits: 1/32 of a pixel


@dataclass(frozen=True)
class Stencil:
    """A mask over a part of the canvas."""

    # rows, columns: the part
    rows: slice
    columns: slice
    mask: Plane  # float32 [h, w], 0 (nothing) .. 1 (fully covered)

    def within(self, other: Plane) -> Stencil:
        """Keep what another full-size mask covers too."""
        return Stencil(self.rows, self.columns, self.mask * other[self.rows, self.columns])


class Canvas:
    """A square picture with transparency.

    `pixels` float32 [side, side, 4]: red, green, blue times opacity, and opacity; 0..1. Premultiplied, so that soft
    edges keep no halo.
    """

    def __init__(self, side: int) -> None:
        self.side = side
        self.unit = side / SPAN
        self.pixels: Layer = np.zeros((side, side, 4), np.float32)

    def place(self, points: Points) -> npt.NDArray[np.float64]:
        """Turn face units [N, 2] into pixels [N, 2]."""
        return points * self.unit + (self.side / 2 - 0.5)

    def shape(self, *outlines: Points, soft: float = 0.0) -> Stencil:
        """Cut closed shapes that do not overlap; `soft`: blur of the edge (standard deviation), face units."""
        return self._cut(outlines, soft, 0.0)

    def lines(self, paths: Sequence[Points], width: float, soft: float = 0.0) -> Stencil:
        """Cut open lines of one width; `soft`: blur (standard deviation), both face units.

        What is thinner than a pixel becomes a paler line of one pixel.
        """
        return self._cut(paths, soft, width)

    def etch(self, paths: Sequence[Points], depths: Sequence[float], width: float, soft: float) -> Plane:
        """Draw lines of different depths, 0..1, all in one go: float32 [side, side], 0 (nothing) .. 1."""
        plane = np.zeros((self.side, self.side), np.uint8)
        thick = max(1, round(width * self.unit))
        for path, depth in zip(paths, depths, strict=True):
            fixed = np.rint(self.place(path) * (1 << _SHIFT)).astype(np.int32)
            cv2.polylines(plane, [fixed], False, (255 * depth,), thick, cv2.LINE_AA, _SHIFT)
        blurred = cv2.GaussianBlur(plane, (0, 0), max(soft * self.unit, 0.3))
        return blurred.astype(np.float32) * np.float32(1 / 255)

    def _cut(self, paths: Sequence[Points], soft: float, width: float) -> Stencil:
        placed = self.place(np.concatenate(paths))
        sigma, thick = soft * self.unit, width * self.unit
        margin = int(3 * sigma + thick / 2) + 2
        (low_x, low_y), (high_x, high_y) = placed.min(axis=0).tolist(), placed.max(axis=0).tolist()
        left, top = max(int(low_x) - margin, 0), max(int(low_y) - margin, 0)
        right, bottom = min(int(high_x) + margin + 2, self.side), min(int(high_y) + margin + 2, self.side)
        if right <= left or bottom <= top:
            return Stencil(slice(0, 0), slice(0, 0), np.zeros((0, 0), np.float32))
        mask = np.zeros((bottom - top, right - left), np.uint8)
        fixed = np.rint((placed - (left, top)) * (1 << _SHIFT)).astype(np.int32)
        ends = np.cumsum([len(path) for path in paths]).tolist()
        pieces = [fixed[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]
        if width > 0:
            cv2.polylines(mask, pieces, False, (255,), max(1, round(thick)), cv2.LINE_AA, _SHIFT)
        else:
            cv2.fillPoly(mask, pieces, (255,), cv2.LINE_AA, _SHIFT)
        if sigma > 0.3:
            cv2.GaussianBlur(mask, (0, 0), sigma, dst=mask)
        covered = mask.astype(np.float32)
        covered *= np.float32(min(1.0, thick if width > 0 else 1.0) / 255)
        return Stencil(slice(top, bottom), slice(left, right), covered)

    def whole(self, stencil: Stencil) -> Plane:
        """Spread a stencil over a mask of the full size, float32 [side, side]."""
        mask: Plane = np.zeros((self.side, self.side), np.float32)
        mask[stencil.rows, stencil.columns] = stencil.mask
        return mask

    def paint(self, stencil: Stencil, colour: Colour, opacity: float = 1.0, *, over: bool = False) -> None:
        """Lay a colour on; without `over`, paint stays on what is there. `opacity`: 0..1."""
        if stencil.mask.size == 0 or opacity <= 0:
            return
        part = self.pixels[stencil.rows, stencil.columns]
        mask = stencil.mask * np.float32(opacity)
        # Channel by channel: four times faster than broadcasting over the last axis.
        alpha = 1.0 if over else part[..., 3].copy()
        for channel, ink in enumerate((*colour, 1.0) if over else colour):
            plane = part[..., channel]
            plane += (np.float32(ink) * alpha - plane) * mask

    def shade(self, gain: Plane) -> None:
        """Multiply the colours by light, float32 [side, side]."""
        for channel in range(3):
            self.pixels[..., channel] *= gain


def curve(points: list[tuple[float, float]] | Points, *, closed: bool = False, steps: int = 6) -> Points:
    """Draw a smooth line, float [M, 2], through points [N, 2] (a Catmull-Rom spline)."""
    knots = np.asarray(points, np.float64)
    padded = np.concatenate([knots[-1:], knots, knots[:2]] if closed else [knots[:1], knots, knots[-1:]])
    windows = np.stack([padded[k : len(padded) - 3 + k] for k in range(4)], axis=1)  # [pieces, 4, 2]
    line = (_weights(steps) @ windows).reshape(-1, 2)
    return line if closed else np.concatenate([line, knots[-1:]])


@lru_cache(maxsize=16)
def _weights(steps: int) -> npt.NDArray[np.float64]:
    # E. Catmull, R. Rom, "A class of local interpolating splines", 1974; tension 1/2.
    t = np.arange(steps) / steps
    return 0.5 * np.stack(
        [-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, -(t**2) + t**3], axis=1
    )


def ribbon(points: Points, widths: npt.NDArray[np.float64]) -> Points:
    """Outline, float [2N, 2], a line [N, 2] whose width [N] changes, as of a brush."""
    along = np.gradient(points, axis=0)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    half = across * widths[:, None] / 2
    return np.concatenate([points + half, (points - half)[::-1]])


def oval(centre: tuple[float, float], radii: tuple[float, float], turn: float = 0.0) -> Points:
    """Outline an ellipse, float [28, 2]; `turn` in radians, clockwise."""
    cosine, sine = math.cos(turn), math.sin(turn)
    axes = np.array([[radii[0] * cosine, radii[0] * sine], [-radii[1] * sine, radii[1] * cosine]])
    points: Points = _CIRCLE @ axes + np.array(centre)
    return points


def moved(points: Points, right: float, down: float) -> Points:
    """Move points, float [N, 2]."""
    shifted: Points = points + np.array([right, down])
    return shifted


def mirrored(points: Points) -> Points:
    """Swap left and right, float [N, 2]."""
    return points * (-1.0, 1.0)


def closed(right: Points) -> Points:
    """Outline a shape, float [2N, 2], of which the line on the right goes all the way down."""
    return band(right, mirrored(right))


def band(first: Points, second: Points) -> Points:
    """Outline what lies between two lines that run the same way."""
    return np.concatenate([first, second[::-1]])


def tinted(colour: Colour, gain: float, towards: Colour = (0.0, 0.0, 0.0), share: float = 0.0) -> Colour:
    """Darken or lighten a colour, then mix some of another into it; stays in 0..1."""
    mixed = (own * gain * (1 - share) + other * share for own, other in zip(colour, towards, strict=True))
    red, green, blue = (float(min(max(part, 0.0), 1.0)) for part in mixed)
    return (red, green, blue)


def brightness(colour: Colour) -> float:
    """Weigh a colour as the eye does, 0..1 (ITU-R BT.601)."""
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]
