"""Measure how often `mien watch` calls a change where there is none, and how often where there is one.

    python bench/drift.py DATA

DATA holds `fer2013.parquet`. The box's validation faces (bench/box_calibration.validation) are cut in two by lot: one
half plays the validation of a model, the other what comes later. PublicTest has no part in this.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import onnx
import polars as pl
from _results import record, table
from box_calibration import validation
from PIL import Image

from mien import collect, evaluate, kinds, watch
from mien.core import artifacts
from mien.core.answer_counts import ANSWERS, TABLES, AnswerCounts
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.validation_answers import VALIDATION_KEY, ValidationAnswers
from mien.predict import Predictor, model_file
from mien.watch._changes import compare, explained
from mien.watch._population import estimate
from mien.watch._reference import Reference, reference

ROUNDS, LIVES, DAYS = 400, 200, 30
KIND = kinds.kind("picture")
CHANGES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "as they are": lambda face: face,
    "half as bright": lambda face: (face * 0.5).astype(np.uint8),
    "a quarter as bright": lambda face: (face * 0.25).astype(np.uint8),
    "blurred by 1 px": lambda face: cv2.GaussianBlur(face, (0, 0), 1),
    "blurred by 2 px": lambda face: cv2.GaussianBlur(face, (0, 0), 2),
}


class Lots:
    """The box's validation answers, cut in two again and again."""

    def __init__(self) -> None:
        predictor = Predictor("face", threads=1)
        self.whole = reference(predictor, model_file("face"))
        self.rows, self.rule = self.whole.answers.probabilities, predictor.rule
        self.draw = np.random.default_rng(0)

    def sample(self, count: int) -> Reference:
        """Draw a reference from all of them, as if they were the world."""
        return self._of(self.draw.choice(len(self.rows), count))

    def halves(self) -> tuple[Reference, np.ndarray]:
        """Return half of them as a reference, and the numbers of the others."""
        order = self.draw.permutation(len(self.rows))
        return self._of(order[: len(order) // 2]), order[len(order) // 2 :]

    def _of(self, first: np.ndarray) -> Reference:
        own = self.whole.answers
        answers = ValidationAnswers(own.labels, own.truth[first], np.arange(len(first)), own.probabilities[first])
        places = {name: numbers[first] for name, numbers in self.whole.places.items()}
        return Reference(answers, np.ones(len(first)), places, "validation pictures", True)

    def counts(self, numbers: np.ndarray) -> AnswerCounts:
        """Count answers that are known already."""
        counts = AnswerCounts.empty(self.whole.answers.labels)
        for name in TABLES:
            places = self.whole.places[name][numbers]
            counts.tables[name] = np.bincount(places, minlength=len(counts.tables[name])).tolist()
        return counts

    def cooler(self, numbers: np.ndarray, temperature: float) -> tuple[AnswerCounts, np.ndarray]:
        """Count the answers less sure than they were: their logarithms divided by a temperature."""
        rows = np.maximum(self.rows[numbers], 1e-7) ** (1 / temperature)
        rows /= rows.sum(axis=1, keepdims=True)
        counts = AnswerCounts.empty(self.whole.answers.labels)
        for row in rows.tolist():
            counts.add(dict(zip(counts.labels, row, strict=True)), self.rule)
        return counts, rows.max(axis=1)


def share(hits: int, of: int) -> str:
    """Write a share with its interval."""
    ends = evaluate.wilson(hits / of, of)
    return f"{100 * hits / of:.1f} % ({100 * ends.low:.1f}\N{EN DASH}{100 * ends.high:.1f})"


def alarms(lots: Lots) -> list[list[str]]:
    """Measure false alarms of one look."""
    found = []
    for count in (50, 200, 800):
        binned = exact = 0
        for _ in range(ROUNDS):
            before, others = lots.halves()
            now = others[:count]
            counts = lots.counts(now)
            binned += any(one.found for one in compare(before, counts, KIND))
            exact += any(one.found for one in compare(before, counts, KIND, scores=lots.rows[now].max(axis=1)))
        found.append([f"{count}", share(binned, ROUNDS), share(exact, ROUNDS)])
    return found


def lives(lots: Lots) -> str:
    """Measure false alarms of a log that is looked at every day for a month; all is drawn from one world."""
    hits = 0
    for _ in range(LIVES):
        before = lots.sample(1000)
        for day in range(1, DAYS + 1):
            counts = lots.counts(lots.draw.choice(len(lots.rows), 200))
            if any(one.found for one in compare(before, counts, KIND, looks=day * (day + 1))):
                hits += 1
                break
    return share(hits, LIVES)


def powers(lots: Lots) -> list[list[str]]:
    """Measure how often answers that are less sure are found."""
    found = []
    for temperature in (1.1, 1.25, 1.5):
        row = [f"{temperature:g}"]
        for count in (50, 200, 800):
            hits = 0
            for _ in range(60):
                before, others = lots.halves()
                counts, highest = lots.cooler(others[:count], temperature)
                hits += any(one.found for one in compare(before, counts, KIND, scores=highest))
            row.append(share(hits, 60))
        found.append(row)
    return found


def population(lots: Lots) -> list[str]:
    """Let happy faces come three times as often; say how often that is found, and how often called what it is."""
    truth, happy = lots.whole.answers.truth, lots.whole.answers.labels.index("happy")
    hits = named = 0
    for _ in range(100):
        before, others = lots.halves()
        weights = np.where(truth[others] == happy, 3.0, 1.0)
        counts = lots.counts(lots.draw.choice(others, 400, p=weights / weights.sum()))
        if any(one.found and one.name == ANSWERS for one in compare(before, counts, KIND)):
            hits += 1
            shares = estimate(before, counts.tables[ANSWERS])
            named += bool(shares and explained(before, counts, None, shares[0]))
    return [share(hits, 100), share(named, max(hits, 1))]


def pictures(data: Path) -> list[list[str]]:
    """Let `face` answer faces that are darker or blurred, against the half that was validation: all the way."""
    faces, names = validation(data)
    order = np.random.default_rng(1).permutation(len(faces))
    first, later = np.sort(order[:1000]), order[1000:1400]
    found = []
    with tempfile.TemporaryDirectory() as place:
        run = _run(Path(place) / "run", faces[first], names[first])
        for name, change in CHANGES.items():
            folder = Path(place) / name.replace(" ", "-")
            folder.mkdir()
            for number in later:
                Image.fromarray(change(faces[number])).save(folder / f"{number}.png")
            drift = watch.drift(folder, run.folder, inputs="faces")
            told = drift.sentences()
            some = [watch.title(one, KIND) for one in drift.judged.changes if one.found]
            found.append([name, "a change" if drift.changed else "no change", ", ".join(some) or "-", told[0]])
            print(name, "\n  ".join(told), sep="\n  ")
    return found


def _run(folder: Path, faces: np.ndarray, names: np.ndarray) -> Run:
    """Write the folder of a run whose model is the box's, and whose validation are these faces."""
    run = Run.create(folder)
    for number, (face, name) in enumerate(zip(faces, names, strict=True)):
        (folder / "faces" / name).mkdir(parents=True, exist_ok=True)
        Image.fromarray(face).save(folder / "faces" / name / f"{number}.png")
    predictor = Predictor("face", threads=1)
    truth = np.array([predictor.labels.index(name) for name in names])
    rows = predictor.probabilities(faces)
    answers = ValidationAnswers.build(predictor.labels, truth, rows, np.arange(len(truth)))
    model = onnx.load(model_file("face"))
    next(one for one in model.metadata_props if one.key == VALIDATION_KEY).value = answers.to_text()
    onnx.save(model, run.model)
    manifest = collect.scan(folder / "faces")
    artifacts.write_manifest(run, manifest.with_frame(manifest.frame.with_columns(split=pl.lit("val"))))
    artifacts.write_recipe(run, Recipe(inputs="faces"))
    return run


def main(data: Path) -> None:
    """Measure, and write it down."""
    lots = Lots()
    many = population(lots)
    happy = (
        f"Happy faces three times as often, 400 answers, 100 rounds: found in {many[0]}; of these, called what other "
        f"shares of the classes would explain: {many[1]}."
    )
    body = [
        f"False alarms of one look, {ROUNDS} rounds; 5 % are promised:",
        table(["answers", "of a log", "of a folder"], alarms(lots)),
        f"Of a log looked at every day for {DAYS} days of 200 answers, {LIVES} lives: {lives(lots)} ever alarm.",
        "How often answers that are less sure, by such a temperature, are found, of a folder of so many, 60 rounds:",
        table(["temperature", "50", "200", "800"], powers(lots)),
        happy,
        "`face`, 1,000 of its validation faces as its validation, 400 others as a folder:",
        table(["faces", "verdict", "what has changed", "the first sentence"], pictures(data)),
    ]
    record("Has the world changed: what `mien watch` says", "bench/drift.py", "\n\n".join(body))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
