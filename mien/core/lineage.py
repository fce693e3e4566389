"""What a model has trained on, was chosen on and was tuned on: the one place that says it.

Two samples are the same to a model if their bytes or their pixels are, if one is a near copy of the other, or if they
show one person. Data is known by what it holds, never by the name of its folder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from mien.core import _lineage_text, neighbours, parquet
from mien.core.errors import StorageError
from mien.core.files import writing
from mien.core.run import Run
from mien.core.types import Manifest

if TYPE_CHECKING:
    from mien.core.neighbours import Integers, Singles

ROLES = ("trained", "chosen", "tuned")  # on the training split, the validation split, or by a search before
REASONS = ("the same file", "the same pixels", "a near copy", "the same person")  # in the order in which it is asked
PIXELS, PERSON = 12, 8  # letters kept of a hash: a wrong match in a million is one in a hundred million pictures
SURE = 0.87  # cosine from which two signatures are those of copies, where no picture can be looked at
_COLUMNS = ("content", "pixels", "signature", "person", "role", "path", "container")

Place = tuple[str, str | None]
Confirm = Callable[[Sequence[tuple[Place, Place, bool, float]]], Sequence[bool | None]]
"""Looks at pairs of pictures (two places, whether the second is mirrored, the cosine of their signatures) and says
which are copies; None where one of the two cannot be read any more."""


@dataclass(frozen=True)
class Lineage:
    """What a model has seen: one row a sample.

    Columns ``content`` (SHA-256), ``pixels`` and ``person`` (the first letters of a hash), ``signature`` (bytes),
    ``path`` and ``container``, each or null, and ``role`` (see `ROLES`). `known` is False where it cannot be known what
    it has seen.
    """

    frame: pl.DataFrame
    known: bool = True

    @classmethod
    def empty(cls, *, known: bool = True) -> Lineage:
        """Return the lineage of a model that has seen nothing, or of which nothing is known."""
        return cls(pl.DataFrame(schema=_types(*_COLUMNS)), known)

    @classmethod
    def of(cls, manifest: Manifest) -> Lineage:
        """Take from a divided manifest what training and validation hold, without samples that are set aside."""
        roles = {"train": "trained", "val": "chosen"}
        used = manifest.used.frame.filter(pl.col("split").is_in(list(roles)))
        return cls(
            used.select(
                "content",
                pl.col("pixels").str.slice(0, PIXELS),
                "signature",
                people(used["person"]).alias("person"),
                role=pl.col("split").replace_strict(roles, return_dtype=pl.String),
                path="path",
                container="container",
            )
        )

    @classmethod
    def of_run(cls, run: Run) -> Lineage:
        """Say what the model of a run past its split has seen: what its manifest holds, and what it was begun with."""
        own = cls.of(Manifest.read(run.manifest))
        return own + cls.read(run.lineage) if run.lineage.exists() else own + _before_lineage(run)

    @classmethod
    def read(cls, path: Path) -> Lineage:
        """Read what `save` wrote; a damaged file is a `StorageError`."""
        try:
            frame = parquet.read(path)
        except OSError as error:
            raise StorageError(f"'{path}' is damaged", todo="Start the run again") from error
        missing = [name for name in (*_COLUMNS, "known") if name not in frame.columns]
        if missing:
            raise StorageError(f"'{path}' has no column {', '.join(missing)}", todo="Start the run again")
        return cls(frame.select(_COLUMNS).filter(pl.col("role").is_not_null()), bool(frame["known"].all()))

    @classmethod
    def from_text(cls, text: str) -> Lineage:
        """Read what `to_text` wrote; `known` is False where the text is empty.

        A text that is damaged, or a newer Mien's, is a `ModelFileError`.
        """
        columns, known = _lineage_text.from_text(text, ROLES)
        empty = cls.empty(known=known)
        if not columns:
            return empty
        frame = pl.DataFrame(columns, schema=_types(*columns))
        return cls(pl.concat([empty.frame, frame], how="diagonal"), known)

    def to_text(self) -> str:
        """Write it to ride in a model file: JSON of hashes and signatures, no names or places, about 50 bytes each."""
        return _lineage_text.to_text(self.frame, known=self.known, roles=ROLES)

    def save(self, path: Path) -> None:
        """Write it as Parquet, atomically."""
        rows = self.frame
        if not rows.height:  # the file must still say whether it is known
            rows = pl.DataFrame({name: [None] for name in _COLUMNS}, schema=rows.schema)
        with writing(path) as beside:
            rows.with_columns(known=pl.lit(self.known)).write_parquet(beside)

    def __add__(self, other: Lineage) -> Lineage:
        """Return what two models have seen together; known only if both are."""
        frame = pl.concat([self.frame, other.frame]).unique(maintain_order=True)
        return Lineage(frame, self.known and other.known)

    def tuned(self) -> Lineage:
        """Return the same samples as those that a search has chosen a recipe on: all in the role ``tuned``."""
        return Lineage(self.frame.with_columns(role=pl.lit("tuned")).unique(maintain_order=True), self.known)

    def of_role(self, *roles: str) -> Lineage:
        """Return only what was seen in some of `ROLES`."""
        return Lineage(self.frame.filter(pl.col("role").is_in(roles)), self.known)

    def seen(self, manifest: Manifest, confirm: Confirm | None = None) -> pl.Series:
        """Say of each sample whether, and how, the model knows it already: one of `REASONS`, or null.

        Without what the audit measures, only bytes and persons are compared. `confirm` looks at pairs whose signatures
        are close; without it, and where pictures cannot be read, signatures closer than `SURE` are those of copies.
        """
        frame = manifest.frame
        found = frame.select(
            pl.when(pl.col("content").is_in(self._values("content")))
            .then(pl.lit(REASONS[0]))
            .when(pl.col("pixels").str.slice(0, PIXELS).is_in(self._values("pixels")))
            .then(pl.lit(REASONS[1]))
            .alias("seen")
        )["seen"]
        rest = found.is_null()
        copies = np.zeros(frame.height, bool)
        if rest.any():
            copies[np.flatnonzero(rest.to_numpy())[self._copies(frame.filter(rest), confirm)]] = True
        columns = pl.DataFrame({"seen": found, "copy": copies, "person": self._persons(frame, found)})
        named = pl.when("copy").then(pl.lit(REASONS[2])).when("person").then(pl.lit(REASONS[3]))
        return columns.select(pl.coalesce("seen", named))["seen"].cast(pl.String)

    def _values(self, column: str) -> list[str]:
        return list(self.frame[column].drop_nulls().unique())

    def _copies(self, frame: pl.DataFrame, confirm: Confirm | None) -> Integers:
        """Return the rows that are near copies of a known sample."""
        known = self.frame.unique("signature", keep="first", maintain_order=True)
        asked, theirs = (_lineage_text.stacked(rows["signature"]) for rows in (frame, known))
        pairs, near = neighbours.matches(asked, theirs)
        order = np.argsort(-near, kind="stable")
        pairs, near = pairs[order], near[order]
        sure = near >= SURE
        if confirm is not None and len(pairs):
            sure = _confirmed(frame, known, (pairs, near), confirm)
        return np.unique(pairs[sure, 0])

    def _persons(self, frame: pl.DataFrame, found: pl.Series) -> pl.Series:
        """Mark samples of persons that the model knows; where both name them in the same way."""
        here = people(frame["person"])
        known = set(self._values("person"))
        if not known or not here.count() or not self._named_alike(frame, here, found, known):
            return pl.Series([False] * frame.height, dtype=pl.Boolean)
        return here.is_in(list(known)).fill_null(value=False)

    def _named_alike(self, frame: pl.DataFrame, here: pl.Series, found: pl.Series, known: set[str]) -> bool:
        """Ask the samples that both know whether both name their persons alike; without any, the names have to do.

        Person 1 of one data set is seldom person 1 of another: bare numbers count only where all of them are known.
        """
        same = pl.DataFrame({"content": frame["content"], "here": here}).filter(found == REASONS[0])
        there = self.frame.select("content", there="person").unique("content")
        both = same.join(there, on="content").drop_nulls()
        if both.height:
            return bool((both["here"] == both["there"]).all())
        named = frame["person"].drop_nulls()
        numbers = named.str.contains(r"^\s*\d+(\.0)?\s*$").all()
        return not numbers or set(here.drop_nulls()) <= known


def _types(*names: str) -> dict[str, type[pl.DataType]]:
    return {name: pl.Binary if name == "signature" else pl.String for name in names}


def _before_lineage(run: Run) -> Lineage:
    """Read what a run of Mien 0.1's first days kept of the models that it learnt from."""
    path = run.folder / "seen.parquet"
    if not path.exists():
        return Lineage.empty()
    try:
        frame = parquet.read(path, ["content", "twin", "person", "split"])
    except OSError as error:
        raise StorageError(f"'{path}' is damaged", todo="Start the run again") from error
    columns = frame.rename({"twin": "pixels"}).with_row_index("id").to_dict()
    return Lineage.of(Manifest.build({**columns, "path": frame["content"]}))


