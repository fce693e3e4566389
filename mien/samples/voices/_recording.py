"""From a voice to a recording: the room, the noise in it, the microphone, the level and the rate."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import soxr

from mien.samples._tables import tables
from mien.samples.voices._noise import NOISES
from mien.samples.voices._parameters import Floats, Recording, Sound
from mien.samples.voices._speak import AT_REST, RATE

MICROPHONES: Mapping[str, tuple[float, float, float, float, float]] = tables("voices")["microphone"]
_FULL = 0.97  # of full scale, which nothing may pass: only planted defects are clipped


def record(voice: Sound, how: Recording, grain: int) -> Sound:
    """Record a voice [n] at the synthesis rate: float32 [m] at `how.rate`."""
    rng = np.random.default_rng([grain, 2])
    silence = (np.zeros(round(how.lead * RATE)), voice, np.zeros(round(how.tail * RATE)))
    sound = _in_room(np.concatenate(silence), how, rng)
    sound = sound + _noise(sound, voice, how, rng)
    sound = _through_microphone(sound, how.microphone)
    above = 20 * np.log10(float(np.std(voice))) - AT_REST
    out = np.asarray(soxr.resample(sound, RATE, how.rate), float) * 10 ** ((how.gain - how.evens * above) / 20)
    out += rng.normal(0, 10 ** (MICROPHONES[how.microphone][4] / 20), len(out))
    return np.asarray(out * min(1.0, _FULL / np.abs(out).max()), np.float32)


def _in_room(sound: Floats, how: Recording, rng: np.random.Generator) -> Floats:
    """Add the room's echo: noise that dies away (J. Moorer, "About this reverberation business", 1979)."""
    length = round(how.t60 * RATE)
    time = np.arange(length) / RATE
    dull = np.exp(-np.log(1e3) * time / how.t60) * rng.normal(0, 1, length)
    # High frequencies die away earlier: what remains later is smoothed.
    late = np.convolve(dull, np.ones(4) / 4, mode="same")
    share = np.minimum(1, 2 * time / how.t60)
    echo = dull * (1 - share) + 2 * late * share
    echo[: round(0.004 * RATE)] = 0
    echo *= how.distance / np.sqrt(np.sum(np.square(echo)))
    echo[0] = 1.0
    size = 2 ** int(np.ceil(np.log2(len(sound) + length)))
    return np.asarray(np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(echo, size), size)[: len(sound)])


def _noise(sound: Floats, voice: Sound, how: Recording, rng: np.random.Generator) -> Floats:
    noise = NOISES[how.noise](len(sound), rng)
    loud = float(np.sqrt(np.mean(np.square(noise))))
    return noise * (float(np.std(voice)) / loud * 10 ** (-how.snr / 20) if loud else 0.0)


def _through_microphone(sound: Floats, name: str) -> Floats:
    low, high, peak, height, _ = MICROPHONES[name]
    size = 2 ** int(np.ceil(np.log2(len(sound))))
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    band = (hertz / low) ** 2 / np.sqrt(1 + (hertz / low) ** 4) / np.sqrt(1 + (hertz / high) ** 8)
    band *= 1 + (10 ** (height / 20) - 1) / (1 + ((hertz - peak) / (0.4 * peak)) ** 2)
    return np.asarray(np.fft.irfft(np.fft.rfft(sound, size) * band, size)[: len(sound)])
