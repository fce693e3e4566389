"""The rule that turns gradients into steps, from the recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mien.core.recipe import Recipe

if TYPE_CHECKING:
    import keras


def optimizer(recipe: Recipe, rate: Any) -> keras.optimizers.Optimizer:  # noqa: ANN401 - a float or a Keras schedule
    """Make the optimiser.

    Adam (Kingma & Ba 2015), AdamW (Loshchilov & Hutter 2019), SGD with momentum (Polyak 1964; Nesterov 1983), RMSprop
    (Hinton 2012) or Lion (Chen et al. 2023); clipping by the norm of all gradients together (Pascanu et al. 2013).
    """
    from keras import optimizers

    from mien.train._adam import Adam

    more: dict[str, Any] = {
        "global_clipnorm": recipe.clip_norm or None,
        "gradient_accumulation_steps": recipe.accumulate if (recipe.accumulate or 1) > 1 else None,
        "use_ema": bool(recipe.ema),
        "ema_momentum": averaging(recipe),
    }
    if recipe.optimizer != "adam":
        more["weight_decay"] = recipe.weight_decay or None
    if recipe.optimizer == "sgd":
        momentum = 0.9 if recipe.momentum is None else recipe.momentum
        chosen = optimizers.SGD(rate, momentum=momentum, nesterov=recipe.nesterov is not False, **more)
    elif recipe.optimizer == "rmsprop":
        chosen = optimizers.RMSprop(rate, momentum=recipe.momentum or 0.0, **more)
    elif recipe.optimizer == "lion":
        chosen = optimizers.Lion(rate, **more)
    elif recipe.optimizer == "adamw":
        # A memory of 100 steps, not of 1,000: a short training has few hundred, and its gradients change quickly.
        chosen = Adam(rate, beta_2=0.99, **more)
    else:
        return Adam(rate, **more)
    # Pulling biases and the scales of normalisation towards zero only harms (He et al. 2019, section 3.1).
    chosen.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    return chosen


def averaging(recipe: Recipe) -> float:
    """Say which share of the old a moving average keeps at each batch: `ema` is meant by the step, of several."""
    return float((recipe.ema or 0.0) ** (1 / (recipe.accumulate or 1)))
