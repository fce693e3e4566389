"""A sentence as sound, in a room without echo: pulses and noise through the tract."""

from __future__ import annotations

import numpy as np

from mien.samples.voices._consonants import NOISES
from mien.samples.voices._melody import FRAMES
from mien.samples.voices._parameters import Delivery, Floats, Sound, Speaker
from mien.samples.voices._source import Pulses, effort, glottis, pulses, resonance
from mien.samples.voices._tracks import Tracks, tracks
from mien.samples.voices._vowels import bandwidths, higher, scale

RATE = 24_000  # samples a second
_BINS = 1024  # samples of one pulse's answer: 43 ms
_BEFORE = 288  # of them before the closure: the open phase
_WINDOW, _HOP = 256, 64  # samples, for noise
_EDGE = 0.05  # s after the last segment, for the voice to die away
_BREATH = 0.05  # level of breath that is as loud as a voice
AT_REST = -26.0  # dB of full scale
_AT_ONCE = 256  # pulses


def speak(speaker: Speaker, delivery: Delivery, sentence: str, grain: int) -> Sound:
    """Say a sentence: float32 [n] at `RATE`; a voice at rest has -26 dB on average, others as their loudness says."""
    rng = np.random.default_rng([grain, 1])
    spoken = tracks(speaker, delivery, sentence, rng)
    voiced = voice(spoken, speaker, delivery, rng)
    noisy = _noise(spoken, speaker, delivery, rng)
    level = 10 ** ((AT_REST + delivery.cues["loudness"]) / 20) / np.sqrt(np.mean(np.square(voiced)))
    return np.asarray((voiced + noisy) * level, np.float32)


