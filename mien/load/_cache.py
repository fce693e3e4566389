"""The cache, open: rows, chunks and batches of a manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from mien.core.errors import SettingError, SourceError
from mien.core.recipe import Recipe
from mien.core.types import InputContract, Manifest
from mien.kinds import Variation
from mien.load._batches import CachedBatches
from mien.load._even import cells
from mien.load._votes import one_hot, soft_labels

if TYPE_CHECKING:
    from mien.core.types import Integers, Rows


@dataclass(frozen=True)
class Cache:
    """Decoded samples on the disk, mapped into memory. `load.build` makes and opens it.

    Parameters
    ----------
    path : pathlib.Path
        The file of rows, and nothing else: of pictures pixels, uint8 ``[N, size, size, 3]``, RGB; twice as high with
        ``inputs = "both"``.
    contract : InputContract
        What a row is.
    failed : mapping of str to str
        Rows of the manifest that it was built for and that could not be decoded: id to why, in a sentence.
        Give it to `Manifest.set_aside`.
    faceless : frozenset of str
        Rows in which a detector saw no face: they are among `failed`, but for a contract that takes both.
    source : array [N, *contract.shape]
        The mapped file, read-only.
    index : polars.DataFrame
        ``content`` and ``row`` of each sample.
    """

    path: Path
    contract: InputContract
    failed: Mapping[str, str]
    faceless: frozenset[str]
    source: Any = field(repr=False)
    index: pl.DataFrame = field(repr=False)

    def __len__(self) -> int:
        return self.index.height

    def rows(self, manifest: Manifest) -> Integers:
        """Say in which row of `source` each sample is, int64 [samples]; twins share one.

        All rows of the manifest count, those set aside too: choose with `Manifest.of` or `Manifest.used` first. A
        sample that is not in the cache is a `SourceError`.
        """
        found = manifest.frame.select("id", "content").join(self.index, on="content", how="left", maintain_order="left")
        lost = found.filter(pl.col("row").is_null())["id"]
        if len(lost):
            raise SourceError(
                f"{len(lost):,} of {len(found):,} samples are not in the cache, '{lost[0]}' among them",
                expected="a manifest that the cache was built for, without the rows in its `failed`",
                todo="Build the cache from this manifest, or set those rows aside",
            )
        return found["row"].to_numpy().astype(np.int64)

    def array(self, manifest: Manifest) -> Rows:
        """Read a whole manifest into new memory, [samples, *contract.shape], in its order; for many use `chunks`."""
        return np.take(self.source, self.rows(manifest), axis=0)

    def chunks(self, manifest: Manifest, length: int = 64) -> Iterator[Any]:
        """Read a manifest in its order, `length` samples at once, into new memory; 64 are 12.6 MB at 256 px."""
        rows = self.rows(manifest)
        for start in range(0, len(rows), length):
            yield np.take(self.source, rows[start : start + length], axis=0)

    def batches(self, manifest: Manifest, *, labels: Sequence[str], batch: int) -> CachedBatches:
        """Give batches to measure on: in the manifest's order, as the samples are.

        `labels` are in the order of the model's outputs: the contract's. A manifest that is empty or has another label
        is a `SettingError`, a sample that is not in the cache a `SourceError`.
        """
        rows, targets = self.rows(_filled(manifest)), one_hot(manifest, labels)
        return CachedBatches(tuple(labels), self.source, rows, targets, batch, kind=self.contract.kind)

    def training(self, manifest: Manifest, recipe: Recipe, *, labels: Sequence[str]) -> CachedBatches:
        """Give batches to train on: shuffled, varied and mixed as the recipe says.

        Parameters
        ----------
        manifest : Manifest
            The training side.
        recipe : Recipe
            Resolved: seed, batch, sampling, even_groups, votes and augmentation are read.
        labels : sequence of str
            The classes in the order of the model's outputs.

        Returns
        -------
        CachedBatches
            See `core.types.Batches`.

        Raises
        ------
        SettingError
            If the manifest is empty, has a label that is not in `labels`, or lacks a column of votes or groups.
        SourceError
            If a sample is not in the cache.
        """
        return CachedBatches(
            labels=tuple(labels),
            source=self.source,
            rows=self.rows(_filled(manifest)),
            targets=soft_labels(manifest, labels, recipe.votes or (), float(recipe.votes_share or 0.0)),
            batch=int(recipe.batch or 32),
            seed=recipe.seed,
            order=recipe.sampling or "once",
            variation=Variation.of(recipe),
            kind=self.contract.kind,
            cells=cells(manifest, labels, recipe.even_groups or ""),
        )


def _filled(manifest: Manifest) -> Manifest:
    if not len(manifest):
        raise SettingError("Batches were asked of a manifest without samples", expected="at least 1 sample")
    return manifest
