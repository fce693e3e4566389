"""When a training ends, and the sentence that says why."""

from __future__ import annotations

from collections.abc import Sequence

from mien.core.history import Epoch, History
from mien.core.recipe import Recipe


def reason_to_stop(rows: Sequence[Epoch], recipe: Recipe) -> str:
    """Say in a sentence why no further epoch is trained; nothing while training goes on."""
    if len(rows) >= int(recipe.epochs or 1):
        return f"All {len(rows)} epochs of the recipe were done."
    if not rows:
        return ""
    return _reached(rows[-1], recipe) or _waited(rows, recipe) or _spent(rows[-1], recipe)


def _reached(row: Epoch, recipe: Recipe) -> str:
    if not recipe.target:
        return ""
    metric = recipe.target_metric or "val_balanced_accuracy"
    value = float(getattr(row, metric))
    if value > recipe.target if metric == "val_loss" else value < recipe.target:
        return ""
    return f"{metric} reached {value:.3f}, and {recipe.target} was the target, in epoch {row.epoch}."


def _waited(rows: Sequence[Epoch], recipe: Recipe) -> str:
    best = History(tuple(rows)).best.epoch
    # A network whose backbone was let loose gets its patience anew.
    since = max(best, int(recipe.frozen_epochs or 0))
    if not recipe.patience or len(rows) - since < recipe.patience:
        return ""
    return f"Validation had not improved for {recipe.patience} epochs; the weights of epoch {best} were kept."


def _spent(row: Epoch, recipe: Recipe) -> str:
    if not recipe.minutes or row.seconds < 60 * recipe.minutes:
        return ""
    return f"The time budget of {recipe.minutes:g} minutes was spent in epoch {row.epoch}."
