"""What no voice has made: silence, noise, tones, clicks, music and machines, synthesised; seconds at 16 kHz."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import soxr

from mien.kinds.sound import RATE
from mien.samples.voices import _noise as heard

Draw = np.random.Generator
Sound = np.ndarray


def _time(length: int) -> Sound:
    return np.arange(length) / RATE


def _coloured(length: int, draw: Draw, slope: float) -> Sound:
    spectrum = np.fft.rfft(draw.normal(0, 1, length))
    hertz = np.maximum(np.fft.rfftfreq(length, 1 / RATE), 30)
    return np.fft.irfft(spectrum * hertz**slope, length)


def _resampled(make: Callable[[int, Draw], Sound]) -> Callable[[int, Draw], Sound]:
    return lambda length, draw: np.asarray(soxr.resample(make(length * 3 // 2 + 8, draw), 24_000, RATE))[:length]


def _events(length: int, draw: Draw, one: Callable[[Draw], Sound], gaps: tuple[float, float]) -> Sound:
    """Lay one sound after the other, beginning every so many seconds."""
    total, at = np.zeros(length), int(draw.uniform(0, 0.3) * RATE)
    while at < length:
        part = one(draw)[: length - at]
        total[at : at + len(part)] += part
        at += max(1, int(draw.uniform(*gaps) * RATE))
    return total


def _decaying(seconds: float, rate: float) -> Sound:
    return np.exp(-rate * _time(int(seconds * RATE)))


def _note(draw: Draw, hertz: float, seconds: float, fall: float, vibrato: float = 0.0) -> Sound:
    time = _time(int(seconds * RATE))
    phase = 2 * np.pi * hertz * time + vibrato * np.sin(2 * np.pi * 5.5 * time + draw.uniform(0, 6))
    attack = np.minimum(1, time / 0.02) * np.minimum(1, (seconds - time) / 0.03)
    return attack * np.exp(-fall * time) * sum(np.sin(part * phase) / part**1.3 for part in range(1, 9))


def _scale(draw: Draw) -> float:
    return float(220 * 2 ** (draw.choice([0, 2, 4, 5, 7, 9, 11, 12]) / 12))


def _organ(length: int, draw: Draw) -> Sound:
    return _events(length, draw, lambda d: sum(_note(d, _scale(d), 1.6, 0) for _ in range(3)), (1.5, 1.5))


def _melody(length: int, draw: Draw) -> Sound:
    return _events(length, draw, lambda d: _note(d, 2 * _scale(d), 0.4, 1, 0.3), (0.35, 0.4))


def _bells(length: int, draw: Draw) -> Sound:
    def one(d: Draw) -> Sound:
        first, time = d.uniform(300, 900), _time(2 * RATE)
        parts = zip((0.5, 1, 1.2, 1.5, 2, 2.7), (1, 2, 3, 3, 4, 6), strict=True)
        return sum(np.exp(-fall * time) * np.sin(2 * np.pi * first * part * time) for part, fall in parts)

    return _events(length, draw, one, (0.8, 1.6))


def _drums(length: int, draw: Draw) -> Sound:
    def one(d: Draw) -> Sound:
        hit = _decaying(0.25, d.uniform(15, 40))
        if d.random() < 0.5:
            return hit * d.normal(0, 1, len(hit))
        return 3 * hit * np.sin(2 * np.pi * 60 * (1 + 0.5 * hit) * _time(len(hit)))

    return _events(length, draw, one, (0.25, 0.26))


def _click(draw: Draw) -> Sound:
    click = _decaying(0.012, 700) * draw.normal(0, 1, int(0.012 * RATE))
    return click * draw.uniform(0.3, 1)


def _beep(draw: Draw) -> Sound:
    return np.sin(2 * np.pi * draw.choice([440, 1000, 1600]) * _time(int(0.3 * RATE)))


def _dial(length: int, draw: Draw) -> Sound:
    keys = ((697, 770, 852, 941), (1209, 1336, 1477))

    def one(d: Draw) -> Sound:
        time = _time(int(0.15 * RATE))
        return sum(np.sin(2 * np.pi * d.choice(side) * time) for side in keys)

    return _events(length, draw, one, (0.25, 0.4))


def _sweep(length: int, draw: Draw) -> Sound:
    hertz = 200 * 2 ** (4 * np.abs((_time(length) / draw.uniform(1, 4) + draw.random()) % 2 - 1))
    return np.sin(2 * np.pi * np.cumsum(hertz) / RATE)


def _siren(length: int, draw: Draw) -> Sound:
    phase = 2 * np.pi * np.cumsum(900 + 300 * np.sin(2 * np.pi * 0.5 * _time(length) + draw.uniform(0, 6))) / RATE
    return sum(np.sin(part * phase) / part for part in (1, 2, 3))


def _birds(length: int, draw: Draw) -> Sound:
    def one(d: Draw) -> Sound:
        time = _time(int(d.uniform(0.05, 0.2) * RATE))
        hertz = d.uniform(2200, 4500) + d.uniform(-6000, 6000) * time
        return np.hanning(len(time)) * np.sin(2 * np.pi * np.cumsum(hertz) / RATE)

    return _events(length, draw, one, (0.1, 0.6))


def _engine(length: int, draw: Draw) -> Sound:
    slow = np.interp(
        _time(length),
        np.arange(0, length / RATE + 2, 1.5),
        draw.uniform(0.8, 1.25, 2 + length // RATE)[: len(np.arange(0, length / RATE + 2, 1.5))],
    )
    phase = 2 * np.pi * np.cumsum(draw.uniform(45, 110) * slow) / RATE
    return sum(np.sin(part * phase + part**2) / part**0.7 for part in range(1, 25)) + draw.normal(0, 0.6, length)


def _wind(length: int, draw: Draw) -> Sound:
    knots = np.arange(0, length / RATE + 1, 0.7)
    return _coloured(length, draw, -1.0) * np.interp(_time(length), knots, draw.uniform(0.1, 1, len(knots)))


def _rain(length: int, draw: Draw) -> Sound:
    return 0.05 * draw.normal(0, 1, length) + _events(length, draw, _click, (0.002, 0.02))


NOT_SPEECH: Mapping[str, Callable[[int, Draw], Sound]] = {
    "digital silence": lambda length, draw: np.zeros(length),
    "a quiet room": lambda length, draw: 10 ** draw.uniform(-3.6, -2.6) * draw.normal(0, 1, length),
    "white noise": lambda length, draw: draw.normal(0, 1, length),
    "pink noise": lambda length, draw: _coloured(length, draw, -0.5),
    "brown noise": lambda length, draw: _coloured(length, draw, -1.0),
    "hum": _resampled(heard.NOISES["hum"]),
    "fan": _resampled(heard.NOISES["fan"]),
    "wind": _wind,
    "rain": _rain,
    "engine": _engine,
    "clicks": lambda length, draw: _events(length, draw, _click, (0.2, 1.0)),
    "typing": lambda length, draw: _events(length, draw, _click, (0.05, 0.3)) + 0.003 * draw.normal(0, 1, length),
    "drums": _drums,
    "tone": lambda length, draw: np.sin(2 * np.pi * draw.uniform(80, 3000) * _time(length)),
    "beeps": lambda length, draw: _events(length, draw, _beep, (0.5, 1.0)),
    "dialling": _dial,
    "sweep": _sweep,
    "siren": _siren,
    "plucked chords": _resampled(heard.music),
    "organ chords": _organ,
    "melody": _melody,
    "bells": _bells,
    "birds": _birds,
}
QUIET = ("digital silence", "a quiet room")  # whose level is their own


def not_speech(name: str, seed: int, seconds: float) -> Sound:
    """Synthesise one: float32 [seconds * 16,000], its peak between 0.05 and 0.9."""
    draw = np.random.default_rng([seed, *name.encode()])
    made = np.asarray(NOT_SPEECH[name](int(seconds * RATE), draw), float)
    if name not in QUIET:
        made *= 10 ** draw.uniform(-1.3, -0.05) / np.abs(made).max()
    return made.astype(np.float32)
