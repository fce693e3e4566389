"""Compile a model for the part of the run that an epoch belongs to: first the head alone, then everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mien.backends import has_known_internals
from mien.core.recipe import Recipe
from mien.train._loss import loss
from mien.train._optimizer import averaging, optimizer
from mien.train._schedule import schedule

if TYPE_CHECKING:
    import keras

BACKBONE = "backbone"  # a network with a layer of this name keeps it frozen for `frozen_epochs`


@dataclass(frozen=True)
class Phase:
    """Some epochs with one optimiser."""

    # first, end: epochs from `first` to before `end`, from 0
    first: int
    end: int
    rate: float  # the largest learning rate
    frozen: bool  # whether the backbone stands still


def phase(model: keras.Model, recipe: Recipe, epoch: int) -> Phase:
    """Say to which part of the run an epoch belongs."""
    epochs, rate = int(recipe.epochs or 1), 0.001 if recipe.learning_rate is None else float(recipe.learning_rate)
    frozen = min(int(recipe.frozen_epochs or 0), epochs)
    if not frozen or all(layer.name != BACKBONE for layer in model.layers):
        return Phase(0, epochs, rate, frozen=False)
    if epoch < frozen:
        return Phase(0, frozen, rate, frozen=True)
    share = 1.0 if recipe.unfrozen_rate is None else recipe.unfrozen_rate
    return Phase(frozen, epochs, rate * share, frozen=False)


def enter(model: keras.Model, recipe: Recipe, now: Phase, steps: int) -> None:
    """Compile a model for a phase, with every optimiser variable made."""
    from keras import metrics

    for layer in model.layers:
        if layer.name == BACKBONE:
            # Frozen first, always: Keras passes nothing on to the layers inside where the flag does not change, and a
            # resumed run would find other trainable weights than the one that came here by the first phase.
            layer.trainable = False
            layer.trainable = not now.frozen
    _average_statistics(model, recipe)
    # An object, not the word "accuracy": Keras would make its variables during the first step, and TensorFlow traces
    # a step that makes variables twice, two seconds for nothing.
    accuracy = metrics.CategoricalAccuracy(name="accuracy")
    rate = schedule(recipe, now.rate, now.end - now.first, steps)
    model.compile(optimizer=optimizer(recipe, rate), loss=loss(recipe), metrics=[accuracy])
    model.optimizer.build(model.trainable_variables)


def _average_statistics(model: keras.Model, recipe: Recipe) -> None:
    """Let normalisation average its statistics over as many steps as the weights are averaged over.

    Behind weights averaged over five hundred steps, statistics of the last twenty left a network that had learnt for
    two epochs of FER2013 answering one class to everything.
    """
    import keras
    from keras import layers

    inside = model._flatten_layers if has_known_internals(keras) else lambda: _nested(model)  # noqa: SLF001
    for layer in inside():
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = max(layer.momentum, averaging(recipe))


def _nested(layer: Any) -> Iterator[Any]:  # noqa: ANN401 - Keras layers
    """Yield a network and what is in it: all but the parts of layers that are no networks, which Keras shows nobody."""
    yield layer
    for part in getattr(layer, "layers", ()):
        yield from _nested(part)
