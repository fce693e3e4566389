"""How a training looks while it runs: a live table in a terminal, a plain log elsewhere, JSON lines for a program."""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from mien.cli._terminal import LOG_EVERY, progress, say
from mien.core.files import storage_error

if TYPE_CHECKING:
    from rich.live import Live
    from rich.table import Table

    from mien.pipeline import Reporter
    from mien.train import Begun, Epoch, Event, Step

SHOWN = 12  # epochs in the live table


@contextmanager
def reporter(*, quiet: bool, events: str | None = None) -> Iterator[Reporter]:
    """Say where the story is told."""
    from mien.pipeline import Reporter

    watches: list[Callable[[Event], None]] = []
    stages: list[Callable[[str], None]] = []
    with ExitStack() as stack:
        if events is not None:
            lines = stack.enter_context(_stream(events))
            watches.append(lines.event)
            stages.append(lines.stage)
        if not quiet:
            watches.append(stack.enter_context(_table()).event if sys.stderr.isatty() else _Log().event)
        yield Reporter(
            progress=progress(quiet=quiet),
            say=(lambda _: None) if quiet else say,
            watch=_all(watches),
            stage=_all(stages),
        )


def _all(callables: list[Callable[[Any], None]]) -> Callable[[Any], None]:
    def call(value: Any) -> None:  # noqa: ANN401 - an event or a word
        for each in callables:
            each(value)

    return call


class _Lines:
    """Writes JSON lines that another program can follow."""

    def __init__(self, file: TextIO, name: str) -> None:
        self._file, self._name = file, name

    def event(self, event: Event) -> None:
        self._write(type(event).__name__.lower(), dataclasses.asdict(event))

    def stage(self, name: str) -> None:
        self._write("stage", {"stage": name})

    def _write(self, word: str, values: dict[str, Any]) -> None:
        try:
            self._file.write(json.dumps({"event": word, "time": time.time(), **values}) + "\n")
            self._file.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise storage_error(self._name, error) from error


@contextmanager
def _stream(name: str) -> Iterator[_Lines]:
    if name == "-":
        yield _Lines(sys.stdout, name)
        return
    try:
        file = Path(name).open("a", encoding="utf-8")  # noqa: SIM115 - closed below; an error is a sentence here alone
    except OSError as error:
        raise storage_error(name, error) from error
    with file:
        yield _Lines(file, name)


class _Log:
    """One line an epoch, and one every ten seconds in between."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._begun: Begun | None = None

    def event(self, event: Event) -> None:
        from mien.train import Begun, Epoch, Step

        now = time.monotonic()
        if isinstance(event, Begun):
            self._begun = event
        elif isinstance(event, Epoch):
            self._last = now
            say(
                f"epoch {event.epoch:>3}  loss {event.loss:.3f}  validation loss {event.val_loss:.3f}  "
                f"accuracy {event.val_accuracy:.1%}  balanced {event.val_balanced_accuracy:.1%}  {event.seconds:.0f} s"
            )
        elif isinstance(event, Step) and now - self._last >= LOG_EVERY and self._begun is not None:
            self._last = now
            say(
                f"  step {event.step:,} of {self._begun.steps:,}  loss {event.loss:.3f}  "
                f"{event.pictures_per_second:,.0f} samples/s  about {event.seconds_left:.0f} s left"
            )


class _Live:
    """A table whose last row is the epoch that runs."""

    def __init__(self, live: Live) -> None:
        self._live = live
        self._rows: list[Epoch] = []
        self._begun: Begun | None = None

    def event(self, event: Event) -> None:
        from mien.train import Begun, Epoch, Step, Stopped

        if isinstance(event, Begun):
            self._begun, self._rows = event, []
            self._live.start()
        elif isinstance(event, Epoch):
            self._rows.append(event)
            self._live.update(self._drawn(None), refresh=True)
        elif isinstance(event, Step):
            self._live.update(self._drawn(event))
        elif isinstance(event, Stopped):
            self._live.update(self._drawn(None), refresh=True)
            self._live.stop()

    def _drawn(self, step: Step | None) -> Table:
        from rich import box
        from rich.table import Table

        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for name in ("epoch", "step", "loss", "right", "new: loss", "right", "balanced", "rate", "samples/s", "left"):
            table.add_column(name, justify="right")
        best = max(self._rows, key=lambda row: row.val_balanced_accuracy, default=None)
        for row in self._rows[-SHOWN:]:
            table.add_row(*_ended(row), style="bold" if row is best else None)
        if step is not None and self._begun is not None:
            table.add_row(*_running(step, self._begun))
        return table


def _ended(row: Epoch) -> list[str]:
    figures = [f"{row.loss:.3f}", f"{row.accuracy:.1%}", f"{row.val_loss:.3f}", f"{row.val_accuracy:.1%}"]
    return [str(row.epoch), "", *figures, f"{row.val_balanced_accuracy:.1%}", f"{row.learning_rate:.2g}", "", ""]


def _running(step: Step, begun: Begun) -> list[str]:
    where = [f"{step.epoch} of {begun.epochs}", f"{step.step} of {begun.steps}"]
    figures = [f"{step.loss:.3f}", f"{step.accuracy:.1%}", "", "", "", f"{step.learning_rate:.2g}"]
    minutes, seconds = divmod(round(step.seconds_left), 60)
    return [*where, *figures, f"{step.pictures_per_second:,.0f}", f"{minutes}:{seconds:02}"]


@contextmanager
def _table() -> Iterator[_Live]:
    from rich.console import Console
    from rich.live import Live

    live = Live(console=Console(stderr=True), refresh_per_second=4, vertical_overflow="crop")
    try:
        yield _Live(live)
    finally:
        live.stop()  # also after an error, so that the cursor comes back
