"""The files of a source, in its own order: the same for a folder and an archive, so that one code reads both."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from mien import media
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
