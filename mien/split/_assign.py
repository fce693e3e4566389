"""One split into train, validation and test; a ready-made one is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from mien.core.errors import SettingError, SourceError, did_you_mean
from mien.core.types import SPLITS, Manifest
from mien.core.units import KEYS, units_of
from mien.kinds import kind
from mien.split import _placing as placing
from mien.split._proof import named

if TYPE_CHECKING:
    from mien.core.types import Integers

_MANY = 10  # values of a column that may be kept apart instead of persons
CARVED = 0.1  # of a ready-made training side becomes validation; a tenth is FER2013's habit


def assign(manifest: Manifest, *, train: float = 0.7, val: float = 0.2, test: float = 0.1, seed: int = 0) -> Manifest:
    """Give every sample in use its side: train, val or test.

    Each class is shared out in the same proportions, within one unit (samples that share content, pixels, a picture
    or a person) of the target, and each side gets at least one unit of every class. A ready-made split is kept: its
    test side as it is, its training side without what the test side also holds (set aside, with the reason). Where
    it has a test side but no validation, a tenth of its training becomes validation; where it has validation but
    no test, the share `test` of its training becomes test. Samples it says nothing of belong to its training.

    Parameters
    ----------
    manifest : Manifest
        Columns ``content``, ``pixels``, ``copies``, ``label`` and ``person`` are read.
    train, val, test : float
        Shares of each class, 0..1, adding up to 1.
    seed : int
        Another seed, another split of the same kind.

    Returns
    -------
    Manifest
        The same rows with ``split`` filled, null where ``aside`` is not.

    Raises
    ------
    SettingError
        If the shares do not add up to 1.
    SourceError
        If there are fewer than two classes, a class has too few samples to be on every side, or the ready-made
        split cannot be used.

    Examples
    --------
    >>> rows = {"id": [str(i) for i in range(40)], "label": ["happy", "sad"] * 20}
    >>> rows |= {"content": [f"{i:064x}" for i in range(40)], "path": rows["id"]}
    >>> divided = assign(Manifest.build(rows))
    >>> [len(divided.of(side)) for side in ("train", "val", "test")]
    [28, 8, 4]
    """
    _check_shares((train, val, test))
    used = samples(manifest)
    ready = set(used["split"].drop_nulls()) - {"train"}
    fixed = _kept(used, ready) if ready else used.with_columns(side=pl.lit(None, pl.String), reason=None)
    if not ready:
        shares = dict(zip(SPLITS, (train, val, test), strict=True))
    elif ready == {"test"}:
        shares = {"train": 1 - CARVED, "val": CARVED}
    else:
        shares = {"train": 1.0} if "test" in ready else {"train": 1 - test, "test": test}
    pool = fixed.filter(pl.col("side").is_null() & pl.col("reason").is_null())
    placed = place_units(pool, shares, manifest, seed)
    side = pl.when(pl.col("reason").is_null()).then(pl.coalesce("side", "placed"))
    divided = with_splits(manifest, fixed.join(placed, on="unit", how="left").select("id", split=side))
    return divided.set_aside(dict(fixed.select("id", "reason").drop_nulls().iter_rows()))


def with_splits(manifest: Manifest, splits: pl.DataFrame) -> Manifest:
    """Fill the manifest's ``split`` from a table of ``id`` and ``split``; of ids that are not in it, with null."""
    frame = manifest.frame.drop("split").join(splits, on="id", how="left", maintain_order="left")
    return manifest.with_frame(frame.select(manifest.frame.columns))


def by_person(
    manifest: Manifest, *, train: float = 0.7, val: float = 0.2, test: float = 0.1, seed: int = 0
) -> Manifest:
    """Split as `assign` does, and refuse data in which no sample in use names a person, with a `SettingError`."""
    if not named(manifest.used.frame["person"]).is_not_null().any():
        raise SettingError(
            f"The data does not say who is in its {kind(manifest.kind).many}",
            expected="a column 'person' with a name or number for at least some samples",
            todo="Add the column to the table, or split by content alone",
        )
    return assign(manifest, train=train, val=val, test=test, seed=seed)


def _check_shares(shares: Sequence[float]) -> None:
    # `not (a < b)` rather than `a >= b`: a NaN fails both ways of asking and must be refused.
    if not all(0 < share < 1 for share in shares) or abs(sum(shares) - 1) > 1e-6:
        came = ", ".join(f"{share:g}" for share in shares)
        expected = "three above 0 that add up to 1"
        raise SettingError(f"The shares came as {came}", expected=expected, todo="For example 0.7, 0.2, 0.1")


def samples(manifest: Manifest) -> pl.DataFrame:
    """Return the rows in use, with the unit of each."""
    frame = manifest.used.frame
    used = frame.select("id", "label", "split", *(named(frame[key]) for key in KEYS))
    used = used.with_columns(pl.col("content").fill_null(pl.col("id")))
    if len(manifest.labels) < 2 or used["label"].null_count():
        what = kind(manifest.kind)
        names = ", ".join(f"'{label}'" for label in manifest.labels) or "none"
        bare = f" and {used['label'].null_count()} samples without a label" if used["label"].null_count() else ""
        raise SourceError(
            f"The data in use has {len(manifest.labels)} classes ({names}){bare}",
            expected="at least 2 classes, and a label for every sample",
            todo=f"Add {what.many} of another {'expression' if what.faces else 'class'}, in a folder of that name",
        )
    for side in used["split"].drop_nulls().unique():
        if side not in SPLITS:
            raise SourceError(f"A sample came with the split '{side}'", todo=did_you_mean(side, SPLITS))
    return used.with_columns(unit=pl.Series(units_of(used)))


