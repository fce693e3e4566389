"""Measure a model file on data: what `mien evaluate` does."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import evaluate, html, kinds, load
from mien.core.deprecated import INPUTS_OF_CROP, renamed_argument
from mien.core.persons import Persons
from mien.core.types import Manifest, Progress, silent
from mien.core.units import units_of
from mien.pipeline._adopt import ForeignModel
from mien.pipeline._annotators import votes
from mien.pipeline._groups import ByGroup, columns
from mien.pipeline._measured_data import (
    CHUNK,
    DataOptions,
    Opened,
    Unseen,
    answers,
    find_unseen,
    gathered,
    left_out_words,
    opened,
)
from mien.pipeline._try_readings import FEWEST, Tried, apart, divided, try_readings
from mien.predict import Predictor, model_file

if TYPE_CHECKING:
    import numpy.typing as npt

    from mien.core.types import Integers, Probabilities

    Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Adopted:
    """How a model that Mien did not make was taken: in sentences, and by which trial, None where none was needed."""

    notes: tuple[str, ...]
    tried: Tried | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {"notes": list(self.notes), "tried": self.tried.to_dict() if self.tried else None}


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
    sets: evaluate.SetScores | None = None  # what its prediction sets are worth here; None in a file of before
    by_group: ByGroup = field(default_factory=ByGroup)  # the groups that were asked for
    annotators: evaluate.Annotators | None = None  # where votes ride along with the data
    matched: dict[str, str] = field(default_factory=dict)  # classes of the data to what the model calls them
    adopted: Adopted | None = None  # how a model that Mien did not make was taken
    risk_coverage: evaluate.RiskCoverage | None = None  # what its sureness is worth
    refused: int = 0  # samples that were measured, and would get no answer: they do not look like faces
    answered: evaluate.Estimate | None = None  # the accuracy on the others, where some were refused

    @property
    def sentence(self) -> str:
        """The accuracy in words, what was left out, and what is not known."""
        parts = [evaluate.sentence(self.scores, self.baselines)]
        parts += left_out_words(self.left_out, self.samples, self.faceless)
        if self.matched:
            pairs = html.listing([f"'{came}' counts as '{label}'" for came, label in self.matched.items()], "and")
            parts.append(f"Of the data's classes {pairs}.")
        parts += [self._refusals()] if self.refused else []
        parts += [found.sentence for found in (self.sets, self.risk_coverage, self.annotators) if found]
        return " ".join(parts)

    def _answered(self) -> dict[str, Any]:
        return {"answered": dataclasses.asdict(self.answered) if self.answered else None}

    def _refusals(self) -> str:
        no = f"{self.refused:,} of these {self.scores.n:,} do not look like faces to the face check and get no answer"
        if self.answered is None:
            return f"{no}."
        return f"{no}; of those that get one, {self.answered} of 100 are right, of all {self.scores.accuracy}."

    def to_dict(self) -> dict[str, Any]:
        """Return every figure as JSON values."""
        counts = {"samples": self.samples, "left_out": sum(self.left_out.values()), "faceless": self.faceless}
        counts["refused"] = self.refused
        known = self.scores.basis.seen != evaluate.UNKNOWN
        words = {"left_out_because": self.left_out, "known": known, "sentence": self.sentence}
        sets = self.sets.to_dict() if self.sets else None
        risk = self.risk_coverage.to_dict() if self.risk_coverage else None
        baselines = {name: found.accuracy.value for name, found in self.baselines.items()}
        taken = {"matched": self.matched, "adopted": self.adopted.to_dict() if self.adopted else None}
        people = self.annotators and self.annotators.to_dict()
        also = {"baselines": baselines, "sets": sets, "risk_coverage": risk, "annotators": people, **taken}
        return {**self.scores.to_dict(), **counts, **self._answered(), **words, **self.by_group.to_dict(), **also}


@renamed_argument("crop", "inputs", INPUTS_OF_CROP)
def measure(  # noqa: PLR0913 - each is an option of the command
    model: Path | str | ForeignModel,
    source: Path | str,
    *,
    labels: Sequence[str] = (),
    names: Sequence[str] = (),
    persons: Persons = Persons(),  # noqa: B008 - frozen
    inputs: str = "auto",
    groups: Sequence[str] = (),
    progress: Progress = silent,
) -> Measured:
    """Measure a model file on labelled data.

    Parameters
    ----------
    model : path or ForeignModel
        A model file, or the folder of a run. What the model was trained, chosen or tuned on is left out, with every
        near copy of it: as the run beside the file says, or else the file itself. Or what `foreign_model` opened: of
        that nobody knows what it has seen, and the readings that its file leaves open are tried on a part of the data.
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
    groups : sequence of str
        Columns of the data to look for gaps in, or properties that are measured, such as ``measured_light``; ``auto``
        takes all that make a few groups. Empty looks for none.
    progress : Progress
        Shown while reading.

    Returns
    -------
    Measured
        Scores with intervals, and what was left out.

    Raises
    ------
    SettingError
        If the data has no class of the model's, the model has seen all of it, or there is no such group.
    MienError
        If model or data cannot be read.
    """
    options = DataOptions(labels, names, groups, persons=persons, inputs=inputs)
    with tempfile.TemporaryDirectory(prefix="mien-") as kept:
        manifest = None
        if isinstance(model, ForeignModel):
            manifest = gathered(source, options, kinds.kind(kinds.PICTURE), progress)
            model = model.named(manifest.labels)
        file = model.write(Path(kept) / "model.onnx", inputs) if isinstance(model, ForeignModel) else model_file(model)
        predictor = Predictor(file, labels=labels, inputs=inputs)
        manifest = manifest or gathered(source, options, predictor.kind, progress)
        found = find_unseen(predictor, file, manifest, options, source)
        with opened(predictor, found.manifest, inputs, progress) as data:
            rest, tried = data.readable, None
            if isinstance(model, ForeignModel):
                rest, tried = _tried(model, rest, data.cache, predictor.labels)
            if isinstance(model, ForeignModel) and tried:
                model.write(file, inputs, tried.best)
                predictor = Predictor(file, labels=labels, inputs=inputs)
            measured = _measured(predictor, found, data.of(rest, predictor.labels), groups, progress)
    adopted = Adopted(model.notes, tried) if isinstance(model, ForeignModel) else None
    return dataclasses.replace(measured, adopted=adopted)


def _measured(predictor: Predictor, found: Unseen, data: Opened, groups: Sequence[str], progress: Progress) -> Measured:
    told = (*answers(predictor.probabilities, data.side, progress), predictor.labels)
    accepted = np.concatenate([predictor.accepts(rows) for rows, _ in data.side.epoch(0)])
    looked = columns(data.readable, data.cache, groups, detector=predictor.detector, progress=progress)
    clusters, counts = units_of(data.readable.frame), votes(data.readable, predictor.labels)
    sets = evaluate.set_scores(*told, predictor.rule, clusters=clusters)
    scores = evaluate.score(*told, clusters=clusters, basis=data.basis(found.seen))
    refused, answered = _refused(scores, told[0], told[1], accepted, clusters)
    return Measured(
        scores,
        found.samples,
        found.left_out,
        data.faceless,
        {"commonest": evaluate.commonest(told[0], predictor.labels, clusters=clusters)},
        sets=None if predictor.rule.thresholds is None else sets,
        by_group=ByGroup.of(*told, looked, clusters=clusters),
        annotators=None if counts is None else evaluate.annotators(*told, counts, clusters=clusters),
        matched=found.matched,
        risk_coverage=evaluate.risk_coverage(*told, predictor.rule, clusters=clusters),
        refused=refused,
        answered=answered,
    )


def _tried(
    model: ForeignModel, readable: Manifest, cache: load.Cache, labels: tuple[str, ...]
) -> tuple[Manifest, Tried | None]:
    """Try the readings that a model's file leaves open on one part of the data, and leave the other to measure on."""
    if len(model.guess.open) < 2 or len(readable) < FEWEST:
        return readable, None
    first, rest = divided(readable)
    readings = apart(model, cache.chunks(first, CHUNK))
    if len(readings) < 2 or not len(first):
        return readable, None
    truth = cache.batches(first, labels=labels, batch=CHUNK).numbers
    return rest, try_readings(model, readings, labels, truth, cache.chunks(first, CHUNK))


def _refused(
    scores: evaluate.Scores, truth: Integers, probabilities: Probabilities, accepted: Mask, clusters: Integers
) -> tuple[int, evaluate.Estimate | None]:
    """Count samples that do not look like faces, and measure the accuracy on the others."""
    refused = int((~accepted).sum())
    if not refused or not accepted.any():
        return refused, None
    said, units = probabilities[accepted].argmax(1), np.asarray(clusters)[accepted]
    return refused, evaluate.of_answers(truth[accepted], said, scores.labels, clusters=units).accuracy