def people(names: pl.Series) -> pl.Series:
    """Hash the names of persons to `PERSON` letters of their SHA-256; null where the name is null or empty.

    A model file says whether it knows somebody, and names nobody.
    """
    text = names.cast(pl.String)
    hashes = {name: sha256(name.encode()).hexdigest()[:PERSON] for name in text.drop_nulls().unique() if name}
    return text.replace_strict(hashes, default=None, return_dtype=pl.String)


def _confirmed(
    frame: pl.DataFrame, known: pl.DataFrame, found: tuple[Integers, Singles], confirm: Confirm
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Ask about each sample's closest neighbour first; once one is a copy, nothing more is asked about that sample."""
    pairs, near = found  # the closest first
    here, there = (list(table.select("path", "container").iter_rows()) for table in (frame, known))
    order = np.argsort(pairs[:, 0], kind="stable")
    rank = np.empty(len(pairs), np.int64)
    rank[order] = np.arange(len(pairs)) - np.searchsorted(pairs[order, 0], pairs[order, 0])
    sure, settled = np.zeros(len(pairs), bool), np.zeros(frame.height, bool)
    for number in range(int(rank.max()) + 1):
        rows = np.flatnonzero((rank == number) & ~settled[pairs[:, 0]])
        asked = [(here[pairs[r, 0]], there[pairs[r, 1]], bool(pairs[r, 2]), float(near[r])) for r in rows]
        seen = [pair for pair in asked if pair[1][0] is not None]  # a model file does not say where its pictures lie
        answers = iter(confirm(seen))
        for row, pair in zip(rows, asked, strict=True):
            answer = next(answers) if pair[1][0] is not None else None
            sure[row] = near[row] >= SURE if answer is None else answer
            settled[pairs[row, 0]] |= sure[row]
    return sure
