"""What one picture is made of: plain numbers, nothing drawn yet.

Lengths are *face units*: 1 is half the width of an average face at the cheekbones. Right and down
are positive, (0, 0) lies between the eyes and the nose, z grows towards the viewer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

Colour = tuple[float, float, float]
"""Red, green, blue; each 0..1, gamma-coded like the pixels of a picture (sRGB)."""


@dataclass(frozen=True)
class Identity:
    """What stays with a person from picture to picture.

    Parameters
    ----------
    person : int
        Number of the person, from 0.
    skin_tone : int
        Tone on the Monk scale, 1 (lightest) to 10 (darkest).
    skin : tuple of float
        Colour of the skin in even light.
    age : float
        Years, 16..85.
    robust : float
        0 (delicate features) .. 1 (heavy features).
    shape : mapping of str to float
        Proportions, each about 1 for an average face: see `mien.samples.faces._identity.SHAPE`.
    iris : tuple of float
        Colour of the eyes.
    hair_style, beard_style, glasses_style : str
        Names of `_hair.STYLES`, `_beard.STYLES` and `_wear.FRAMES`.
    hair, beard : tuple of float
        Colours.
    glasses_habit : float
        Chance that the person wears glasses in a picture, 0..1.
    makeup, freckles : float
        0 (none) .. 1 (plenty).
    resting : mapping of str to float
        How the face looks when nothing moves: offsets of ``brow``, ``furrow``, ``corner`` and
        ``lid``, as activations of about -0.4..0.4.
    gains : mapping of int to float
        How strongly the person moves each action unit; 1 is average.
    """

    person: int
    skin_tone: int
    skin: Colour
    age: float
    robust: float
    shape: Mapping[str, float]
    iris: Colour
    hair_style: str
    beard_style: str
    glasses_style: str
    hair: Colour
    beard: Colour
    glasses_habit: float
    makeup: float
    freckles: float
    resting: Mapping[str, float]
    gains: Mapping[int, float]


@dataclass(frozen=True)
class Expression:
    """What the muscles do in this picture.

    Parameters
    ----------
    label : str
        The class, ``"happy"``.
    intensity : float
        How strong the expression is, 0 (none) .. 1 (full).
    units : mapping of int to float
        FACS action unit -> activation, 0 (rest) .. about 1.2.
    lean : float
        -1 (left side stronger) .. 1 (right side stronger).
    gaze : tuple of float
        Where the eyes look: right and down, -1..1.
    """

    label: str
    intensity: float
    units: Mapping[int, float]
    lean: float = 0.0
    gaze: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Pose:
    """How the head is held and framed.

    Parameters
    ----------
    yaw, pitch, roll : float
        Degrees; positive turns to the right of the picture, up, and clockwise.
    zoom : float
        1 shows four face units from edge to edge.
    shift : tuple of float
        Right and down, face units.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    zoom: float = 1.0
    shift: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Light:
    """How the face is lit.

    Parameters
    ----------
    name : str
        ``dim``, ``even``, ``bright`` or ``side``.
    direction : tuple of float
        Unit vector from the face to the lamp: right, down, towards the viewer.
    ambient, lamp : float
        Light from everywhere, and from the lamp.
    colour : tuple of float
        Colour of the lamp.
    exposure : float
        Gain of the whole picture.
    """

    name: str
    direction: tuple[float, float, float]
    ambient: float
    lamp: float
    colour: Colour
    exposure: float


@dataclass(frozen=True)
class Camera:
    """What the camera does to the picture.

    Parameters
    ----------
    blur : float
        Standard deviation, pixels of a 128-pixel picture.
    noise : float
        Standard deviation, grey levels of 255.
    contrast : float
        1 leaves it.
    kind : str
        File format: ``jpg``, ``png`` or ``webp``.
    quality : int
        JPEG or WebP quality, 1..100.
    """

    blur: float = 0.0
    noise: float = 0.0
    contrast: float = 1.0
    kind: str = "jpg"
    quality: int = 90


@dataclass(frozen=True)
class Setting:
    """What is around the face.

    Parameters
    ----------
    backdrop : str
        Name of a `_backdrop.BACKDROPS`.
    colours : tuple of colours
        Two colours of the background.
    clothes : str
        Name of a `_wear.CLOTHES`.
    cloth : tuple of float
        Colour of the clothes (and of a headscarf).
    glasses : bool
        Whether glasses are worn.
    """

    backdrop: str
    colours: tuple[Colour, Colour]
    clothes: str
    cloth: Colour
    glasses: bool


@dataclass(frozen=True)
class FaceParameters:
    """Everything that decides a picture; equal parameters draw equal pixels.

    Parameters
    ----------
    identity, expression, pose, light, camera, setting
        The parts.
    grain : int
        Seed of what is too small to name: strands of hair, freckles, sensor noise.
    """

    identity: Identity
    expression: Expression
    pose: Pose
    light: Light
    camera: Camera
    setting: Setting
    grain: int

    def digest(self) -> str:
        """Give a fingerprint of all numbers.

        Returns
        -------
        str
            64 hexadecimal digits; floats count to the sixth decimal, so that it is the same on every machine.
        """
        return hashlib.sha256(json.dumps(_rounded(asdict(self)), sort_keys=True).encode()).hexdigest()


def _rounded(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _rounded(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(inner) for inner in value]
    # Adding 0.0 turns -0.0 into 0.0, which JSON writes differently.
    return round(value, 6) + 0.0 if isinstance(value, float) else value
