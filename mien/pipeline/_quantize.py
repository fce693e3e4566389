"""A finished run's model file in 8 bits, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mien import export, models
from mien.core import artifacts
from mien.core.errors import SettingError
from mien.core.run import Run
from mien.core.types import Manifest
from mien.pipeline._context import Reporter, RunContext
from mien.pipeline._measured_data import CHUNK, answers
from mien.predict import Predictor

if TYPE_CHECKING:
    from mien.core.types import Pixels, Predict

PICTURES = 512  # of the training side, to find the ranges


@dataclass(frozen=True)
class Shrunk:
    """A copy in 8 bits: its accuracy on validation, the model file's, and the share that both answer alike, 0..1."""

    path: Path
    accuracy: float
    before: float
    same: float
    many: str = "pictures"

    @property
    def sentence(self) -> str:
        """What it costs, in words."""
        size = self.path.stat().st_size / 1e6
        return (
            f"In 8 bits: {self.path} ({size:.1f} MB). On validation it is right on {self.accuracy:.1%}, the full model "
            f"on {self.before:.1%}; they answer {self.same:.1%} of the {self.many} alike."
        )


def shrink(run: Run, path: Path | None = None, *, reporter: Reporter | None = None) -> Shrunk:
    """Write a copy of a finished run's model file that computes in 8 bits, ``model-int8.onnx`` in its folder.

    The test side is not looked at. `SettingError` if the run is not finished, or of a family without a network.
    """
    return shrunk(finished(run, reporter), path)


def finished(run: Run, reporter: Reporter | None = None) -> RunContext:
    """Take up a finished run."""
    if not run.done("export"):
        raise SettingError(f"The run '{run.folder}' has no model file yet", todo=f"Finish it: mien export {run.folder}")
    return RunContext(run, artifacts.read_recipe(run), reporter or Reporter())


def shrunk(context: RunContext, path: Path | None = None) -> Shrunk:
    """Write the copy that computes in 8 bits: see `shrink`."""
    if not models.family(context.recipe.model).network:
        raise SettingError(f"'{context.recipe.model}' is no network", expected="a run of a network, for 8 bits")
    run = context.run
    made = export.quantize(run.model, path or run.folder / "model-int8.onnx", sample(context))
    return Shrunk(made, *cost(context, Predictor(made, inputs="faces").probabilities), many=context.kind.many)


def sample(context: RunContext) -> Iterator[Pixels]:
    """Choose up to 512 of the training side for the ranges of 8 bits, as chunks [N, *contract.shape]."""
    training = context.manifest.of("train").frame
    some = training.sample(min(PICTURES, training.height), seed=0)
    return context.open_cache().chunks(Manifest(some), CHUNK)


def cost(context: RunContext, predict: Predict) -> tuple[float, float, float]:
    """Measure on validation the accuracies of copy and model file, and the share that both answer alike; 0..1."""
    side, shown = context.side("val"), context.reporter.progress
    truth, small = answers(predict, side, shown)
    _, full = answers(Predictor(context.run.model, inputs="faces").probabilities, side, shown)
    right, before = small.argmax(1) == truth, full.argmax(1) == truth
    return float(right.mean()), float(before.mean()), float(np.mean(small.argmax(1) == full.argmax(1)))
