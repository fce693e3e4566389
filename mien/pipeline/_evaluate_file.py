"""Measure a model file on data: what `mien evaluate` does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import evaluate
from mien.core.deprecated import INPUTS_OF_CROP, renamed_argument
from mien.core.persons import Persons
from mien.core.types import Batches, Manifest, Predict, Progress, silent
from mien.core.units import units_of
from mien.pipeline._measurable import Reading, find_unseen, left_out_words, opened
from mien.pipeline._words import MARKS
from mien.predict import Predictor, model_file

if TYPE_CHECKING:
    from mien.core.types import Integers, Probabilities

MOST_VALUES = 12  # a group column with more different values than this is no group


@dataclass(frozen=True)
class Measured:
    """How good a model file is on data, and what of the data it had seen before."""

    scores: evaluate.Scores  # on what was measured
    samples: int  # how many samples of the model's classes the data holds
    # Samples that were not measured because the model has seen them: how (one of `core.lineage.REASONS`) to number
    left_out: dict[str, int] = field(default_factory=dict)
    faceless: int = 0  # samples that were not measured because no face was found in them
    # What simpler answers reach on the same samples, by name (see `evaluate.BASELINES`)
    baselines: dict[str, evaluate.Scores] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The accuracy in words, what was left out, and what is not known."""
        words = left_out_words(self.left_out, self.samples, self.faceless)
        return " ".join([evaluate.sentence(self.scores, self.baselines), *words])

    def to_dict(self) -> dict[str, Any]:
        """Return every figure as JSON values."""
        counts = {"samples": self.samples, "left_out": sum(self.left_out.values()), "faceless": self.faceless}
        known = self.scores.basis.seen != evaluate.UNKNOWN
        words = {"left_out_because": self.left_out, "known": known, "sentence": self.sentence}
        baselines = {name: found.accuracy.value for name, found in self.baselines.items()}
        return {**self.scores.to_dict(), **counts, "baselines": baselines, **words}


@renamed_argument("crop", "inputs", INPUTS_OF_CROP)
def measure(
    model: Path | str,
    source: Path | str,
    *,
    labels: Sequence[str] = (),
    names: Sequence[str] = (),
    persons: Persons = Persons(),  # noqa: B008 - frozen
    inputs: str = "auto",
    progress: Progress = silent,
) -> Measured:
    """Measure a model file on labelled data.

    Parameters
    ----------
    model : path
        A model file, or the folder of a run. What the model was trained, chosen or tuned on is left out, with every
        near copy of it: as the run beside the file says, or else the file itself.
    source : path
        Anything that `collect.scan` reads. Where it has a ready-made test side, only that side counts.
    labels : sequence of str
        The classes to measure, as `Predictor` takes them; samples of others are left out. Empty means all.
    names : sequence of str
        Names of classes that are numbers in the data, as `collect.scan` takes them.
    persons : Persons
        Who is to be seen in the data, as `collect.scan` takes it.
    inputs : str
        As `Predictor` takes it: ``faces`` where the pictures are face crops already.
    progress : Progress
        Shown while reading.

    Returns
    -------
    Measured
        Scores with intervals, and what was left out.

    Raises
    ------
    SettingError
        If the data has no class of the model's, or the model has seen all of it.
    MienError
        If model or data cannot be read.
    """
    file = model_file(model)
    predictor, reading = Predictor(file, labels=labels, inputs=inputs), Reading(labels, names, persons, inputs)
    found = find_unseen(predictor, file, source, reading, progress)
    with opened(predictor, found.manifest, inputs, progress) as data:
        truth, probabilities = answers(predictor.probabilities, data.side, progress)
    clusters, basis = units_of(data.readable.frame), data.basis(found.seen)
    scores = evaluate.score(truth, probabilities, predictor.labels, clusters=clusters, basis=basis)
    always = evaluate.commonest(truth, predictor.labels, clusters=clusters)
    return Measured(scores, found.samples, found.left_out, data.faceless, {"commonest": always})


def answers(predict: Predict, side: Batches, progress: Progress = silent) -> tuple[Integers, Probabilities]:
    """Ask a model about one side: class numbers, int64 [N], and probabilities, float32 [N, classes]."""
    batches = progress(side.epoch(0), total=len(side), what="measuring")
    return side.numbers, np.concatenate([predict(rows) for rows, _ in batches])


def groups(manifest: Manifest) -> dict[str, list[Any]]:
    """Pick the columns that are worth a table: few different values, more than one."""
    frame = manifest.frame
    fit = [name for name in manifest.groups if name not in MARKS and 2 <= frame[name].n_unique() <= MOST_VALUES]
    return {name: frame[name].to_list() for name in fit}
