"""`mien predict` on one clip, a recording or a microphone: its answer, or its time line."""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import typer

from mien.cli._terminal import likeliest, say, table
from mien.cli._video import VERDICT, verdict_cells
from mien.core.answer import SpokenAnswer
from mien.core.errors import MediaError, SettingError
from mien.html import clock, duration

if TYPE_CHECKING:
    from mien.core.types import Answer
    from mien.predict import Predictor, Recording, Stretch

SHOWN = 24  # stretches in the table, those with most speech
MICROPHONE = "mic:"


class Wanted(NamedTuple):
    """What was asked for: a form of answer, a page, and a time line; None leaves that to the length."""

    how: str
    show: Path | None
    timeline: bool | None


def predict_recording(predictor: Predictor, name: str, sample: Any, wanted: Wanted) -> Answer | None:  # noqa: ANN401
    """Listen to one recording and print its time line; what is short, or judged as a whole, comes back as an answer.

    A program gets a time line only where it asks for one: what it reads must not change its form with the length.
    Ctrl-C ends it and keeps what was heard.
    """
    from mien.predict import Recording

    if wanted.show is not None and wanted.show.suffix.lower() not in {".html", ".htm"}:
        raise SettingError(f"--show '{wanted.show}' came with a {predictor.kind.one}", expected="--show timeline.html")
    recording, began = Recording(predictor.labels, predictor.rule), time.perf_counter()
    try:
        if name.startswith(MICROPHONE):
            _listen_live(predictor, name, recording, wanted.how)
        else:
            _listen(predictor, sample, recording, wanted.how if wanted.timeline else "")
    except MediaError as error:
        if wanted.timeline:
            raise
        return SpokenAnswer(name, error=str(error))
    if wanted.show is not None:
        _write_page(recording, name, wanted.show)
    if not _is_shown(recording, wanted, name):
        return recording.answer(name, note=predictor.note)
    if wanted.how == "table":
        _print_stretches(recording)
        _print_left_out(recording)
    _close(recording, time.perf_counter() - began, live=name.startswith(MICROPHONE))
    raise typer.Exit(1 if recording.end else 0)


def _is_shown(recording: Recording, wanted: Wanted, name: str) -> bool:
    """Say whether it is a time line that was asked for, and else hint at it."""
    if wanted.timeline or name.startswith(MICROPHONE):
        return True
    if wanted.timeline is False or not recording.is_long:
        return False
    if wanted.how != "table":
        say(f"This is one answer for {duration(recording.seconds)}. For one line a stretch: --timeline")
    return wanted.how == "table"


def _listen(predictor: Predictor, sample: Any, recording: Recording, how: str) -> None:  # noqa: ANN401
    from mien.predict import listen

    sink = _sink(how, predictor)
    with _Status() as status:
        for stretch in listen(predictor, sample, recording, each=status.tell):
            sink(stretch)


def _listen_live(predictor: Predictor, name: str, recording: Recording, how: str) -> None:
    from mien.kinds.sound import resampled
    from mien.media import Microphone
    from mien.predict import listen

    sink = _sink(how, predictor)
    with Microphone(name) as device, _Status() as status:
        say("Listening; Ctrl-C ends it. An answer comes some seconds after what was said.")
        for stretch in listen(predictor, resampled(iter(device), device.rate), recording, live=True, each=status.tell):
            sink(stretch)
        for words in (device.end, f"{device.lost:.1f} seconds were lost: too much to do." if device.lost else ""):
            if words:
                say(words)


class _Status:
    """A line in the terminal, where there is one, that says how far it is and what is heard just now."""

    def __init__(self) -> None:
        self._shown, self._last = sys.stderr.isatty(), 0.0

    def tell(self, recording: Recording) -> None:
        if self._shown and time.monotonic() - self._last > 0.1:
            self._last = time.monotonic()
            typer.echo(f"\r\033[K{clock(recording.seconds)}  {recording.latest}", err=True, nl=False)

    def __enter__(self) -> _Status:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            typer.echo("\r\033[K", err=True, nl=False)


def _sink(how: str, predictor: Predictor) -> Callable[[Stretch], None]:
    if how == "json":
        return lambda stretch: typer.echo(json.dumps(stretch.to_json(), ensure_ascii=False))
    if how != "csv":
        return lambda stretch: None
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["start", "end", "speech", "label", *predictor.labels, *VERDICT])

    def write(stretch: Stretch) -> None:
        times = [f"{seconds:.2f}" for seconds in (stretch.start, stretch.end, stretch.speech)]
        known = stretch.probabilities
        values = [f"{known[label]:.6f}" if known else "" for label in predictor.labels]
        writer.writerow([*times, stretch.label or "", *values, *verdict_cells(stretch.verdict, stretch.sentence)])

    return write


def _print_stretches(recording: Recording) -> None:
    longest = sorted(recording.stretches, key=lambda one: -one.speech)[:SHOWN]
    rows: list[tuple[object, ...]] = []
    for one in sorted(longest, key=lambda one: one.start):
        verdict, known = one.verdict, one.probabilities
        if verdict and known:
            speech = duration(one.speech)
            rows.append((f"{clock(one.start)} to {clock(one.end)}", speech, verdict.words, likeliest(known)))
    if not rows:
        typer.echo(f"No speech was found in {duration(recording.seconds)}.")
        return
    table(["when", "speech", "on average", "mean probabilities"], rows)
    spoken = f"{duration(recording.speech)} of speech in {duration(recording.seconds)}"
    whole = recording.answer("").verdict
    typer.echo(f"On the whole: {whole.words if whole else ''}; {spoken}.")


def _print_left_out(recording: Recording) -> None:
    more = len(recording.stretches) + recording.left_out - SHOWN
    if more > 0:
        say(f"{more:,} more stretches are shorter. All of them: --timeline --csv, or --show timeline.html")


def _close(recording: Recording, seconds: float, *, live: bool) -> None:
    if not live:
        pace = recording.seconds / max(seconds, 1e-9)
        say(f"{duration(recording.seconds)} heard in {seconds:.1f} s, {pace:,.0f} times as fast as it was spoken.")
    if recording.end:
        say(recording.end)


def _write_page(recording: Recording, name: str, path: Path) -> None:
    from mien.core.files import write_text
    from mien.report import recording_page

    write_text(path, recording_page(recording, name))
    say(f"The time line as a page: {path}")
