"""Courses over the frames become statistics of the frames that a mask keeps."""

from __future__ import annotations

import numpy as np

from mien.models.features._tensor import Tensor, joined
from mien.models.features.sound._frames import PER_SECOND
from mien.models.features.sound._masked import mean, quantiles

SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)


def statistics(values: Tensor, mask: Tensor, count: int) -> Tensor:
    """Add mean, deviation, five percentiles, slope and change a second: [N, C, 9] of [N, C, F], F being `count`."""
    middle = mean(values, mask, 2)
    apart = (values - middle) * mask
    deviation = mean(apart.square(), mask, 2).root()
    seconds = np.arange(count) / PER_SECOND
    since = (seconds - mean(mask * seconds, mask, 2)) * mask
    slope = (apart * since).sum(2) / since.square().sum(2).least(1e-3)
    both = mask.cut(2, 1) * mask.cut(2, 0, -1)
    change = mean((values.cut(2, 1) - values.cut(2, 0, -1)).abs(), both, 2) * PER_SECOND
    return joined(middle, deviation, quantiles(values, mask, SHARES), slope, change, axis=2)


def thirds(values: Tensor, mask: Tensor, inside: Tensor) -> Tensor:
    """Add how the mean in each third of a clip differs from the whole one's: [N, C, 3]; 0 where nothing is kept."""
    place = inside.running(2) / inside.sum(2).least(1)  # above 0, up to 1 at the end of the clip
    whole = mean(values, mask, 2)
    found = []
    for number in range(3):
        part = mask * (place > number / 3) * (1 - (place > (number + 1) / 3))
        found.append((mean(values, part, 2) - whole) * (part.sum(2) > 0))
    return joined(*found, axis=2)
