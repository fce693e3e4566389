"""Train a model: a network step by step, an estimator in one go."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from mien.core import artifacts
from mien.core.files import write_bytes
from mien.core.history import Epoch, History
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Batches, Estimator, Progress, silent
from mien.train import _checkpoint
from mien.train._events import Begun, Stopped, Watch, unwatched
from mien.train._loop import BEST, LAST, Loop
from mien.train._tensorboard import Board
from mien.train._validate import measure

if TYPE_CHECKING:
    import keras

FITTED = "best.onnx"


def fit(
    model: keras.Model | Estimator,
    training: Batches,
    validation: Batches,
    recipe: Recipe,
    run: Run,
    *,
    watch: Watch = unwatched,
    progress: Progress = silent,
) -> History:
    """Train until a stop rule of the recipe holds; keep the best weights.

    A run that was interrupted goes on after its last checkpoint: weights, optimiser, seeds and order are restored.

    Parameters
    ----------
    model : keras.Model or Estimator
        From `models.build`; holds the best weights afterwards.
    training, validation : Batches
        The two sides.
    recipe : Recipe
        From `models.resolve`.
    run : Run
        Gets history.csv, checkpoints and TensorBoard events.
    watch : callable
        Told of every `Event`.
    progress : Progress
        Shown where there are no steps to tell of.

    Returns
    -------
    History
        Every epoch, and why it stopped.

    Raises
    ------
    TrainingError
        If the loss is not a number any more.
    StorageError
        If the run's folder cannot be written, or its checkpoint cannot be read.
    """
    if isinstance(model, Estimator):
        return _fit_at_once(model, training, validation, run, watch, progress)
    return Loop(model, training, validation, recipe, run, watch).go()


def begun(run: Run) -> bool:
    """Say whether a network's training has left a checkpoint to go on from."""
    return (run.checkpoints / LAST).exists()


def load_best(model: keras.Model | Estimator, run: Run) -> None:
    """Put the weights of the best epoch into a model of the same recipe.

    `StorageError` if the checkpoint is missing, damaged, or of another network.
    """
    if isinstance(model, Estimator):
        model.load(run.checkpoints / FITTED)
    else:
        _checkpoint.load(model.variables, run.checkpoints / BEST)


def _fit_at_once(
    model: Estimator, training: Batches, validation: Batches, run: Run, watch: Watch, progress: Progress
) -> History:
    began = time.perf_counter()
    watch(Begun(epochs=1, steps=len(training), pictures=0, epoch=0, step=0))
    model.fit(training, progress=progress)
    known, new = (measure(model, side, progress) for side in (training, validation))
    seconds, rate = time.perf_counter() - began, 0.0
    row = Epoch(1, seconds, rate, known.loss, known.accuracy, **new.figures)
    write_bytes(run.checkpoints / FITTED, model.to_onnx())
    history = History((row,), "It was fitted to the training side in one go.")
    artifacts.write_history(run, history)
    with Board(run.tensorboard) as board:
        board.epoch(row, new.confusion, validation.labels)
    watch(row)
    watch(Stopped(history.stopped))
    return history
