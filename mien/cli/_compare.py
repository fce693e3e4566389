"""`mien compare`: runs side by side."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli import _options as options
from mien.cli._terminal import answer, progress, table

if TYPE_CHECKING:
    from mien.compare import Comparison, Entry
    from mien.evaluate import Gap

Folders = Annotated[list[Path], typer.Argument(metavar="RUN", help="Folders of two or more finished runs.")]
_OUT = "Write a page with charts, pictures and players."
Page = Annotated[Path | None, typer.Option("--out", "-o", metavar="HTML", help=_OUT)]
Speed = Annotated[bool, typer.Option("--speed", help="Measure how long each model takes for a picture or a clip.")]
MOST_ROWS = 30  # runs in the table; --json has all


def compare(
    folders: Folders,
    out: Page = None,
    speed: Speed = False,
    quiet: options.Quiet = False,
    as_json: options.Json = False,
) -> None:
    """Say which of several runs is better, and whether that is more than luck.

    They are compared on the test samples that all of them share and none was trained or chosen on.

    Examples:

      mien compare runs/small runs/large

      mien compare runs/small runs/large --speed --out compare.html

      mien compare runs/faces-* --json
    """
    from mien import compare as verbs

    found = verbs.runs(folders, speed=speed, progress=progress(quiet=quiet))
    if out is not None:
        verbs.write_page(found, out)
    if as_json:
        answer(found.to_dict())
        return
    _print_comparison(found, out, timed=speed)


def _print_comparison(found: Comparison, out: Path | None, *, timed: bool) -> None:
    from mien.kinds import kind

    columns = ["run", "right of 100", "balanced", "macro F1", "log loss", "off by", "trained", "model file"]
    columns += [f"one {kind(found.kind).one}"] if timed else []
    table(columns, [_row(entry, timed=timed) for entry in found.entries[:MOST_ROWS]])
    if len(found.entries) > MOST_ROWS:
        typer.echo(f"And {len(found.entries) - MOST_ROWS:,} more, which are right less often. --json has them.\n")
    _print_groups(found)
    for sentence in found.sentences():
        typer.echo(sentence)
    page = f"  page    {out}" if out else "As a page, with those on which they disagree: --out compare.html"
    typer.echo(f"\n{page}")


def _print_groups(found: Comparison) -> None:
    columns = ["column", "run", "worse group", "gap, points", "beyond chance"]
    rows = [_gap(entry.name, gap) for entry in found.entries[:MOST_ROWS] for gap in entry.gaps]
    rows.sort(key=lambda row: row[0])
    if rows:
        table(columns, rows)


def _gap(run: str, gap: Gap) -> list[str]:
    from mien.html import percent, points

    one = gap.accuracy
    value, low, high = (points(end, places=0) for end in (one.gap.value, one.gap.low, one.gap.high))
    worse = f"{percent(one.of_worst, unit=False)} ({one.worst})"
    return [
        gap.column.replace("_", " "),
        run,
        worse,
        f"{value} ({low} to {high})",
        "yes" if one.beyond_chance else "no",
    ]


def _row(entry: Entry, *, timed: bool) -> list[str]:
    from mien import html

    scores = entry.scores
    return [
        *(entry.name, str(scores.accuracy), str(scores.balanced_accuracy), str(scores.macro.f1)),
        "-" if scores.log_loss is None else f"{scores.log_loss:.3f}",
        html.percent(scores.calibration_error, unit=False),
        "-" if entry.train_seconds is None else html.duration(entry.train_seconds),
        "-" if entry.model_bytes is None else html.weight(entry.model_bytes),
        *(["-" if entry.milliseconds is None else f"{entry.milliseconds:.2f} ms"] if timed else []),
    ]
