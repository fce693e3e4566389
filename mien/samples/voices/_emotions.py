"""What emotions do to a voice, cue by cue, and how strongly one clip shows it.

Sources: K. Scherer, "Vocal communication of emotion", Speech Communication 40, 2003, table 1; P. Juslin, P. Laukka,
"Communication of emotions in vocal expression and music performance", Psychological Bulletin 129, 2003, tables 7 and
11; surprise and disgust after R. Banse, K. Scherer, JPSP 70, 1996; the smile after V. Tartter, "Happy talk",
Perception & Psychophysics 27, 1980.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from mien.samples import _order
from mien.samples.voices._parameters import Delivery, Speaker

# Cue -> how much it differs between two clips of the same person and emotion (standard deviation, in the cue's unit).
CUES: Mapping[str, float] = {
    "level": 1.2,  # f0 above the resting pitch, semitones
    "range": 0.25,  # excursions of f0, log2 of a factor
    "slope": 1.0,  # f0 from the first to the last syllable, semitones, beside the usual fall
    "final": 1.2,  # f0 in the last syllable, semitones, beside the usual fall
    "loudness": 1.5,  # dB
    "dynamics": 1.0,  # stressed over unstressed syllables, dB
    "attack": 0.3,  # time in which a sound rises, log2 of a factor
    "rate": 0.08,  # syllables per second, log2 of a factor
    "pause": 0.1,  # length of the pauses within the sentence, seconds
    "effort": 0.12,  # -1 (soft) .. 1 (shouting); decides on the high frequencies
    "breath": 1.5,  # breath noise, dB
    "rough": 0.3,  # jitter and shimmer, log2 of a factor
    "tremor": 0.08,  # of f0 at 6 Hz, semitones
    "creak": 0.12,  # 0..1
    "jaw": 0.03,  # F1, log2 of a factor
    "smile": 0.01,  # all formants, log2 of a factor
    "precision": 0.2,  # articulation, -1 (slurred) .. 1 (clear)
}

# fmt: off
EMOTIONS: Mapping[str, Mapping[str, float]] = {
    "angry": {"level": 3.0, "range": 0.2, "slope": 0.5, "final": -2.5, "loudness": 7, "dynamics": 3.5, "attack": -1.2,
              "rate": 0.2, "pause": -0.05, "effort": 0.95, "breath": -5, "rough": 1.2, "jaw": 0.16, "precision": 0.7},
    "happy": {"level": 5.0, "range": 0.7, "slope": 1.0, "final": 1.0, "loudness": 4, "dynamics": 1.5, "attack": -0.6,
              "rate": 0.14, "pause": -0.05, "effort": 0.25, "rough": -0.5, "jaw": 0.03, "smile": 0.1, "precision": 0.3},
    "sad": {"level": -2.0, "range": -0.9, "slope": -1.5, "final": -1.0, "loudness": -6, "dynamics": -2.5, "attack": 0.9,
            "rate": -0.3, "pause": 0.22, "effort": -0.6, "breath": 7, "rough": 0.5, "creak": 0.35, "jaw": -0.07,
            "smile": -0.04, "precision": -0.5},
    "surprise": {"level": 5.0, "range": 0.6, "slope": 4.0, "final": 11, "loudness": 2, "dynamics": 0.5, "attack": -0.2,
                 "rate": -0.1, "effort": -0.05, "breath": 4, "jaw": 0.06},
    "fear": {"level": 5.5, "range": -0.4, "slope": 1.0, "final": 1.0, "dynamics": 1, "attack": -0.2, "rate": 0.26,
             "pause": 0.06, "effort": 0.1, "breath": 4, "rough": 0.9, "tremor": 0.6, "precision": -0.2},
    "disgust": {"level": -1.5, "range": 0.1, "slope": -2, "final": -2.5, "loudness": -1, "dynamics": 1.5, "rate": -0.2,
                "pause": 0.08, "effort": 0.15, "rough": 0.6, "creak": 0.5, "jaw": 0.04, "smile": -0.04,
                "precision": 0.3},
    "calm": {"level": -1.0, "range": -0.4, "loudness": -3, "dynamics": -1, "attack": 0.5, "rate": -0.14, "pause": 0.05,
             "effort": -0.3, "breath": 3, "rough": -0.3},
    "neutral": {},
}
# fmt: on

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
