"""What changes from picture to picture: pose, light, camera, surroundings."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from mien.samples._order import check_numbers
from mien.samples.faces._backdrop import BACKDROPS
from mien.samples.faces._expression import sample_expression
from mien.samples.faces._identity import sample_identity
from mien.samples.faces._parameters import Camera, Colour, FaceParameters, Light, Pose, Setting
from mien.samples.faces._wear import CLOTHES

# Name -> ambient, lamp, exposure; lowest and highest.
LIGHTS: Mapping[str, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    "even": ((0.52, 0.62), (0.42, 0.55), (0.94, 1.06)),
    "bright": ((0.5, 0.6), (0.6, 0.75), (1.05, 1.2)),
    "dim": ((0.4, 0.52), (0.35, 0.5), (0.56, 0.78)),
    "side": ((0.28, 0.4), (0.7, 0.9), (0.9, 1.08)),
}
_LAMPS: Sequence[Colour] = ((1.0, 0.99, 0.96), (1.0, 0.93, 0.82), (0.93, 0.97, 1.0), (1.0, 0.97, 0.9))
_WALLS: Sequence[Colour] = (
    (0.80, 0.84, 0.83), (0.62, 0.71, 0.78), (0.87, 0.80, 0.70), (0.55, 0.63, 0.55), (0.75, 0.62, 0.58),
    (0.35, 0.42, 0.50), (0.24, 0.26, 0.30), (0.90, 0.88, 0.84), (0.71, 0.66, 0.76), (0.85, 0.72, 0.55),
)  # fmt: skip
_CLOTHS: Sequence[Colour] = (
    (0.16, 0.22, 0.34), (0.55, 0.16, 0.18), (0.92, 0.91, 0.88), (0.20, 0.20, 0.22), (0.32, 0.45, 0.36),
    (0.85, 0.66, 0.28), (0.46, 0.55, 0.68), (0.72, 0.45, 0.42), (0.06, 0.46, 0.43), (0.5, 0.4, 0.58),
)  # fmt: skip


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
