"""What the usual recipe would have claimed: a random split, which lets copies and persons cross.

Where training takes seconds, the same family is trained again on random splits of the same pictures. A network is not:
there, the share of its pictures whose copies a random split would put into training counts as right as often as the
pictures that it was trained on, which is what a copy of one is to it. What it gains by knowing the same people is then
not measured, and that is said.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import models
from mien.core.run import Run
from mien.core.types import Manifest
from mien.core.units import KEYS, units_of
from mien.pipeline._context import Reporter, RunContext
from mien.pipeline._measured_data import answers

if TYPE_CHECKING:
    import polars as pl

    from mien.core.types import Integers

MOST = 5000  # pictures that are trained on again
KNOWN = 1000  # training pictures that a network is asked about again
COPIES = KEYS[:3]


def usual(context: RunContext, honest: float) -> dict[str, Any]:
    """Say what accuracy a random split would have shown.

    ``crossing`` counts pictures that share a picture or a person with another; ``how`` is ``same`` where none does,
    ``again`` where the family was trained again, ``copies`` where it was computed from the copies; ``people`` says that
    some share a person and nothing else, which only training again would measure.
    """
    frame = _everything(context)
    crossing = _sizes(frame, KEYS) > 1
    found = {"accuracy": honest, "crossing": int(crossing.sum()), "n": frame.height, "how": "same"}
    if not crossing.any():
        return found
    if not models.family(context.recipe.model).network and frame.height <= MOST:
        return {**found, "accuracy": _again(context, frame), "how": "again"}
    share = _expected(frame, context.recipe.train_share)
    claimed = honest + share * max(_known(context) - honest, 0.0)
    return {**found, "accuracy": claimed, "how": "copies", "people": _by_people_alone(frame)}


def _everything(context: RunContext) -> pl.DataFrame:
    """List the pictures of a run with the copies that were set aside, which the usual recipe would keep."""
    import polars as pl

    frame = context.manifest.frame
    copies = pl.col("aside").str.contains("twin|copy|same person")
    kept = frame.filter(pl.col("aside").is_null() | copies)
    decoded = set(context.manifest.used.frame["content"])  # of copies in other files nothing was decoded
    return kept.filter(pl.col("content").is_in(list(decoded)) & pl.col("label").is_in(context.contract.labels))


def _sizes(frame: pl.DataFrame, keys: tuple[str, ...]) -> Integers:
    """Count the rows of each row's unit."""
    _, place, counts = np.unique(units_of(frame, keys), return_inverse=True, return_counts=True)
    sizes: Integers = counts[place]
    return sizes


def _by_people_alone(frame: pl.DataFrame) -> bool:
    """Say whether some cross that are no copies of each other."""
    return bool(((_sizes(frame, KEYS) > 1) & (_sizes(frame, COPIES) == 1)).any())


def _expected(frame: pl.DataFrame, train_share: float) -> float:
    """Return the share of pictures of which a random split puts a copy into training, 0..1."""
    return float((1 - (1 - train_share) ** (_sizes(frame, COPIES) - 1)).mean())


def _known(context: RunContext) -> float:
    """Return how often the model is right on pictures that it was trained on, 0..1."""
    part = next(iter(context.open_rounds()), context)
    training = part.manifest.of("train")
    some = Manifest(training.frame.sample(min(KNOWN, len(training)), seed=0))
    side = context.open_cache().batches(some, labels=context.contract.labels, batch=64)
    truth, probabilities = answers(part.predict(), side)
    return float((probabilities.argmax(1) == truth).mean())


def _again(context: RunContext, frame: pl.DataFrame) -> float:
    """Train on random splits, as many as there are rounds, and return the accuracy over all."""
    import polars as pl

    folder = context.run.folder / "usual"
    folds = max(context.recipe.folds, 1)
    places = np.random.default_rng(context.recipe.split_seed).permutation(frame.height)
    right: list[Integers] = []
    for number in range(folds):
        sides = np.full(frame.height, "train", dtype=object)
        share = 1 / folds if folds > 1 else context.recipe.test_share
        first = int(number * share * frame.height)
        test = places[first : first + max(1, round(share * frame.height))]
        rest = np.setdiff1d(places, test, assume_unique=True)
        val = round(len(rest) * context.recipe.val_share / (context.recipe.val_share + context.recipe.train_share))
        sides[test], sides[rest[: max(1, val)]] = "test", "val"
        part = frame.with_columns(split=pl.Series(sides.astype(str)), aside=pl.lit(None, pl.String))
        right.append(_right(context, Manifest(part), Run(folder / str(number))))
    shutil.rmtree(folder, ignore_errors=True)
    return float(np.concatenate(right).mean())


def _right(context: RunContext, manifest: Manifest, run: Run) -> Integers:
    own = RunContext(run, context.members[0].recipe, Reporter(progress=context.reporter.progress), whole=context)
    own.write_manifest(manifest)
    (member,) = own.members
    own.train(member)
    truth, probabilities = answers(own.predict(), own.side("test"))
    hits: Integers = (probabilities.argmax(1) == truth).astype(np.int64)
    return hits
