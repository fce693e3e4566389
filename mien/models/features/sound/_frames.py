"""A row of samples becomes frames: their power spectra, how loud each is, and which of them sound."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mien.kinds.sound import RATE
from mien.models.features._tensor import Tensor, joined
from mien.models.features.sound._masked import mean, quantiles

if TYPE_CHECKING:
    from mien.core.types import Integers
    from mien.models.features._onnx_graph import Graph

HOP = 256  # samples from one frame to the next, 16 ms
PER_SECOND = RATE / HOP
SHORT = 512  # samples of a frame that tells sounds apart
LONG = 3 * HOP  # and of one for pitch, which needs three periods
BINS = np.arange(2, 244)  # of the short one, 31.25 Hz apart, to 7.6 kHz
HERTZ = BINS * RATE / SHORT
FINE_SIZE = 1280  # so many samples hold a long frame and its longest lag
FINE = np.arange(4, 121)  # bins of the long one, 12.5 Hz apart, to 1.5 kHz
AFTER = 2  # frames of silence behind the row: its end is heard like the end of a shorter clip
FLOOR = 1e-6  # beside a clip's loud parts: what lies below is as good as silent
DECIBELS = 10 / math.log(10)
QUIET, FAINT = -38.0, -28.0  # dB under the loud parts: no sound any more; too faint to be voiced


@dataclass(frozen=True)
class Frames:
    """F frames of each clip. Powers count beside the clip's loud parts, so that its level changes nothing."""

    power: Tensor  # [N, F, BINS]
    fine: Tensor  # [N, F, FINE]
    level: Tensor  # [N, F, 1], dB
    inside: Tensor  # [N, F, 1], 1 up to the last sample that is not zero
    sounding: Tensor  # [N, F, 1], 1 where it is no pause


def frames(graph: Graph, rows: str, length: int) -> Frames:
    """Cut float32 ``[N, length]`` into frames, and add their spectra as one product with sines and cosines."""
    count = -(-length // HOP) + AFTER
    samples = Tensor(graph, rows)
    samples = samples / samples.abs().max(1).least(1e-30)
    blocks = samples.pad([0, HOP, 0, (count + 1) * HOP - length]).shaped(-1, count + 2, HOP)
    inside = blocks.abs().max(2).cut(1, 1, -1).running(1, backwards=True) > 0
    waves = joined(*(blocks.cut(1, at, count + at) for at in range(3)), axis=2) @ _waves(graph)
    edges = np.cumsum([0, len(BINS), len(BINS), len(FINE), len(FINE)]).tolist()
    real, imaginary, fine, other = (waves.cut(2, *ends).square() for ends in pairwise(edges))
    power = real + imaginary
    whole = power.sum(2)
    # The 95th of a hundred frames: no single click sets the scale.
    loud = quantiles(whole.turned(0, 2, 1), inside.turned(0, 2, 1), [0.95])
    loud = loud.least(mean(whole, inside, 1) * 0.05).least(1e-20)
    level = decibels(whole / loud)
    return Frames(power / loud, (fine + other) / loud, level, inside, inside * (level > QUIET))


def decibels(power: Tensor) -> Tensor:
    """Return 10 log10, with `FLOOR` added."""
    return (power + FLOOR).log() * DECIBELS


def _waves(graph: Graph) -> Tensor:
    """Sines and cosines under Hann windows, ``[LONG, 2 (BINS + FINE)]``; made by the graph, of two small tables."""
    margin = (LONG - SHORT) // 2
    short, long = np.pad(np.hanning(SHORT + 1)[:-1], margin), np.hanning(LONG + 1)[:-1]
    parts = []
    for window, size, bins in ((short, SHORT, BINS), (long, FINE_SIZE, FINE)):
        for wave in (np.cos, np.sin):
            parts.append(turning(graph, wave, np.arange(LONG), bins, size) * (window[:, None] / len(window)))
    return joined(*parts, axis=1)


def turning(graph: Graph, wave: np.ufunc, times: Integers, bins: Integers, size: int) -> Tensor:
    """Add ``wave(2 pi times x bins / size)`` as a table of `size` numbers and places in it: [times, bins]."""
    turns = graph("Mul", graph.constant(times[:, None], np.int64), graph.constant(bins[None], np.int64))
    places = graph("Mod", turns, graph.constant(size, np.int64))
    table = graph.constant(wave(2 * np.pi * np.arange(size) / size))
    return Tensor(graph, graph("Gather", table, places))
