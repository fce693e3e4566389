"""What emotions do to a voice, cue by cue, and how strongly one clip shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from mien.samples import _order
from mien.samples._tables import tables
from mien.samples.voices._parameters import Delivery, Speaker

CUES: Mapping[str, float] = tables("voices")["cue"]
"""Cue -> how much it differs between two clips of the same person and emotion (standard deviation, in its unit)."""
EMOTIONS: Mapping[str, Mapping[str, float]] = tables("voices")["emotion"]
LABELS = ("angry", "happy", "sad", "surprise")


def check_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Refuse classes that cannot be spoken."""
    return _order.check_labels(labels, EMOTIONS, "spoken")


def sample_delivery(rng: np.random.Generator, speaker: Speaker, label: str, intensity: float | None = None) -> Delivery:
    """Draw how one person shows one emotion. `intensity`: 0..1; without it, faint to full (0.3..1)."""
    check_labels((label,))
    drawn = 0.3 + 0.7 * float(rng.beta(1.8, 1.2))
    strength = drawn if intensity is None else intensity
    wobble = np.clip(rng.normal(1.0, 0.25, len(CUES)), 0.4, 1.6)
    stray = np.clip(rng.normal(0.0, 1.0, len(CUES)), -2.2, 2.2) * list(CUES.values())
    cues = {
        cue: float(EMOTIONS[label].get(cue, 0.0) * strength * speaker.gains[cue] * wobble[column] + stray[column])
        for column, cue in enumerate(CUES)
    }
    return Delivery(label, 0.0 if label == "neutral" else strength, cues)
