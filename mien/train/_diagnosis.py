"""Why a loss has become no number, as far as the recipe can tell."""

from __future__ import annotations

import numpy as np

from mien.core.errors import TrainingError
from mien.core.recipe import Recipe

# Above these a rate is unusual for its optimiser; the largest that its authors or Keras's examples use.
USUAL = {"adam": 0.01, "adamw": 0.02, "lion": 0.003, "rmsprop": 0.01, "sgd": 0.5}


def no_number(loss: float, recipe: Recipe, *, epoch: int, step: int) -> TrainingError:
    """Put a loss that is no number into a sentence."""
    rate, usual = float(recipe.learning_rate or 0.001), USUAL.get(recipe.optimizer or "adam", 0.01)
    if recipe.precision == "mixed_float16" and rate <= usual:
        todo = "float16 ends at 65,504 and something grew beyond it: try precision = 'mixed_bfloat16' or 'float32'"
    elif (epoch, step) == (1, 1) and rate <= usual:
        todo = "It was so before the first change, so the weights it started from hold no numbers: start afresh"
    elif rate > usual:
        high = f"learning_rate = {rate:g} is high for '{recipe.optimizer}', where {usual:g} is much already"
        todo = f"{high}: try {rate / 10:g}, and start anew"
    elif not recipe.clip_norm:
        todo = f"The steps grew too long: try clip_norm = 1, or learning_rate = {rate / 10:g}, and start anew"
    else:
        todo = f"The steps grew too long although they are clipped: try learning_rate = {rate / 10:g}, and start anew"
    return TrainingError(f"The loss became {np.float64(loss)} in epoch {epoch}, step {step}", todo=todo)
