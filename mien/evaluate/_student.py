"""Student's t distribution, for intervals from few persons or few seeds: the base of Mien has no SciPy."""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist

import numpy as np

NORMAL = NormalDist()
MANY = 10_000.0  # degrees of freedom from which on the normal distribution differs by less than 1e-4
POINTS = 1001  # of the integration: exact to 1e-7, far closer with 2 degrees of freedom and more


def tail(t: float, freedom: float) -> float:
    """Return how often chance exceeds a value.

    With t = sqrt(freedom) tan(angle) the density is cos(angle) ** (freedom - 1), which is integrated by Simpson's rule.

    >>> round(tail(2.2621572, 9), 6)
    0.025
    """
    if freedom > MANY:
        return NORMAL.cdf(-t)
    start = np.arctan2(t, np.sqrt(freedom))
    return 0.5 * _area(start, freedom) / _area(0.0, freedom)


@lru_cache(maxsize=256)
def quantile(freedom: float, chance: float = 0.025) -> float:
    """Return the value that chance (above 0, below 0.5) exceeds so often: by bisection, exact to 1e-6 of itself.

    >>> round(quantile(9), 4)
    2.2622
    """
    if freedom > MANY:
        return -NORMAL.inv_cdf(chance)
    low, high = 0.0, 1.0
    while tail(high, freedom) > chance:
        low, high = high, 2 * high
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle, freedom) > chance else (low, middle)
    return (low + high) / 2


@lru_cache(maxsize=256)
def tail_share(units: int) -> float:
    """Return where to cut a bootstrap distribution so that 95 % lie between, with few units.

    The expanded percentile interval (Hesterberg 2015, "What Teachers Should Know About the Bootstrap", section 4.3); of
    thousands of units 0.025.

    >>> round(tail_share(10), 4), round(tail_share(100_000), 4)
    (0.0086, 0.025)
    """
    return NORMAL.cdf(-float(np.sqrt(units / (units - 1))) * quantile(units - 1))


def _area(start: float, freedom: float) -> float:
    # The integrand falls to nothing within a few 1 / sqrt(freedom), so that is where the points belong.
    end = min(np.pi / 2, start + 40 / np.sqrt(freedom))
    angles = np.linspace(start, end, POINTS)
    heights = np.cos(np.minimum(angles, np.pi / 2)).clip(0) ** (freedom - 1)
    return float((heights[0] + heights[-1] + 4 * heights[1::2].sum() + 2 * heights[2:-1:2].sum()) * (end - start) / 3)
