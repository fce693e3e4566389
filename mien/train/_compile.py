"""Optimiser, schedule and loss from the recipe."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mien.core.recipe import Recipe

if TYPE_CHECKING:
    import keras


def prepare(model: keras.Model, recipe: Recipe, *, steps: int) -> None:
    """Compile a model as the recipe says, with every optimiser variable made.

    Parameters
    ----------
    model : keras.Model
        Built.
    recipe : Recipe
        Resolved.
    steps : int
        Steps of the whole run, for the schedule.
    """
    from keras import metrics

    # An object, not the word "accuracy": Keras would make its variables during the first step, and TensorFlow traces
    # a step that makes variables twice, two seconds for nothing.
    accuracy = metrics.SparseCategoricalAccuracy(name="accuracy")
    model.compile(optimizer=optimizer(recipe, steps), loss=loss(recipe), metrics=[accuracy])
    model.optimizer.build(model.trainable_variables)


def optimizer(recipe: Recipe, steps: int) -> keras.optimizers.Optimizer:
    """Make the optimiser.

    Parameters
    ----------
    recipe : Recipe
        ``optimizer``, ``learning_rate``, ``schedule``, ``weight_decay``.
    steps : int
        Steps of the whole run.

    Returns
    -------
    keras.optimizers.Optimizer
        Adam (Kingma & Ba 2015), AdamW (Loshchilov & Hutter 2019) or SGD with Nesterov momentum 0.9.
    """
    from keras import optimizers

    from mien.train._adam import Adam

    rate = _schedule(recipe, steps)
    if recipe.optimizer == "sgd":
        return optimizers.SGD(rate, momentum=0.9, nesterov=True)
    if recipe.optimizer == "adamw":
        # A memory of 100 steps, not of 1,000: a short training has few hundred, and its gradients change quickly.
        chosen = Adam(rate, beta_2=0.99, weight_decay=recipe.weight_decay or 0.0)
        # Pulling biases and the scales of normalisation towards zero only harms (He et al. 2019, section 3.1).
        chosen.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        return chosen
    return Adam(rate)


def loss(recipe: Recipe) -> str | Callable[[Any, Any], Any]:
    """Make the loss.

    Parameters
    ----------
    recipe : Recipe
        ``label_smoothing``.

    Returns
    -------
    str or callable
        Cross-entropy of class numbers int ``[B]`` against weights float32 ``[B, classes]``, nats. Outputs that do
        not sum to one (sigmoid) are normalised, as Keras does.
    """
    from keras import ops

    smoothing = recipe.label_smoothing or 0.0
    if not smoothing:
        return "sparse_categorical_crossentropy"

    def smoothed(truth: Any, answers: Any) -> Any:  # noqa: ANN401 - tensors of any backend
        # Szegedy et al. 2016, section 7: (1 - s) of the weight on the truth, s spread over all classes.
        weights = answers / ops.sum(answers, axis=-1, keepdims=True)  # [B, C]
        logs = ops.log(ops.clip(weights, 1e-7, 1.0))  # [B, C]
        classes = logs.shape[-1]
        wanted = ops.one_hot(ops.cast(ops.reshape(truth, (-1,)), "int32"), classes)  # [B, C]
        return -ops.sum(logs * (wanted * (1 - smoothing) + smoothing / classes), axis=-1)  # [B]

    return smoothed


def _schedule(recipe: Recipe, steps: int) -> Any:  # noqa: ANN401 - a float or a Keras schedule
    from keras.optimizers.schedules import CosineDecay

    top = 0.001 if recipe.learning_rate is None else float(recipe.learning_rate)
    if recipe.schedule == "cosine":
        return CosineDecay(top, max(steps, 1))
    if recipe.schedule == "one-cycle":
        # Smith & Topin 2018: up to the largest rate in the first 15 % of the run, down to nearly nothing after it.
        rising = max(int(0.15 * steps), 1)
        return CosineDecay(top / 25, max(steps - rising, 1), alpha=0.01, warmup_target=top, warmup_steps=rising)
    return top
