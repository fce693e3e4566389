"""How much each picture counts, so that rare classes are not drowned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mien.core.recipe import Recipe
    from mien.core.types import Integers
    from mien.models.features import Features


def weights(numbers: Integers, classes: int, recipe: Recipe) -> Features:
    """Weigh int64 [N] class numbers as the training of networks does: float32 [N], 1 on average.

    ``balance`` = 0 counts all alike, 1 gives every class the same say.
    """
    counts = np.maximum(np.bincount(numbers, minlength=classes), 1)
    each = (counts / counts.mean()) ** -float(recipe.balance or 0.0)
    one: Features = (each / np.average(each, weights=counts))[numbers].astype(np.float32)
    return one
