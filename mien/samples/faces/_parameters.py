"""What one picture is made of: plain numbers, nothing drawn yet.

Lengths are *face units*: 1 is half the width of an average face at the cheekbones. Right and down
are positive, (0, 0) lies between the eyes and the nose, z grows towards the viewer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from mien.samples._digest import digest

Colour = tuple[float, float, float]
"""Red, green, blue; each 0..1, gamma-coded like the pixels of a picture (sRGB)."""


@dataclass(frozen=True)
class Identity:
    """What stays with a person from picture to picture."""

    person: int  # number of the person, from 0
    skin_tone: int  # tone on the Monk scale, 1 (lightest) to 10 (darkest)
    skin: Colour  # colour of the skin in even light
    age: float  # years, 16..85
    robust: float  # 0 (delicate features) .. 1 (heavy features)
    # Proportions, each about 1 for an average face: see `mien.samples.faces._identity.SHAPE`
    shape: Mapping[str, float]
    iris: Colour  # colour of the eyes
    # hair_style, beard_style, glasses_style: names of `_hair.STYLES`, `_beard.STYLES` and `_wear.FRAMES`
    hair_style: str
    beard_style: str
    glasses_style: str
    # hair, beard: colours
    hair: Colour
    beard: Colour
    glasses_habit: float  # chance that the person wears glasses in a picture, 0..1
    # makeup, freckles: 0 (none) .. 1 (plenty)
    makeup: float
    freckles: float
    # How the face looks when nothing moves: offsets of ``brow``, ``furrow``, ``corner`` and ``lid``, as activations of
    # about -0.4..0.4
    resting: Mapping[str, float]
    gains: Mapping[int, float]  # how strongly the person moves each action unit; 1 is average


@dataclass(frozen=True)
class Expression:
    """What the muscles do in this picture."""

    label: str  # the class, ``"happy"``
    intensity: float  # how strong the expression is, 0 (none) .. 1 (full)
    units: Mapping[int, float]  # FACS action unit -> activation, 0 (rest) .. about 1.2
    lean: float = 0.0  # -1 (left side stronger) .. 1 (right side stronger)
    gaze: tuple[float, float] = (0.0, 0.0)  # where the eyes look: right and down, -1..1


@dataclass(frozen=True)
class Pose:
    """How the head is held and framed."""

    # yaw, pitch, roll: degrees; positive turns to the right of the picture, up, and clockwise
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    zoom: float = 1.0  # 1 shows four face units from edge to edge
    shift: tuple[float, float] = (0.0, 0.0)  # right and down, face units


@dataclass(frozen=True)
class Light:
    """How the face is lit."""

    name: str  # ``dim``, ``even``, ``bright`` or ``side``
    direction: tuple[float, float, float]  # unit vector from the face to the lamp: right, down, towards the viewer
    # ambient, lamp: light from everywhere, and from the lamp
    ambient: float
    lamp: float
    colour: Colour  # colour of the lamp
    exposure: float  # gain of the whole picture


@dataclass(frozen=True)
class Camera:
    """What the camera does to the picture."""

    blur: float = 0.0  # standard deviation, pixels of a 128-pixel picture
    noise: float = 0.0  # standard deviation, grey levels of 255
    contrast: float = 1.0  # 1 leaves it
    kind: str = "jpg"  # file format: ``jpg``, ``png`` or ``webp``
    quality: int = 90  # JPEG or WebP quality, 1..100


@dataclass(frozen=True)
class Setting:
    """What is around the face."""

    backdrop: str  # name of a `_backdrop.BACKDROPS`
    colours: tuple[Colour, Colour]  # two colours of the background
    clothes: str  # name of a `_wear.CLOTHES`
    cloth: Colour  # colour of the clothes (and of a headscarf)
    glasses: bool  # whether glasses are worn


@dataclass(frozen=True)
class FaceParameters:
    """Everything that decides a picture; equal parameters draw equal pixels.

    `grain`: seed of what is too small to name: strands of hair, freckles, sensor noise.
    """

    identity: Identity
    expression: Expression
    pose: Pose
    light: Light
    camera: Camera
    setting: Setting
    grain: int

    def digest(self) -> str:
        """Give a SHA-256 of all numbers; floats count to the sixth decimal, the same on every machine."""
        return digest(asdict(self))
