"""A folder: every file in it, in the order of names, links kept on a short leash."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import polars as pl

from mien import media
from mien.collect._system import EMPTY, WHAT, is_system
from mien.collect._tree import SCHEMA, Tree
from mien.core.errors import SourceError
from mien.core.types import skipped

_CHUNK = 65_536
_OUTSIDE = "a link that leads out of the data's folder"

Entry = tuple[str, str, str | None]  # id, path, aside


def folder_tree(root: Path) -> Tree:
    """List the files of a folder."""
    walk = _Walk(str(root))
    entries = walk.entries()
    chunks = []
    while chunk := list(islice(entries, _CHUNK)):
        chunks.append(pl.DataFrame(chunk, schema=SCHEMA, orient="row"))
    files = pl.concat(chunks) if chunks else pl.DataFrame(schema=SCHEMA)
    found = skipped(WHAT, sorted(walk.system)) + skipped(EMPTY, walk.empty)
    return Tree(media.as_text(str(root)), None, _unique(files), found)


class _Walk:
    """One walk through a folder, and what it passes over on its way."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._root = os.path.realpath(folder)
        self._prefix = media.as_text(folder).rstrip("/") + "/"
        self.system: list[str] = []
        self.empty: list[str] = []

    def entries(self) -> Iterator[Entry]:
        """Go through the folders in the order of names; a stack, because a path can be deeper than Python's own."""
        stack = [("", self._folder, iter(self._list("", self._folder)))]
        while stack:
            prefix, folder, entries = stack[-1]
            name, is_folder, is_link = next(entries, ("", False, False))
            full, found = f"{folder}/{name}", prefix + media.as_text(name)
            if not name:
                stack.pop()
            elif is_link and not self._is_inside(full):
                yield self._entry(found + ("/(folder)" if is_folder else ""), _OUTSIDE)
            elif is_folder and not is_link:
                stack.append((found + "/", full, iter(self._list(found + "/", full))))
            elif not is_folder:
                yield self._entry(found, None)
            # What is left are links to folders within the data: these are walked through where they really stand, and
            # following the link as well would file every picture twice, or go in circles.

    def _entry(self, found: str, aside: str | None) -> Entry:
        return found, self._prefix + found, aside

    def _list(self, prefix: str, folder: str) -> list[tuple[str, bool, bool]]:
        try:
            with os.scandir(folder) as entries:
                found = sorted((e.name, _is_folder(e), e.is_symlink()) for e in entries)
        except OSError as error:
            came = f"The folder '{media.as_text(folder)}' cannot be read ({error.strerror})"
            raise SourceError(came, todo="Change its permissions") from error
        kept = [entry for entry in found if not is_system(entry[0])]
        self.system += [prefix + media.as_text(name) for name, *_ in found if is_system(name)]
        if not kept and prefix:
            self.empty.append(prefix.rstrip("/"))
        return kept

    def _is_inside(self, link: str) -> bool:
        found = os.path.realpath(link)
        return found == self._root or found.startswith(self._root.rstrip("/") + "/")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle
        return False


def _unique(files: pl.DataFrame) -> pl.DataFrame:
    r"""Set aside the second of two files that look the same as text: the bytes of one, and a real backslash."""
    again = ~files["id"].is_first_distinct()
    if not again.any():
        return files
    count = pl.int_range(pl.len()).over("id").cast(pl.String)
    numbered = [pl.when(again).then(pl.col(name) + "~" + count).otherwise(name) for name in ("id", "path")]
    aside = pl.when(again).then(pl.lit("its name cannot be written as text")).otherwise("aside")
    return files.with_columns(*numbered, aside=aside)
