"""The server's log of counts: read, and cut into periods that are tested one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from mien.core.answer_counts import CountedHours
from mien.core.errors import SettingError, StorageError, did_you_mean

MOST_LINE, MOST_ROWS = 1 << 20, 1_000_000  # bytes of a line, lines of a log
PERIOD = 200  # answers that whole days are put together for


@dataclass(frozen=True)
class CountsLog:
    """The rows of one model, in order, and how many lines were damaged."""

    model: str
    rows: tuple[CountedHours, ...]
    damaged: int


def read(path: Path, model: str = "", since: str = "") -> CountsLog:
    """Read a log, and the older part that was rotated away from it (``FILE.1``).

    `model` is whose rows are wanted, where the log has several; `since` a day, ``2026-05-03``, before which nothing
    counts. A log that cannot be read, is no log, has no rows, or is a newer Mien's is a `StorageError`.
    """
    older = path.with_name(f"{path.name}.1")
    found = [row for one in (older, path) if one == path or older.is_file() for row in _rows(one)]
    rows = [row for row in found if row is not None]
    if not rows:
        came = f"'{path}' holds no row that can be read" if found else f"'{path}' is empty: no hour is written yet"
        raise StorageError(
            came, expected="a folder, or a log that mien serve --counts FILE writes", todo="See docs/watch.md"
        )
    known = [*dict.fromkeys(row.model for row in rows)]
    if not model and len(known) > 1:
        raise SettingError(f"The log has the models {', '.join(known)}", todo=f"Choose one: --model {known[0]}")
    if model and model not in known:
        raise SettingError(f"The log has no model '{model}'", todo=did_you_mean(model, known))
    wanted = tuple(row for row in rows if row.model == (model or known[0]) and row.day >= since)
    if not wanted:
        raise SettingError(f"The log has no row since {since}", todo="Choose an earlier day for --since")
    if len({row.counts.labels for row in wanted}) > 1:
        todo = "Choose the day with --since from which on it is one"
        raise SettingError(f"Under the name '{wanted[0].model}' answered models of different classes", todo=todo)
    return CountsLog(wanted[0].model, wanted, len(found) - len(rows))


def periods(rows: Sequence[CountedHours]) -> list[tuple[CountedHours, ...]]:
    """Cut rows into periods: whole days, as many as it takes to `PERIOD` answers; the last may have fewer.

    A period whose end is written never changes as the log grows.
    """
    found: list[tuple[CountedHours, ...]] = []
    held: list[CountedHours] = []
    for _, day in groupby(rows, key=lambda row: row.day):
        held += day
        if sum(row.counts.n for row in held) >= PERIOD:
            found.append(tuple(held))
            held = []
    return [*found, tuple(held)] if held else found


def _rows(path: Path) -> Iterator[CountedHours | None]:
    try:
        with path.open("rb") as file:
            yield from _lines(file, path)
    except OSError as error:
        came = f"'{path}' cannot be read ({error.strerror or error})"
        raise StorageError(came, todo="Check the path and its permissions") from error


def _lines(file: BinaryIO, path: Path) -> Iterator[CountedHours | None]:
    number = 0
    while line := file.readline(MOST_LINE):
        number += 1
        if number > MOST_ROWS:
            raise StorageError(f"'{path}' has more than {MOST_ROWS:,} lines", todo="Cut it by days")
        if line.strip():
            yield CountedHours.from_line(line.decode("utf-8", "replace"))
