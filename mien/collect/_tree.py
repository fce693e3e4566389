"""The files of a source, in its own order: the same for a folder and an archive, so that one code reads both."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from mien import kinds, media
from mien.collect._kinds import are_tables, kind_of, may_be_samples
from mien.core.types import Skipped, skipped

SCHEMA = {"id": pl.String, "path": pl.String, "aside": pl.String}


@dataclass(frozen=True)
class Tree:
    """Every file of a folder or an archive."""

    source: str  # its path, for sentences and for finding what lies in it
    container: str | None  # the archive; None for a folder
    # Columns ``id`` (path relative to the source, parts joined by ``/``), ``path`` (as the manifest has it) and
    # ``aside``, in the source's order
    files: pl.DataFrame
    skipped: tuple[Skipped, ...] = ()  # what was passed over
    kind: str = kinds.PICTURE  # what its samples are

    @property
    def samples(self) -> pl.Series:
        """Which files may be samples, by their names."""
        return may_be_samples(self.files["id"], self._endings)

    @property
    def tables(self) -> pl.Series:
        """Which files may be tables of samples, by their names."""
        return are_tables(self.files["id"], self._endings)

    @property
    def _endings(self) -> tuple[str, ...]:
        return () if self.kind == kinds.PICTURE else kinds.kind(self.kind).endings

    def with_kind(self) -> Tree:
        """Find out what the samples are."""
        files = self.files.filter(pl.col("aside").is_null())
        return dataclasses.replace(self, kind=kind_of(self.source, files, self.read))

    def without(self, gone: pl.Series, what: str | None = None) -> Tree:
        """Take files out."""
        found = skipped(what, self.files["id"].filter(gone)) if what else ()
        return dataclasses.replace(self, files=self.files.filter(~gone), skipped=self.skipped + found)

    def place(self, path: str) -> str:
        """Say where a file lies, for `media.open_data`."""
        return path if self.container is None else f"{self.container}/{path}"

    def read(self, paths: Iterable[str]) -> list[bytes]:
        """Read small files; what cannot be read is empty."""
        found = media.read_many((path, self.container) for path in paths)
        return [data if isinstance(data, bytes) else b"" for data in found]
