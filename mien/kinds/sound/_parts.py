"""What of a clip can be hidden: stretches of time and bands of frequency, turned down to its own background."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mien.kinds._parts import Axis, Parts
from mien.kinds.sound._encode import encode_mp3
from mien.kinds.sound._preview import spectrogram
from mien.kinds.sound._read import RATE
from mien.kinds.sound._spectrum import SIZE, band_peaks

if TYPE_CHECKING:
    from mien.core.types import Floats, Integers, Singles

BANDS = (0.0, 300.0, 600.0, 1000.0, 1500.0, 2000.0, 3000.0, 4000.0, 8000.0)  # hertz, about as wide to the ear
WRITTEN = (300.0, 1000.0, 2000.0, 4000.0)
STEPS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)  # seconds of a stretch: the shortest of which there are few enough
MOST = 16
HOP = SIZE // 4
BACKGROUND = 10  # percentile of a frequency's levels that is its background
DEPTH = 10 ** (-50 / 20)  # of the loudest, which what is hidden never exceeds: a hum has no background below itself
SPACE = "\N{NO-BREAK SPACE}"
HEIGHT, WIDTH = 336, 840  # pixels of the drawing


def stretches(row: Singles, start: float | None = None) -> Parts:
    """Cut a row, float32 [T], into stretches and bands; it begins at `start` seconds of its clip, where that is known.

    Hiding fades the levels, not the phases, of a short-time spectrum and adds up its frames again (Griffin & Lim 1984);
    what is hidden in part fades by as large a part of the decibels. Zeros after the end of a short clip stay zeros, as
    models tell by them that it has ended.
    """
    there = np.flatnonzero(row)
    end = int(there[-1]) + 1 if len(there) else len(row)
    note = "Seconds count from where the model began to listen."
    if start is not None:
        note = f"Played is what the model was given, {_seconds(start, start + end / RATE)} of the clip."
    start = start or 0.0
    edges = _edges(start, start + end / RATE)
    spectrum = _Spectrum(row[:end])
    columns = np.searchsorted(edges[1:-1], start + spectrum.seconds, side="right")
    band = np.searchsorted(BANDS[1:-1], np.linspace(0, RATE / 2, SIZE // 2 + 1), side="right")
    lines = len(BANDS) - 2 - band  # from the top, where the highest is

    def hide(strength: Singles) -> Singles:
        rows = np.repeat(row[None], len(strength), axis=0)
        for one, hidden in zip(rows, strength, strict=True):
            one[:end] += spectrum.change(hidden.T[columns][:, lines])
        return rows

    picture, sound = spectrogram(row[:end], WIDTH, HEIGHT), encode_mp3(row[:end])
    return Parts(picture, _frequencies(), _times(edges), hide, sound, note)


class _Spectrum:
    """A clip in frames, and how far each of their frequencies can be faded."""

    def __init__(self, samples: Singles) -> None:
        self._length = len(samples)
        padded = np.pad(samples, (SIZE, SIZE + -len(samples) % HOP))
        self._window = np.hanning(SIZE + 1)[:-1].astype(np.float32)
        frames = np.lib.stride_tricks.sliding_window_view(padded, SIZE)[::HOP]
        self._spectra = np.fft.rfft(frames * self._window)  # complex64 [F, 257]
        self.seconds: Floats = (np.arange(len(frames)) * HOP - SIZE / 2) / RATE  # of their middles
        levels = np.abs(self._spectra)
        inside = levels[(self.seconds >= 0) & (self.seconds * RATE <= self._length)]
        background = np.minimum(np.percentile(inside, BACKGROUND, axis=0), DEPTH * levels.max())
        self._fade = np.log(np.clip(background / np.maximum(levels, 1e-9), 1e-6, 1)).astype(np.float32)

    def change(self, strength: Singles) -> Singles:
        """Say what must be added to hide, float32 [T]; strength [F, 257], 0..1."""
        touched = np.flatnonzero(strength.any(axis=1))
        faded = self._spectra[touched] * np.expm1(strength[touched] * self._fade[touched])
        waves = np.fft.irfft(faded, SIZE) * (self._window / 1.5)  # squares of the windows add up to 1.5
        total = np.zeros((len(self._spectra) + SIZE // HOP - 1, HOP), np.float32)
        for step, part in enumerate(np.split(waves, SIZE // HOP, axis=1)):
            total[touched + step] += part
        change: Singles = total.ravel()[SIZE:][: self._length]
        return change


def _edges(start: float, end: float) -> Floats:
    """Return where stretches begin and end, seconds of the clip, at round ones where that leaves none too short."""
    step = next((step for step in STEPS if (end - start) / step <= MOST), (end - start) / MOST)
    inner = np.arange(np.ceil(start / step), np.ceil(end / step)) * step
    inner = inner[(inner >= start + step / 2) & (inner <= end - step / 2)]
    return np.array([start, *(inner if len(inner) else [(start + end) / 2]), end])


def _times(edges: Floats) -> Axis:
    middles = np.linspace(edges[0], edges[-1], 2 * WIDTH + 1)[1::2]
    numbers = np.searchsorted(edges[1:-1], middles, side="right")
    every = -(-(len(edges) - 1) // 6)
    ticks = {edge: f"{edge:.1f} s" for edge in edges[1:-1:every].tolist()}
    return Axis(_each(numbers, len(edges) - 1), "seconds", tuple(edges.tolist()), _seconds, ticks)


def _frequencies() -> Axis:
    peaks = band_peaks(64)
    hertz = np.interp(np.linspace(len(peaks) - 1, 0, HEIGHT), np.arange(len(peaks)), peaks)
    edges = BANDS[::-1]
    numbers = len(BANDS) - 2 - np.searchsorted(BANDS[1:-1], hertz, side="right")
    ticks = {edge: _hertz(edge).replace(SPACE, " ") for edge in WRITTEN}  # Pillow's letters have no other space
    return Axis(_each(numbers, len(BANDS) - 1), "hertz", edges, _band, ticks)


def _each(numbers: Integers, count: int) -> Singles:
    return np.asarray(np.arange(count)[:, None] == numbers, np.float32)


def _seconds(begin: float, end: float) -> str:
    return f"{begin:.1f}\N{EN DASH}{end:.1f}{SPACE}s"


def _band(high: float, low: float) -> str:
    if low <= 0 or high >= BANDS[-1]:
        return f"frequencies below {_hertz(high)}" if low <= 0 else f"frequencies above {_hertz(low)}"
    if low >= 1000:
        return f"{low / 1000:g}\N{EN DASH}{_hertz(high)}"
    return f"{low:g}\N{EN DASH}{_hertz(high)}" if high < 1000 else f"{_hertz(low)} to {_hertz(high)}"


def _hertz(value: float) -> str:
    return f"{value / 1000:g}{SPACE}kHz" if value >= 1000 else f"{value:g}{SPACE}Hz"
