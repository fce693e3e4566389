"""Segments as curves over time: every target is glided to, none is jumped to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mien.samples.voices._consonants import NOISES
from mien.samples.voices._melody import FRAMES, last_vowel, melody, smooth
from mien.samples.voices._parameters import Delivery, Floats, Speaker
from mien.samples.voices._segments import NOSE, Segment, segments
from mien.samples.voices._sentences import syllables
from mien.samples.voices._vowels import scale

_GLIDE = 0.085  # s in which formants move from one target to the next
_VOICE_RISE = 0.03  # s in which the voice comes and goes
_NOISE_RISE = 0.012
_NOSE_RISE = 0.03
_FADE = 4.0  # dB by which a sentence grows softer towards its end
_CREAK_DROP = 0.8  # octaves by which f0 falls where the voice breaks


@dataclass(frozen=True)
class Tracks:
    """What changes while a sentence is said, at `FRAMES` a second; T frames."""

    pitch: Floats  # f0 [T], Hz
    voice: Floats  # level of the voice [T]
    breath: Floats  # level of breath noise [T]
    friction: Floats  # levels of `NOISES` [T, noises]
    formants: Floats  # F1..F4 [T, 4], Hz
    zero: Floats  # antiresonance of the closed mouth [T], Hz; `pole` where there is none
    pole: float  # resonance of the nose, Hz
    creak: Floats  # how irregular the voice is [T], 0..1


def tracks(speaker: Speaker, delivery: Delivery, sentence: str, rng: np.random.Generator) -> Tracks:
    """Say how a person says a sentence."""
    row = segments(speaker, delivery, sentence)
    frames = np.maximum(1, np.round([segment.length * FRAMES for segment in row])).astype(np.int64)
    cues = delivery.cues
    pole = NOSE * scale(speaker.tract)
    glide = _GLIDE * 2 ** (-0.4 * cues["precision"] - 0.5 * cues["rate"])
    creak = _creak(speaker, delivery, row, frames)
    pitch = melody(speaker, delivery, sentence, row, frames, rng)
    formants = np.log(np.array([segment.formants for segment in row]))
    zeros = np.log([segment.zero or pole for segment in row])
    return Tracks(
        pitch=pitch * 2 ** (-_CREAK_DROP * creak),
        voice=_voice(delivery, sentence, row, frames) * (1 - 0.3 * creak),
        breath=smooth(np.repeat([segment.breath for segment in row], frames), 2 * _NOISE_RISE),
        friction=smooth(np.repeat(_friction(row), frames, axis=0), _NOISE_RISE),
        formants=np.exp(smooth(np.repeat(formants, frames, axis=0), glide)),
        zero=np.exp(smooth(np.repeat(zeros, frames), _NOSE_RISE)),
        pole=pole,
        creak=creak,
    )


def _voice(delivery: Delivery, sentence: str, row: list[Segment], frames: npt.NDArray[np.int64]) -> Floats:
    stressed = [syllable.stressed for syllable in syllables(sentence)]
    sign = np.array([1 if stressed[segment.syllable] else -1 for segment in row])
    level = np.array([segment.voice for segment in row]) * 10 ** (sign * delivery.cues["dynamics"] / 40)
    fade = 10 ** (-_FADE / 20 * np.linspace(0, 1, int(frames.sum())))
    return np.asarray(smooth(np.repeat(level, frames), _VOICE_RISE * 2 ** delivery.cues["attack"]) * fade)


def _friction(row: list[Segment]) -> Floats:
    levels = np.zeros((len(row), len(NOISES)))
    for number, segment in enumerate(row):
        if segment.noise:
            levels[number, list(NOISES).index(segment.noise)] = segment.friction
    return levels


def _creak(speaker: Speaker, delivery: Delivery, row: list[Segment], frames: npt.NDArray[np.int64]) -> Floats:
    """Let the voice break at the end of the sentence, unless it rises there."""
    most = np.clip(0.6 * speaker.creak + delivery.cues["creak"] - 0.15 * max(0.0, delivery.cues["final"]), 0, 1)
    return np.asarray(most * smooth(np.clip(2 * last_vowel(row, frames) - 0.8, 0, 1), 0.04))