def voice(spoken: Tracks, speaker: Speaker, delivery: Delivery, rng: np.random.Generator) -> Floats:
    """Give the voiced part [n]: the answer of the tract to each closure of the glottis, laid over each other."""
    beats = pulses(spoken, speaker, delivery, rng)
    out = np.zeros(_length(spoken) + 2 * _BINS)
    at = beats.time * RATE
    for start in range(0, len(at), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        begins = np.floor(at[part]).astype(int)
        for place, answer in zip(begins, _answers(spoken, beats, part, speaker, delivery), strict=True):
            out[place : place + _BINS] += answer
    return out[_BEFORE : _BEFORE + _length(spoken)]


def _answers(spoken: Tracks, beats: Pulses, part: slice, speaker: Speaker, delivery: Delivery) -> Sound:
    """Give the sound [K, samples] that each of some closures makes, `_BEFORE` samples late."""
    kilohertz = np.fft.rfftfreq(_BINS, 1 / RATE) / 1000
    spectrum = glottis(kilohertz, beats.period[part], effort(speaker, delivery))
    spectrum *= _tract(spoken, beats.frame[part], kilohertz, speaker, delivery)
    late = _BEFORE / RATE + np.mod(beats.time[part] * RATE, 1) / RATE
    turn = np.exp(np.asarray(-2000j * np.pi * late[:, None] * kilohertz[None], np.complex64))
    # A period's level does not depend on f0: fewer closures a second are not softer.
    level = beats.level[part] * np.sqrt(beats.period[part] * 150)
    spectrum *= turn * level[:, None].astype(np.float32)
    return np.fft.irfft(spectrum, axis=1)


def _tract(spoken: Tracks, frame: Floats, kilohertz: Floats, speaker: Speaker, delivery: Delivery) -> np.ndarray:
    """Give the tract's transfer [K, bins] at some places of the tracks."""
    near = np.minimum(np.round(frame).astype(int), len(spoken.pitch) - 1)
    peaks = spoken.formants[near] / 1000
    widths = bandwidths(spoken.formants[near]) / 1000
    # A breathy glottis does not close, and damps F1 above all (Klatt & Klatt 1990).
    widths[:, 0] *= 1 + 0.6 * max(0.0, -effort(speaker, delivery))
    below = np.ones((len(near), len(kilohertz)), np.complex64)
    above = np.ones(len(near), np.float32)
    for column in range(4):
        below *= resonance(kilohertz, peaks[:, column], widths[:, column])
        above *= (peaks[:, column] ** 2 + widths[:, column] ** 2 / 4).astype(np.float32)
    nose = np.full(len(near), spoken.pole / 1000)
    hole = spoken.zero[near] / 1000
    below *= resonance(kilohertz, nose, np.full(len(near), 0.1))
    above *= (nose / hole).astype(np.float32)  # half of the loss in decibels below the nose's resonance, half above
    closed = resonance(kilohertz, hole, np.full(len(near), 0.1))
    return above[:, None] * closed / below * _upper(kilohertz, speaker)


def _upper(kilohertz: Floats, speaker: Speaker) -> np.ndarray:
    """Give what the resonances above F4 do to all frequencies [bins]."""
    gain = np.ones(len(kilohertz), np.complex64)
    for peak in higher(speaker.tract, RATE / 2) / 1000:
        gain *= (peak**2 / resonance(kilohertz, np.array([peak]), np.array([0.07 * peak]))[0]).astype(np.complex64)
    return gain


def _length(spoken: Tracks) -> int:
    return round((len(spoken.pitch) / FRAMES + _EDGE) * RATE)


def _noise(spoken: Tracks, speaker: Speaker, delivery: Delivery, rng: np.random.Generator) -> Floats:
    """Give breath and friction [n]: white noise, shaped frame by frame."""
    total = _length(spoken)
    frames = total // _HOP + 1
    white = rng.normal(0, 1, total + 2 * _WINDOW)
    window = np.sqrt(np.hanning(_WINDOW + 1)[:-1])
    cut = np.lib.stride_tricks.sliding_window_view(white, _WINDOW)[: frames * _HOP : _HOP]
    spectrum = np.fft.rfft(cut * window, axis=1)
    spectrum *= _noise_gain(spoken, speaker, delivery, frames)
    shaped = np.fft.irfft(spectrum, axis=1) * window * (2 * _HOP / _WINDOW)
    out = np.zeros(frames * _HOP + _WINDOW)
    for number in range(_WINDOW // _HOP):
        rows = shaped[:, number * _HOP : (number + 1) * _HOP].reshape(-1)
        out[number * _HOP : number * _HOP + len(rows)] += rows
    return out[_WINDOW // 2 : _WINDOW // 2 + total]


def _noise_gain(spoken: Tracks, speaker: Speaker, delivery: Delivery, frames: int) -> Floats:
    """Give the gains [frames, bins]."""
    kilohertz = np.fft.rfftfreq(_WINDOW, 1 / RATE) / 1000
    place = np.minimum(np.arange(frames) * _HOP / RATE * FRAMES, len(spoken.pitch) - 1)
    near = np.round(place).astype(int)
    ended = np.arange(frames) * _HOP / RATE > len(spoken.pitch) / FRAMES
    breath = 10 ** ((speaker.breath + delivery.cues["breath"]) / 20) * spoken.voice[near] + 0.12 * spoken.breath[near]
    through = np.abs(_tract(spoken, place, kilohertz, speaker, delivery))
    through *= (kilohertz / (0.5 + kilohertz))[None]  # lungs and glottis send little below 500 Hz
    gain = _BREATH * breath[:, None] * through
    gain += _BREATH * (1 + 0.5 * effort(speaker, delivery)) * spoken.friction[near] @ _shapes(kilohertz, speaker)
    gain[ended] = 0
    return gain


def _shapes(kilohertz: Floats, speaker: Speaker) -> Floats:
    """Give the spectra [noises, bins] of friction."""
    size = scale(speaker.tract) ** 0.5
    rows = []
    for centre, width, level in NOISES.values():
        off = (kilohertz * 1000 - centre * size) / (width * size)
        rows.append(10 ** (level / 20) / (1 + off**2) * kilohertz / (0.3 + kilohertz))
    return np.array(rows)
