"""How Mien speaks in a terminal: one bar per stage, plain lines where there is no terminal, nothing with --quiet."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from mien.core.answer import adjective
from mien.core.types import Progress, silent

if TYPE_CHECKING:
    from rich.table import Table

T = TypeVar("T")

MOST = 4  # classes in a row of a table; --json and --csv have them all
WIDEST = 200  # columns, of a table that goes to a file and holds sentences
GAP, LEAST = 3, 30  # columns between two cells, and for the probabilities of at least two classes
LOG_EVERY = 10.0  # seconds between two lines of the plain log


def say(text: str) -> None:
    """Print a sentence to standard error, where it cannot spoil an answer that a program reads."""
    typer.echo(text, err=True)


class Sentences(logging.Handler):
    """Says what Mien logs, such as that it is about to fetch a file, as everything else is said."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say a record's sentence."""
        say(f"mien: {record.getMessage()}")


def answer(value: Any) -> None:  # noqa: ANN401 - JSON values
    """Print one JSON value to standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def progress(*, quiet: bool) -> Progress:
    """Choose how progress is shown.

    A bar with the time left in a terminal, a line every ten seconds elsewhere, or silence.
    """
    if quiet:
        return silent
    return _bar if sys.stderr.isatty() else _log


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """Print a table to standard output; numbers to the right.

    Of a cell that is a tuple as many items are shown as fit into the line, in every row alike, at least one; then the
    other columns keep their words whole, and the first loses the folders of a path.
    """
    from rich.console import Console

    cells = [list(row) for row in rows]
    lists = {place for row in cells for place, cell in enumerate(row) if isinstance(cell, tuple)}
    width = 120 if not sys.stdout.isatty() else None
    if lists and width:  # a file, or another program: nothing has to fit
        whole = _width(columns, cells, set(), MOST)
        width = max(width, _width(columns, cells, lists, MOST), min(whole, WIDEST))
    console = Console(width=width, soft_wrap=False)
    if lists:
        others = sum(max(len(str(row[place])) for row in cells) + GAP for place in range(1, len(columns) - 1))
        for row in cells:
            if isinstance(row[0], str):
                row[0] = _shortened(row[0], console.width - others - LEAST)
    count = next((n for n in range(MOST, 1, -1) if _width(columns, cells, lists, n) <= console.width), 1)
    console.print(_drawn(columns, cells, title, lists, count))


def _width(columns: Sequence[str], cells: Sequence[Sequence[object]], lists: set[int], count: int) -> int:
    """Return how wide a table wants to be; sentences among tuples may wrap, so their length does not matter."""
    from rich.console import Console
    from rich.measure import Measurement

    bare = [["" if at in lists and isinstance(cell, str) else cell for at, cell in enumerate(row)] for row in cells]
    console = Console(width=10_000)
    return Measurement.get(console, console.options, _drawn(columns, bare, "", lists, count)).maximum


def _drawn(columns: Sequence[str], cells: Sequence[Sequence[object]], title: str, lists: set[int], count: int) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for number, name in enumerate(columns):
        numeric = bool(cells) and all(isinstance(row[number], int | float) for row in cells)
        whole = bool(lists) and number not in lists
        drawn.add_column(name, justify="right" if numeric else "left", overflow="fold", no_wrap=whole)
    for row in cells:
        # Text, not str: a label such as "[red]" is a label and no markup.
        drawn.add_row(*(Text(_written(cell, count)) for cell in row))
    return drawn


def _written(cell: object, count: int) -> str:
    if isinstance(cell, tuple):
        return "  ".join(map(str, cell[:count]))
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _shortened(path: str, room: int) -> str:
    """Drop folders from the left until a path fits; of a name that is too long alone, drop its beginning."""
    room, folders = max(room, 12), path.split("/")
    while len(path) > room and len(folders) > 1:
        folders = folders[1:]
        path = "/".join(["\u2026", *folders])
    return path if len(path) <= room else f"\u2026{folders[-1][1 - room :]}"


def likeliest(probabilities: Mapping[str, float]) -> tuple[str, ...]:
    """Write the most probable classes, for a cell of a table.

    >>> likeliest({"happy": 0.25, "fear": 0.75})
    ('afraid 75%', 'happy 25%')
    """
    from mien.html import percent

    ranked = sorted(probabilities.items(), key=lambda pair: -pair[1])
    return tuple(f"{adjective(label)} {percent(value, unit=False)}%" for label, value in ranked[:MOST])


def _bar(items: Iterable[T], *, total: int, what: str) -> Iterable[T]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description:<22}"),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        yield from shown.track(items, total=total, description=what)


def _log(items: Iterable[T], *, total: int, what: str) -> Iterable[T]:
    began = last = time.monotonic()
    for number, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if now - last >= LOG_EVERY and total:
            left = (now - began) / number * max(total - number, 0)
            say(f"{what}: {number:,} of {total:,}, about {left:.0f} s left")
            last = now
