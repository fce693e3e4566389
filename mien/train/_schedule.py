"""How the learning rate changes over a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mien.core.history import Epoch, better
from mien.core.recipe import Recipe


def schedule(recipe: Recipe, top: float, epochs: int, steps: int) -> Any:  # noqa: ANN401 - a float or a Keras schedule
    """Make the schedule: cosine decay (Loshchilov & Hutter 2017), one cycle (Smith & Topin 2018), steps.

    A float for ``constant``, and for ``plateau``, which `plateau_rate` changes between epochs.
    """
    from keras.optimizers.schedules import CosineDecay, PiecewiseConstantDecay

    total = max(epochs * steps, 1)
    rising = max(int((recipe.warmup or 0.0) * total), 1)
    if recipe.schedule == "cosine" and not recipe.warmup:
        return CosineDecay(top, total)
    if recipe.schedule == "cosine":
        return CosineDecay(0.0, max(total - rising, 1), warmup_target=top, warmup_steps=rising)
    if recipe.schedule == "one-cycle":
        return CosineDecay(top / 25, max(total - rising, 1), alpha=0.01, warmup_target=top, warmup_steps=rising)
    if recipe.schedule == "step":
        every, factor = int(recipe.decay_every or 1), float(recipe.decay_factor or 1.0)
        cuts = range(every, epochs, every)
        rates = [top * factor**number for number in range(len(cuts) + 1)]
        return PiecewiseConstantDecay([cut * steps - 1 for cut in cuts], rates) if cuts else top
    return top


def plateau_rate(recipe: Recipe, top: float, rows: Sequence[Epoch]) -> float:
    """Say with which rate the next epoch runs under ``schedule = "plateau"``."""
    rate, waited, best = top, 0, None
    for row in rows:
        best, waited = (row, 0) if best is None or better(row, best) else (best, waited + 1)
        if waited == recipe.decay_every:
            rate, waited = rate * float(recipe.decay_factor or 1.0), 0
    return rate
