"""What can be counted about a split: who stands where, and what two sides share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import numpy as np
import polars as pl

from mien.core.errors import SourceError
from mien.core.types import SPLITS, Manifest
from mien.core.units import KEYS
from mien.kinds import kind

# Why a row of a ready-made split is set aside, in the words of the manifest's column `aside`.
REASONS = tuple(
    f"{what} a {side} sample"
    for side in ("test", "validation")
    for what in ("copy of", "near copy of", "same person as")
)


@dataclass(frozen=True)
class ClassCounts:
    """How many samples in use each side has of one class."""

    label: str
    train: int
    val: int
    test: int


@dataclass(frozen=True)
class Proof:
    """What can be counted about a split, counted anew from the manifest: samples in use, and persons.

    What is `shared` are test samples also in training: in bytes or pixels, as near copies (resized, cut, mirrored,
    recoloured or saved once more), by their person, or by any of these; `shared_val` validation samples that share any
    with training or test. `people` is 0 where the data does not say, `nobody` counts samples that name none where
    others do. `looked`: whether near copies were looked for, as the audit does. `set_aside` gives reasons, the split's
    own and earlier ones. `rounds` is 0 where there is one test split; else `train` and `val` are what the model that
    ships is made of, `test` is what all rounds measured together, and what is shared is counted round by round.
    """

    train: int
    val: int
    test: int
    shared_content: int
    shared_copies: int
    shared_person: int
    shared: int
    shared_val: int
    people: int
    nobody: int
    looked: bool
    set_aside: dict[str, int]
    classes: tuple[ClassCounts, ...]
    rounds: int = 0
    sample: str = "picture"

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Proof:
        """Read what `to_dict` made of one."""
        known = {item.name: values[item.name] for item in fields(cls) if item.name in values}
        return cls(**{**known, "classes": tuple(ClassCounts(**row) for row in values["classes"])})

    @property
    def holds(self) -> bool:
        """True when nothing is on two sides."""
        return self.shared == self.shared_val == 0

    def to_dict(self) -> dict[str, Any]:
        """Return the counts and the sentence as JSON values."""
        return {**asdict(self), "holds": self.holds, "sentence": self.sentence}

    @property
    def sentence(self) -> str:
        """The proof in words, and what it covers."""
        moved = {reason: self.set_aside[reason] for reason in REASONS if reason in self.set_aside}
        first = f"{self.shared:,} of {self.test:,} test samples share a {self.sample} or a person with training"
        if self.rounds:
            first = (
                f"In {self.rounds} rounds {self.test:,} samples were measured once each; {self.shared:,} of them share "
                f"a {self.sample} or a person with what the model of their round was trained on"
            )
        elif moved and not self.shared:
            counts = ", ".join(f"{number:,} {reason}" for reason, number in moved.items())
            first = (
                f"No test sample of {self.test:,} shares a {self.sample} or a person with training, since samples of "
                f"the ready-made split that did were set aside ({counts})"
            )
        return f"{first}. Looked for: {self.covered}."

    @property
    def covered(self) -> str:
        """What was looked for, in words."""
        copies = "copies by bytes, pixels and near copies" if self.looked else "copies by bytes and pixels alone"
        rest = f" ({self.nobody:,} sample{'s name' if self.nobody > 1 else ' names'} nobody)" if self.nobody else ""
        return f"{copies}; persons: {f'{self.people:,} named{rest}' if self.people else 'not known in this data'}"


def prove(manifest: Manifest) -> Proof:
    """Count what the sides of a split share, whoever made it.

    Parameters
    ----------
    manifest : Manifest
        With ``split`` filled.

    Returns
    -------
    Proof
        Counts, and the sentence for the report.

    Raises
    ------
    SourceError
        If no sample has a side.
    """
    used = manifest.used.frame.filter(pl.col("split").is_not_null())
    if used.is_empty():
        raise SourceError("The manifest has no split yet", todo="Run: mien split")
    sides = {side: used.filter(pl.col("split") == side) for side in SPLITS}
    table = {(label, side): number for label, side, number in used.group_by("label", "split").len().iter_rows()}
    persons = named(used["person"])
    people = persons.drop_nulls().n_unique()
    return Proof(
        **{side: rows.height for side, rows in sides.items()},
        shared_content=_shared(sides["test"], sides["train"], ["content", "pixels"]),
        shared_copies=_shared(sides["test"], sides["train"], ["copies"]),
        shared_person=_shared(sides["test"], sides["train"], ["person"]),
        shared=_shared(sides["test"], sides["train"], KEYS),
        shared_val=_shared(sides["val"], pl.concat([sides["train"], sides["test"]]), KEYS),
        looked=used["signature"].count() > 0,
        people=people,
        nobody=persons.null_count() if people else 0,
        set_aside=dict(manifest.frame["aside"].drop_nulls().value_counts(sort=True).iter_rows()),
        sample=kind(manifest.kind).one,
        classes=tuple(ClassCounts(name, *(table.get((name, side), 0) for side in SPLITS)) for name in manifest.labels),
    )


def _shared(some: pl.DataFrame, others: pl.DataFrame, keys: Sequence[str]) -> int:
    """Count the rows of `some` that share a key's value with a row of `others`; null shares nothing."""
    hit = np.zeros(some.height, dtype=bool)
    for key in keys:
        known = named(others[key]).drop_nulls().unique()
        hit |= named(some[key]).is_in(known.implode()).fill_null(value=False).to_numpy()
    return int(hit.sum())


def named(column: pl.Series) -> pl.Series:
    """Return the column as text, with empty text as null: nobody is called ''."""
    text = column.cast(pl.String)
    return text.set(text == "", None)
