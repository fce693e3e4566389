"""What a model answers when parts of a sample are hidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from mien.core.errors import SettingError

if TYPE_CHECKING:
    from mien.core.types import Predict, Probabilities, Singles
    from mien.kinds import Parts

    Left = Callable[[Singles], Singles]  # from strengths [N, down, across] to what is left of the probability [N]

BATCH = 32  # rows a call: 6 MB of pictures of 256 x 256


def answers(predict: Predict, parts: Parts, strength: Singles) -> Probabilities:
    """Hide parts, float32 [N, down, across] of 0..1, and ask: float32 [N, classes]."""
    found = []
    for start in range(0, len(strength), BATCH):
        rows = parts.hide(strength[start : start + BATCH])
        answered = np.asarray(predict(rows))
        if answered.ndim != 2 or len(answered) != len(rows) or not np.isfinite(answered).all():
            came = f"The model answered with an array of shape {list(answered.shape)} for {len(rows)} rows"
            raise SettingError(came, expected="finite probabilities of shape [rows, classes]")
        found.append(answered.astype(np.float32))
    return np.concatenate(found)


def left(predict: Predict, parts: Parts, label: int) -> Left:
    """Return a function from what is hidden to what is left of a class's probability."""
    return lambda strength: answers(predict, parts, strength)[:, label]
