"""How bright, how rich in contrast and how sharp a crop is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mien.kinds._quality import Quality

if TYPE_CHECKING:
    from mien.core.types import Pixels

# Edges are the quantiles 2, 15, 85 and 98 % of FER2013's crops, so that a change moves many of them.
QUALITIES = (
    Quality("brightness", "mean grey, 0..255", (60, 95, 160, 195), ("black", "dark", "medium", "bright", "glaring")),
    Quality("contrast", "standard deviation of grey", (25, 40, 67, 83), ("flat", "low", "medium", "high", "harsh")),
    Quality(
        "sharpness", "edges by contrast", (0.47, 0.63, 1.05, 1.35), ("blurred", "soft", "medium", "sharp", "grainy")
    ),
)
_GREY = np.array([0.299, 0.587, 0.114])  # BT.601


def quality(pixels: Pixels) -> tuple[float, ...]:
    """Measure each of the `QUALITIES` of a crop, uint8 [S, S, 3]."""
    grey = pixels @ _GREY
    spread = float(grey.std())
    inner = grey[1:-1, 1:-1]
    laplacian = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * inner
    return float(grey.mean()), spread, float(laplacian.std()) / max(spread, 1.0)
