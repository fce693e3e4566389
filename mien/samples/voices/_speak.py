"""A sentence as sound, before any room: pulses and noise through the tract."""

from __future__ import annotations

import numpy as np

from mien.samples.voices._friction import friction
from mien.samples.voices._melody import FRAMES
from mien.samples.voices._parameters import Delivery, Floats, Sound, Speaker
from mien.samples.voices._source import Pulses, effort, glottis, pulses
from mien.samples.voices._tracks import Tracks, tracks
from mien.samples.voices._tract import tract

RATE = 24_000  # samples a second
AT_REST = -26.0  # dB of full scale: the average level of a voice at rest
_ANSWER = 1024  # samples of the answer to one pulse: 43 ms
_BEFORE = 288  # of them before the glottis closes: the open phase
# What has not died away at the ends would click.
_FADES = np.interp(np.arange(_ANSWER), (0, 96, _ANSWER - 192, _ANSWER), (0, 1, 1, 0)).astype(np.float32)
_EDGE = 0.05  # s after the last segment, for the voice to die away
_AT_ONCE = 128  # pulses, so that they stay in the processor's cache


def speak(speaker: Speaker, delivery: Delivery, sentence: str, grain: int) -> Sound:
    """Say a sentence: float32 [n] at `RATE`, at `AT_REST` and so many dB above as the delivery's loudness says."""
    rng = np.random.default_rng([grain, 1])
    spoken = tracks(speaker, delivery, sentence, rng)
    voiced = voice(spoken, speaker, delivery, rng)
    noisy = friction(spoken, speaker, delivery, len(voiced), RATE, rng)
    level = 10 ** ((AT_REST + delivery.cues["loudness"]) / 20) / np.sqrt(np.mean(np.square(voiced)))
    return np.asarray((voiced + noisy) * level, np.float32)


def voice(spoken: Tracks, speaker: Speaker, delivery: Delivery, rng: np.random.Generator) -> Floats:
    """Give the voiced part [n]: what the tract makes of each closure of the glottis, laid over each other."""
    length = round((len(spoken.pitch) / FRAMES + _EDGE) * RATE)
    beats = pulses(spoken, speaker, delivery, rng)
    strength = effort(speaker, delivery)
    out = np.zeros(length + 2 * _ANSWER)
    for start in range(0, len(beats.time), _AT_ONCE):
        part = beats.part(start, start + _AT_ONCE)
        begins = np.floor(part.time * RATE).astype(int)
        for place, answer in zip(begins, _answers(spoken, part, speaker, strength), strict=True):
            out[place : place + _ANSWER] += answer
    return out[_BEFORE : _BEFORE + length]


def _answers(spoken: Tracks, beats: Pulses, speaker: Speaker, strength: float) -> Sound:
    """Give the sound [K, samples] that some closures make, each `_BEFORE` samples late."""
    kilohertz = np.fft.rfftfreq(_ANSWER, 1 / RATE) / 1000
    spectrum = glottis(kilohertz, beats.period, strength)
    spectrum *= tract(spoken, beats.frame, kilohertz, speaker, strength)
    late = (_BEFORE + np.mod(beats.time * RATE, 1)) / RATE
    angle = (-2000 * np.pi * late[:, None] * kilohertz[None]).astype(np.float32)
    # Many closures a second are no louder than few.
    level = (beats.level * np.sqrt(beats.period * 150)).astype(np.float32)[:, None]
    turn = np.empty_like(spectrum)
    np.multiply(level, np.cos(angle), out=turn.real)
    np.multiply(level, np.sin(angle), out=turn.imag)
    spectrum *= turn
    return np.asarray(np.fft.irfft(spectrum, axis=1) * _FADES, np.float32)
