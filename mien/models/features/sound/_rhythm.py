"""Rhythm: how voice and pause take turns, how often the level peaks, and how fast bands rise and fall."""

from __future__ import annotations

import numpy as np

from mien.models.features._tensor import Tensor, joined
from mien.models.features.sound._frames import PER_SECOND, Frames, turning
from mien.models.features.sound._masked import mean

REGIONS = ((0, 4), (4, 8), (8, 12), (12, 16), (16, 20), (20, 26))  # mel bands whose levels are followed together
SPEEDS = ((0.5, 2), (2, 4), (4, 8), (8, 16), (16, 31))  # hertz: phrases, words, syllables, sounds, roughness
SIZE = 256  # frames of the transform: steps of 0.24 Hz
SPAN = 2  # frames on either side than which a peak is not lower: five peaks a second may be ten syllables, not fifty
HIGH = -15.0  # dB under the loud parts that a peak must reach
TURNS = (
    *("seconds", "sounding_share", "voiced_share", "voiced_per_second", "voiced_seconds"),
    *("pauses_per_second", "pause_seconds", "peaks_per_second"),
)
MODULATION = tuple(f"modulation{region}_{low:g}" for region in range(1, len(REGIONS) + 1) for low, _ in SPEEDS)


def turns(frames: Frames, voiced: Tensor) -> Tensor:
    """Add what `TURNS` names: [N, TURNS]."""
    inside, sounding = frames.inside.sum(1).least(1), frames.sounding.sum(1)
    seconds, voice = inside / PER_SECOND, voiced.sum(1)
    stretches, pauses = _begun(voiced), _begun(frames.inside - frames.sounding)
    near = frames.level.turned(0, 2, 1).peaks(2 * SPAN + 1).turned(0, 2, 1)
    peaks = (frames.sounding * (frames.level >= near) * (frames.level > HIGH)).sum(1)
    found = [
        *(seconds, sounding / inside, voice / sounding.least(1), stretches / seconds),
        *(voice / stretches.least(1) / PER_SECOND, pauses / seconds),
        *((inside - sounding) / pauses.least(1) / PER_SECOND, peaks / seconds),
    ]
    return joined(*found, axis=2).shaped(-1, len(TURNS))


def modulation(frames: Frames, levels: Tensor, count: int) -> Tensor:
    """Add the logarithm of the power with which regions of bands rise and fall at each speed: [N, MODULATION]."""
    graph = levels.graph
    spans = np.zeros((REGIONS[-1][1], len(REGIONS)))
    for number, (first, last) in enumerate(REGIONS):
        spans[first:last, number] = 1 / (last - first)
    followed = levels @ spans  # [N, F, 6]
    moving = ((followed - mean(followed, frames.inside, 1)) * frames.inside).turned(0, 2, 1)
    hertz = np.arange(SIZE // 2) * PER_SECOND / SIZE
    bins = np.flatnonzero((hertz >= SPEEDS[0][0]) & (hertz < SPEEDS[-1][1]))
    times = np.arange(count)
    power = sum((moving @ turning(graph, wave, times, bins, SIZE)).square() for wave in (np.cos, np.sin))
    speeds = [((hertz[bins] >= low) & (hertz[bins] < high)) for low, high in SPEEDS]
    found = (power @ np.transpose(speeds).astype(np.float32)) / frames.inside.sum(1).least(1)
    return (found + 1e-3).log().shaped(-1, len(MODULATION))


def _begun(mask: Tensor) -> Tensor:
    """Count the stretches of ones: [N, 1, 1]."""
    before = mask.cut(1, 0, -1).pad([0, 1, 0, 0, 0, 0])
    return (mask > before).sum(1)
