"""What a comparison needs of a finished run, read and checked once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mien import evaluate
from mien.core import parquet
from mien.core.errors import SettingError, StorageError
from mien.core.lineage import Lineage
from mien.core.recipe import Recipe
from mien.core.run import Run, read_json
from mien.core.types import Manifest

if TYPE_CHECKING:
    import polars as pl

WEIGHT = "p:"  # prefix of the columns of predictions.parquet that hold a class's probability
SUM_TOLERANCE = 1e-3  # of the probabilities of one picture; float16 stays within it


@dataclass(frozen=True)
class Finished:
    """A run that has measured itself.

    Parameters
    ----------
    name : str
        What to call it.
    run : Run
        Its folder.
    recipe : Recipe
        Resolved.
    state, environment : dict
        As `run.json` and `environment.json` have them.
    labels : tuple of str
        The classes, in the order of the outputs.
    answers : polars.DataFrame
        One row a test picture: ``id``, ``content``, ``label``, and the probability of each class in ``p:<label>``.
    members : dict of int to polars.DataFrame
        Seed to ``content`` and weights of each model where the run has several; empty where it has one.
    tested : Manifest
        The rows of the manifest that it was measured on, in the order of `answers`.
    what : str
        What its test samples are, in the plural, such as ``drawn faces``.
    lineage : Lineage
        All that it, or a model it learnt from, was trained, chosen or tuned on.
    training : tuple of str
        Label of each training picture, sorted.
    digest : str
        Hash of the contents that it trained and chose on: two runs with the same one had the same pictures.
    """

    name: str
    run: Run
    recipe: Recipe
    state: dict[str, Any]
    environment: dict[str, Any]
    labels: tuple[str, ...]
    answers: pl.DataFrame
    members: dict[int, pl.DataFrame]
    tested: Manifest
    what: str
    lineage: Lineage
    training: tuple[str, ...]
    digest: str

    @property
    def recipe_key(self) -> tuple[str, str]:
        """The same for runs that differ in nothing but the seed."""
        return repr(replace(self.recipe, seed=0, seeds=1)), self.digest

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seed of each of its models."""
        return tuple(range(self.recipe.seed, self.recipe.seed + self.recipe.seeds))


def read_all(folders: Sequence[Path | str]) -> list[Finished]:
    """Read the runs to compare.

    Parameters
    ----------
    folders : sequence of path
        At least two, each once.

    Returns
    -------
    list of Finished
        In the order given, each with a name of its own.

    Raises
    ------
    SettingError
        If there are too few, one comes twice, or one is no finished run.
    MienError
        If a file of a run is damaged.
    """
    if len(folders) < 2:
        came = "One run came" if folders else "No run came"
        raise SettingError(came, expected="two or more", todo="How good one is by itself stands in its report.html")
    places = [Path(folder).resolve() for folder in folders]
    for place, folder in zip(places, folders, strict=True):
        if places.count(place) > 1:
            raise SettingError(f"The run '{folder}' came twice", expected="different runs", todo="Name each once")
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
    recipe, frame = Recipe.read(run.recipe), Manifest.read(run.manifest).frame
    answers, labels = _predictions(run)
    several = recipe.seeds if recipe.seeds > 1 else 0
    members = {seed: _predictions(run.member(seed))[0] for seed in range(recipe.seed, recipe.seed + several)}
    training = frame.filter(frame["split"] == "train")
    return Finished(
        name=name,
        run=run,
        recipe=recipe,
        state=state,
        environment=read_json(run.environment) if run.environment.exists() else {},
        labels=labels,
        answers=answers,
        members=members,
        tested=_tested(run, answers, frame),
        what=_what(run),
        lineage=_lineage(run, recipe),
        training=tuple(sorted(training["label"].drop_nulls())),
        digest=_digest(frame),
    )


def _lineage(run: Run, recipe: Recipe) -> Lineage:
    """Say what the models that answered have seen; in rounds, no model has seen what it answered."""
    if recipe.folds < 2:
        return Lineage.of_run(run)
    return Lineage.read(run.lineage) if run.lineage.exists() else Lineage.empty()


def _what(run: Run) -> str:
    test = read_json(run.scores).get("test") if run.scores.exists() else None
    return evaluate.Basis.from_dict(test["basis"]).what if isinstance(test, dict) and "basis" in test else "faces"


def _tested(run: Run, answers: pl.DataFrame, frame: pl.DataFrame) -> Manifest:
    rows = answers.select("id").join(frame, on="id", how="left", maintain_order="left").select(frame.columns)
    if rows["path"].null_count():
        raise _damaged(run.predictions, "it has answers to pictures that the manifest does not name")
    return Manifest(rows)


def _digest(frame: pl.DataFrame) -> str:
    sides = (sorted(frame.filter(frame["split"] == side)["content"].drop_nulls()) for side in ("train", "val"))
    return sha256("|".join(",".join(contents) for contents in sides).encode()).hexdigest()


def _predictions(run: Run) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Read the answers of a model, with every weight checked, and its classes."""
    import polars as pl

    path = run.predictions
    frame = _table(path, {"id", "content", "label"})
    columns = [name for name in frame.columns if name.startswith(WEIGHT)]
    if len(columns) < 2 or not frame.height:
        raise _damaged(path, f"it holds {frame.height} pictures and {len(columns)} classes")
    try:
        frame = frame.select(pl.col("id", "content", "label").cast(pl.String), pl.col(columns).cast(pl.Float64))
    except pl.exceptions.PolarsError as error:
        raise _damaged(path, str(error)) from error
    weights = frame.select(columns).to_numpy()  # float64 [N, classes]
    sound = (weights >= 0).all(axis=1) & (abs(weights.sum(axis=1) - 1) <= SUM_TOLERANCE)  # NaN and null are neither
    if not sound.all() or frame.select("id", "content", "label").null_count().sum_horizontal().item():
        raise _damaged(path, "an answer in it is not made of weights of 0 to 1 that add up to 1")
    return frame, tuple(name.removeprefix(WEIGHT) for name in columns)


def _table(path: Path, wanted: set[str]) -> pl.DataFrame:
    try:
        frame = parquet.read(path)
    except OSError as error:
        raise _damaged(path, str(error).splitlines()[0] if str(error) else "it cannot be read") from error
    missing = wanted - set(frame.columns)
    if missing:
        raise _damaged(path, f"it has no column {', '.join(sorted(missing))}")
    return frame


def _damaged(path: Path, why: str) -> StorageError:
    return StorageError(f"'{path}' is damaged: {why}", todo="Start the run anew")
