"""The training loop: the same few lines on TensorFlow, JAX and PyTorch."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from mien.core.errors import TrainingError
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Batches, Progress, silent
from mien.train import _checkpoint
from mien.train._compile import prepare
from mien.train._history import Epoch, History
from mien.train._tensorboard import Scalars

if TYPE_CHECKING:
    import keras

    from mien.core.types import Floats

BEST = "best.npz"
LAST = "last.npz"


def fit(
    model: keras.Model,
    training: Batches,
    validation: Batches,
    recipe: Recipe,
    run: Run,
    *,
    progress: Progress = silent,
    each: Callable[[Epoch], None] = lambda _: None,
) -> History:
    """Train until the epochs are used up or validation stops improving; keep the best weights.

    A run that was interrupted goes on after its last whole epoch: weights, optimiser, seeds and order are restored.

    Parameters
    ----------
    model : keras.Model
        From `models.build`; holds the best weights afterwards.
    training, validation : Batches
        The two sides.
    recipe : Recipe
        Resolved: epochs, batch, optimiser, schedule, patience.
    run : Run
        Gets history.csv, checkpoints and TensorBoard events, after every epoch.
    progress : Progress
        Shown per step.
    each : callable
        Called with every finished epoch.

    Returns
    -------
    History
        Every epoch, and why it stopped.

    Raises
    ------
    TrainingError
        If the loss is not a number any more.
    StorageError
        If the run's folder cannot be written.
    """
    epochs = int(recipe.epochs or 1)
    prepare(model, recipe, steps=epochs * len(training))
    rows = list(_checkpoint.restore(model, run.checkpoints / LAST, History.read(run.history)).epochs)
    before = rows[-1].seconds if rows else 0.0
    began = time.perf_counter()
    weights = _class_weights(training, recipe)
    left = (epochs - len(rows)) * len(training)
    ticks = iter(progress(range(left), total=left, what="training"))
    with Scalars(run.tensorboard) as board:
        while not (stopped := _reason_to_stop(rows, recipe)):
            loss, accuracy = _train_epoch(model, training, len(rows), weights, ticks)
            val_loss, val_accuracy, val_balanced = _validate(model, validation)
            rows.append(
                Epoch(
                    epoch=len(rows) + 1,
                    seconds=before + time.perf_counter() - began,
                    learning_rate=float(model.optimizer.learning_rate),
                    loss=loss,
                    accuracy=accuracy,
                    val_loss=val_loss,
                    val_accuracy=val_accuracy,
                    val_balanced_accuracy=val_balanced,
                )
            )
            _keep(model, run, History(tuple(rows)))
            board.write(rows[-1])
            each(rows[-1])
    load_best(model, run)
    return History(tuple(rows), stopped)


def load_best(model: keras.Model, run: Run) -> None:
    """Put the weights of the best epoch into a model.

    Parameters
    ----------
    model : keras.Model
        Of the same recipe.
    run : Run
        Trained.

    Raises
    ------
    StorageError
        If the checkpoint is missing, damaged, or of another network.
    """
    _checkpoint.load(model.variables, run.checkpoints / BEST)


def _reason_to_stop(rows: list[Epoch], recipe: Recipe) -> str:
    if len(rows) >= int(recipe.epochs or 1):
        return f"All {len(rows)} epochs of the recipe were done."
    if not rows or not recipe.patience:
        return ""
    best = History(tuple(rows)).best
    if len(rows) - best.epoch >= recipe.patience:
        return f"Validation had not improved for {recipe.patience} epochs; the weights of epoch {best.epoch} were kept."
    return ""


def _class_weights(training: Batches, recipe: Recipe) -> Floats | None:
    if not recipe.balance:
        return None
    counts = np.maximum(training.counts, 1)
    weights = (counts / counts.mean()) ** -recipe.balance
    return np.asarray(weights / np.average(weights, weights=counts))  # so that the average sample weighs 1


def _train_epoch(
    model: keras.Model, training: Batches, number: int, weights: Floats | None, ticks: Iterator[int]
) -> tuple[float, float]:
    full, steps = 0, []
    for pixels, labels in training.epoch(number):
        full = max(full, len(labels))
        # A last, shorter batch would be traced anew, seconds that a short training does not have; the order changes
        # every epoch, so nothing is left out twice.
        if len(labels) == full:
            sample_weight = None if weights is None else weights[labels].astype(np.float32)
            logs = model.train_on_batch(pixels, labels, sample_weight=sample_weight, return_dict=True)
            _check_finite(logs["loss"], number)
            steps.append((logs["loss"], logs["accuracy"]))  # of this batch alone: Keras forgets the ones before
        next(ticks, None)
    loss, accuracy = np.mean(steps, axis=0)
    return float(loss), float(accuracy)


def _check_finite(loss: float, number: int) -> None:
    if not math.isfinite(loss):
        raise TrainingError(
            f"The loss became {loss} in epoch {number + 1}",
            todo="The learning rate is probably too high: try a tenth of it, then --resume or start anew",
        )


def _validate(model: keras.Model, validation: Batches) -> tuple[float, float, float]:
    answers, truths, full = [], [], 0
    for pixels, labels in validation.epoch(0):
        full = max(full, len(labels))
        padded = np.pad(pixels, ((0, full - len(labels)), (0, 0), (0, 0), (0, 0)))  # one shape, one trace
        answers.append(np.asarray(model.predict_on_batch(padded), np.float64)[: len(labels)])
        truths.append(labels)
    return _figures(np.concatenate(truths), np.concatenate(answers))


def _figures(truth: np.ndarray, answers: Floats) -> tuple[float, float, float]:
    probabilities = answers / answers.sum(1, keepdims=True)  # sigmoid outputs do not sum to one
    chosen = probabilities[np.arange(len(truth)), truth]
    right = probabilities.argmax(1) == truth
    recalls = [right[truth == label].mean() for label in np.unique(truth)]
    return float(-np.log(np.maximum(chosen, 1e-7)).mean()), float(right.mean()), float(np.mean(recalls))


def _keep(model: keras.Model, run: Run, history: History) -> None:
    # The order matters to whoever is killed in between: `last` names the epoch that it holds, so that a history
    # which is one row behind or ahead is cut to it on resume.
    if history.best is history.epochs[-1]:
        _checkpoint.save(model.variables, run.checkpoints / BEST)
    history.save(run.history)
    _checkpoint.save([*model.variables, *model.optimizer.variables], run.checkpoints / LAST, epoch=len(history.epochs))
