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
    from mien.media import Video
    from mien.predict import FrameResult, Predictor, Timeline

Sink = Callable[["FrameResult"], None]
SHOWN = 20  # faces in the table
VERDICT = ("sentence", "sure", "confidence", "prediction_set")  # columns of a CSV file
RATE = 25.0  # frames a second of a video that does not say how many it has


def predict_video(
    predictor: Predictor, source: str, *, how: str = "table", show: Path | None = None, plot: Path | None = None
) -> None:
    """Answer for every face of a video, frame by frame; Ctrl-C ends it and keeps what was seen."""
    from mien import media
    from mien.core.files import write_bytes
    from mien.predict import Timeline, track
    from mien.report import draw_frame, timeline_picture

    if predictor.detector is None:
        raise SettingError(
            f"'{source}' moves, and this model takes pictures whole", todo="Look for faces: --inputs photos"
        )
    if show is not None:
        media.check_video_name(show)
    timeline, began = Timeline(), time.perf_counter()
    with ExitStack() as stack:
        video = stack.enter_context(media.Video(source))
        sinks: list[Sink] = [timeline.add, *_printer(how, predictor)]
        if show is not None:
            write = stack.enter_context(media.write_video(show, video.rate or RATE))
            sinks.append(lambda result: write(draw_frame(result)))
        with suppress(KeyboardInterrupt):
            for result in _with_progress(track(predictor, video), video):
                for sink in sinks:
                    sink(result)
    if plot is not None:
        write_bytes(plot, timeline_picture(timeline, source))
    if how == "table":
        _print_tracks(timeline)
    _close(video, timeline, time.perf_counter() - began, predictor.detector.name)


def _printer(how: str, predictor: Predictor) -> list[Sink]:
    if how == "json":
        return [_print_json]
    return [_csv_lines(predictor)] if how == "csv" else []


def _with_progress(results: Iterator[FrameResult], video: Video) -> Iterator[FrameResult]:
    if video.live:
        say("Looking; Ctrl-C ends it.")
        return results
    return iter(progress(quiet=False)(results, total=video.frames, what="looking at frames"))


def _print_json(result: FrameResult) -> None:
    faces = [face.to_json() for face in result.faces]
    line = {"frame": result.frame.number, "time": round(result.frame.time, 3), "faces": faces}
    typer.echo(json.dumps(line, ensure_ascii=False))


def _csv_lines(predictor: Predictor) -> Sink:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    heading = ["time", "frame", "face", "left", "top", "width", "height", "label", *predictor.labels, *VERDICT]

    def write_rows(result: FrameResult) -> None:
        if result.frame.number == 0:
            writer.writerow(heading)
        for face in result.faces:
            values = [f"{face.probabilities[label]:.6f}" for label in predictor.labels]
            when = [f"{result.frame.time:.3f}", result.frame.number]
            writer.writerow([*when, face.track, *face.box, face.label, *values, *verdict_cells(face.verdict)])

    return write_rows


def verdict_cells(verdict: Verdict | None, sentence: str = "") -> list[str]:
    """Return the cells of a verdict, in the order of `VERDICT`."""
    if verdict is None:
        return [sentence, "", "", ""]
    return [verdict.sentence, str(verdict.sure).lower(), f"{verdict.confidence:g}", "|".join(verdict.prediction_set)]


def _print_tracks(timeline: Timeline) -> None:
    rows: list[tuple[object, ...]] = []
    for track in timeline.tracks[:SHOWN]:
        seen = f"{track.first:.1f} to {track.last:.1f} s"
        rows.append((track.number, seen, track.frames, track.verdict.words, likeliest(track.probabilities)))
    if rows:
        table(["face", "seen", "frames", "on average", "mean probabilities"], rows)
    else:
        typer.echo("No face was found in any frame.")


def _close(video: Video, timeline: Timeline, seconds: float, detector: str) -> None:
    more = len(timeline.tracks) + timeline.left_out - SHOWN
    if more > 0:
        say(f"{more:,} more faces were seen more briefly.")
    pace = timeline.frames / max(seconds, 1e-9)
    say(
        f"{timeline.frames:,} frames of {timeline.seconds:.1f} s in {seconds:.1f} s: {pace:.0f} frames a second, faces "
        f"found by {detector}. The video's own rate: {f'{video.rate:.3g} a second' if video.rate else 'not said'}."
    )
    if video.end:
        say(video.end)
