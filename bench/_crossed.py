"""Five-fold cross-validation through `mien run`: what each picture is called by a model that never saw it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from _album import Album

from mien.core.recipe import Recipe
from mien.core.types import Manifest
from mien.predict import Predictor

FOLDS = 5


@dataclass(frozen=True)
class Crossed:
    """Answers over all folds.

    Parameters
    ----------
    answers : list of str or None
        One a picture; None where no face was found.
    training, whole : float
        Seconds of a fold's training and of its whole run, medians.
    """

    answers: list[str | None]
    training: float
    whole: float


def folds(album: Album) -> np.ndarray:
    """Give each picture a fold: copies together, each class shared out evenly, by content alone."""
    frame = album.manifest.frame.with_columns(near=pl.Series(album.near))
    units = frame.group_by("near").agg(pl.col("content").min(), pl.col("label").sort_by("content").first())
    names = [hashlib.sha256(content.encode()).hexdigest() for content in units["content"]]
    units = units.with_columns(name=pl.Series(names)).sort("label", "name")
    placed = units.with_columns(fold=pl.int_range(pl.len()) % FOLDS)
    return frame.join(placed.select("near", "fold"), on="near", how="left", maintain_order="left")["fold"].to_numpy()


def crossed(album: Album, recipe: Recipe, place: Path, name: str) -> Crossed:
    """Train on four folds, answer for the fifth, five times. Mien takes a tenth of the four to choose the epoch on."""
    sides = folds(album)
    answers: list[str | None] = [None] * len(sides)
    seconds = []
    recipe.save(place / f"{name}.toml")
    for fold in range(FOLDS):
        source = divided(album, sides == fold).save(place / f"fold-{fold}.parquet")
        out = place / f"{name}-{fold}"
        seconds.append(run(source, place / f"{name}.toml", out))
        predictor = Predictor(out / "model.onnx")
        for number in np.flatnonzero(sides == fold):
            answers[number] = predictor.predict(album.paths[number]).label
        print(f"{name}, fold {fold}: {seconds[-1][0]:.0f} s of training", flush=True)
    training, whole = (statistics.median(values) for values in zip(*seconds, strict=True))
    return Crossed(answers, training, whole)


def divided(album: Album, test: np.ndarray) -> Manifest:
    """Write a fold down as a ready-made split; copies share a person, so that Mien keeps them on one side as well."""
    near = pl.Series(album.near)
    person = pl.when(near.is_duplicated()).then(near.cast(pl.String))
    split = pl.when(pl.Series(test)).then(pl.lit("test")).otherwise(pl.lit("train"))
    return dataclasses.replace(album.manifest, frame=album.manifest.frame.with_columns(person=person, split=split))


def run(source: Path, recipe: Path, out: Path) -> tuple[float, float]:
    """Run `mien run` and return the seconds of its training, and of all its stages."""
    mien = str(Path(sys.executable).with_name("mien"))
    command = [mien, "run", source, "--recipe", recipe, "--out", out, "--quiet", "--json"]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command}: {done.stderr[-3000:]}")
    found = json.loads(done.stdout)["seconds"]
    if json.loads((out / "scores.json").read_text())["proof"]["shared"]:
        raise SystemExit("the split does not hold")
    return found["train"], sum(found.values())
