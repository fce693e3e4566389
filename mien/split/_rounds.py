"""Cross-validation over whole units, for data whose test split would be too small to say anything."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import polars as pl

from mien.core.errors import SettingError, SourceError
from mien.core.types import Manifest
from mien.core.units import units_of
from mien.kinds import kind
from mien.split._assign import CARVED, place_units, samples, with_splits
from mien.split._proof import Proof, prove

ROUNDS = 5
FEW = 100  # test samples below which one split says too little: an interval of about 20 points
FEW_OF_A_CLASS = 15
FEW_UNITS = 10  # people, or pictures with their copies


def suited(divided: Manifest, came: Manifest) -> int:
    """Say in how many rounds data is best measured, `divided` by `assign` from how it `came`.

    1 where one test split is enough, or where the data came with its own; else 5, and fewer only where there are fewer
    units.
    """
    if (came.used.frame["split"] == "test").any():
        return 1
    test = divided.of("test").frame
    units = units_of(test)
    of_a_class = min(test["label"].value_counts()["count"].to_list(), default=0)
    if test.height >= FEW and of_a_class >= FEW_OF_A_CLASS and len(set(units.tolist())) >= FEW_UNITS:
        return 1
    return min(ROUNDS, len(set(units_of(divided.used.frame).tolist())))


def rounds(manifest: Manifest, folds: int, *, seed: int = 0) -> tuple[tuple[Manifest, ...], Manifest]:
    """Divide data for cross-validation: each unit is measured in one round and learnt from in the others.

    A tenth of what a round does not measure is its validation: of small data all that can be is learnt from.

    Parameters
    ----------
    manifest : Manifest
        As for `assign`. A ready-made split is not kept.
    folds : int
        How many rounds, 2 or more.
    seed : int
        Another seed, other rounds of the same kind.

    Returns
    -------
    tuple of (tuple of Manifest, Manifest)
        One a round, with every sample in use on a side; and the one to train the model that ships on, without a test
        side.

    Raises
    ------
    SettingError
        If there are fewer units than rounds, or less than two rounds.
    SourceError
        If a class has too few samples.

    Examples
    --------
    >>> rows = {"id": [str(i) for i in range(40)], "label": ["happy", "sad"] * 20}
    >>> rows |= {"content": [f"{i:064x}" for i in range(40)], "path": rows["id"]}
    >>> parts, whole = rounds(Manifest.build(rows), 5)
    >>> [len(part.of("test")) for part in parts], len(whole.of("test"))
    ([8, 8, 8, 8, 8], 0)
    """
    used = samples(manifest)
    units = used["unit"].n_unique()
    if not 2 <= folds <= units:
        raise SettingError(
            f"folds = {folds}, for data of {units:,} units (copies, and one person, count once)",
            expected=f"2 to {units:,}, or 1 for a single split",
        )
    names = [str(number) for number in range(folds)]
    fold_of = used.join(place_units(used, dict.fromkeys(names, 1.0), manifest, seed, everywhere=False), on="unit")
    shares = {"train": 1 - CARVED, "val": CARVED}
    parts = []
    for name in names:
        test = fold_of.filter(fold_of["placed"] == name).select("id", split=pl.lit("test"))
        rest = fold_of.filter(fold_of["placed"] != name).drop("placed")
        parts.append(with_splits(manifest, pl.concat([test, _placed(rest, shares, manifest, seed)])))
    return tuple(parts), with_splits(manifest, _placed(used, shares, manifest, seed))


def prove_rounds(parts: Sequence[Manifest], whole: Manifest) -> Proof:
    """Count what the sides of every round share, added up over the rounds; of the rest, what `whole` has."""
    found = [prove(part) for part in parts]
    own = prove(whole)
    measured = dict.fromkeys(whole.labels, 0)
    for row in (row for proof in found for row in proof.classes):
        measured[row.label] = measured.get(row.label, 0) + row.test
    names = ("test", "shared_content", "shared_copies", "shared_person", "shared", "shared_val")
    sums = {name: sum(getattr(proof, name) for proof in found) for name in names}
    classes = tuple(dataclasses.replace(row, test=measured[row.label]) for row in own.classes)
    return dataclasses.replace(own, **sums, classes=classes, rounds=len(parts))


def _placed(pool: pl.DataFrame, shares: dict[str, float], manifest: Manifest, seed: int) -> pl.DataFrame:
    missing = sorted(set(manifest.labels) - set(pool["label"]))
    if missing:
        many = kind(manifest.kind).many
        raise SourceError(
            f"A round would have nothing to learn {', '.join(missing)} from: too few people show it",
            expected="three samples of each class that may be on three sides (copies, and one person, count once)",
            todo=f"Add {many} of others, leave it out with --labels, or ask for one split with --folds 1",
        )
    return pool.join(place_units(pool, shares, manifest, seed), on="unit").select("id", split="placed")
