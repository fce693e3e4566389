"""Light on skin and hair."""

from __future__ import annotations

import math

import cv2
import numpy as np

from mien.samples.faces._canvas import Canvas, Plane
from mien.samples.faces._parameters import Light, Pose
from mien.samples.faces._relief import axis, slopes

_CREASE = 0.022  # depth of a full fold, face units


def lamp_on_head(light: Light, pose: Pose) -> tuple[float, float, float]:
    """Turn the lamp's direction with the head, so that a turned face is lit from the same place in the room."""
    yaw, pitch = math.radians(pose.yaw), math.radians(pose.pitch)
    x, y, z = light.direction
    y, z = y * math.cos(pitch) + z * math.sin(pitch), -y * math.sin(pitch) + z * math.cos(pitch)
    return (x * math.cos(yaw) - z * math.sin(yaw), y, x * math.sin(yaw) + z * math.cos(yaw))


def light_skin(
    canvas: Canvas, height: Plane, folds: Plane, light: Light, lamp: tuple[float, float, float], gloss: float
) -> None:
    """Light a painted face by its relief (face units) and its creases (0..1), both float32 [side, side].

    `gloss`: strength of the shine, 0..1.
    """
    cv2.GaussianBlur(height, (0, 0), 0.022 * canvas.unit, dst=height)
    face = np.s_[_part(canvas, -1.6) : _part(canvas, 1.75), _part(canvas, -1.2) : _part(canvas, 1.2)]
    folds, pixels = folds[face], canvas.pixels[face]
    right, down = slopes(height[face] - folds * np.float32(_CREASE), canvas.unit)
    length = 1 / np.sqrt(1 + right * right + down * down)
    facing = (np.float32(lamp[2]) - right * np.float32(lamp[0]) - down * np.float32(lamp[1])) * length
    # Light that enters the skin comes out red and further into the shadow: wrap red more than blue.
    # Sky or ceiling is brighter than the floor: what looks down is darker.
    sky = (np.float32(0.92) - down * length * np.float32(0.16)) * (np.float32(light.ambient) * (1 - 0.38 * folds))
    for channel, wrap in enumerate((0.30, 0.16, 0.12)):
        lamp_gain = np.float32(light.lamp * light.colour[channel] / (1 + wrap))
        pixels[..., channel] *= np.maximum(facing + np.float32(wrap), 0) * lamp_gain + sky
    # Blinn (1977): half-way vector between the lamp and the viewer.
    half = np.array([lamp[0], lamp[1], lamp[2] + 1.0])
    half /= max(float(np.linalg.norm(half)), 1e-6)
    shine = (np.float32(half[2]) - right * np.float32(half[0]) - down * np.float32(half[1])) * length
    shine = np.maximum(shine, 0)
    for _ in range(4):  # to the 16th power, without the slow `**`
        shine *= shine
    shine *= np.float32(gloss * light.lamp) * pixels[..., 3]
    for channel in range(3):
        pixels[..., channel] += shine


def _part(canvas: Canvas, place: float) -> int:
    return int(min(max((place * canvas.unit) + canvas.side / 2, 0), canvas.side))


def light_hair(canvas: Canvas, light: Light, lamp: tuple[float, float, float]) -> None:
    """Light painted hair as if it lay on a ball; changes the canvas in place."""
    where = axis(canvas.side)
    across, down = where[None, :] / np.float32(1.35), (where[:, None] + np.float32(0.35)) / np.float32(1.5)
    front = np.sqrt(np.maximum(1 - across * across - down * down, np.float32(0.05)))
    facing = np.maximum(across * np.float32(lamp[0]) + down * np.float32(lamp[1]) + front * np.float32(lamp[2]), 0)
    gain: Plane = np.float32(light.ambient * 0.95) + facing * np.float32(light.lamp * 1.1)
    canvas.shade(gain)
