"""What one clip is made of: plain numbers, nothing synthesised yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from mien.samples._digest import digest

Floats = npt.NDArray[np.float64]
Spectrum = npt.NDArray[np.complex64]
Sound = npt.NDArray[np.float32]
"""Samples of one channel, about -1..1."""


@dataclass(frozen=True)
class Speaker:
    """What stays with a person from clip to clip."""

    person: int  # number of the person, from 0
    sex: str  # ``female`` or ``male``
    age: float  # years, 7..80
    tract: float  # length of the vocal tract, cm
    pitch: float  # resting f0, Hz
    melody: float  # height of a pitch accent, semitones
    rate: float  # syllables per second
    breath: float  # breath noise below the voice, dB (closer to 0 is breathier)
    roughness: float  # jitter, share of a period; shimmer follows it
    creak: float  # how far the voice breaks at the end of a phrase, 0..1
    effort: float  # vocal effort at rest, -1 (soft) .. 1 (shouting)
    accent: Mapping[str, tuple[float, float]]  # vowel -> factors on its F1 and F2
    gains: Mapping[str, float]  # cue -> how strongly the person uses it; 1 is average


@dataclass(frozen=True)
class Delivery:
    """How the sentence is said."""

    label: str  # the class, ``"happy"``
    intensity: float  # how strong the emotion is, 0 (none) .. 1 (full)
    cues: Mapping[str, float]  # cue -> distance from the person's own resting voice: see `_emotions.CUES`


@dataclass(frozen=True)
class Recording:
    """Where and with what the voice is recorded."""

    t60: float  # time in which the room's echo falls by 60 dB, seconds
    distance: float  # of the microphone, as a share of the distance where echo and voice are equal
    noise: str  # name of a `_noise.NOISES`
    snr: float  # of the noise, dB
    microphone: str  # name of a `_recording.MICROPHONES`
    gain: float  # of the microphone's amplifier, dB
    evens: float  # how far that amplifier evens out loud and soft voices, 0 (not at all) .. 1
    lead: float  # before the first sound, seconds
    tail: float  # after the last sound, seconds
    rate: int  # samples per second
    kind: str  # file format: ``wav``, ``flac`` or ``mp3``


@dataclass(frozen=True)
class VoiceParameters:
    """Everything that decides a clip; equal parameters give equal samples.

    Parameters
    ----------
    speaker, delivery, recording
        The parts.
    sentence : str
        Name of one of `SENTENCES`.
    grain : int
        Seed of what is too small to name: breath, jitter, noise, the room's reflections.
    """

    speaker: Speaker
    delivery: Delivery
    sentence: str
    recording: Recording
    grain: int

    def digest(self) -> str:
        """Give a fingerprint of all numbers.

        Returns
        -------
        str
            64 hexadecimal digits; floats count to the sixth decimal, so that it is the same on every machine.
        """
        return digest(asdict(self))
