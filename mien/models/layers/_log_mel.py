"""Samples of 16 kHz become log-mel frames, by products with constant matrices: the same in every runtime."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from mien.kinds.sound import RATE, mel_bank, mel_edges

WINDOW, STEP = 512, 256  # samples: 32 ms, 16 ms
FLOOR = 1e-5  # of the clip's mean power in a band: what lies below is as good as silent


class LogMel(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Levels in mel bands (Davis & Mermelstein 1980), and which frames hold any sound.

    Float32 [N, T] becomes levels [N, frames, bands] and [N, frames, 1], 1 where there is sound and 0 where samples are
    zero throughout, as after the end of a short clip; there levels are 0 too. Power is counted beside the clip's own
    mean, so that nothing depends on how loud it was recorded. Bands end at 3.8 kHz, which a clip of 8 kHz holds as well
    as any other.
    """

    def __init__(self, bands: int = 64, low: float = 60.0, high: float = 3_800.0, **settings: Any) -> None:  # noqa: ANN401
        super().__init__(**settings, dtype="float32")
        first, last = (round(hertz * WINDOW / RATE) for hertz in (low, high))
        bins = np.arange(first, last + 1)
        self._waves = _waves(bins)
        self._bands = np.tile(_triangles(bins, bands, low, high), (2, 1))

    def call(self, samples: Any) -> tuple[Any, Any]:  # noqa: ANN401 - tensors of any backend
        """Measure frame by frame."""
        margin = (WINDOW - STEP) // 2
        padded = ops.pad(samples, [[0, 0], [margin, margin]])[..., None]
        power = ops.matmul(ops.square(ops.conv(padded, self._waves, strides=STEP)), self._bands)
        there = ops.cast(ops.any(ops.not_equal(power, 0), axis=2, keepdims=True), "float32")
        frames = ops.maximum(ops.sum(there, axis=1, keepdims=True), 1)
        mean = ops.sum(ops.mean(power, axis=2, keepdims=True), axis=1, keepdims=True) / frames
        return there * ops.log(power / ops.maximum(mean, 1e-12) + FLOOR), there


def _waves(bins: np.ndarray) -> np.ndarray:
    """Return sines and cosines under a Hann window as the kernel of a convolution, float32 [WINDOW, 1, 2 bins]."""
    angles = 2 * np.pi * np.arange(WINDOW)[:, None] * bins / WINDOW
    waves = np.hanning(WINDOW + 1)[:-1, None] * np.concatenate([np.cos(angles), np.sin(angles)], axis=1)
    kernel: np.ndarray = waves[:, None].astype(np.float32)
    return kernel


def _triangles(bins: np.ndarray, bands: int, low: float, high: float) -> np.ndarray:
    """Return how much each bin counts in each band, float32 [bins, bands]; each band's shares sum to 1."""
    shape, peaks = mel_bank(bands, low, high)[bins], mel_edges(bands, low, high)[1:-1]
    empty = shape.sum(0) == 0  # narrower than a bin: then the nearest counts
    shape[np.abs(bins[:, None] * RATE / WINDOW - peaks).argmin(0)[empty], np.flatnonzero(empty)] = 1
    triangles: np.ndarray = shape / shape.sum(0)
    return triangles
