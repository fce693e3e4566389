"""How a search looks while it runs: one live line in a terminal, a line a trial elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mien.cli._terminal import say

if TYPE_CHECKING:
    from mien.tune import SearchProgress, Trial

WIDE = 60  # letters of a failed trial's sentence; the whole of it stands on the page


@contextmanager
def shown(*, quiet: bool) -> Iterator[Callable[[SearchProgress], None]]:
    """Show a search."""
    if quiet:
        yield lambda _: None
    elif sys.stderr.isatty():
        with _live() as show:
            yield show
    else:
        yield _log


def _log(progress: SearchProgress) -> None:
    if progress.news is not None:
        say(f"{line(progress.news)}  {overall(progress)}")


def line(trial: Trial) -> str:
    """Say how a trial ended."""
    settings = "  ".join(f"{name} {_short(value)}" for name, value in trial.settings.items())
    score = f"{trial.score:.1%}" if trial.score is not None else "no score"
    ends = {"pruned": f"given up after epoch {trial.epochs}", "failed": f"failed: {trial.why}"}
    return f"trial {trial.number:>3}  {score:>8}  {ends.get(trial.state, 'done')}  {settings}"


def overall(progress: SearchProgress) -> str:
    """Say how far a search is."""
    what = "repeats of the best" if progress.repeats else "trials"
    parts = [f"{progress.ended} of {progress.asked} {what}"]
    if progress.best is not None:
        parts.append(f"best {progress.best.score or 0:.1%} (trial {progress.best.number})")
    if progress.seconds_left is not None:
        minutes, seconds = divmod(round(progress.seconds_left), 60)
        parts.append(f"about {minutes}:{seconds:02} left")
    return ", ".join(parts)


def running(progress: SearchProgress) -> str:
    """Say what runs."""
    name = "seed" if progress.repeats else "trial"
    parts = []
    for now in progress.running:
        how = f"epoch {now.epoch} of {now.epochs}, {now.score:.1%}" if now.epochs else "starting"
        parts.append(f"{name} {now.number}: {how}")
    return "   ".join(parts)


def _short(value: object) -> str:
    if isinstance(value, list | tuple):
        return "+".join(str(part) for part in value)
    return f"{value:.3g}" if isinstance(value, float) else str(value)


@contextmanager
def _live() -> Iterator[Callable[[SearchProgress], None]]:
    from rich.console import Console, Group
    from rich.live import Live
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    console = Console(stderr=True)
    live = Live(console=console, refresh_per_second=4, transient=True)

    def show(progress: SearchProgress) -> None:
        live.start()
        if progress.news is not None:
            console.print(Text(line(progress.news)), overflow="ellipsis", no_wrap=True)
        share = progress.ended + sum(now.share for now in progress.running)
        row = Table.grid(padding=(0, 2))
        row.add_row(ProgressBar(total=progress.asked, completed=share, width=32), Text(overall(progress)))
        live.update(Group(row, Text(running(progress), style="dim", overflow="ellipsis", no_wrap=True)))

    try:
        yield show
    finally:
        live.stop()  # also after an error, so that the cursor comes back
