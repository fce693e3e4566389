"""A slower or quicker speaker of the same pitch: stretches of waveform, laid over each other where they fit best."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mien.core.types import Singles

_FRAME = 480  # samples, 30 ms: a few periods of any voice
_HOP = _FRAME // 2
_SEARCH = 160  # samples either way that are searched for a fit, 10 ms: one period of 100 Hz
_COARSE = 4  # samples that are averaged for the search: it sees what lies below 2 kHz, at a sixteenth of the cost


def stretched(samples: Singles, factor: float) -> Singles:
    """Make a clip `factor` times as long: WSOLA (Verhelst & Roelands 1993, section 3), float32 [T] to [T factor]."""
    count = round(len(samples) * factor) // _HOP
    if count < 2:
        return samples
    padded = np.concatenate([np.zeros(_SEARCH, np.float32), samples, np.zeros(2 * (_FRAME + _SEARCH), np.float32)])
    starts = _fitting(padded, count, factor)
    frames = padded[starts[:, None] + np.arange(_FRAME)] * np.hanning(_FRAME + 1)[:-1].astype(np.float32)
    out = np.zeros((count + 1, _HOP), np.float32)
    out[:-1] += frames[:, :_HOP]
    out[1:] += frames[:, _HOP:]
    return out.reshape(-1)


def _fitting(padded: Singles, count: int, factor: float) -> np.ndarray:
    """Return where each frame is taken from: near its time, and as its forerunner would have gone on; int64 [count]."""
    coarse = padded[: len(padded) // _COARSE * _COARSE].reshape(-1, _COARSE).mean(1)
    frame, hop, search = (size // _COARSE for size in (_FRAME, _HOP, _SEARCH))
    last = len(coarse) - frame - hop
    starts = np.empty(count, np.int64)
    start = search
    for number in range(count):
        middle = min(search + round(number * hop / factor), last - search)
        if number:
            following = coarse[start + hop :][:frame]
            near = coarse[middle - search : middle + search + frame]
            start = middle - search + int(np.correlate(near, following, "valid").argmax())
        starts[number] = start * _COARSE
    return starts
