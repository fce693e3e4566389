"""How loud a clip is, and how far the voice in it stands above the noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mien.kinds._quality import Quality

if TYPE_CHECKING:
    from mien.core.types import Singles

QUALITIES = (
    Quality("level", "decibels of full scale", (-47, -40, -30, -20), ("faint", "quiet", "medium", "loud", "glaring")),
    Quality("voice over noise", "decibels", (14, 18, 28, 40), ("drowned", "noisy", "medium", "clear", "studio")),
)
_FRAME = 320  # samples, 20 ms
_FLOOR = 1e-9  # power; digital silence


def quality(row: Singles) -> tuple[float, ...]:
    """Measure each of the `QUALITIES` of a row, float32 [T], without the zeros at its end.

    The noise is what a tenth of its frames stay below, the voice what a tenth exceed.
    """
    ends = np.flatnonzero(row)
    heard = row[: int(ends[-1]) + 1] if len(ends) else row[:_FRAME]
    frames = np.pad(heard, (0, -len(heard) % _FRAME)).astype(np.float64).reshape(-1, _FRAME)
    powers = np.maximum((frames**2).mean(axis=1), _FLOOR)
    noise, voice = np.percentile(10 * np.log10(powers), [10, 90])
    return float(10 * np.log10(powers.mean())), float(voice - noise)
