"""Short-time spectra: what checks, near copies, previews and the nearest-neighbour baseline look at."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mien.core.types import Floats, Singles

SIZE = 512  # samples of a frame, 32 ms
HOP = 160  # samples from one to the next, 10 ms
BINS = SIZE // 2 + 1
_AT_ONCE = 2048  # frames, 4 MB: a clip of ten minutes has 60,000
_LOW, _HIGH = 60.0, 7600.0  # hertz that the bands span


def powers(samples: Singles, hop: int = HOP) -> Iterator[Singles]:
    """Yield power spectra of frames under a Hann window, float32 [F, 257], some frames at once."""
    short = SIZE - len(samples)
    padded = np.pad(samples, (0, short)) if short > 0 else samples
    frames = np.lib.stride_tricks.sliding_window_view(padded, SIZE)[::hop]
    window = np.hanning(SIZE).astype(np.float32)
    for start in range(0, len(frames), _AT_ONCE):
        spectra = np.fft.rfft(frames[start : start + _AT_ONCE] * window)
        yield (spectra.real**2 + spectra.imag**2).astype(np.float32)


def bands(samples: Singles, count: int, hop: int = HOP) -> Singles:
    """Sum the power in bands as wide as the ear's: float32 [F, count]."""
    bank = mel_bank(count)
    return np.concatenate([power @ bank for power in powers(samples, hop)])


@cache
def mel_bank(count: int, low: float = _LOW, high: float = _HIGH) -> Singles:
    """Return how much of each bin each band takes: triangles on the mel scale (O'Shaughnessy 1987), [257, count].

    `low` and `high` are hertz that the bands span.
    """
    hertz = mel_edges(count, low, high)
    bins = np.linspace(0, 8000, BINS)[:, None]
    rising = (bins - hertz[:-2]) / (hertz[1:-1] - hertz[:-2])
    falling = (hertz[2:] - bins) / (hertz[2:] - hertz[1:-1])
    bank: Singles = np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
    return bank


def mel_edges(count: int, low: float, high: float) -> Floats:
    """Return where bands begin, peak and end, hertz, [count + 2]: each peaks where the one before it ends."""
    edges: Floats = 700 * (10 ** (np.linspace(_mel(low), _mel(high), count + 2) / 2595) - 1)
    return edges


def band_peaks(count: int) -> Floats:
    """Return where the bands of ``mel_bank(count)`` peak, hertz, [count]."""
    return mel_edges(count, _LOW, _HIGH)[1:-1]


def _mel(hertz: float) -> float:
    return 2595 * math.log10(1 + hertz / 700)


def decibels(power: Singles, floor: float = 1e-10) -> Singles:
    """Turn power into decibels."""
    found: Singles = (10 * np.log10(np.maximum(power, floor))).astype(np.float32)
    return found
