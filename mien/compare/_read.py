"""What a comparison needs of a finished run, read and checked once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien import evaluate
from mien.core import artifacts
from mien.core.errors import SettingError, StorageError
from mien.core.lineage import Lineage
from mien.core.recipe import Recipe
from mien.core.run import Run, RunState
from mien.core.types import Manifest, Predictions

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Finished:
    """A run that has measured itself."""

    name: str  # what to call it
    run: Run  # its folder
    recipe: Recipe  # resolved
    state: RunState  # its progress
    environment: dict[str, Any]  # as `environment.json` has it
    labels: tuple[str, ...]  # the classes, in the order of the outputs
    answers: Predictions  # one row a test picture
    members: dict[int, Predictions]  # seed to those of each model where the run has several; empty where it has one
    tested: Manifest  # the rows of the manifest that it was measured on, in the order of `answers`
    what: str  # what its test samples are, in the plural, such as ``drawn faces``
    lineage: Lineage  # all that it, or a model it learnt from, was trained, chosen or tuned on
    gaps: tuple[evaluate.Gap, ...]  # between groups of its own test samples
    training: tuple[str, ...]  # label of each training picture, sorted
    digest: str  # hash of the contents that it trained and chose on: two runs with the same one had the same pictures

    @property
    def recipe_key(self) -> tuple[str, str]:
        """The same for runs that differ in nothing but the seed."""
        return repr(replace(self.recipe, seed=0, seeds=1)), self.digest

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed of each of its models."""
        return tuple(range(self.recipe.seed, self.recipe.seed + self.recipe.seeds))


def read_all(folders: Sequence[Path | str]) -> list[Finished]:
    """Read the runs to compare."""
    if len(folders) < 2:
        came = "One run came" if folders else "No run came"
        raise SettingError(came, expected="two or more", todo="How good one is by itself stands in its report.html")
    places = [Path(folder).resolve() for folder in folders]
    for place, folder in zip(places, folders, strict=True):
        if places.count(place) > 1:
            raise SettingError(f"The run '{folder}' was given twice", expected="different runs", todo="Name each once")
    names = _names(places)
    return [_read(Run.open(folder), name) for folder, name in zip(folders, names, strict=True)]


def _names(places: Sequence[Path]) -> list[str]:
    """Name each run by its folder, with as many folders above it as tell it from the others."""
    names = {place: place.name for place in places}
    for depth in range(2, max((len(place.parts) for place in places), default=0) + 1):
        often = [name for name in names.values() if list(names.values()).count(name) > 1]
        for place in [place for place, name in names.items() if name in often]:
            names[place] = "/".join(place.parts[-depth:])
    return [names[place] or str(place) for place in places]


def _read(run: Run, name: str) -> Finished:
    state = run.state()
    if not run.done("evaluate"):
        raise SettingError(
            f"The run '{run.folder}' is not finished: it has not been measured",
            todo=f"Finish it: mien run --resume {run.folder}",
        )
    recipe, frame = artifacts.read_recipe(run), artifacts.read_manifest(run).frame
    answers = artifacts.read_predictions(run)
    several = recipe.seeds if recipe.seeds > 1 else 0
    members = {seed: artifacts.read_predictions(run.member(seed)) for seed in range(recipe.seed, recipe.seed + several)}
    training = frame.filter(frame["split"] == "train")
    return Finished(
        name=name,
        run=run,
        recipe=recipe,
        state=state,
        environment=artifacts.read_environment(run),
        labels=answers.labels,
        answers=answers,
        members=members,
        tested=_tested(run, answers, frame),
        what=_what(run),
        lineage=_lineage(run, recipe),
        gaps=_gaps(run),
        training=tuple(sorted(training["label"].drop_nulls())),
        digest=_digest(frame),
    )


def _lineage(run: Run, recipe: Recipe) -> Lineage:
    """Say what the models that answered have seen; in rounds, no model has seen what it answered."""
    if recipe.folds < 2:
        return Lineage.of_run(run)
    return artifacts.read_lineage(run)


def _gaps(run: Run) -> tuple[evaluate.Gap, ...]:
    found = _scores(run).get("gaps")
    return tuple(evaluate.Gap.from_dict(gap) for gap in found) if isinstance(found, list) else ()


def _scores(run: Run) -> dict[str, Any]:
    return artifacts.read_scores(run) if run.scores.exists() else {}


def _what(run: Run) -> str:
    test = _scores(run).get("test")
    return evaluate.Basis.from_dict(test["basis"]).what if isinstance(test, dict) and "basis" in test else "faces"


def _tested(run: Run, answers: Predictions, frame: pl.DataFrame) -> Manifest:
    rows = answers.frame.select("id").join(frame, on="id", how="left", maintain_order="left").select(frame.columns)
    if rows["path"].null_count():
        why = "it has answers to pictures that the manifest does not name"
        raise StorageError(f"'{run.predictions}' is damaged: {why}", todo="Start the run anew")
    return Manifest(rows)


def _digest(frame: pl.DataFrame) -> str:
    sides = (sorted(frame.filter(frame["split"] == side)["content"].drop_nulls()) for side in ("train", "val"))
    return sha256("|".join(",".join(contents) for contents in sides).encode()).hexdigest()
