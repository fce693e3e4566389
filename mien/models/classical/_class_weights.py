"""How much each picture counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mien.core.balance import class_weights

if TYPE_CHECKING:
    from mien.core.recipe import Recipe
    from mien.core.types import Integers
    from mien.models.features import Features


def weights(numbers: Integers, classes: int, recipe: Recipe) -> Features:
    """Weigh int64 [N] class numbers as the training of networks does: float32 [N], 1 on average."""
    each = class_weights(np.bincount(numbers, minlength=classes), float(recipe.balance or 0.0))
    one: Features = each[numbers].astype(np.float32)
    return one
