"""`mien predict`: pictures in, what they look like and how sure that is out."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mien.cli._options import labels_of
from mien.cli._recording import MICROPHONE, Wanted, predict_recording
from mien.cli._terminal import likeliest, say, table
from mien.cli._video import VERDICT, predict_video, verdict_cells
from mien.core.errors import SettingError
from mien.core.prediction_sets import CONFIDENCE

if TYPE_CHECKING:
    from mien.core.types import Answer
    from mien.predict import Predictor

_SOURCES = "Pictures or clips, folders of them, - (standard input), one video or recording, camera:0 or mic:0."
Sources = Annotated[list[str], typer.Argument(metavar="SAMPLE", help=_SOURCES)]
_MODEL = "A model file; if none, the one in the box for pictures, or for clips."
ModelFile = Annotated[Path | None, typer.Option("--model", "-m", metavar="FILE", help=_MODEL)]
Labels = Annotated[str, typer.Option("--labels", metavar="A,B,...", help="Answer with these classes alone.")]
Csv = Annotated[bool, typer.Option("--csv", help="Answer as CSV.")]
_SURE = "How often the truth is to be in an answer's set of classes, 0.5 to 0.99."
Confidence = Annotated[float, typer.Option("--confidence", metavar="SHARE", help=_SURE)]
JsonLines = Annotated[bool, typer.Option("--json", help="Answer as one JSON object a line, in order.")]
_DETECTOR = "Who looks for faces: auto (fcos, in the box), or a name that `mien.faces.detectors` lists, as yunet."
DetectorName = Annotated[str, typer.Option("--detector", metavar="NAME", help=_DETECTOR)]
_SHOW = "Draw the first picture with its answer, the video with boxes, or a recording's time line as a page."
Show = Annotated[Path | None, typer.Option("--show", metavar="FILE", help=_SHOW)]
Plot = Annotated[Path | None, typer.Option("--plot", metavar="PNG", help="Draw a video's time line.")]
_TIMELINE = "Answer for each stretch of a recording; without it, only in the table and where it is long."
AsTimeline = Annotated[bool | None, typer.Option("--timeline/--no-timeline", help=_TIMELINE)]


def predict(
    sources: Sources,
    model: ModelFile = None,
    *,
    labels: Labels = "",
    confidence: Confidence = CONFIDENCE,
    inputs: str,
    detector: DetectorName = "auto",
    as_csv: Csv = False,
    as_json: JsonLines = False,
    show: Show = None,
    plot: Plot = None,
    timeline: AsTimeline = None,
) -> None:
    """Say what faces look like or voices sound like, with the probability of each class.

    Exit code 0: every input could be read. 1: some could not. 2: none could.

    Examples:

      mien predict photo.jpg

      mien predict clip.wav

      mien predict photos/ more.png --model runs/demo/model.onnx --json

      cat photo.jpg | mien predict - --labels happy,sad --show answer.png

      mien predict clip.mp4 --show boxes.mp4 --plot timeline.png --csv > faces.csv

      mien predict meeting.wav --model runs/voices/model.onnx --show timeline.html
    """
    from mien.media import is_moving
    from mien.predict import Predictor

    if as_csv and as_json:
        raise SettingError("Both --csv and --json came", expected="one of them")
    moving = any(is_moving(name) for name in sources)
    samples = [] if moving else list(_gather(sources))
    file = model or _in_the_box(sources, samples)
    predictor = Predictor(file, labels=labels_of(labels), inputs=inputs, confidence=confidence, detector=detector)
    how = "json" if as_json else "csv" if as_csv else "table"
    if predictor.kind.faces and moving:
        predict_video(predictor, _only(sources), how=how, show=show, plot=plot)
        return
    if plot is not None:
        raise SettingError("--plot draws the time line of a video", expected="one video, or camera:0")
    samples = list(_gather(sources)) if moving else samples
    if not samples:
        raise SettingError(f"No file stands in {', '.join(sources)}", expected=f"at least one {predictor.kind.one}")
    whole = _is_whole(predictor, sources, inputs=inputs, timeline=timeline)
    with _closing(samples):
        heard = () if whole else _recorded(predictor, samples[0], Wanted(how, show, timeline))
        done = _print(predictor.answers(samples) if whole else iter(heard), predictor, how)
    if show is not None and whole:
        _draw(samples, done, show, predictor)
    failed = sum(item.error is not None for item in done)
    raise typer.Exit(0 if not failed else 2 if failed == len(done) else 1)


def _in_the_box(sources: list[str], samples: list[tuple[str, Any]]) -> str:
    from mien.predict import box_model

    if any(name.startswith(MICROPHONE) for name in sources):
        return "voice"
    return box_model(sample for _, sample in samples)


def _is_whole(predictor: Predictor, sources: list[str], *, inputs: str, timeline: bool | None) -> bool:
    """Say whether every sample is answered as a whole; else it is one recording, or a microphone."""
    microphone = any(name.startswith(MICROPHONE) for name in sources)
    one = len(sources) == 1 and not Path(sources[0]).is_dir()
    if (timeline or microphone) and not (one and predictor.kind.windowed):
        came = "A microphone" if microphone else "--timeline"
        came += f" came with {len(sources)} inputs" if predictor.kind.windowed else " came with a model of pictures"
        raise SettingError(came, expected="one recording, and a model that takes clips")
    return not microphone and not timeline and not (one and predictor.kind.windowed and inputs == "auto")


def _recorded(predictor: Predictor, named: tuple[str, Any], wanted: Wanted) -> tuple[Answer, ...]:
    answer = predict_recording(predictor, *named, wanted)
    return () if answer is None else (answer,)


@contextmanager
def _closing(samples: list[tuple[str, Any]]) -> Iterator[None]:
    """Close what was kept of standard input."""
    try:
        yield
    finally:
        for _, sample in samples:
            if isinstance(sample, io.IOBase):
                sample.close()


def _print(answers: Iterator[Answer], predictor: Predictor, how: str) -> list[Answer]:
    if how == "json":
        done = _print_json(answers)
    else:
        done = _print_csv(answers, predictor) if how == "csv" else _print_table(answers, predictor.kind.one)
    _print_notes(done)
    return done


def _only(sources: list[str]) -> str:
    if len(sources) > 1:
        raise SettingError(f"A video came among {len(sources)} inputs", expected="one video or camera by itself")
    return sources[0]


def _gather(sources: list[str]) -> Iterator[tuple[str, Any]]:
    for name in sources:
        if name == "-":
            from mien.media import read_stream

            yield name, read_stream(sys.stdin.buffer)
        elif Path(name).is_dir():
            from mien.media import visible_files

            yield from ((str(path), path) for path in visible_files(name))
        else:
            yield name, Path(name)


def _print_json(answers: Iterator[Answer]) -> list[Answer]:
    done = []
    for item in answers:
        typer.echo(json.dumps(item.to_json(), ensure_ascii=False))
        done.append(item)
    return done


def _print_csv(answers: Iterator[Answer], predictor: Predictor) -> list[Answer]:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["path", "label", *predictor.labels, "faces", "box", "reason", "error", *VERDICT, "summary"])
    done = []
    for item in answers:
        values = [f"{item.probabilities[label]:.6f}" if item.probabilities else "" for label in predictor.labels]
        box = " ".join(map(str, item.faces[0].box)) if item.faces else ""
        faces = len(item.faces) if item.detector else ""
        row = [item.path, item.label or "", *values, faces, box, item.reason or "", item.error or ""]
        writer.writerow([*row, *verdict_cells(item.verdict, item.sentence or ""), item.summary or ""])
        done.append(item)
    return done


def _print_table(answers: Iterator[Answer], one: str) -> list[Answer]:
    done = list(answers)
    table([one, "answer", "probabilities"], [row for item in done for row in _rows(item)])
    return done


def _rows(item: Answer) -> Iterator[tuple[str, str, object]]:
    """One row a picture; where there are several faces, one that sums up and one a face."""
    if item.verdict is None or item.probabilities is None:
        yield item.path, "no answer" if item.error else item.nothing.lower(), item.error or item.reason or ""
        return
    if len(item.faces) < 2:
        yield item.path, item.verdict.words, likeliest(item.probabilities)
        return
    yield item.path, f"{len(item.faces)} faces", item.summary
    for number, face in enumerate(item.faces, 1):
        yield f"  face {number}", face.verdict.words, likeliest(face.probabilities)


def _print_notes(done: list[Answer]) -> None:
    for note in dict.fromkeys(item.note for item in done if item.note):
        say(note)


def _draw(pictures: list[tuple[str, Any]], done: list[Answer], path: Path, predictor: Predictor) -> None:
    from mien import media
    from mien.core.files import write_bytes
    from mien.report import answer_picture

    if not predictor.kind.maps:
        raise SettingError(f"--show draws no {predictor.kind.one}", todo="Leave it out")
    first = next((number for number, item in enumerate(done) if item.probabilities is not None), None)
    if first is None:
        raise SettingError("There is nothing to show: no input has an answer")
    picture = pictures[first][1]
    data = picture if isinstance(picture, bytes) else media.read(str(picture))
    write_bytes(path, answer_picture(media.decode(data), done[first]))
