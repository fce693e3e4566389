"""What a model answered when it was made: what is watched is compared with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mien import media
from mien.core import artifacts
from mien.core.answer_counts import place
from mien.core.errors import MediaError, ModelFileError, SettingError
from mien.core.run import Run
from mien.core.types import Progress, silent
from mien.core.units import units_of
from mien.core.validation_answers import ValidationAnswers
from mien.predict import Predictor

if TYPE_CHECKING:
    from mien.core.types import Answer, Floats, Integers, Manifest

    Ranges = dict[str, tuple[int, int]]

NOTHING = "nothing"  # beside what `Kind.qualities` names
MOST_LOOKED_AT = 400  # samples of a run that are read again, for what its answers do not say: quality, and no face


@dataclass(frozen=True, eq=False)
class Reference:
    """The answers of validation, or of the test samples of a run of before.

    Parameters
    ----------
    answers : ValidationAnswers
        Of [N] samples.
    weights : float64 [N]
        What each counts.
    places : dict of str to int64 [N]
        Where each counts in the tables of `AnswerCounts`.
    what : str
        What these samples are, in words.
    shares_known : bool
        Whether the classes have the shares here that they had then.
    looked_at : dict of str to (int64 [M], int64 [M])
        Of those whose files were still there: quality, and whether nothing was found in them (``nothing``, 0 or 1),
        each with its unit; empty where none were.
    """

    answers: ValidationAnswers
    weights: Floats
    places: dict[str, Integers]
    what: str
    shares_known: bool
    looked_at: dict[str, tuple[Integers, Integers]] = field(default_factory=dict, repr=False)

    @property
    def confidence(self) -> Floats:
        """The highest probability of each, [N]."""
        highest: Floats = self.answers.probabilities.max(axis=1)
        return highest

    def shares(self, table: str, size: int, weights: Floats | None = None) -> tuple[Floats, float]:
        """Say which share each category of a table has, [size], and how many independent samples that is worth."""
        return shares(self.places[table], size, self.answers.units, self.weights if weights is None else weights)

    def looks(self, name: str, size: int) -> tuple[Floats, float]:
        """Say the same of what was looked at; worth nothing where it was not."""
        if name not in self.looked_at:
            return np.zeros(size), 0.0
        places, units = self.looked_at[name]
        return shares(places, size, units, np.ones(len(places)))


def shares(places: Integers, size: int, units: Integers, weights: Floats) -> tuple[Floats, float]:
    """Say which share each category has, [size], and how many independent samples that is worth.

    Linearised variance of a ratio over units (Rao & Scott 1981; Kish 1965): people with many samples, and unequal
    weights, make it fewer than there are. `places`, `units` and `weights` are [N].
    """
    ones = np.eye(size)[places]
    found = weights @ ones / weights.sum()
    numbers = np.unique(units, return_inverse=True)[1]
    count = int(numbers.max()) + 1
    rest = np.zeros((count, size))
    np.add.at(rest, numbers, weights[:, None] * (ones - found))
    variance = (rest**2).sum() / weights.sum() ** 2 * count / max(count - 1, 1)
    spread = float((found * (1 - found)).sum())
    return found, min(spread / variance, float(len(weights))) if variance > 0 else float(count)


def reference(predictor: Predictor, file: Path, *, progress: Progress = silent) -> Reference:
    """Read what a model answered when it was made; `ModelFileError` where neither file nor run says it."""
    run = Run(file.parent)
    beside = file == run.model and run.manifest.exists()
    manifest = artifacts.read_manifest(run) if beside else None
    if predictor.validation:
        answers, what = ValidationAnswers.from_text(predictor.validation), "validation"
    elif manifest is not None and run.predictions.exists():
        answers, what = _of_test(run, manifest), "test"
    else:
        came = f"'{file}' does not hold what it answered when it was made"
        raise ModelFileError(came, todo="Name the run that made it, or export it anew: mien export RUN")
    if answers.labels != predictor.contract.labels or not len(answers.truth):
        raise ModelFileError("The model's validation answers are of other classes, or none", todo="Export it anew")
    known, kind = answers.weights, predictor.kind
    rows = (dict(zip(answers.labels, row, strict=True)) for row in answers.probabilities.tolist())
    found = [place(row, predictor.rule) for row in rows]
    places = {table: np.array([one[table] for one in found], np.int64) for table in found[0]}
    looked_at = {} if manifest is None else _look_at(predictor, run, manifest, progress)
    weights = np.ones(len(answers.truth)) if known is None else known
    return Reference(answers, weights, places, f"{what} {kind.many}", known is not None, looked_at)


def answer_files(
    predictor: Predictor, contents: Iterable[Path | bytes | MediaError], total: int, progress: Progress
) -> Iterator[tuple[Answer, Ranges] | None]:
    """Answer samples one by one, each with the ranges of its quality; None for one that cannot be read."""
    for content in progress(contents, total=total, what="answering"):
        try:
            if isinstance(content, MediaError):
                raise content
            sample = predictor.prepare(content)
            answer = predictor.answer(sample, predictor.probabilities(sample.rows))
        except (MediaError, SettingError):
            yield None
            continue
        yield answer, predictor.kind.ranges(sample.rows, predictor.contract)


def _look_at(
    predictor: Predictor, run: Run, manifest: Manifest, progress: Progress
) -> dict[str, tuple[Integers, Integers]]:
    """Read some of the run's validation samples again, where they still lie there, as the run took them."""
    wanted = artifacts.read_recipe(run).inputs
    taken = predictor.with_options(inputs=wanted if wanted in ("photos", "faces") and predictor.kind.faces else "auto")
    split = manifest.of("val")
    frame = (split if len(split) else manifest.of("test")).frame
    frame = frame.with_columns(unit=units_of(frame))
    few = frame.sample(min(MOST_LOOKED_AT, frame.height), seed=0).sort("container", "path")
    contents = media.read_many(few.select("path", "container").iter_rows())
    columns: dict[str, list[tuple[int, int]]] = {}
    found = answer_files(taken, contents, few.height, progress)
    for unit, one in zip(few["unit"].to_list(), found, strict=True):
        if one is None:
            continue
        columns.setdefault(NOTHING, []).append((int(one[0].probabilities is None), unit))
        for name, (number, _) in one[1].items():
            columns.setdefault(name, []).append((number, unit))
    pairs = {name: np.array(rows, np.int64).T for name, rows in columns.items()}
    return {name: (places, units) for name, (places, units) in pairs.items()}


def _of_test(run: Run, manifest: Manifest) -> ValidationAnswers:
    said = artifacts.read_predictions(run)
    frame = manifest.frame
    units = dict(zip(frame["id"].to_list(), units_of(frame).tolist(), strict=True))
    of = np.array([units.get(one, -number - 1) for number, one in enumerate(said.frame["id"])], np.int64)
    known = said.truth >= 0
    return ValidationAnswers.build(said.labels, said.truth[known], said.probabilities[known], of[known])
