"""Which pictures the report shows: few enough for one page, and the same ones every time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np

from mien import audit
from mien.core.types import SEVERITIES, Findings, Predictions
from mien.kinds import PICTURE
from mien.report._run_files import RunFiles

if TYPE_CHECKING:
    import polars as pl

SAMPLES = ((6, 9), (15, 4), (30, 2))  # up to so many classes, so many faces of each: whole rows on a wide screen
WORST, UNSURE, EXPLAINED = 15, 9, 8
EXAMPLES, EXAMPLES_AN_ISSUE = 40, 4
CLASSES = 30  # classes that get a row of pictures


@dataclass(frozen=True)
class Answer:
    """One test picture and what the model said."""

    id: str  # the manifest's row
    label: str  # what it is labelled
    predicted: str  # what the model said
    probabilities: tuple[tuple[str, float], ...]  # class and probability, the most probable first

    @property
    def right(self) -> bool:
        """True when the answer is the label."""
        return self.label == self.predicted

    @property
    def confidence(self) -> float:
        """Probability of the answer."""
        return dict(self.probabilities).get(self.predicted, 0.0)


@dataclass(frozen=True)
class Selection:
    """The ids to show, by part."""

    samples: Mapping[str, list[str]] = field(default_factory=dict)  # class to ids
    # worst, unsure: the most confident wrong answers, and the least sure ones
    worst: list[Answer] = field(default_factory=list)
    unsure: list[Answer] = field(default_factory=list)
    examples: Mapping[str, list[str]] = field(default_factory=dict)  # issue to ids
    twins: Mapping[str, str] = field(default_factory=dict)  # id to the id of its twin
    explained: list[tuple[str, str]] = field(default_factory=list)  # id and the name of its overlay
    answers: Mapping[str, Answer] = field(default_factory=dict)  # what the model said of these
    wrong: int = 0  # how many of all test pictures it got wrong

    @property
    def all(self) -> set[str]:
        """Every id, once."""
        shown = {one for ids in (*self.samples.values(), *self.examples.values()) for one in ids}
        shown |= set(self.twins.values()) | {one for one, _ in self.explained}
        return shown | {answer.id for answer in (*self.worst, *self.unsure)}


def select(files: RunFiles) -> Selection:
    """Choose the pictures."""
    examples, overlays = _examples(files), _explained(files)
    worst, unsure, wrong = _notable(files.predictions)
    told = [] if files.predictions is None else answers(files.predictions.rows([one for one, _ in overlays]))
    return Selection(
        samples=_samples(files),
        worst=worst,
        unsure=unsure,
        wrong=wrong,
        examples=examples,
        twins=_twins(files, examples),
        explained=overlays,
        answers={one.id: one for one in told},
    )


def answers(predictions: Predictions) -> list[Answer]:
    """Turn a few rows of the predictions into answers."""
    rows = predictions.frame.select("id", "label", "predicted").iter_rows()
    return [
        Answer(one, label, predicted, _sorted(predictions.labels, values))
        for (one, label, predicted), values in zip(rows, predictions.probabilities.tolist(), strict=True)
    ]


def _sorted(labels: tuple[str, ...], values: list[float]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(zip(labels, values, strict=True), key=lambda pair: (-pair[1], pair[0])))


def _notable(predictions: Predictions | None) -> tuple[list[Answer], list[Answer], int]:
    """Find the surest wrong answers, the least sure of the others, and how many are wrong in all."""
    import polars as pl

    if predictions is None:
        return [], [], 0
    two = np.sort(predictions.probabilities, axis=1)[:, -2:]  # [N, 2], the second and the first
    frame = predictions.frame.with_columns(_first=pl.Series(two[:, 1]), _ahead=pl.Series(two[:, 1] - two[:, 0]))
    wrong = frame.filter(pl.col("label") != pl.col("predicted"))
    worst = wrong.sort("_first", "id", descending=[True, False]).head(WORST)
    others = frame.filter(~pl.col("id").is_in(worst["id"].to_list()))
    unsure = others.sort("_ahead", "id").head(UNSURE)
    return answers(Predictions(worst)), answers(Predictions(unsure)), wrong.height


def _samples(files: RunFiles) -> dict[str, list[str]]:
    if files.manifest is None:
        return {}
    frame = files.manifest.used.frame
    labels = [label for label in files.labels if label in set(files.manifest.labels)][:CLASSES]
    each = max(1, next(number for most, number in SAMPLES if len(labels) <= most) // files.kind.wide)
    chosen = {}
    for label in labels:
        ids = frame.filter(frame["label"] == label)["id"]
        # Every id has its place in one fixed shuffle, so that neither file names nor folders decide who is shown.
        chosen[label] = sorted(ids, key=lambda one: sha256(one.encode("utf-8", "replace")).digest())[:each]
    return chosen


def _examples(files: RunFiles) -> dict[str, list[str]]:
    if files.findings is None or not len(files.findings):
        return {}
    chosen: dict[str, list[str]] = {}
    left = EXAMPLES
    for issue in (line.issue for line in issues(files.findings, files.kind.name)):
        rows = files.findings.frame.filter(files.findings.frame["issue"] == issue)
        ids = _once(rows.sort("score", "id", descending=[True, False]))
        chosen[issue] = ids[: max(min(EXAMPLES_AN_ISSUE, left), 0)]
        left -= len(chosen[issue]) * 2  # a twin brings its other half
    return {issue: ids for issue, ids in chosen.items() if ids}


def _once(rows: pl.DataFrame) -> list[str]:
    """List the ids of one issue, of two twins only the first: the other one stands beside it."""
    ids = rows["id"].unique(maintain_order=True).to_list()
    if "other" not in rows.columns:
        return ids
    place = {one: number for number, one in enumerate(ids)}
    other = dict(rows.select("id", "other").drop_nulls().iter_rows())
    mutual = {one for one in ids if other.get(other.get(one, "")) == one}
    return [one for one in ids if one not in mutual or place[one] < place[other[one]]]


def issues(findings: Findings, kind: str = PICTURE) -> list[audit.Tally]:
    """Count the findings by issue."""
    order = {severity: place for place, severity in enumerate(SEVERITIES)}
    return sorted(audit.summary(findings, kind), key=lambda line: order.get(line.severity, len(order)))


def _twins(files: RunFiles, examples: Mapping[str, list[str]]) -> dict[str, str]:
    if files.findings is None or files.manifest is None or "other" not in files.findings.frame.columns:
        return {}
    findings, known = files.findings.frame, files.manifest.frame["id"]
    shown = [one for ids in examples.values() for one in ids]
    pairs = findings.filter(findings["id"].is_in(shown) & findings["other"].is_in(known.to_list()))
    return dict(pairs.select("id", "other").iter_rows())


def _explained(files: RunFiles) -> list[tuple[str, str]]:
    """Find whose overlays they are: a file is named after the id, or after the first 16 letters of the content."""
    if files.manifest is None or not files.overlays:
        return []
    frame = files.manifest.used.frame
    if files.predictions is not None:
        frame = frame.filter(frame["id"].is_in(files.predictions.frame["id"].implode()))
    chosen = []
    for one, content in frame.select("id", "content").iter_rows():
        name = next((name for name in (one, content[:16] if content else None) if name in files.overlays), None)
        if name is not None:
            chosen.append((one, name))
    return chosen[:EXPLAINED]
