"""Who the people are: drawn once per person, the same in all of their pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from mien.samples._tables import tables
from mien.samples.faces._expression import ACTION_UNITS
from mien.samples.faces._parameters import Colour, Identity

_TABLES = tables("faces")
MONK: Sequence[str] = _TABLES["monk"]
SHAPE: Mapping[str, tuple[float, float, float]] = _TABLES["shape"]
"""Proportion -> mean, standard deviation, and how much more of it a robust face has; 1 is the average face."""
_HAIR: Mapping[str, Colour] = _TABLES["hair"]
_PEOPLE = _TABLES["people"]
_BEARDS = ("none", "stubble", "moustache", "goatee", "full")


@lru_cache(maxsize=64)
def sample_identity(seed: int, person: int) -> Identity:
    """Draw a person."""
    rng = np.random.default_rng([seed, 1, person])
    # Ten people in a row show all ten tones, in an order of their own.
    tone = int(np.random.default_rng([seed, 0, person // 10]).permutation(10)[person % 10]) + 1
    age = float(16 + 66 * rng.beta(1.3, 2.0))
    robust = float(np.clip(0.5 + rng.choice([-1, 1]) * rng.uniform(0.08, 0.5), 0, 1))
    hair = _hair_colour(rng, tone, age)
    style, beard = _styles(rng, robust, age)
    resting = {name: float(np.clip(rng.normal(0, 0.14), -0.35, 0.35)) for name in ("brow", "furrow", "corner", "lid")}
    return Identity(
        person=person,
        skin_tone=tone,
        skin=_skin_colour(rng, tone),
        age=age,
        robust=robust,
        shape=_shape(rng, robust),
        iris=_pick(rng, _PEOPLE["light_iris" if tone <= 5 and max(hair) > 0.2 else "dark_iris"]),
        hair_style=style,
        beard_style=beard,
        glasses_style=str(rng.choice(["round", "square", "thin", "cat"])),
        hair=hair,
        beard=_mix(hair, _grey(tone), float(np.clip((age - 50) / 40, 0, 0.5))),
        glasses_habit=float(rng.choice([0.0, 0.06, 0.94], p=[0.5, 0.25, 0.25])),
        makeup=float(rng.random() ** 1.5 * (1 - robust) * 1.3) if robust < 0.5 else 0.0,
        freckles=float(rng.random() ** 3) if tone <= 5 else 0.0,
        resting=resting,
        gains={unit: float(np.clip(rng.normal(1.0, 0.14), 0.7, 1.25)) for unit in ACTION_UNITS},
    )


def _shape(rng: np.random.Generator, robust: float) -> dict[str, float]:
    return {
        name: float(mean + spread * np.clip(rng.normal(), -2, 2)) + heavy * (robust - 0.5)
        for name, (mean, spread, heavy) in SHAPE.items()
    }


def _styles(rng: np.random.Generator, robust: float, age: float) -> tuple[str, str]:
    hair = str(rng.choice(_PEOPLE["long" if robust < 0.5 else "short"]))
    if hair in ("bald", "receding") and age < 35:
        hair = "buzz"
    beard = str(rng.choice(_BEARDS, p=[0.4, 0.2, 0.1, 0.1, 0.2]))
    return hair, beard if robust > 0.5 else "none"


def _skin_colour(rng: np.random.Generator, tone: int) -> Colour:
    swatch = [int(MONK[tone - 1][start : start + 2], 16) / 255 for start in (0, 2, 4)]
    warm, level = float(rng.normal(0, 0.012)), float(rng.normal(1, 0.02))
    # The swatches are flat; blood under the skin makes a lit face redder than its swatch, and the sheen of
    # dark skin makes it lighter.
    swatch = [part**0.88 for part in swatch] if tone > 5 else swatch
    level *= 1.0 if tone <= 8 else 1.04
    red, green, blue = swatch[0] * level + 0.015 + warm, swatch[1] * level * 0.94, swatch[2] * level * 0.905 - warm
    return (min(red, 1.0), min(green, 1.0), max(blue, 0.0))


def _hair_colour(rng: np.random.Generator, tone: int, age: float) -> Colour:
    weights = _PEOPLE["light_hair" if tone <= 4 else "dark_hair"]
    name = str(rng.choice(list(_HAIR), p=weights))
    grey = float(np.clip((age - 42 + rng.normal(0, 8)) / 28, 0, 1))
    return _mix(_HAIR[name], _grey(tone), grey * 0.92)


def _grey(tone: int) -> Colour:
    grey: Colour = _PEOPLE["grey" if tone <= 5 else "salt"]
    return grey


def _mix(first: Colour, second: Colour, share: float) -> Colour:
    red, green, blue = (a + (b - a) * share for a, b in zip(first, second, strict=True))
    return (red, green, blue)


def _pick(rng: np.random.Generator, colours: Sequence[Colour]) -> Colour:
    return colours[int(rng.integers(len(colours)))]
