"""What changes from picture to picture: pose, light, camera, surroundings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from mien.samples._order import check_numbers
from mien.samples._tables import tables
from mien.samples.faces._backdrop import BACKDROPS
from mien.samples.faces._expression import sample_expression
from mien.samples.faces._identity import sample_identity
from mien.samples.faces._parameters import Camera, Colour, FaceParameters, Light, Pose, Setting
from mien.samples.faces._wear import CLOTHES

_TABLES = tables("faces")
LIGHTS: Mapping[str, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = _TABLES["light"]
_LAMPS: Sequence[Colour] = _TABLES["around"]["lamps"]
_WALLS: Sequence[Colour] = _TABLES["around"]["walls"]
_CLOTHS: Sequence[Colour] = _TABLES["around"]["cloths"]


def sample_parameters(
    seed: int, index: int, label: str, *, person: int | None = None, intensity: float | None = None
) -> FaceParameters:
    """Draw everything that decides one picture; its number gives the same however many are drawn.

    Without a `person` every picture shows one of its own; without an `intensity`, 0..1, it is faint to full.
    `SettingError` for a negative number, an intensity out of range or an unknown label.
    """
    check_numbers(seed, index, person, intensity)
    identity = sample_identity(seed, index if person is None else person)
    rng = np.random.default_rng([seed, 2, index])
    light = _light(rng)
    return FaceParameters(
        identity=identity,
        expression=sample_expression(rng, identity, label, intensity),
        pose=_pose(rng),
        light=light,
        camera=_camera(rng, light.name),
        setting=_setting(rng, float(rng.random()) < identity.glasses_habit),
        grain=int(rng.integers(2**31)),
    )


def _pose(rng: np.random.Generator) -> Pose:
    yaw, pitch, roll = (float(turn) for turn in np.clip(rng.normal(0, 1, 3), -2, 2) * (12, 6, 5))
    right, down = (float(move) for move in rng.uniform(-1, 1, 2))
    return Pose(yaw, pitch, roll, zoom=float(rng.uniform(1.06, 1.28)), shift=(right * 0.12, 0.04 + down * 0.1))


def _light(rng: np.random.Generator) -> Light:
    name = str(rng.choice(list(LIGHTS), p=[0.4, 0.22, 0.18, 0.2]))
    ambient, lamp, exposure = (float(rng.uniform(*span)) for span in LIGHTS[name])
    across = float(rng.choice([-1, 1]) * rng.uniform(0.75, 0.95)) if name == "side" else float(rng.uniform(-0.5, 0.5))
    down = float(rng.uniform(-0.6, -0.2))
    length = math.sqrt(across**2 + down**2 + 0.55)
    direction = (across / length, down / length, math.sqrt(0.55) / length)
    colour = _LAMPS[int(rng.integers(len(_LAMPS)))]
    return Light(name=name, direction=direction, ambient=ambient, lamp=lamp, colour=colour, exposure=exposure)


def _camera(rng: np.random.Generator, light: str) -> Camera:
    kind = str(rng.choice(["jpg", "png", "webp"], p=[0.9, 0.05, 0.05]))
    noise = float(rng.random() ** 2 * 8 + (2 if light == "dim" else 0))
    blur, contrast = float(rng.random() ** 2 * 1.3), float(rng.uniform(0.88, 1.12))
    return Camera(blur, noise, contrast, kind, quality=int(rng.integers(45, 96)))


def _setting(rng: np.random.Generator, glasses: bool) -> Setting:
    first, second = rng.choice(len(_WALLS), 2, replace=False)
    return Setting(
        backdrop=str(rng.choice(list(BACKDROPS))),
        colours=(_WALLS[int(first)], _WALLS[int(second)]),
        clothes=str(rng.choice(list(CLOTHES))),
        cloth=_CLOTHS[int(rng.integers(len(_CLOTHS)))],
        glasses=glasses,
    )
