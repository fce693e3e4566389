"""A finished run's model file in 8 bits, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from mien import export, models
from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Manifest
from mien.pipeline._measure import answers
from mien.pipeline._work import CHUNK, Desk, Work
from mien.predict import Predictor

PICTURES = 512  # of the training side, to find the ranges


@dataclass(frozen=True)
class Shrunk:
    """A copy in 8 bits beside the model file, measured on the validation side.

    Parameters
    ----------
    path : pathlib.Path
        The copy.
    accuracy, before : float
        Of the copy and of the model file, 0..1.
    same : float
        Share of the pictures that both answer alike.
    """

    path: Path
    accuracy: float
    before: float
    same: float

    @property
    def sentence(self) -> str:
        """What it costs, in words."""
        size = self.path.stat().st_size / 1e6
        return (
            f"In 8 bits: {self.path} ({size:.1f} MB). On validation it is right on {self.accuracy:.1%}, the full model "
            f"on {self.before:.1%}; they answer {self.same:.1%} of the pictures alike."
        )


def shrink(run: Run, path: Path | None = None, *, desk: Desk | None = None) -> Shrunk:
    """Write a copy of a run's model file that computes in 8 bits.

    Parameters
    ----------
    run : Run
        Finished.
    path : path, optional
        The new file; ``model-int8.onnx`` in the run's folder.
    desk : Desk, optional
        Where to tell how it goes.

    Returns
    -------
    Shrunk
        The copy, and what it costs. The test side is not looked at.

    Raises
    ------
    SettingError
        If the run is not finished, or of a family without a network.
    """
    work = Work(run, Recipe.read(run.recipe), desk or Desk())
    if not run.done("export"):
        raise SettingError(f"The run '{run.folder}' has no model file yet", todo=f"Finish it: mien export {run.folder}")
    if not models.family(work.recipe.model).network:
        raise SettingError(f"'{work.recipe.model}' is no network", expected="a run of a network, for 8 bits")
    training = work.manifest.of("train").frame
    some = training.sample(min(PICTURES, training.height), seed=0)
    chosen = work.cache.chunks(Manifest(some), CHUNK)
    made = export.quantize(run.model, path or run.folder / "model-int8.onnx", chosen)
    side, shown = work.side("val"), work.desk.progress
    truth, small = answers(Predictor(made, crop="none").probabilities, side, shown)
    _, full = answers(Predictor(run.model, crop="none").probabilities, side, shown)
    right, before = small.argmax(1) == truth, full.argmax(1) == truth
    same = float(np.mean(small.argmax(1) == full.argmax(1)))
    return Shrunk(made, float(right.mean()), float(before.mean()), same)
