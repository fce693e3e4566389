"""How well two registered pictures agree: all over, block by block, and in detail of about the same strength."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Singles = NDArray[np.float32]
Pair = tuple[Singles, Singles]

_NOISE = 9.0  # squared grey levels: weaker detail than this counts less


def each(pair: Pair, change: Callable[[Singles], Any]) -> Pair:
    """Change both pictures in one way."""
    return np.asarray(change(pair[0]), np.float32), np.asarray(change(pair[1]), np.float32)


def detail(pair: Pair, band: tuple[float, float, float]) -> Pair:
    """Keep what is finer than a blur, of about the same strength everywhere: smoothed, less a blur, scaled within."""
    smooth, blur, within = band

    def fine(picture: Singles) -> Singles:
        found = cv2.GaussianBlur(picture, (0, 0), smooth) - cv2.GaussianBlur(picture, (0, 0), blur)
        return np.asarray(found / np.sqrt(cv2.GaussianBlur(found * found, (0, 0), within) + _NOISE), np.float32)

    return each(pair, fine)


def correlation(pair: Pair, inside: Singles) -> float:
    """Correlate two pictures where both are, -1..1."""
    count = inside.sum() + 1e-6
    one, other = (picture - (picture * inside).sum() / count for picture in pair)
    both = (one * one * inside).sum() * (other * other * inside).sum()
    return float((one * other * inside).sum() / np.sqrt(both + 1e-6))


def blocks(pair: Pair, inside: Singles, count: int, noise: float) -> Pair:
    """Correlate block by block: return the correlations [count * count], and how much there is to see in each."""
    side = len(inside) // count

    def total(values: Singles) -> Any:  # noqa: ANN401 - float32 [count, count]
        return values.reshape(count, side, count, side).sum(axis=(1, 3))

    there = total(inside) + 1e-6
    one, other = (
        (picture - (total(picture * inside) / there).repeat(side, 0).repeat(side, 1)) * inside for picture in pair
    )
    first, second = total(one * one), total(other * other)
    found = total(one * other) / np.sqrt((first + noise * there) * (second + noise * there))
    seen = np.where(there > side * side / 2, np.sqrt(np.minimum(first, second) / there), 0)
    return found.ravel(), seen.ravel()


def quantile(values: Singles, counts: Singles, share: float) -> float:
    """Return the value that `share` of the counts lie below."""
    order = np.argsort(values)
    passed = np.cumsum(counts[order])
    if passed[-1] <= 0:
        return 0.0
    return float(values[order][min(int(np.searchsorted(passed, passed[-1] * share)), len(values) - 1)])


def spread_out(correlations: list[float]) -> Singles:
    """Return ``-log(1.02 - r)``, so that the steps near 1 count."""
    found: Singles = -np.log(1.02 - np.clip(correlations, -1, 1))
    return found
