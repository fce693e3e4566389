"""Which pictures the report shows: few enough for one page, and the same ones every time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mien.report._material import WEIGHT, Material

if TYPE_CHECKING:
    import polars as pl

SAMPLES = ((6, 9), (15, 4), (30, 2))  # up to so many classes, so many faces of each: whole rows on a wide screen
WORST, UNSURE, EXPLAINED = 15, 9, 8
EXAMPLES, EXAMPLES_AN_ISSUE = 40, 4
CLASSES = 30  # classes that get a row of pictures


@dataclass(frozen=True)
class Answer:
    """One test picture and what the model said.

    Parameters
    ----------
    id : str
        The manifest's row.
    label : str
        What it is labelled.
    predicted : str
        What the model said.
    weights : tuple of (str, float)
        Class and weight, heaviest first.
    """

    id: str
    label: str
    predicted: str
    weights: tuple[tuple[str, float], ...]

    @property
    def right(self) -> bool:
        """True when the answer is the label."""
        return self.label == self.predicted

    @property
    def confidence(self) -> float:
        """Weight of the answer."""
        return dict(self.weights).get(self.predicted, 0.0)

    @property
    def margin(self) -> float:
        """How far the heaviest class is ahead of the next."""
        return self.weights[0][1] - self.weights[1][1] if len(self.weights) > 1 else 1.0


@dataclass(frozen=True)
class Choice:
    """The ids to show, by part.

    Parameters
    ----------
    samples : mapping of str to list of str
        Class to ids.
    worst, unsure : list of Answer
        The most confident wrong answers, and the least sure ones.
    examples : mapping of str to list of str
        Issue to ids.
    twins : mapping of str to str
        Id to the id of its twin.
    explained : list of (str, str)
        Id and the name of its overlay.
    """

    samples: Mapping[str, list[str]] = field(default_factory=dict)
    worst: list[Answer] = field(default_factory=list)
    unsure: list[Answer] = field(default_factory=list)
    examples: Mapping[str, list[str]] = field(default_factory=dict)
    twins: Mapping[str, str] = field(default_factory=dict)
    explained: list[tuple[str, str]] = field(default_factory=list)

    @property
    def all(self) -> set[str]:
        """Every id, once."""
        shown = {one for ids in (*self.samples.values(), *self.examples.values()) for one in ids}
        shown |= set(self.twins.values()) | {one for one, _ in self.explained}
        return shown | {answer.id for answer in (*self.worst, *self.unsure)}


def choose(material: Material) -> Choice:
    """Choose the pictures.

    Parameters
    ----------
    material : Material
        The run.

    Returns
    -------
    Choice
        The same for the same run.
    """
    everything = answers(material)
    wrong = sorted((one for one in everything if not one.right), key=lambda one: (-one.confidence, one.id))
    worst = wrong[:WORST]
    taken = {one.id for one in worst}
    unsure = sorted((one for one in everything if one.id not in taken), key=lambda one: (one.margin, one.id))
    examples = _examples(material)
    return Choice(
        samples=_samples(material),
        worst=worst,
        unsure=unsure[:UNSURE],
        examples=examples,
        twins=_twins(material, examples),
        explained=_explained(material),
    )


def answers(material: Material) -> list[Answer]:
    """Return what the model said of every test picture.

    Parameters
    ----------
    material : Material
        The run.

    Returns
    -------
    list of Answer
        In the order of the file; empty when there is none.
    """
    frame = material.predictions
    if frame is None:
        return []
    return [_answer(row) for row in frame.iter_rows(named=True)]


def _answer(row: Mapping[str, Any]) -> Answer:
    weights = [(name.removeprefix(WEIGHT), float(value or 0)) for name, value in row.items() if name.startswith(WEIGHT)]
    weights.sort(key=lambda pair: (-pair[1], pair[0]))
    return Answer(str(row["id"]), str(row["label"]), str(row["predicted"]), tuple(weights))


def _samples(material: Material) -> dict[str, list[str]]:
    if material.manifest is None:
        return {}
    frame = material.manifest.used.frame
    labels = [label for label in material.labels if label in set(material.manifest.labels)][:CLASSES]
    each = next(number for most, number in SAMPLES if len(labels) <= most)
    chosen = {}
    for label in labels:
        ids = frame.filter(frame["label"] == label)["id"]
        # Every id has its place in one fixed shuffle, so that neither file names nor folders decide who is shown.
        chosen[label] = sorted(ids, key=lambda one: sha256(one.encode("utf-8", "replace")).digest())[:each]
    return chosen


def _examples(material: Material) -> dict[str, list[str]]:
    if material.findings is None or not len(material.findings):
        return {}
    chosen: dict[str, list[str]] = {}
    left = EXAMPLES
    for issue in issues(material.findings.frame)["issue"]:
        rows = material.findings.frame.filter(material.findings.frame["issue"] == issue)
        ids = rows.sort("score", "id", descending=[True, False])["id"].unique(maintain_order=True)
        chosen[issue] = ids.head(min(EXAMPLES_AN_ISSUE, left)).to_list()
        left -= len(chosen[issue]) * 2  # a twin brings its other half
    return {issue: ids for issue, ids in chosen.items() if ids}


def issues(findings: pl.DataFrame) -> pl.DataFrame:
    """Count the findings by issue.

    Parameters
    ----------
    findings : polars.DataFrame
        As `Findings` has them.

    Returns
    -------
    polars.DataFrame
        ``issue``, ``severity``, ``number``, ``why``, ``todo``; the gravest first, then the most frequent.
    """
    import polars as pl

    order = {"error": 0, "warning": 1, "note": 2}
    grouped = findings.group_by("issue", maintain_order=True).agg(
        pl.col("severity").first(), pl.col("id").n_unique().alias("number"), pl.col("why", "todo").first()
    )
    rank = pl.col("severity").replace_strict(order, default=3, return_dtype=pl.Int64)
    return grouped.sort(rank, "number", "issue", descending=[False, True, False])


def _twins(material: Material, examples: Mapping[str, list[str]]) -> dict[str, str]:
    if material.findings is None or material.manifest is None or "other" not in material.findings.frame.columns:
        return {}
    shown = {one for ids in examples.values() for one in ids}
    known = set(material.manifest.frame["id"])
    pairs = material.findings.frame.select("id", "other").drop_nulls().iter_rows()
    return {one: other for one, other in pairs if one in shown and other in known}


def _explained(material: Material) -> list[tuple[str, str]]:
    """Find whose overlays they are: a file is named after the id, or after the first 16 letters of the content."""
    if material.manifest is None or not material.overlays:
        return []
    rows = material.manifest.of("test").frame.select("id", "content").iter_rows()
    chosen = []
    for one, content in rows:
        name = next((name for name in (one, content[:16] if content else None) if name in material.overlays), None)
        if name is not None:
            chosen.append((one, name))
    return chosen[:EXPLAINED]
