"""Views of photos as a net that finds faces should bear them: cut, turned, mirrored, masked, dark, noisy; seeded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from _finder_scenes import LEAST, Scene

SIDE = 256  # pixels of a view
SIZES = (9.0, 330.0)  # pixels of a face in it, between which the logarithm is drawn
LARGEST = 3.0  # how much a photo is enlarged at most
MIRRORED = [1, 0, 2, 4, 3]  # the landmarks of a mirror image
SEEN = (0.35, 0.1)  # share of a box inside the view: a face; so little that nothing is left of it
SHARES = {"photos": 0.56, "report": 0.12, "empty": 0.12, "crops": 0.15, "drawings": 0.05}
FABRICS = np.array([(150, 195, 215), (235, 235, 232), (35, 35, 38), (90, 120, 170), (200, 150, 160)], np.float32)

Random = np.random.Generator


@dataclass(frozen=True)
class Pool:
    """What views are cut of."""

    photos: Sequence[Scene]
    report: Sequence[Scene]
    empty: Sequence[Scene]
    crops: Sequence[Scene]
    drawings: Sequence[Scene]


def view(pool: Pool, random: Random) -> Scene:
    """Cut one view."""
    kind = str(random.choice(list(SHARES), p=list(SHARES.values())))
    scene = _one(getattr(pool, kind), random)
    if (kind in ("crops", "drawings") and random.random() < 0.6) or (kind == "empty" and random.random() < 0.4):
        scene = _collage(pool, kind, random)
    scene = _masked(scene, random, 0.3 if kind == "crops" else 0.22)
    found = _warped(scene, random)
    return replace(found, pixels=_lit(found.pixels, random))


def _one(scenes: Sequence[Scene], random: Random) -> Scene:
    return scenes[int(random.integers(len(scenes)))]


def _collage(pool: Pool, kind: str, random: Random) -> Scene:
    """Lay face crops on a photo without faces."""
    under = _one(pool.empty, random).pixels.copy()
    boxes, landmarks = [], []
    taken = np.zeros(under.shape[:2], bool)
    for _ in range(int(random.integers(1, 7))):
        crop = _one(pool.drawings if kind == "drawings" else pool.crops, random)
        side = int(np.exp(random.uniform(np.log(16), np.log(0.8 * min(under.shape[:2])))))
        left, top = (int(random.integers(-side // 4, max(1, end - 3 * side // 4))) for end in under.shape[1::-1])
        rows, columns = (slice(max(0, at), max(0, at + side)) for at in (top, left))
        if taken[rows, columns].any():
            continue
        taken[rows, columns] = True
        pixels = _masked(crop, random, 0.3).pixels
        _laid(under, cv2.resize(pixels, (side, side), interpolation=cv2.INTER_AREA), left, top, random)
        scale = side / len(pixels)
        boxes.append(crop.boxes[0] * scale + [left, top, 0, 0])
        landmarks.append(crop.landmarks[0] * scale + [left, top])
    return Scene(
        under,
        np.array(boxes, np.float32).reshape(-1, 4),
        np.array(landmarks, np.float32).reshape(-1, 5, 2),
        np.ones(len(boxes), bool),
    )


def _laid(under: np.ndarray, square: np.ndarray, left: int, top: int, random: Random) -> None:
    """Lay a square on a picture, with soft corners or hard edges."""
    side = len(square)
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    power = random.choice([2.0, 4.0, 100.0])
    cover = np.clip(6 * (1 - (np.abs(x) ** power + np.abs(y) ** power)), 0, 1)[..., None]
    tint = 1 + random.uniform(-0.15, 0.15, 3) * (random.random() < 0.5)
    high, wide = min(top + side, under.shape[0]), min(left + side, under.shape[1])
    low, first = max(0, top), max(0, left)
    inner = slice(low - top, high - top), slice(first - left, wide - left)
    part = under[low:high, first:wide]
    part[:] = np.clip(part * (1 - cover[inner]) + square[inner] * tint * cover[inner], 0, 255)


def _masked(scene: Scene, random: Random, share: float) -> Scene:
    """Put masks on some of the faces whose landmarks are known."""
    if random.random() >= share:
        return scene
    pixels = scene.pixels.copy()
    most = random.uniform(0.3, 1)
    for box, landmarks in zip(scene.boxes, scene.landmarks, strict=True):
        if np.isfinite(landmarks).all() and min(box[2:]) >= 16 and random.random() < most:
            _mask(pixels, landmarks.astype(np.float64), random)
    return replace(scene, pixels=pixels)


def _mask(pixels: np.ndarray, landmarks: np.ndarray, random: Random) -> None:
    eyes, mouth = landmarks[:2].mean(0), landmarks[3:].mean(0)
    down = mouth - eyes
    across = np.array([down[1], -down[0]]) * 0.5 / 1.05  # half the distance between eyes that look at the camera
    turned = float(np.dot(landmarks[2] - eyes, across) / max(np.dot(across, across), 1e-9))
    top = random.uniform(0.25, 0.65)
    shape = [(-1.95, top), (-1.0, top - 0.08), (0, top - random.uniform(0.05, 0.25)), (1.0, top - 0.08), (1.95, top)]
    shape += [(1.75, 1.15), (0.95, 1.75), (0, 1.9), (-0.95, 1.75), (-1.75, 1.15)]
    points = np.array(
        [eyes + (0.5 * turned + x * (1 + random.uniform(-0.06, 0.06))) * across + y * down for x, y in shape]
    )
    low, high = points.min(0) - 2, points.max(0) + 2
    left, upper = np.clip(low, 0, pixels.shape[1::-1]).astype(int)
    right, lower = np.clip(high, 0, pixels.shape[1::-1]).astype(int)
    if right - left < 3 or lower - upper < 3:
        return
    cover = np.zeros((lower - upper, right - left), np.uint8)
    cv2.fillPoly(cover, [np.round((points - [left, upper]) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    part = pixels[upper:lower, left:right].astype(np.float32)
    light = np.clip(part.mean() / 128, 0.25, 1.3)
    fabric = FABRICS[int(random.integers(len(FABRICS)))] * light + random.normal(0, 12, 3)
    y, x = np.mgrid[0 : cover.shape[0], 0 : cover.shape[1]].astype(np.float32)
    shade = (
        1
        + random.uniform(0, 0.1) * np.sin(y * random.uniform(0.2, 1.2))
        + random.uniform(-0.3, 0.3) * (x / x.max() - 0.5)
    )
    opacity = cover[..., None] / np.float32(255)
    pixels[upper:lower, left:right] = np.clip(part * (1 - opacity) + fabric * shade[..., None] * opacity, 0, 255)


def _warped(scene: Scene, random: Random) -> Scene:
    """Cut a square out, of another scale and turned, about a face if there is one."""
    angle = np.deg2rad(
        random.choice([random.normal(0, 6), random.uniform(-40, 40), random.uniform(-180, 180)], p=[0.72, 0.23, 0.05])
    )
    middle, scale = _aim(scene, random)
    source, shrunk = scene.pixels, 1.0
    if scale < 0.5:  # a warp looks at 2 x 2 pixels; what is shrunk further is averaged first
        shrunk = 2 * scale
        source = cv2.resize(source, None, fx=shrunk, fy=shrunk, interpolation=cv2.INTER_AREA)
    large = scale * float(np.sqrt(scene.boxes[:, 2:].prod(1)).max(initial=0)) > 0.6 * SIDE
    target = SIDE * (random.uniform(0.35, 0.65, 2) if large else random.uniform(0.08, 0.92, 2))
    move = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * scale
    mirror = random.random() < 0.5
    if mirror:
        move = np.diag([-1.0, 1.0]) @ move
    shift = target - move @ middle
    border = cv2.BORDER_REPLICATE if random.random() < 0.6 else cv2.BORDER_CONSTANT
    colour = [float(value) for value in random.integers(0, 256, 3)]
    matrix = np.column_stack([move / shrunk, shift])
    pixels = cv2.warpAffine(source, matrix, (SIDE, SIDE), None, cv2.INTER_LINEAR, border, colour)
    return _moved(replace(scene, pixels=pixels), move, shift, mirror=mirror)


def _aim(scene: Scene, random: Random) -> tuple[np.ndarray, float]:
    """Choose the point that is looked at, and the scale."""
    faces = np.flatnonzero(scene.learnt)
    if len(faces):
        box = scene.boxes[int(random.choice(faces))]
        alone = box[2:].min() > 0.5 * min(scene.pixels.shape[:2])  # there is nothing around it to look at
        wanted = np.exp(random.uniform(np.log(5 * SIZES[0] if alone else SIZES[0]), np.log(SIZES[1])))
        scale = np.clip(wanted / np.sqrt(box[2] * box[3]), 0.1, LARGEST)
        return box[:2] + box[2:] / 2, float(scale)
    height, width = scene.pixels.shape[:2]
    scale = SIDE / min(height, width) * np.exp(random.uniform(np.log(0.6), np.log(2.5)))
    return random.random(2) * [width, height], float(min(scale, LARGEST))


def _moved(scene: Scene, move: np.ndarray, shift: np.ndarray, *, mirror: bool) -> Scene:
    """Move boxes, as of the ellipses in them, and landmarks; cut off at the edges."""
    centres = (scene.boxes[:, :2] + scene.boxes[:, 2:] / 2) @ move.T + shift
    half = np.sqrt((scene.boxes[:, 2:] / 2) ** 2 @ (move.T**2))
    low, high = centres - half, centres + half
    cut = np.clip(low, 0, SIDE), np.clip(high, 0, SIDE)
    sides = cut[1] - cut[0]
    inside = sides.prod(1) / np.maximum((2 * half).prod(1), 1e-9)
    kept = inside > SEEN[1]
    learnt = scene.learnt & (inside > SEEN[0]) & (sides.min(1, initial=1e9) >= LEAST)
    landmarks = scene.landmarks @ move.T.astype(np.float32) + shift
    if mirror:
        landmarks = landmarks[:, MIRRORED]
    boxes = np.column_stack([cut[0], sides])
    return Scene(scene.pixels, boxes[kept].astype(np.float32), landmarks[kept].astype(np.float32), learnt[kept])


def _lit(pixels: np.ndarray, random: Random) -> np.ndarray:
    """Change light, contrast, colour, sharpness, noise, and save as JPEG."""
    values = pixels.astype(np.float32)
    if random.random() < 0.2:
        values[:] = values @ np.array([0.299, 0.587, 0.114], np.float32)[:, None]
    elif random.random() < 0.4:
        values *= random.uniform(0.75, 1.25, 3).astype(np.float32)
    if random.random() < 0.6:
        values = 128 + (values - 128) * random.uniform(0.5, 1.4) + random.uniform(-40, 40)
    if random.random() < 0.12:
        values *= np.exp(random.uniform(np.log(0.06), np.log(0.6)))
    if random.random() < 0.12:
        values = cv2.GaussianBlur(values, (0, 0), random.uniform(0.5, 2.0))
    if random.random() < 0.2:
        noise = random.standard_normal((SIDE, SIDE, int(random.choice([1, 3]))), np.float32)
        values = values + noise * np.float32(random.uniform(2, 22))
    made = np.clip(values, 0, 255).astype(np.uint8)
    if random.random() < 0.25:
        quality = int(random.integers(20, 90))
        made = cv2.imdecode(cv2.imencode(".jpg", made, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
    return made
