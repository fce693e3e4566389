"""Do prediction sets hold what they promise, and probabilities too? On faces and voices that had no part in fitting.

$ python bench/trust.py DATA [--equal]

DATA holds `fer2013.parquet` and `ravdess`. `face` and `face-int8` on PublicTest; `voice` by the folds of
bench/voices.py, each with thresholds from what other folds' models said of other actors. With --equal 300 faces go
through command, server, page and LiteRT, and the sets are compared.
"""

from __future__ import annotations

import argparse
import base64
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import voices
from _faces import FOUR, Faces, interval, public_test
from _results import record, table

from mien import evaluate, media
from mien.core.prediction_sets import SetRule
from mien.core.validation_answers import ValidationAnswers
from mien.predict import Predictor

LEVELS = (0.8, 0.9, 0.95)
EQUAL = 300
ASK = """async ([data, name]) => {
  const { Device } = await import("/device.js");
  window.device ??= new Device();
  const config = await (await fetch("/mien.json")).json();
  const model = config.models.find((one) => one.name === name);
  const sample = new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))]);
  return (await window.device.ask("predict", { sample, model, options: { inputs: "faces" } })).prediction_set;
}"""
Answers = tuple[np.ndarray, np.ndarray, tuple[str, ...]]


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--equal", action="store_true")
    given = parser.parse_args()
    faces = public_test(given.data)
    if given.equal:
        record("One set at every door", "python bench/trust.py DATA --equal", _equal(faces))
        return
    body = [_head("faces"), table(SETS, _face_rows(faces)), _head("voices"), table(SETS, _voice_rows(given.data))]
    record("Sets that hold", "python bench/trust.py DATA", "\n\n".join(body))
    record("Probabilities that hold", "python bench/trust.py DATA", table(ERRORS, _errors(faces)) + _ERRORS_SAID)


SETS = ("model", "asked for", "over all", "least class", "classes in a set", "sets of one", "each class")
ERRORS = ("model", "classes", "off by, less chance", "as counted", "class by class", "right")
_ERRORS_SAID = (
    "\n\nPublicTest. Off by: the mean gap between how sure an answer is and how often it is right, 15 bins of equally"
    " many faces, less what chance alone makes of it; intervals of 95 %."
)


def _head(what: str) -> str:
    said = {
        "faces": "FER2013's PublicTest, 3,589 faces in seven classes, thresholds from 2,224 faces of Training that "
        "chose `face`. Without thresholds: the fewest classes that reach it in sum, as it was before.",
        "voices": "`voice`, RAVDESS: every clip answered by a model that has not heard its actor, thresholds from the "
        "other four folds' actors, each of whom counts once.",
    }
    return said[what]


def _rows(name: str, found: evaluate.SetScores) -> tuple[str, ...]:
    least = min(found.classes, key=lambda one: one.coverage.value)
    each = ", ".join(f"{one.label} {one.coverage.value:.1%}" for one in found.classes)
    worst = f"{least.label}, {interval(least.coverage)}"
    shares = f"{found.size:.2f}", f"{found.alone:.0%}", each
    return (name, f"{found.confidence:.0%}", interval(found.coverage), worst, *shares)


def _face_rows(faces: Faces) -> Iterator[tuple[str, ...]]:
    for name in ("face", "face-int8"):
        predictor = Predictor(name, inputs="faces")
        rows = predictor.probabilities(faces.pixels)
        truth = np.array([predictor.labels.index(label) for label in faces.labels])
        for level in LEVELS:
            rule = predictor.with_options(confidence=level).rule
            yield _rows(f"`{name}`", evaluate.set_scores(truth, rows, predictor.labels, rule))
            if level == 0.9:
                plain = evaluate.set_scores(truth, rows, predictor.labels, SetRule(level))
                yield _rows(f"`{name}`, without thresholds", plain)


