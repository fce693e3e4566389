"""Distillation: a small network learns what a larger one, or several together, answer (Hinton et al. 2015)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mien import evaluate, media
from mien.core.errors import SettingError, did_you_mean
from mien.core.files import storage_error
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Batches, WeightedBatches
from mien.pipeline import _warm_start
from mien.pipeline._measured_data import lineage_of
from mien.predict import Predictor, model_file

if TYPE_CHECKING:
    from mien.core.types import Integers, Pixels, Singles, Targets


@dataclass(frozen=True)
class Taught:
    """Batches whose labels are partly the teacher's answer to the very same pictures, as varied.

    A student learns most from a teacher that sees what it sees (Beyer et al. 2022, "Knowledge distillation: A good
    teacher is patient and consistent").
    """

    batches: Batches  # to train on
    teacher: Predictor  # answers at least the classes of the batches
    share: float  # of the teacher's answer in the label, 0..1
    temperature: float  # above 1 softens the answer

    @property
    def labels(self) -> tuple[str, ...]:
        return self.batches.labels

    @property
    def numbers(self) -> Integers:
        return self.batches.numbers

    @property
    def counts(self) -> Integers:
        return self.batches.counts

    def __len__(self) -> int:
        return len(self.batches)

    def epoch(self, number: int, start: int = 0) -> Iterator[tuple[Pixels, Targets]]:
        """Yield pixels, uint8 [B, S, S, 3], and labels blended with answers, float32 [B, classes]."""
        columns = [self.teacher.labels.index(label) for label in self.labels]
        for pixels, targets in self.batches.epoch(number, start):
            answers = self.teacher.probabilities(self._fitted(pixels))[:, columns]
            soft = evaluate.apply_temperature(answers / answers.sum(1, keepdims=True), self.temperature)
            yield pixels, (self.share * soft + (1 - self.share) * targets).astype(np.float32)

    def weights(self, number: int, start: int = 0) -> Iterator[Singles] | None:
        """Pass on how much each sample counts."""
        return self.batches.weights(number, start) if isinstance(self.batches, WeightedBatches) else None

    def _fitted(self, pixels: Pixels) -> Pixels:
        size = self.teacher.contract.size
        if not self.teacher.kind.faces:
            return pixels
        return pixels if pixels.shape[1] == size else np.stack([media.fit(picture, size) for picture in pixels])


def copy_into(run: Run, recipe: Recipe) -> None:
    """Copy the teacher into a new run, and remember what it has seen."""
    if not recipe.teacher:
        return
    file = model_file(recipe.teacher)
    _check(Predictor(file), recipe.labels)
    try:
        shutil.copy2(file, run.teacher)
    except OSError as error:
        raise storage_error(run.teacher, error) from error
    _warm_start.add_lineage(run, lineage_of(file))


def taught(batches: Batches, recipe: Recipe, run: Run) -> Batches:
    """Let the teacher of a run, if it has one, speak into its labels."""
    if not recipe.teacher:
        return batches
    teacher = Predictor(run.teacher)
    _check(teacher, batches.labels)
    return Taught(batches, teacher, float(recipe.teacher_share or 0.0), float(recipe.teacher_temperature or 1.0))


def _check(teacher: Predictor, labels: tuple[str, ...]) -> None:
    if teacher.contract.inputs == "both":
        came = "The teacher takes the face and the whole picture, and its student would see one of them"
        raise SettingError(came, expected="a teacher of faces, or of whole pictures")
    for label in labels:
        if label not in teacher.labels:
            came = f"The teacher does not know the class '{label}'"
            raise SettingError(came, todo=did_you_mean(label, teacher.labels))
