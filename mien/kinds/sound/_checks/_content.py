"""Clips in which no voice is to be expected, or only half of one: noise, music, a telephone's band."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from mien.kinds import Check, Issue, Sample, found
from mien.kinds.sound._read import RATE
from mien.kinds.sound._spectrum import SIZE, powers

if TYPE_CHECKING:
    from mien.core.types import Singles

STEADY = Issue(
    "no-speech",
    "No rise and fall of speech",
    "warning",
    "One steady sound, such as noise, a hum or a tone: speech gets louder and softer with every syllable.",
    "Listen to it, and remove it if nobody speaks.",
)
MUSIC = Issue(
    "music",
    "Perhaps music",
    "note",
    "Tones that stay where they are for half a second, as music has and speech seldom. This is a guess.",
    "Listen to it: a model would learn the music rather than the voice.",
)
NARROW = Issue(
    "narrow-band",
    "Nothing above 4 kHz",
    "note",
    "It was recorded at a low rate or over a telephone, and stored at a higher rate.",
    "Use the original if there is one. Beside clips with all frequencies, see that not one class alone is so.",
)
_LISTENED = 60 * RATE  # samples of a long clip that are looked at
_ACTIVE = 1e-4  # of the loud frames' power: quieter ones are pauses
# Standard deviation of the level of what is no pause, dB: RAVDESS and nEMO have at least 7, white noise 0.4, brown 3.
_STEADY = 4.0
_TONES = 0.5  # share of what stays in its bin for half a second; RAVDESS and nEMO have up to 0.4
_NARROW = -45.0  # dB, above 4.4 kHz against below 3.8; RAVDESS and nEMO have -33 at least, an upsampled clip -60
_BIN = RATE / SIZE  # hertz
_EVERY, _HALF_SECOND = 4, 13  # frames: every fourth is looked at, and so many of them are half a second


def _measure(sample: Sample) -> tuple[float | None, float | None, float | None]:
    samples = sample.decoded
    if samples is None or len(samples) < RATE // 2 or float(np.abs(samples).max()) < 1e-3:
        return None, None, None
    power = np.concatenate(list(powers(samples[:_LISTENED]))) + np.float32(1e-12)  # [F, 257]
    frames = power[:, 2:].sum(axis=1)  # without what a microphone's offset adds
    active = frames > _ACTIVE * np.percentile(frames, 95)
    rise = float((10 * np.log10(frames[active])).std())
    mean = power.mean(axis=0)
    high, low = mean[int(4400 / _BIN) :].sum(), mean[2 : int(3800 / _BIN)].sum()
    return rise, _tones(power[::_EVERY]), 10 * float(np.log10(high / low))


def _tones(power: Singles) -> float:
    """Return which share of the power between 150 Hz and 4 kHz stays in place, 0..1."""
    strength = np.sqrt(power[:, 5:130])
    if len(strength) <= _HALF_SECOND:
        return 0.0
    around = np.lib.stride_tricks.sliding_window_view(strength, _HALF_SECOND, axis=0)
    middle = strength[_HALF_SECOND // 2 : len(strength) - _HALF_SECOND // 2]
    stays = np.minimum(np.median(around, axis=-1), middle)
    return float(np.vdot(stays, stays) / np.vdot(middle, middle))


def _judge(files: pl.DataFrame) -> pl.DataFrame:
    steady, music = pl.col("rise") < _STEADY, pl.col("tones") > _TONES
    return pl.concat(
        [
            found(files.filter(steady), STEADY, pl.format("'{}' has one steady level, as no speech has.", "id")),
            found(files.filter(music & ~steady), MUSIC, pl.format("'{}' may be music: its tones stay in place.", "id")),
            found(files.filter("narrow"), NARROW, pl.format("'{}' holds nothing above 4 kHz.", "id")),
        ]
    )


def _with_narrow(sample: Sample) -> tuple[float | None, float | None, bool | None]:
    rise, tones, high = _measure(sample)
    return rise, tones, None if high is None else high < _NARROW


CHECK = Check(
    (STEADY, MUSIC, NARROW),
    _judge,
    {"rise": pl.Float64, "tones": pl.Float64, "narrow": pl.Boolean},
    _with_narrow,
)
