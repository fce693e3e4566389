"""How much a sample counts, so that rare classes are not drowned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mien.core.types import Floats, Integers


def class_weights(counts: Integers, balance: float) -> Floats:
    """Weigh each class, float64 [classes], so that the average sample weighs 1.

    `counts` are int64 [classes]; `balance` 0 counts all samples alike, 1 gives every class the same say.
    """
    counts = np.maximum(counts, 1)
    weights = (counts / counts.mean()) ** -balance
    return np.asarray(weights / np.average(weights, weights=counts))
