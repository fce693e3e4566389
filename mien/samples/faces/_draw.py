"""Draw one face from its parameters."""

from __future__ import annotations

import math

import cv2
import numpy as np

from mien.core.errors import SettingError
from mien.samples.faces import _features as features
from mien.samples.faces import _hair as hair
from mien.samples.faces._backdrop import paint_backdrop
from mien.samples.faces._beard import paint_beard
from mien.samples.faces._camera import EARS, REAR, depth_of, expose, frame_rear, turn_head
from mien.samples.faces._canvas import Canvas, Layer, Photo, tinted
from mien.samples.faces._geometry import Landmarks, Muscles, landmarks
from mien.samples.faces._light import lamp_on_head, light_hair, light_skin
from mien.samples.faces._parameters import Colour, FaceParameters, Light
from mien.samples.faces._relief import creases, relief
from mien.samples.faces._wear import paint_body, paint_glasses

_LEAST, _MOST = 16, 1024


def check_size(size: int) -> None:
    """Refuse a side of less than 16 or more than 1024 pixels with a `SettingError`."""
    if not _LEAST <= size <= _MOST:
        raise SettingError(f"The size is {size}", expected=f"{_LEAST} to {_MOST} pixels")


def draw(face: FaceParameters, size: int = 128) -> Photo:
    """Draw a face, uint8 [size, size, 3]; equal parameters give equal pixels.

    `size`: 16..1024 pixels, else a `SettingError`.
    """
    check_size(size)
    # Half a pixel more in each direction keeps lines smooth; twice as many would double the time.
    side = max(size * 3 // 2, 160)
    rng = np.random.default_rng(face.grain)
    muscles = Muscles(face.expression, face.identity)
    marks = landmarks(face.identity, muscles)
    lamp = lamp_on_head(face.light, face.pose)
    rear = frame_rear(_rear(face, marks, side, rng), face.pose)
    head = turn_head(_head(face, marks, muscles, side, lamp, rng), depth_of(marks), face.pose)
    lay_over(rear, head)
    return expose(rear[..., :3], face.camera, face.light, face.identity.skin, size, rng)


def _rear(face: FaceParameters, marks: Landmarks, side: int, rng: np.random.Generator) -> Layer:
    """Paint background, neck, clothes, ears and the hair behind."""
    canvas, identity, setting = Canvas(side), face.identity, face.setting
    canvas.pixels[..., 3] = 1
    canvas.pixels[..., :3] = paint_backdrop(setting.backdrop, setting.colours, side, rng)
    style = hair.STYLES[identity.hair_style]
    locks = setting.cloth if identity.hair_style == "scarf" else identity.hair
    hair.paint_rear(canvas, style, lit(locks, face.light))
    cloth = tinted(setting.cloth, 0.45) if style.comb == "cloth" else setting.cloth
    paint_body(canvas, identity, setting.clothes, lit(cloth, face.light), lit(identity.skin, face.light), marks.drop)
    if style.comb != "cloth":
        turn = (math.sin(math.radians(face.pose.yaw)), -math.sin(math.radians(face.pose.pitch)))
        move = (turn[0] * (EARS - REAR), turn[1] * (EARS - REAR))
        features.paint_ears(canvas, identity, lit(identity.skin, face.light), move)
    return canvas.pixels


def _head(
    face: FaceParameters,
    marks: Landmarks,
    muscles: Muscles,
    side: int,
    lamp: tuple[float, float, float],
    rng: np.random.Generator,
) -> Layer:
    """Paint and light the face, then the hair on it."""
    canvas, identity = Canvas(side), face.identity
    folds = creases(canvas, marks, identity, muscles)
    features.paint_skin(canvas, marks, identity, rng)
    paint_beard(canvas, marks, identity, rng)
    features.paint_nose(canvas, marks, identity)
    features.paint_eyes(canvas, marks.eyes, identity, muscles)
    features.paint_brows(canvas, marks.brows, identity, rng)
    features.paint_mouth(canvas, marks.mouth, identity, muscles)
    gloss = 0.10 + 0.014 * identity.skin_tone
    light_skin(canvas, relief(canvas, marks, identity, muscles), folds, face.light, lamp, gloss)
    features.paint_glints(canvas, marks.eyes, lamp, 0.4 + 0.5 * face.light.lamp)
    _cover(canvas, face, lamp, rng)
    if face.setting.glasses:
        paint_glasses(canvas, marks, identity)
    return canvas.pixels


def _cover(canvas: Canvas, face: FaceParameters, lamp: tuple[float, float, float], rng: np.random.Generator) -> None:
    """Lay the hair over the face, with its shadow on the forehead."""
    identity = face.identity
    style = hair.STYLES[identity.hair_style]
    if style.top <= 0:
        return
    top = Canvas(canvas.side)
    colour = face.setting.cloth if style.comb == "cloth" else identity.hair
    fit = (identity.shape["width"], float(np.clip(identity.shape["parting"] - 1, -1, 1)))
    hair.paint_front(top, style, colour, fit, rng)
    light_hair(top, face.light, lamp)
    shade = cv2.GaussianBlur(top.pixels[..., 3], (0, 0), 0.07 * canvas.unit)
    canvas.shade(1 - np.float32(0.42) * shade)
    lay_over(canvas.pixels, top.pixels)


def lay_over(below: Layer, above: Layer) -> None:
    """Lay one picture over another, both premultiplied float32 [side, side, 4]; changes the lower one."""
    through = 1 - above[..., 3]
    for channel in range(4):
        below[..., channel] *= through
    below += above


def lit(colour: Colour, light: Light) -> Colour:
    """Light a colour that faces the viewer."""
    front = max(light.direction[2], 0.0) * light.lamp
    both = zip(colour, light.colour, strict=True)
    red, green, blue = (part * (light.ambient * 0.92 + front * tint) for part, tint in both)
    return (red, green, blue)
