"""Where everything in the face lies once the muscles have moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mien.samples.faces._canvas import Points, band, curve, mirrored
from mien.samples.faces._parameters import Expression, Identity

_ALONG = np.linspace(-1, 1, 25)  # from the left corner of an eye or mouth to the right one


class Muscles:
    """Activations of action units, of the left and the right side."""

    def __init__(self, expression: Expression, identity: Identity) -> None:
        self._units = expression.units
        self._lean = expression.lean
        self.gaze = expression.gaze
        self.resting = identity.resting

    def __call__(self, unit: int, side: int = 0) -> float:
        """Give an activation: side -1 is left in the picture, 1 right, 0 the middle."""
        return self._units.get(unit, 0.0) * (1 + 0.22 * self._lean * side)


@dataclass(frozen=True)
class Eye:
    """One eye, in face units; `upper` and `lower` are float [25, 2] from left to right."""

    side: int
    centre: tuple[float, float]
    half: float
    upper: Points
    lower: Points
    iris: tuple[float, float]
    radius: float

    @property
    def opening(self) -> Points:
        """Outline of what is seen of the eyeball."""
        return band(self.upper, self.lower)


@dataclass(frozen=True)
class Mouth:
    """The mouth, in face units; the four lines are float [25, 2] from left to right."""

    outer_upper: Points
    inner_upper: Points
    inner_lower: Points
    outer_lower: Points
    corners: tuple[tuple[float, float], tuple[float, float]]
    gap: float
    pressed: float

    @property
    def hole(self) -> Points:
        """Outline of the open mouth."""
        return band(self.inner_upper, self.inner_lower)


@dataclass(frozen=True)
class Landmarks:
    """All of it; pairs hold left, then right in the picture."""

    outline: Points
    brows: tuple[Points, Points]
    eyes: tuple[Eye, Eye]
    mouth: Mouth
    nose: tuple[float, float, float]
    drop: float


def landmarks(identity: Identity, muscles: Muscles) -> Landmarks:
    """Place all features, in face units, looking straight ahead.

    `nose`: half the width of the wings, the height of the tip and how far it stands out; `drop`: how far the chin went
    down.
    """
    shape = identity.shape
    drop = 0.24 * muscles(26) + 0.03 * muscles(25)
    wings = (0.165 + 0.02 * muscles(12) + 0.025 * muscles(9)) * shape["nose_width"]
    return Landmarks(
        outline=_outline(shape["width"], shape["jaw"], shape["chin"], drop),
        brows=(_brow(identity, muscles, -1), _brow(identity, muscles, 1)),
        eyes=(_eye(identity, muscles, -1), _eye(identity, muscles, 1)),
        mouth=_mouth(identity, muscles, drop),
        nose=(wings, 0.36 * shape["nose_length"] - 0.03 * muscles(9), 0.34 * shape["nose_height"]),
        drop=drop,
    )


def _outline(width: float, jaw: float, chin: float, drop: float) -> Points:
    half = curve(
        [
            (0.0, -1.44), (0.34, -1.41), (0.66, -1.26), (0.9, -0.95), (1.0, -0.5), (1.0, -0.05),
            (0.95 + 0.02 * jaw, 0.33), (0.55 + 0.37 * jaw, 0.68), (0.12 + 0.62 * jaw, 1.0), (0.4 * jaw, 1.22 * chin),
            (0.19 * jaw, 1.3 * chin), (0.0, 1.315 * chin),
        ],
        steps=5,
    )  # fmt: skip
    fall = np.clip((half[:, 1] - 0.3) / 0.8, 0, 1)
    half = np.stack([half[:, 0] * width * (1 - 0.06 * fall * drop / 0.24), half[:, 1] + fall * drop], axis=1)
    return np.concatenate([half, mirrored(half[1:-1])[::-1]])


def _brow(identity: Identity, muscles: Muscles, side: int) -> Points:
    """Place the middle line of a brow, float [N, 2] from the nose outwards."""
    shape, rest = identity.shape, muscles.resting
    inner, outer = muscles(1, side), muscles(2, side)
    # The frontalis wins over the corrugator in the middle: 1+4 makes the brows slant, not sink.
    lower = muscles(4, side) + 0.5 * rest["furrow"]
    sink = lower * (1 - 0.8 * min(inner, 1.0))
    height = -0.36 - 0.16 * (shape["brow_height"] - 1) - 0.03
    arch = 0.05 * shape["brow_arch"]
    tilt = 0.06 * rest["brow"]
    squeeze = 0.06 * lower
    nose_side = 0.04 * muscles(9)
    points = [
        (0.17 - squeeze, height + 0.02 + tilt - 0.19 * inner + 0.13 * sink + nose_side),
        (0.30 - squeeze * 0.9, height - 0.02 + tilt * 0.6 - 0.14 * inner - 0.06 * outer + 0.115 * sink + nose_side),
        (0.45 - squeeze * 0.5, height - 0.03 - arch - 0.05 * inner - 0.15 * outer + 0.08 * sink),
        (0.58, height - 0.01 - arch * 0.7 - tilt * 0.5 - 0.17 * outer + 0.045 * sink),
        (0.70, height + 0.075 - tilt - 0.12 * outer + 0.025 * lower),
    ]
    line = curve([(x * shape["eye_spacing"], y) for x, y in points])
    return line * (side, 1.0)


def _eye(identity: Identity, muscles: Muscles, side: int) -> Eye:
    shape, rest = identity.shape, muscles.resting
    size = shape["eye_size"]
    half = 0.205 * size
    centre = (side * 0.41 * shape["eye_spacing"], -0.07)
    raised, tight, cheek = muscles(5, side), muscles(7, side), muscles(6, side)
    up = 0.092 * size * (1 + 0.75 * raised - 0.22 * tight - 0.25 * cheek - 0.12 * muscles(9) + 0.35 * rest["lid"])
    # Sad brows pull the inner lid up and leave the outer lid hanging (units 1 + 4).
    hang = 0.25 * min(muscles(1, side), muscles(4, side))
    down = 0.062 * size * (1 - 0.5 * tight - 0.75 * cheek + 0.2 * raised - 0.2 * muscles(9))
    inward = -_ALONG * side  # 1 at the nose
    profile = np.clip(1 - np.abs(_ALONG) ** 2.3, 0, 1) ** 0.85
    tilt = -0.02 * shape["eye_tilt"] * (-inward)
    upper = tilt - max(up, 0.012) * profile * (1 + 0.1 * inward + hang * inward - 0.35 * hang)
    lower = tilt + (max(down, 0.0) * (1 - 0.12 * inward) - 0.018 * cheek) * np.clip(1 - _ALONG**2, 0, 1)
    lower = np.maximum(lower, upper + 0.004)
    across = centre[0] + half * _ALONG
    iris = (centre[0] + 0.07 * muscles.gaze[0], centre[1] - 0.012 + 0.03 * muscles.gaze[1])
    upper, lower = (np.stack([across, centre[1] + lid], axis=1) for lid in (upper, lower))
    return Eye(side, centre, half, upper, lower, iris, radius=0.098 * (0.35 + 0.65 * size))


def _mouth(identity: Identity, muscles: Muscles, drop: float) -> Mouth:
    shape = identity.shape
    pull, press, tight = muscles(12), muscles(15), min(muscles(23), 1.0)
    jaw = muscles(26)
    stretch = 0.34 * pull + 0.36 * muscles(20) - 0.2 * tight - 0.03 * press - 0.17 * jaw * (1 - 0.6 * muscles(20))
    half = 0.315 * shape["mouth_width"] * (1 + stretch)
    middle = 0.74 * shape["mouth_height"]
    level = middle + 0.32 * drop + 0.03 * muscles(20)
    corners = (_corner(muscles, -1, half, level), _corner(muscles, 1, half, level))
    ends = np.interp(_ALONG, [-1, 1], [corners[0][1], corners[1][1]])
    gap = 0.20 * jaw + (0.085 + 0.05 * pull) * muscles(25) + 0.07 * muscles(16)
    top = middle + 0.1 * drop - 0.035 * muscles(9) - 0.03 * muscles(25) * pull - 0.02 * press + 0.02 * pull
    bottom = top + gap * (1 + 0.25 * pull)
    bow = np.clip(1 - np.abs(_ALONG) ** 2.2, 0, 1)
    inner_upper = ends + (top - ends) * bow
    inner_lower = ends + (bottom - ends) * np.clip(1 - np.abs(_ALONG) ** (2.0 + 0.6 * jaw), 0, 1) ** 0.85
    full = shape["lips"] * (1 - 0.6 * min(tight, 1)) * (1 - 0.22 * min(pull, 1)) * (1 - 0.25 * muscles(20))
    cupid = np.clip(1 - np.abs(_ALONG) ** 1.7, 0, 1) * (1 - 0.2 * np.exp(-((_ALONG / 0.16) ** 2)))
    outer_upper = inner_upper - 0.082 * full * cupid
    outer_lower = inner_lower + (0.108 * full * (1 - 0.15 * jaw)) * np.clip(1 - np.abs(_ALONG) ** 2.4, 0, 1)
    across = half * _ALONG
    heights = (outer_upper, inner_upper, inner_lower, outer_lower)
    lines = [np.stack([across, height], axis=1) for height in heights]
    return Mouth(lines[0], lines[1], lines[2], lines[3], corners, gap, pressed=tight)


def _corner(muscles: Muscles, side: int, half: float, level: float) -> tuple[float, float]:
    """Place a corner of the mouth: pulled up by unit 12, down by 15."""
    rise = 0.15 * muscles(12, side) - 0.125 * muscles(15, side) + 0.05 * muscles.resting["corner"]
    return (side * half, level - rise)
