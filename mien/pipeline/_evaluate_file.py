"""Measure a model file on data: what `mien evaluate` does."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import audit, collect, evaluate, kinds, load
from mien.core import lineage
from mien.core.deprecated import INPUTS_OF_CROP, renamed_argument
from mien.core.errors import SettingError, SourceError
from mien.core.lineage import Lineage
from mien.core.persons import Persons
from mien.core.run import Run
from mien.core.types import Batches, Manifest, Predict, Progress, silent
from mien.core.units import units_of
from mien.pipeline._words import MARKS, noun
from mien.predict import Predictor, model_file

if TYPE_CHECKING:
    import numpy.typing as npt

    from mien.core.types import Integers, Probabilities

    Mask = npt.NDArray[np.bool_]

CHUNK = 64  # pictures per call
MOST_VALUES = 12  # a group column with more different values than this is no group
_COPIES = lineage.REASONS[:3]
_PERSON = lineage.REASONS[3]


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
    risk_coverage: evaluate.RiskCoverage | None = None  # what its sureness is worth
    refused: int = 0  # samples that were measured, and would get no answer: they do not look like faces
    answered: evaluate.Estimate | None = None  # the accuracy on the others, where some were refused

    @property
    def sentence(self) -> str:
        """The accuracy in words, what was left out, and what is not known."""
        parts = [evaluate.sentence(self.scores, self.baselines)]
        copies = sum(self.left_out.get(reason, 0) for reason in _COPIES)
        if copies:
            those = f"{copies:,} of these {self.samples:,}, or near copies of them"
            parts.append(f"{those}, were trained on and are left out.")
        if self.left_out.get(_PERSON):
            parts.append(f"{self.left_out[_PERSON]:,} show people that it was trained on and are left out.")
        if self.faceless:
            parts.append(f"In {self.faceless:,} more no face was found; they have no answer.")
        parts += [self._refusals()] if self.refused else []
        parts += [found.sentence for found in (self.sets, self.risk_coverage) if found]
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
        return {
            **self.scores.to_dict(),
            **counts,
            "baselines": baselines,
            "sets": sets,
            "risk_coverage": risk,
            **self._answered(),
            **words,
        }


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
    predictor = Predictor(file, labels=labels, inputs=inputs)
    manifest = collect.scan(source, names=names, persons=persons, progress=progress)
    if manifest.kind != predictor.kind.name:
        came = f"The model takes {predictor.kind.many}, and '{source}' holds {kinds.kind(manifest.kind).many}"
        raise SettingError(came, expected=f"data of {predictor.kind.many}")
    manifest = audit.clean(*audit.check(manifest, progress=progress)).used
    test = manifest.of("test")
    manifest = _known(test if len(test) else manifest, predictor.labels)
    unseen, left_out, seen = _unseen(manifest, lineage_of(file), source)
    with tempfile.TemporaryDirectory(prefix="mien-") as folder:
        eats, already = predictor.contract, inputs == "faces"
        cache = load.build(unseen, eats, folder, detector=predictor.detector, cut_already=already, progress=progress)
        faceless = cache.faceless if inputs == "photos" else cache.faceless & set(cache.failed)
        readable = unseen.set_aside(dict.fromkeys({*cache.failed, *faceless}, "unreadable")).used
        side = cache.batches(readable, labels=predictor.labels, batch=CHUNK)
        truth, probabilities = answers(predictor.probabilities, side, progress)
        accepted = np.concatenate([predictor.accepts(rows) for rows, _ in side.epoch(0)])
    cut = predictor.contract.inputs in ("faces", "both")  # what such a model takes whole was cut out before
    taken = "photos" if predictor.detector else "faces" if cut else "whole"
    basis = dataclasses.replace(basis_of(readable, inputs=taken), seen=seen)
    clusters = units_of(readable.frame)
    scores = evaluate.score(truth, probabilities, predictor.labels, clusters=clusters, basis=basis)
    always = evaluate.commonest(truth, predictor.labels, clusters=clusters)
    sets = evaluate.set_scores(truth, probabilities, predictor.labels, predictor.rule, clusters=clusters)
    risk = evaluate.risk_coverage(truth, probabilities, predictor.labels, predictor.rule, clusters=clusters)
    refusals = _refused(scores, truth, probabilities, accepted, clusters)
    promised = sets if predictor.rule.thresholds is not None else None
    return Measured(scores, len(manifest), left_out, len(faceless), {"commonest": always}, promised, risk, *refusals)


def _refused(
    scores: evaluate.Scores, truth: Integers, probabilities: Probabilities, accepted: Mask, clusters: Integers
) -> tuple[int, evaluate.Estimate | None]:
    """Count samples that do not look like faces, and measure the accuracy on the others."""
    refused = int((~accepted).sum())
    if not refused or not accepted.any():
        return refused, None
    said, units = probabilities[accepted].argmax(1), np.asarray(clusters)[accepted]
    return refused, evaluate.of_answers(truth[accepted], said, scores.labels, clusters=units).accuracy


def lineage_of(file: Path) -> Lineage:
    """Say what a model file has seen; the run beside it knows the places of its pictures too, and comes first."""
    beside = Run(file.parent)
    if file == beside.model and beside.manifest.exists():
        return Lineage.of_run(beside)
    return Lineage.from_text(Predictor(file, inputs="faces").lineage)


def basis_of(manifest: Manifest, *, inputs: str, rounds: int = 0) -> evaluate.Basis:
    """Say on what a model is measured."""
    known = manifest.frame["person"].drop_nulls().n_unique() > 0
    what = noun(manifest, inputs)
    return evaluate.Basis(what, evaluate.NEW, rounds, "people" if known else what, manifest.kind)


def _unseen(manifest: Manifest, known: Lineage, source: Path | str) -> tuple[Manifest, dict[str, int], str]:
    """Leave out what the model has seen; where it knows everybody, measure on their new pictures and say so."""
    if not known.known:
        return manifest, {}, evaluate.UNKNOWN
    seen = known.seen(manifest, kinds.kind(manifest.kind).confirm_copies)
    new = manifest.with_frame(manifest.frame.filter(seen.is_null()))
    counts = {reason: int((seen == reason).sum()) for reason in lineage.REASONS if (seen == reason).any()}
    if len(new):
        return new, counts, evaluate.NEW
    people = manifest.with_frame(manifest.frame.filter(seen == _PERSON))
    if not len(people):
        came = f"The model was trained or chosen on all of '{source}', or on near copies of it"
        raise SettingError(came, expected="data it has not seen")
    counts.pop(_PERSON)
    return people, counts, evaluate.PEOPLE


def answers(predict: Predict, side: Batches, progress: Progress = silent) -> tuple[Integers, Probabilities]:
    """Ask a model about one side: class numbers, int64 [N], and probabilities, float32 [N, classes]."""
    batches = progress(side.epoch(0), total=len(side), what="measuring")
    return side.numbers, np.concatenate([predict(rows) for rows, _ in batches])


def groups(manifest: Manifest) -> dict[str, list[Any]]:
    """Pick the columns that are worth a table: few different values, more than one."""
    frame = manifest.frame
    fit = [name for name in manifest.groups if name not in MARKS and 2 <= frame[name].n_unique() <= MOST_VALUES]
    return {name: frame[name].to_list() for name in fit}


def _known(manifest: Manifest, labels: tuple[str, ...]) -> Manifest:
    shared = [label for label in manifest.labels if label in labels]
    if not shared:
        came = f"The data has the classes {', '.join(manifest.labels)}"
        raise SettingError(came, expected=f"some of {', '.join(labels)}")
    found = manifest.with_labels(shared)
    if not len(found):
        raise SourceError("No sample of the data can be used", todo="See: mien audit SOURCE")
    return found