def _voice_rows(data: Path) -> Iterator[tuple[str, ...]]:
    manifest, kept = voices.scanned(data), voices.complete()
    truth, rows, people = voices.gathered(manifest, [*kept.values()], "ravdess")
    rows, labels = rows / rows.sum(1, keepdims=True), manifest.labels
    units = np.unique(people, return_inverse=True)[1]
    fold = np.array([(int(person.split()[-1]) - 1) // 4 for person in people])
    for level in LEVELS:
        rules: list[SetRule] = [SetRule(level)] * len(truth)
        answers = rows.copy()
        for number in np.unique(fold):
            rest, here = fold != number, fold == number
            calibration = evaluate.calibrate(truth[rest], rows[rest], clusters=units[rest])
            answers[here] = calibration.apply(rows[here])
            known = ValidationAnswers.build(labels, truth[rest], calibration.apply(rows[rest]), units[rest])
            rule = known.rule(level)
            for place in np.flatnonzero(here):
                rules[place] = rule
        yield _rows(
            f"`voice`, {len(kept)} trainings", evaluate.set_scores(truth, answers, labels, rules, clusters=units)
        )


def _errors(faces: Faces) -> Iterator[tuple[str, ...]]:
    for name in ("face", "face-int8"):
        for labels in ((), FOUR):
            predictor = Predictor(name, inputs="faces", labels=labels)
            of = [place for place, label in enumerate(faces.labels) if label in predictor.labels]
            truth = np.array([predictor.labels.index(faces.labels[place]) for place in of])
            scores = evaluate.score(truth, predictor.probabilities(faces.pixels[of]), predictor.labels)
            found = scores.reliability
            off = f"{found.error:.1%} ({found.low:.1%} to {found.high:.1%})"
            figures = off, f"{found.counted:.1%}", f"{found.by_class:.1%}", interval(scores.accuracy)
            yield (f"`{name}`", str(len(predictor.labels)), *figures)


def _equal(faces: Faces) -> str:
    some = np.random.default_rng(0).choice(len(faces.pixels), EQUAL, replace=False)
    files = [media.encode_png(faces.pixels[place]) for place in sorted(some)]
    asked = {"Python": [[*Predictor("face", inputs="faces").predict(file).prediction_set] for file in files]}
    asked["command"] = _command(files)
    asked |= _served(files)
    asked["LiteRT, in float32"] = _litert(np.stack([media.decode(file) for file in files]))
    rows = [
        (name, f"{np.mean([one == two for one, two in zip(sets, asked['Python'], strict=True)]):.1%}")
        for name, sets in asked.items()
    ]
    return f"{EQUAL} faces of PublicTest, `face`, 90 %: how many sets are those of Python, order and all.\n\n" + table(
        ("door", "the same set"), rows
    )


def _command(files: list[bytes]) -> list[list[str]]:
    with tempfile.TemporaryDirectory() as folder:
        for number, file in enumerate(files):
            (Path(folder) / f"{number:03}.png").write_bytes(file)
        words = ["predict", folder, "--model", "face", "--inputs", "faces", "--json"]
        command = [sys.executable, "-c", "from mien.cli import main; main()", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [json.loads(line)["prediction_set"] for line in done.stdout.splitlines()]


def _served(files: list[bytes]) -> dict[str, list[list[str]]]:
    import httpx2
    from page import FLAGS, HOUSE, serving
    from playwright.sync_api import sync_playwright

    found = subprocess.run(["sh", HOUSE / ".ci" / "chromium"], capture_output=True, text=True, check=True)
    with serving() as port, sync_playwright() as playwright:
        address = f"http://127.0.0.1:{port}"
        server = []
        for file in files:
            answer = httpx2.post(f"{address}/v1/predict?model=face&inputs=faces", content=file).json()
            server.append(answer["answers"][0]["prediction_set"])
        browser = playwright.chromium.launch(executable_path=found.stdout.strip(), args=[*FLAGS])
        page = browser.new_page()
        page.goto(address)
        page.wait_for_selector("#where[data-state=ready]")
        shown = [page.evaluate(ASK, [base64.b64encode(file).decode(), "face"]) for file in files]
        browser.close()
    return {"server": server, "page, on the device": shown}


def _litert(pixels: np.ndarray) -> list[list[str]]:
    from mien import export, models
    from mien.core.recipe import Recipe
    from mien.predict import model_file

    labels = Predictor("face").labels
    recipe = models.resolve(Recipe(model="face"))
    model = models.build(models.contract(recipe, labels), recipe)
    with tempfile.TemporaryDirectory() as folder:
        path = export.write_litert(model, model_file("face"), Path(folder) / "face.tflite", mirror=True)
        rows = export.read_litert(path).probabilities(pixels)
    rule = Predictor("face").rule
    return [[*rule.of(dict(zip(labels, row, strict=True)))] for row in rows.tolist()]


if __name__ == "__main__":
    main()
