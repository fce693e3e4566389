"""Draw samples again, or whole persons: the bootstrap that scores and comparisons share.

What is drawn is a unit: one sample, or all samples of one person. Units whose counts are the same are one pattern, and
drawing units again is drawing the patterns from a multinomial distribution, so that a resample costs no more than
there are patterns, however many samples there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np

from mien.core.errors import SettingError
from mien.evaluate._checks import Clusters, Floats, Integers
from mien.evaluate._student import quantile, tail_share

Counts = TypeVar("Counts", Integers, Floats)  # sums of floats are quicker, by BLAS

RESAMPLES = 2000
FEW = 10  # units: fewer of them have too few resamples to reach as far as chance does
CELLS = 4_000_000  # numbers drawn at a time: 32 MB


def units_of(clusters: Clusters, samples: int) -> Integers | None:
    """Give every unit a number.

    Returns int64 [N], unit of each sample, 0 and up; None where every sample stands alone.
    """
    if clusters is None:
        return None
    values = clusters.tolist() if isinstance(clusters, np.ndarray) else list(clusters)  # type: ignore[arg-type]
    if len(values) != samples:
        raise SettingError(f"Wrong number of clusters: {len(values)}", expected=f"one a sample, {samples}")
    known: dict[object, int] = {}
    # A missing value is no person: a key of its own for each.
    keys = [(place,) if value is None or value != value else value for place, value in enumerate(values)]  # noqa: PLR0124
    found = np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int64)
    return None if len(known) == samples else found


def witnesses_of(clusters: Clusters, samples: int) -> Integers:
    """Give every unit a number, int64 [N], also where every sample stands alone."""
    units = units_of(clusters, samples)
    return np.arange(samples) if units is None else units


def tally(units: Integers | None, codes: Integers, kinds: int) -> tuple[Integers, Integers]:
    """Count what each unit holds, and how many units hold the same.

    `units` int64 [N] or None; `codes` int64 [N], 0..kinds-1. Returns counts int64 [patterns, kinds], and how many units
    are so, int64 [patterns]; sorted, so that the order of samples and the names of units do not matter.
    """
    if units is None:
        found = np.bincount(codes, minlength=kinds)
        there = np.flatnonzero(found)
        return np.eye(kinds, dtype=np.int64)[there], found[there]
    count = int(units.max()) + 1
    table = np.bincount(units * kinds + codes, minlength=count * kinds).reshape(count, kinds)
    rows, many = np.unique(table, axis=0, return_counts=True)
    return rows, many


def draws(rows: Counts, many: Integers, seed: int, *, width: int = 1) -> Iterator[Counts]:
    """Draw as many units as there are, with replacement, again and again.

    `rows` [patterns, kinds], `many` int64 [patterns]; yields [block, kinds], `RESAMPLES` draws in all.
    """
    draw, units = np.random.default_rng(seed), int(many.sum())
    step = max(1, CELLS // max(rows.shape[0], rows.shape[1], width))
    for start in range(0, RESAMPLES, step):
        drawn = draw.multinomial(units, many / units, size=min(step, RESAMPLES - start))
        yield drawn @ rows


def bounds(value: Floats, spread: Floats, units: int) -> Floats:
    """Put a 95 % interval around figures that were resampled.

    `value` float64 [...]; `spread` float64 [resamples, ...]; returns float64 [2, ...], low and high: percentiles,
    expanded a little (Hesterberg 2015), and with fewer than 10 units at least as wide as Student's t makes them.
    """
    cut = 100 * tail_share(units)
    found: Floats = np.percentile(spread, [cut, 100 - cut], axis=0)
    if units >= FEW:
        return found
    half = quantile(units - 1) * spread.std(axis=0) * np.sqrt(units / (units - 1))
    return np.stack([np.minimum(found[0], value - half), np.maximum(found[1], value + half)])
