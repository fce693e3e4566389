"""`mien predict`: pictures in, labels and weights out."""

from __future__ import annotations

import csv
import dataclasses
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mien.cli._terminal import table
from mien.core.errors import SettingError

if TYPE_CHECKING:
    from mien.core.types import Answer
    from mien.predict import Predictor

Inputs = Annotated[
    list[str], typer.Argument(metavar="PICTURE", help="Pictures, folders of them, or - (standard input).")
]
ModelFile = Annotated[Path, typer.Option("--model", "-m", metavar="FILE", help="A model file.", show_default=False)]
Csv = Annotated[bool, typer.Option("--csv", help="Answer as CSV.")]
JsonLines = Annotated[bool, typer.Option("--json", help="Answer as one JSON object a line, in order.")]
Show = Annotated[
    Path | None,
    typer.Option("--show", metavar="PNG", help="Draw the first picture with its answer.", show_default=False),
]


def register(app: typer.Typer) -> None:
    """Add this command.

    Parameters
    ----------
    app : typer.Typer
        The application.
    """
    app.command()(predict)


def predict(
    inputs: Inputs, model: ModelFile, as_csv: Csv = False, as_json: JsonLines = False, show: Show = None
) -> None:
    """Say what faces look like, with the weight of each class.

    Exit code 0: every input has an answer. 1: some have not. 2: none has.

    Examples:

      mien predict photo.jpg --model runs/demo/model.onnx

      mien predict photos/ more.png --model model.onnx --json

      cat photo.jpg | mien predict - --model model.onnx --show answer.png
    """
    from mien.predict import Predictor

    if as_csv and as_json:
        raise SettingError("Both --csv and --json came", expected="one of them")
    predictor = Predictor(model)
    pictures = list(_gather(inputs))
    if not pictures:
        raise SettingError(f"No file stands in {', '.join(inputs)}", expected="at least one picture")
    answers = predictor.answers(pictures)
    if as_json:
        done = _print_json(answers)
    elif as_csv:
        done = _print_csv(answers, predictor)
    else:
        done = _print_table(answers)
    if show is not None:
        _draw(pictures, done, show)
    failed = sum(item.error is not None for item in done)
    raise typer.Exit(0 if not failed else 2 if failed == len(done) else 1)


def _gather(inputs: list[str]) -> Iterator[tuple[str, Path | bytes]]:
    for name in inputs:
        if name == "-":
            from mien.media import MAX_BYTES

            yield name, sys.stdin.buffer.read(MAX_BYTES + 1)
        elif Path(name).is_dir():
            for folder, folders, files in os.walk(name):
                folders[:] = sorted(inner for inner in folders if not inner.startswith("."))
                for file in sorted(files):
                    if not file.startswith("."):
                        yield str(Path(folder) / file), Path(folder) / file
        else:
            yield name, Path(name)


def _print_json(answers: Iterator[Answer]) -> list[Answer]:
    done = []
    for item in answers:
        typer.echo(json.dumps(dataclasses.asdict(item), ensure_ascii=False))
        done.append(item)
    return done


def _print_csv(answers: Iterator[Answer], predictor: Predictor) -> list[Answer]:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["path", "label", *predictor.labels, "error"])
    done = []
    for item in answers:
        weights = [f"{item.probabilities[label]:.6f}" if item.probabilities else "" for label in predictor.labels]
        writer.writerow([item.path, item.label or "", *weights, item.error or ""])
        done.append(item)
    return done


def _print_table(answers: Iterator[Answer]) -> list[Answer]:
    done = list(answers)
    rows = [(item.path, f"looks {item.label}" if item.label else "no answer", _weights(item)) for item in done]
    table(["picture", "answer", "weights"], rows)
    return done


def _weights(item: Answer) -> str:
    if item.probabilities is None:
        return item.error or ""
    ranked = sorted(item.probabilities.items(), key=lambda pair: -pair[1])
    return "  ".join(f"{label} {weight:.0%}" for label, weight in ranked)


def _draw(pictures: list[tuple[str, Path | bytes]], done: list[Answer], path: Path) -> None:
    from mien import media
    from mien.core.files import write_bytes
    from mien.report import answer_picture

    first = next((number for number, item in enumerate(done) if item.probabilities is not None), None)
    if first is None:
        raise SettingError("There is nothing to show: no input has an answer")
    picture = pictures[first][1]
    data = picture if isinstance(picture, bytes) else media.read(str(picture))
    write_bytes(path, answer_picture(media.decode(data), done[first]))
