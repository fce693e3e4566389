"""From the painted head to a file: turn it, frame it, take the picture, encode it."""

from __future__ import annotations

import math

import cv2
import numpy as np

from mien.core.errors import StorageError
from mien.media import mark_drawn
from mien.samples.faces._canvas import SPAN, Layer, Photo, Plane, brightness
from mien.samples.faces._geometry import Landmarks
from mien.samples.faces._parameters import Camera, Colour, Light, Pose
from mien.samples.faces._relief import axis, base

_PIVOT = 0.45  # depth of the point the head turns about, face units
REAR = -0.2  # depth of the neck and the hair behind the head, face units
EARS = 0.22  # depth of the ears
_GRID = 64  # side of the coarse grid on which the turn is solved


def depth_of(marks: Landmarks) -> Plane:
    """Give a smooth depth map for turning the head; it goes on falling gently outside the face.

    float32 [64, 64], face units, towards the viewer.
    """
    depth = base(_GRID, marks, 1.12) * np.float32(0.9)
    where = axis(_GRID)
    _, tip, rise = marks.nose
    ridge = np.exp(-0.5 * ((where[:, None] - tip) / 0.22) ** 2 - 0.5 * (where[None, :] / 0.15) ** 2)
    depth += ridge * np.float32(rise * 0.7)
    return np.asarray(cv2.GaussianBlur(depth, (0, 0), 1.3), np.float32)


def _look_up(pose: Pose, side: int) -> tuple[Plane, Plane]:
    """Give, for each pixel of the picture, where it lies in the plane of the upright head, face units."""
    where = axis(side) / np.float32(pose.zoom)
    across, down = where[None, :] - np.float32(pose.shift[0]), where[:, None] - np.float32(pose.shift[1])
    turn = math.radians(pose.roll)
    cosine, sine = np.float32(math.cos(turn)), np.float32(math.sin(turn))
    return across * cosine + down * sine, down * cosine - across * sine


def turn_head(pixels: Layer, depth: Plane, pose: Pose) -> Layer:
    """Turn a head, float32 [side, side, 4], painted looking straight ahead, by its `depth`, float32 [64, 64]."""
    side = pixels.shape[0]
    seen_x, seen_y = _look_up(pose, _GRID)
    yaw, pitch = math.radians(pose.yaw), math.radians(pose.pitch)
    scale, middle = np.float32(_GRID / SPAN), np.float32(_GRID / 2 - 0.5)
    x, y = seen_x.copy(), seen_y.copy()
    # x' = x cos + z sin has z depend on x: four rounds of substitution settle it to under a pixel.
    for _ in range(4):
        z = cv2.remap(depth, x * scale + middle, y * scale + middle, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        z = z - np.float32(_PIVOT)
        x = np.asarray((seen_x - z * math.sin(yaw)) / math.cos(yaw), np.float32)
        y = np.asarray((seen_y + z * math.sin(pitch)) / math.cos(pitch), np.float32)
    unit = np.float32(side / SPAN)
    maps = [cv2.resize(plane * unit + np.float32(side / 2 - 0.5), (side, side)) for plane in (x, y)]
    return np.asarray(cv2.remap(pixels, maps[0], maps[1], cv2.INTER_LINEAR), np.float32)


def frame_rear(pixels: Layer, pose: Pose) -> Layer:
    """Move what is behind the head, float32 [side, side, 4], as one flat plane."""
    side = pixels.shape[0]
    unit, turn = side / SPAN, math.radians(pose.roll)
    back = REAR - _PIVOT
    move = (-back * math.sin(math.radians(pose.yaw)), back * math.sin(math.radians(pose.pitch)))
    cosine, sine = math.cos(turn) / pose.zoom, math.sin(turn) / pose.zoom
    middle = side / 2 - 0.5
    shift = (
        -(math.cos(turn) * pose.shift[0] + math.sin(turn) * pose.shift[1]) + move[0],
        -(math.cos(turn) * pose.shift[1] - math.sin(turn) * pose.shift[0]) + move[1],
    )
    across = [cosine, sine, middle - (cosine + sine) * middle + shift[0] * unit]
    down = [-sine, cosine, middle - (cosine - sine) * middle + shift[1] * unit]
    matrix, flags = np.array([across, down]), cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(pixels, matrix, (side, side), flags=flags, borderMode=cv2.BORDER_REFLECT_101)
    return np.asarray(moved, np.float32)


def metering(skin: Colour) -> float:
    """Give the gain of a camera that meters on the face: it opens for dark skin, but not fully."""
    return float((0.62 / brightness(skin)) ** 0.36)


def expose(picture: Layer, camera: Camera, light: Light, skin: Colour, size: int, rng: np.random.Generator) -> Photo:
    """Take a picture, float32 [side, side, 3], RGB, about 0..1, as uint8 [size, size, 3]."""
    small = cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)
    if camera.blur > 0.2:
        small = cv2.GaussianBlur(small, (0, 0), camera.blur * size / 128)
    gain = light.exposure * metering(skin)
    small = (small * np.float32(gain) - np.float32(0.45)) * np.float32(camera.contrast) + np.float32(0.45)
    # A soft shoulder instead of clipping, as film has: what is above 0.8 approaches 1.0.
    over = np.maximum(small - np.float32(0.8), 0)
    small -= over * over / (over + np.float32(0.2))
    if camera.noise > 0:
        small += rng.standard_normal(small.shape, np.float32) * np.float32(camera.noise / 255)
    return np.asarray(np.clip(small * 255 + 0.5, 0, 255), np.uint8)


def encode(pixels: Photo, camera: Camera) -> bytes:
    """Turn a picture, uint8 [H, W, 3], into a file's content."""
    quality = {"jpg": cv2.IMWRITE_JPEG_QUALITY, "webp": cv2.IMWRITE_WEBP_QUALITY}.get(camera.kind)
    settings = [] if quality is None else [quality, camera.quality]
    done, data = cv2.imencode(f".{camera.kind}", pixels[..., ::-1], settings)
    if not done:
        raise StorageError(f"OpenCV could not write a {camera.kind} picture", todo="Reinstall opencv-python-headless")
    written = data.tobytes()
    return mark_drawn(written) if camera.kind == "jpg" else written
