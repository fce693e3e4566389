"""What is minimised, from the recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mien.core.recipe import Recipe

if TYPE_CHECKING:
    import keras


def loss(recipe: Recipe) -> keras.losses.Loss:
    """Make the loss, in nats, of soft labels float32 [B, classes] against probabilities float32 [B, classes].

    Cross-entropy, focal loss (Lin et al. 2017: an answer that gives the truth the probability p counts (1 - p) ** gamma
    as much), or binary cross-entropy of each output; label smoothing as in Szegedy et al. 2016, section 7.
    """
    from keras import losses

    smoothing = recipe.label_smoothing or 0.0
    if recipe.loss == "focal":
        # alpha = 1: weighing classes is `balance`'s work.
        gamma = 2.0 if recipe.focal_gamma is None else recipe.focal_gamma
        return losses.CategoricalFocalCrossentropy(alpha=1.0, gamma=gamma, label_smoothing=smoothing)
    if recipe.loss == "binary":
        return losses.BinaryCrossentropy(label_smoothing=smoothing)
    return losses.CategoricalCrossentropy(label_smoothing=smoothing)
