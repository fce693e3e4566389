"""A clip to look at and to hear: its waveform, and below it which frequencies it holds, low ones at the bottom."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from mien.kinds.sound._rows import loudest
from mien.kinds.sound._spectrum import SIZE, decibels, mel_bank

if TYPE_CHECKING:
    from mien.core.types import Pixels, Singles

PLAYED = 5 * 16_000  # samples of a clip that a page plays, its loudest: 5 s are 14 kB
_PAPER, _INK = (251, 250, 247), (27, 27, 31)
_TEAL, _LIGHT, _UNPLAYED = (15, 118, 110), (45, 212, 191), (166, 166, 178)
_RANGE = 55.0  # decibels from the loudest down to paper
_LOUD = 99.5  # percentile of the levels that is drawn in ink: no single click
_WAVE = 0.3  # of the height


def played(samples: Singles) -> slice:
    """Say which part of a clip a page plays: all of it, or its loudest seconds."""
    start = loudest(samples, PLAYED)
    return slice(start, start + PLAYED)


def drawn(samples: Singles, side: int, width: int) -> Pixels:
    """Draw a clip, uint8 [side, width, 3], RGB; of a long one a moment for each column, what is not played in grey."""
    height = max(1, round(_WAVE * side))
    return np.concatenate([_waveform(samples, width, height), spectrogram(samples, width, side - height)])


def _waveform(samples: Singles, width: int, height: int) -> Pixels:
    page = np.empty((height, width, 3), np.uint8)
    page[:] = _PAPER
    edges = np.linspace(0, len(samples), width + 1).astype(int)
    starts = np.minimum(edges[:-1], len(samples) - 1)
    low, high = np.minimum.reduceat(samples, starts), np.maximum.reduceat(samples, starts)
    middle, reach = (height - 1) / 2, (height - 1) / 2 / max(float(np.abs(samples).max()), 1e-4)
    down = np.arange(height)[:, None]
    heard = played(samples)
    colours = np.where(((starts >= heard.start) & (starts < heard.stop))[:, None], _TEAL, _UNPLAYED)
    inked = (down >= np.floor(middle - high * reach)) & (down <= np.ceil(middle - low * reach))
    return np.where(inked[..., None], colours, page).astype(np.uint8)


def spectrogram(samples: Singles, width: int, height: int) -> Pixels:
    """Draw levels in mel bands, uint8 [height, width, 3]: paper where nothing sounds, ink where it is loudest."""
    padded = np.pad(samples, SIZE // 2)
    starts = np.linspace(0, len(padded) - SIZE, width).astype(int)
    frames = padded[starts[:, None] + np.arange(SIZE)] * np.hanning(SIZE).astype(np.float32)
    power = np.abs(np.fft.rfft(frames)) ** 2 @ mel_bank(min(height, 64))
    level = decibels(power)
    share = 1 + (level - max(float(np.percentile(level, _LOUD)), -40.0)) / _RANGE  # [width, bands], 1 the loudest
    rows = np.linspace(share.shape[1] - 1, 0, height).round().astype(int)
    steps = (np.clip(share, 0, 1) * 255).astype(np.uint8)
    page: Pixels = _colours()[steps.T[rows]]
    return page


@cache
def _colours() -> Pixels:
    """Return uint8 [256, 3]: from paper over the two teals to ink, darker all the way."""
    at, stops = np.array([0, 0.45, 0.8, 1]), np.array([_PAPER, _LIGHT, _TEAL, _INK])
    steps = np.linspace(0, 1, 256)
    return np.stack([np.interp(steps, at, stops[:, colour]) for colour in range(3)], axis=1).astype(np.uint8)
