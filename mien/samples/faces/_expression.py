"""Emotions as FACS action units, and how strongly a picture shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from mien.samples import _order
from mien.samples._tables import tables
from mien.samples.faces._parameters import Expression, Identity

_TABLES = tables("faces")
ACTION_UNITS: Mapping[int, str] = {int(number): name for number, name in _TABLES["unit"].items()}
EMOTIONS: Mapping[str, tuple[int, ...]] = _TABLES["emotion"]
LABELS = ("angry", "happy", "sad", "surprise")


def check_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Refuse classes that cannot be drawn."""
    return _order.check_labels(labels, EMOTIONS, "drawn")


def sample_expression(
    rng: np.random.Generator, identity: Identity, label: str, intensity: float | None = None
) -> Expression:
    """Draw how one person shows one emotion. `intensity`: 0..1; without it, faint to full (0.15..1)."""
    check_labels((label,))
    drawn = 0.15 + 0.85 * float(rng.beta(2.0, 1.2))
    strength = drawn if intensity is None else intensity
    units = dict.fromkeys(ACTION_UNITS, 0.0)
    wobble = rng.normal(1.0, 0.15, len(ACTION_UNITS))
    stray = rng.random(len(ACTION_UNITS)) ** 4 * 0.2
    for column, unit in enumerate(ACTION_UNITS):
        if unit in EMOTIONS[label]:
            units[unit] = strength * identity.gains[unit] * float(np.clip(wobble[column], 0.65, 1.3))
        elif unit not in (25, 26):
            units[unit] = float(stray[column])
    parted, gap = float(rng.random()), float(rng.uniform(0.35, 1.0))
    if parted < _TABLES["lips_part"].get(label, 0.1):
        units[25] = gap * (0.25 + 0.75 * strength)
    gaze = rng.normal(0.0, 0.25, 2)
    return Expression(
        label=label,
        intensity=0.0 if label == "neutral" else strength,
        units={unit: float(np.clip(value, 0.0, 1.25)) for unit, value in units.items()},
        lean=float(np.clip(rng.normal(0.0, 0.3), -1, 1)),
        gaze=(float(np.clip(gaze[0], -1, 1)), float(np.clip(gaze[1] * 0.6, -1, 1))),
    )
