"""How Mien speaks in a terminal: one bar per stage, plain lines where there is no terminal, nothing with --quiet."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import typer

from mien.core.types import Progress, silent

T = TypeVar("T")

WEIGHTS = 4  # classes in a row of a table; --json and --csv have them all
LOG_EVERY = 10.0  # seconds between two lines of the plain log


def say(text: str) -> None:
    """Print a sentence to standard error, where it cannot spoil an answer that a program reads.

    Parameters
    ----------
    text : str
        One line.
    """
    typer.echo(text, err=True)


class Sentences(logging.Handler):
    """Says what Mien logs, such as that it is about to fetch a file, as everything else is said."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say a record's sentence."""
        say(f"mien: {record.getMessage()}")


def answer(value: Any) -> None:  # noqa: ANN401 - JSON values
    """Print one JSON value to standard output.

    Parameters
    ----------
    value : JSON value
        What the program asked for.
    """
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def progress(*, quiet: bool) -> Progress:
    """Choose how progress is shown.

    Parameters
    ----------
    quiet : bool
        Show nothing.

    Returns
    -------
    Progress
        A bar with the time left in a terminal, a line every ten seconds elsewhere, or silence.
    """
    if quiet:
        return silent
    return _bar if sys.stderr.isatty() else _log


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> None:
    """Print a table to standard output; numbers to the right.

    Parameters
    ----------
    columns : sequence of str
        Headings.
    rows : iterable of sequences
        Cells.
    title : str
        Above it.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [list(row) for row in rows]
    drawn = Table(title=title or None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for number, name in enumerate(columns):
        numeric = bool(cells) and all(isinstance(row[number], int | float) for row in cells)
        drawn.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in cells:
        # Text, not str: a label such as "[red]" is a label and no markup.
        drawn.add_row(*(Text(f"{cell:,}" if isinstance(cell, int) else str(cell)) for cell in row))
    console = Console(soft_wrap=False) if sys.stdout.isatty() else Console(width=120, soft_wrap=False)
    console.print(drawn)


def heaviest(probabilities: Mapping[str, float]) -> str:
    """Write the classes with the most weight, for a cell of a table.

    Parameters
    ----------
    probabilities : mapping of str to float
        Class to weight, 0..1.

    Returns
    -------
    str
        At most `WEIGHTS` of them, the heaviest first.

    Examples
    --------
    >>> heaviest({"happy": 0.25, "sad": 0.75})
    'sad 75%  happy 25%'
    """
    ranked = sorted(probabilities.items(), key=lambda pair: -pair[1])
    return "  ".join(f"{label} {weight:.0%}" for label, weight in ranked[:WEIGHTS])


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
