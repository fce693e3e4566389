"""Several channels become one: the mean of those that hold something."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from mien.core.types import Floats, Singles

    Flags = npt.NDArray[np.bool_]

_DEAD = 1e-4  # of the loudest channel's power, 40 dB: a microphone that was not plugged in
_OPPOSED = 0.05  # of the channels' mean power: their sum all but vanishes, as one of them is wired the wrong way round
_LOUDEST = 2.0  # floats above it are on another scale, such as that of 16 bits


def mixing(pieces: Iterable[Singles], channels: int) -> Singles:
    """Listen to a whole file and say how much of each channel is taken, float32 [C]."""
    products, peak = in_common(pieces, channels)
    weights = _weights(products)
    return (weights / peak if _LOUDEST < peak < np.inf else weights).astype(np.float32)


def in_common(pieces: Iterable[Singles], channels: int) -> tuple[Floats, float]:
    """Return what each channel has in common with each, float64 [C, C], and the loudest sample."""
    products, peak = np.zeros((channels, channels)), 0.0
    for piece in pieces:  # float32 [n, C]
        products += piece.T @ piece
        peak = max(peak, float(np.abs(piece).max(initial=0)))
    return products, peak


def dead(products: Floats) -> Flags:
    """Say which channels are silent where others are not: bool [C], from what each has in common with each [C, C]."""
    power = np.diag(products)
    loudest = float(power.max(initial=0))
    return np.asarray((power <= _DEAD * loudest) & (loudest > 0), np.bool_)


def _weights(products: Floats) -> Floats:
    if not np.isfinite(products).all():  # told of where the samples themselves are looked at
        return np.full(len(products), 1 / len(products))
    power, alive = np.diag(products), ~dead(products)
    weights: Floats = alive / alive.sum()
    if weights @ products @ weights < _OPPOSED * power[alive].mean():
        weights = np.eye(len(power))[int(power.argmax())]
    return weights
