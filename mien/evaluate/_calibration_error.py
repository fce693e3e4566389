"""Is "80 % sure" right 80 times in 100? Gaps between what is promised and kept, less the noise of counting."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mien.evaluate._checks import Floats, Integers
from mien.evaluate._figures import wilson
from mien.evaluate._reliability import Bin, Reliability
from mien.evaluate._resample import bounds, draws, tally

BINS = 15  # as Guo et al. 2017, but with equally many samples in each
LEAST = 10  # samples in a bin at least
HALVINGS, DRAWS = 12, 500


def reliability(truth: Integers, rows: Floats, units: Integers | None, seed: int = 0) -> Reliability:
    """Measure probabilities, float64 [N, classes], against the truth, int64 [N]; `units` int64 [N], or None."""
    sure, right = rows.max(axis=1), rows.argmax(axis=1) == truth
    places = _places(sure)
    counts, hits, sums = _binned(places, sure, right)
    gaps = np.abs(hits - sums) / len(sure)
    error = float(_without_noise(counts, hits, sums))
    low, high = _interval(places, right, sums / counts, units, error, seed)
    witnesses = 1.0 if units is None else (int(units.max()) + 1) / len(units)
    found = [_bin(*row, witnesses) for row in zip(counts, hits, sums, strict=True)]
    by_class = np.mean([_of_class(rows[:, number], truth == number) for number in range(rows.shape[1])])
    return Reliability(tuple(found), error, low, high, float(gaps.sum()), float(by_class))


def _places(sure: Floats) -> Integers:
    """Put samples into bins of equally many, equal ones together: int64 [N], numbered without gaps."""
    bins = max(1, min(BINS, len(sure) // LEAST))
    edges = np.unique(np.quantile(sure, np.arange(1, bins) / bins))
    found: Integers = np.unique(np.searchsorted(edges, sure, side="left"), return_inverse=True)[1].astype(np.int64)
    return found


def _binned(places: Integers, sure: Floats, right: NDArray[np.bool_]) -> tuple[Floats, Floats, Floats]:
    counts = np.bincount(places).astype(np.float64)
    hits, sums = (np.bincount(places, weights=values).astype(np.float64) for values in (right, sure))
    return counts, hits, sums


def _of_class(sure: Floats, right: NDArray[np.bool_]) -> float:
    return float(_without_noise(*_binned(_places(sure), sure, right)))


def _without_noise(counts: Floats, hits: Floats, sums: Floats, times: float = 1.0) -> Floats:
    """Take from the mean gap over bins what counting so few samples adds to it: [..., bins] to [...].

    The gaps are shrunk until, with the noise of counting on top, their mean size is expected to be what was counted.
    `times` is how often that noise is in it.
    """
    some = np.maximum(counts, 1)
    gaps, weights = np.abs(hits - sums) / some, counts / counts.sum(-1, keepdims=True)
    share = (hits + 1) / (some + 2)  # so that a bin of right answers alone has some noise too
    noise = np.sqrt(times * share * (1 - share) / some)
    counted = (weights * gaps).sum(-1)
    low, high = np.zeros_like(counted), np.ones_like(counted)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        enough = (weights * _folded(middle[..., None] * gaps, noise)).sum(-1) > counted
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    found: Floats = low * counted
    return found


def _folded(gap: Floats, noise: Floats) -> Floats:
    """Return the mean of |gap + noise|, that of a folded normal distribution."""
    ratio = gap / noise
    found: Floats = noise * np.sqrt(2 / np.pi) * np.exp(-(ratio**2) / 2) + gap * _erf(ratio / np.sqrt(2))
    return found


def _erf(value: Floats) -> Floats:
    """Return the error function of what is not negative, within 1.5e-7 (Abramowitz & Stegun 1964, 7.1.26)."""
    part = 1 / (1 + 0.3275911 * value)
    curve = part * (
        0.254829592 + part * (-0.284496736 + part * (1.421413741 + part * (-1.453152027 + part * 1.061405429)))
    )
    found: Floats = 1 - curve * np.exp(-(value**2))
    return found


def _interval(
    places: Integers, right: NDArray[np.bool_], sure: Floats, units: Integers | None, error: float, seed: int
) -> tuple[float, float]:
    """Draw units again; what their gaps have of noise is there twice, once in what was measured."""
    bins = len(sure)
    rows, many = tally(units, places * 2 + right, 2 * bins)
    drawn = np.concatenate([*draws(rows, many, seed)])[:DRAWS]
    both = drawn.reshape(-1, bins, 2).astype(np.float64)
    counts = both.sum(2)
    spread = _without_noise(counts, both[:, :, 1], counts * sure, times=2.0)
    if many.sum() == 1:
        return 0.0, 1.0  # one witness knows nothing of others
    low, high = bounds(np.array(error), spread, int(many.sum()))
    return max(0.0, min(float(low), error)), max(float(high), error)


def _bin(count: float, hits: float, total: float, witnesses: float) -> Bin:
    share = wilson(hits / count, max(1, round(count * witnesses)))
    return Bin(int(count), total / count, share.value, share.low, share.high)
