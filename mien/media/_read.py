"""The bytes of one row of a manifest, or of all of them, wherever they lie."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import partial
from itertools import groupby, islice

from mien.core.errors import MediaError, SourceError
from mien.media._archives import Item, ZipMembers, absent, tar_members
from mien.media._containers import container_kind
from mien.media._files import attempt, read_loose, real_path
from mien.media._inside import split_path
from mien.media._tables import json_cells, text_cells

_WINDOW = 512
_HELD_BYTES = 128 * 1024 * 1024

Result = bytes | MediaError


def read(path: str, container: str | None = None) -> bytes:
    """Read one sample's bytes, at most `MAX_BYTES`; for more than a few out of one archive use `read_many`.

    `path` is the file's, or with `container` the member's name or the row's number. A table in an archive has a path
    through it: ``fer2013.tar.gz/fer2013/fer2013.csv``. `MediaError`: ``missing``, ``unreadable`` (no rights, a pipe, a
    password, a damaged archive), ``empty`` (a cell) or ``bomb``.
    """
    result = next(iter(read_many([(path, container)])))
    if isinstance(result, MediaError):
        raise result
    return result


def read_many(rows: Iterable[tuple[str, str | None]]) -> Iterator[Result]:
    """Read samples' bytes by path and container, in the order asked for; an error is yielded, not raised.

    An archive or table is opened once for all the rows that follow each other in it; memory stays flat however many
    rows there are. Rows in the order in which the archive has them (as `collect` lists them) are read in one pass; a
    compressed .tar or a table of text asked for in another order is walked through up to twice for every 512 rows.
    """
    for container, group in groupby(rows, key=lambda row: row[1]):
        names = (name for name, _ in group)
        if container is None:
            yield from (attempt(partial(read_loose, name)) for name in names)
        else:
            yield from _contained(container, names)


def _contained(container: str, names: Iterator[str]) -> Iterator[Result]:
    try:
        results = _open(container, names)
    except (MediaError, SourceError) as error:
        broken = error if isinstance(error, MediaError) else MediaError(str(error), issue=_issue(container))
        results = (broken for _ in names)
    yield from results


def _issue(container: str) -> str:
    return "unreadable" if os.path.lexists(real_path(split_path(container)[0])) else "missing"


def _open(container: str, names: Iterator[str]) -> Iterator[Result]:
    kind = container_kind(container)
    if kind == "zip":
        return _from_zip(ZipMembers(container), names)
    if kind == "tar":
        return _Forward(container, tar_members).read_many(names)
    if kind in ("csv", "json"):
        return _Forward(container, text_cells if kind == "csv" else json_cells).read_many(names)
    from mien.media._parquet import ParquetCells

    table = ParquetCells(container)
    return (result for window in _windows(names, table.slice) for result in table.read_many(window))


def _from_zip(archive: ZipMembers, names: Iterator[str]) -> Iterator[Result]:
    with closing(archive):
        yield from (attempt(partial(archive.read, name)) for name in names)


def _windows(names: Iterator[str], size: int) -> Iterator[list[str]]:
    while window := list(islice(names, size)):
        yield window


class _Forward:
    """Random access to what can only be walked through from its beginning.

    Members of the present window that the walk passes before their turn are held until it comes.
    """

    def __init__(self, container: str, walk: Callable[[str], Iterator[Item]]) -> None:
        self._container = container
        self._walk = walk
        self._items = walk(container)
        self._held: dict[str, Result] = {}
        self._from_start = True
        self._swept = False
        self._broken: MediaError | None = None

    def read_many(self, names: Iterator[str]) -> Iterator[Result]:
        for window in _windows(names, _WINDOW):
            waiting = Counter(window)
            self._swept = False
            for name in window:
                result = self._take(name, waiting)
                waiting[name] -= 1
                if waiting[name]:  # asked for once more
                    self._held[name] = result
                yield result
            self._held.clear()
            self._from_start = False

    def _take(self, name: str, waiting: Counter[str]) -> Result:
        if name in self._held:
            return self._held.pop(name)
        found = None if self._swept else self._advance(name, waiting)
        if found is None and not self._swept:
            self._items, self._from_start = self._walk(self._container), True
            found = self._advance(name, waiting)
        return found if found is not None else self._broken or absent(self._container, name)

    def _advance(self, name: str, waiting: Counter[str]) -> Result | None:
        """Walk on to a member; None when the end comes first."""
        full = False
        try:
            for found, fetch in self._items:
                if found == name:
                    return attempt(fetch)
                if waiting[found] and not full:
                    self._held[found] = attempt(fetch)
                    full = sum(len(held) for held in self._held.values() if isinstance(held, bytes)) > _HELD_BYTES
        except MediaError as error:  # the rest of the archive cannot be reached
            self._broken = error
        # A whole pass has seen everything: what is not held is not there.
        self._swept = self._from_start and not full
        return None
