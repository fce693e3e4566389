"""`mien predict` on a video or a camera."""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from mien.cli._terminal import likeliest, progress, say, table
from mien.core.errors import SettingError

if TYPE_CHECKING:
    from mien.core.answer import Verdict
    from mien.media import Film
    from mien.predict import Moment, Predictor, Timeline

Tell = Callable[["Moment"], None]
SHOWN = 20  # faces in the table
VERDICT = ("sentence", "sure", "confidence", "prediction_set")  # columns of a CSV file
RATE = 25.0  # frames a second of a film that does not say how many it has


def predict_film(
    predictor: Predictor, source: str, *, how: str = "table", show: Path | None = None, plot: Path | None = None
) -> None:
    """Answer for every face of a film, frame by frame; Ctrl-C ends it and keeps what was seen."""
    from mien import media
    from mien.core.files import write_bytes
    from mien.predict import Timeline, watch
    from mien.report import draw_moment, timeline_picture

    if predictor.finder is None:
        raise SettingError(f"'{source}' moves, and this model takes pictures whole", todo="Look for faces: --crop face")
    if show is not None:
        media.check_film_name(show)
    timeline, began = Timeline(), time.perf_counter()
    with ExitStack() as stack:
        film = stack.enter_context(media.Film(source))
        tells: list[Tell] = [timeline.add, *_printer(how, predictor)]
        if show is not None:
            write = stack.enter_context(media.write_film(show, film.rate or RATE))
            tells.append(lambda moment: write(draw_moment(moment)))
        with suppress(KeyboardInterrupt):
            for moment in _shown(watch(predictor, film), film):
                for tell in tells:
                    tell(moment)
    if plot is not None:
        write_bytes(plot, timeline_picture(timeline, source))
    if how == "table":
        _print_tracks(timeline)
    _close(film, timeline, time.perf_counter() - began, predictor.finder.name)


def _printer(how: str, predictor: Predictor) -> list[Tell]:
    if how == "json":
        return [_print_json]
    return [_csv_lines(predictor)] if how == "csv" else []


def _shown(moments: Iterator[Moment], film: Film) -> Iterator[Moment]:
    if film.live:
        say("Looking; Ctrl-C ends it.")
        return moments
    return iter(progress(quiet=False)(moments, total=film.frames, what="looking at frames"))


def _print_json(moment: Moment) -> None:
    faces = [seen.to_json() for seen in moment.faces]
    line = {"frame": moment.frame.number, "time": round(moment.frame.time, 3), "faces": faces}
    typer.echo(json.dumps(line, ensure_ascii=False))


def _csv_lines(predictor: Predictor) -> Tell:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    heading = ["time", "frame", "face", "left", "top", "width", "height", "label", *predictor.labels, *VERDICT]

    def tell(moment: Moment) -> None:
        if moment.frame.number == 0:
            writer.writerow(heading)
        for seen in moment.faces:
            values = [f"{seen.probabilities[label]:.6f}" for label in predictor.labels]
            when = [f"{moment.frame.time:.3f}", moment.frame.number]
            writer.writerow([*when, seen.track, *seen.box, seen.label, *values, *verdict_cells(seen.verdict)])

    return tell


def verdict_cells(verdict: Verdict | None, sentence: str = "") -> list[str]:
    """Return the cells of a verdict, in the order of `VERDICT`."""
    if verdict is None:
        return [sentence, "", "", ""]
    return [verdict.sentence, str(verdict.sure).lower(), f"{verdict.confidence:g}", "|".join(verdict.prediction_set)]


def _print_tracks(timeline: Timeline) -> None:
    rows = [
        (
            track.number,
            f"{track.first:.1f} to {track.last:.1f} s",
            track.frames,
            track.verdict.words,
            likeliest(track.probabilities),
        )
        for track in timeline.tracks[:SHOWN]
    ]
    if rows:
        table(["face", "seen", "frames", "on average", "mean probabilities"], rows)
    else:
        typer.echo("No face was found in any frame.")


def _close(film: Film, timeline: Timeline, seconds: float, finder: str) -> None:
    more = len(timeline.tracks) + timeline.left_out - SHOWN
    if more > 0:
        say(f"{more:,} more faces were seen more briefly.")
    pace = timeline.frames / max(seconds, 1e-9)
    say(
        f"{timeline.frames:,} frames of {timeline.seconds:.1f} s in {seconds:.1f} s: {pace:.0f} frames a second, faces "
        f"found by {finder}. The film's own rate: {f'{film.rate:.3g} a second' if film.rate else 'not said'}."
    )
    if film.end:
        say(film.end)