def _kept(used: pl.DataFrame, ready: set[str]) -> pl.DataFrame:
    """Keep a ready-made split: `side` where it is fixed, `reason` where a row must be set aside."""
    rank = pl.col("split").replace_strict({"test": 2, "val": 1}, default=0, return_dtype=pl.Int64)
    used = used.with_columns(rank=rank).with_columns(top=pl.col("rank").max().over("unit"))

    def shares(*keys: str) -> pl.Expr:
        same = [pl.when(pl.col(key).is_not_null()).then(pl.col("rank").max().over(key)) for key in keys]
        return pl.max_horizontal(same) == pl.col("top")

    words = (
        pl.when(shares("content", "pixels"))
        .then(pl.lit("copy of a "))
        .when(shares("copies"))
        .then(pl.lit("near copy of a "))
        .otherwise(pl.lit("same person as a "))
    )
    which = pl.when(pl.col("top") == 2).then(pl.lit("test sample")).otherwise(pl.lit("validation sample"))
    fixed = used.with_columns(
        reason=pl.when(pl.col("rank") < pl.col("top")).then(words + which),
        side=pl.when(pl.col("rank") > 0).then(pl.col("split")),
    )
    pool = fixed.filter((pl.col("rank") == 0) & pl.col("reason").is_null())
    missing = sorted(set(used["label"]) - set(pool["label"]))
    if not missing:
        return fixed
    lost = int(fixed["reason"].is_not_null().sum())
    raise SourceError(
        f"The ready-made split leaves nothing to train on for {', '.join(missing)} "
        f"({lost} samples share a picture or a person with its {' and '.join(sorted(ready))} side)",
        expected="a training sample of every class that the other sides do not hold",
        todo="Remove the column 'split' (or the folders train, val, test) and Mien makes a split",
    )


def place_units(
    pool: pl.DataFrame, shares: dict[str, float], manifest: Manifest, seed: int, *, everywhere: bool = True
) -> pl.DataFrame:
    """Give each unit of some samples of a manifest a side."""
    labels, many = manifest.labels, kind(manifest.kind).many

    drawn = pool.group_by("unit").agg(pl.col("content").min())
    digests = [hashlib.sha256(f"{seed}|{content}".encode()).digest() for content in drawn["content"]]
    drawn = drawn.with_columns(digest=pl.Series(digests, dtype=pl.Binary)).sort("digest").with_row_index("place")
    classes = {label: number for number, label in enumerate(labels)}
    cells = pool.join(drawn, on="unit").group_by("place", "label").len().sort("place", "label")
    cells = cells.with_columns(pl.col("label").replace_strict(classes, return_dtype=pl.Int64))
    unit, label, size = (cells[name].cast(pl.Int64).to_numpy() for name in ("place", "label", "len"))
    if everywhere:
        _check_enough(np.bincount(label, minlength=len(labels)), manifest, len(shares))
    part = np.array(list(shares.values()))
    side = placing.place((unit, label, size), part / part.sum(), seed)
    if everywhere:
        _check_everywhere(side[unit], label, labels, list(shares), many)
    return drawn.select("unit", placed=pl.Series(np.array(list(shares))[side], dtype=pl.String))


def _check_enough(units: Integers, manifest: Manifest, needed: int) -> None:
    for label, found in zip(manifest.labels, units.tolist(), strict=True):
        if found < needed:
            noun = "sample" if found == 1 else "samples"
            raise SourceError(
                f"The class '{label}' has {found} {noun} that may be split (copies, and one person, count once)",
                expected=f"at least {needed}, one for each side",
                todo=_way_out(label, manifest, needed),
            )


def _way_out(label: str, manifest: Manifest, needed: int) -> str:
    """Say what to do about a class that too few units show."""
    many, frame = kind(manifest.kind).many, manifest.used.frame
    persons = named(frame["person"]).drop_nulls().n_unique()
    if not 0 < persons < needed:
        return f"Add {many} of '{label}', or leave it out by naming the others with --labels"
    apart = [name for name in manifest.groups if frame[name].n_unique() >= _MANY]
    whom = "one person, who" if persons == 1 else f"{persons} people, who"
    other = f", or keep something else apart, as --by {apart[0]} does" if apart else ""
    return f"All are of {whom} cannot be on {needed} sides: add {many} of others{other}"


def _check_everywhere(side: Integers, label: Integers, labels: Sequence[str], names: Sequence[str], many: str) -> None:
    for number, word in enumerate(labels):
        for place, name in enumerate(names):
            if not ((label == number) & (side == place)).any():
                raise SourceError(
                    f"No split puts '{word}' on the side '{name}': too few people show it",
                    expected="every class on every side without cutting one person in two",
                    todo=f"Add {many} of '{word}' of other people, or leave it out with --labels",
                )
