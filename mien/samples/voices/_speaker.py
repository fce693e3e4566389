"""Who the speakers are: drawn once per person, the same in all of their clips."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from mien.samples.voices._emotions import CUES
from mien.samples.voices._parameters import Speaker
from mien.samples.voices._vowels import BODIES, TABLE

_GROWN = 16.0  # years
_OLD = 58.0


@lru_cache(maxsize=64)
def sample_speaker(seed: int, person: int) -> Speaker:
    """Draw a person; women and men take turns, and about one in seven is a child."""
    rng = np.random.default_rng([seed, 11, person])
    sex = ("female", "male")[(person + seed) % 2]
    age = float(rng.uniform(7, 14)) if rng.random() < 0.14 else float(_GROWN + 62 * rng.beta(1.3, 2.0))
    size = sex if age >= _GROWN else "child"
    old = max(0.0, (age - _OLD) / 20)
    # Men's voices rise with age, women's fall (S. Linville, "Vocal Aging", 2001).
    drift = old * (1.0 if sex == "male" else -2.0)
    semitones = float(np.clip(rng.normal(0, 1, 1)[0], -2, 2)) * BODIES[size]["spread"] + drift
    return Speaker(
        person=person,
        sex=sex,
        age=age,
        tract=BODIES[size]["tract"] * float(np.clip(rng.normal(1, 0.035), 0.92, 1.08)),
        pitch=BODIES[size]["pitch"] * 2 ** (semitones / 12),
        melody=float(rng.uniform(3.0, 6.0)),
        rate=float(rng.uniform(4.1, 5.4)) * (0.85 if size == "child" else 1 - 0.12 * old),
        breath=float(rng.uniform(-34, -22)) + (2.0 if sex == "female" else 0.0),
        roughness=float(0.004 * 2 ** rng.normal(0, 0.5)) * (1 + old),
        creak=float(rng.beta(1.2, 3.5)),
        effort=float(np.clip(rng.normal(0, 0.16), -0.3, 0.3)),
        accent={vowel: (_shift(rng, 0.05), _shift(rng, 0.06)) for vowel in TABLE},
        gains=_gains(rng),
    )


def _shift(rng: np.random.Generator, spread: float) -> float:
    return float(2 ** np.clip(rng.normal(0, spread), -0.15, 0.15))


def _gains(rng: np.random.Generator) -> dict[str, float]:
    """Everybody has a general expressiveness, and prefers some cues to others."""
    general = float(np.clip(rng.normal(1.0, 0.15), 0.65, 1.35))
    return {cue: float(np.clip(general * 2 ** rng.normal(0, 0.25), 0.4, 2.0)) for cue in CUES}
