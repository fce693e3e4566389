"""Measure what the cards of the models in the box say of how good they are, into bench/box.json.

$ python bench/box_figures.py DATA [STATE]

DATA holds fer2013.parquet, ravdess and nemo; STATE is where `bench/sceptic.py across` has left which faces of
PublicTest have a copy, or a near copy, in Training; without it only `voice` is measured anew. What it answers to actors
that it has not heard stands in bench/voices.json, by trainings of the same recipe (`bench/voices.py`).
`docs/make_cards.py` then writes the cards.
"""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import voices
from _faces import FOUR, SEVEN, Faces, public_test, restricted
from _results import machine

from mien import evaluate
from mien.core.files import write_json
from mien.predict import Predictor

FIGURES = Path(__file__).with_name("box.json")
FACES = ("face", "face-int8")


def main(data: Path, state: Path | None = None) -> None:
    """Measure, and write."""
    found: dict[str, Any] = {"voice": _of_voice(data)}
    if state:
        faces, new = public_test(data), np.array(json.loads((state / "across.json").read_text())) == ""
        found |= {name: _of_face(name, faces, new) for name in FACES}
    for name, sides in found.items():
        print(name, {side: str(evaluate.Scores.from_dict(one).accuracy) for side, one in sides.items()})
    kept = json.loads(FIGURES.read_text())
    now = {"date": datetime.date.today().isoformat(), "machine": machine()}
    write_json(FIGURES, {**kept, **found, "measured": {**kept["measured"], **dict.fromkeys(found, now)}})


def _of_face(name: str, faces: Faces, new: np.ndarray) -> dict[str, Any]:
    """Score FER2013's PublicTest: without copies in Training, all of it, four classes, and by FER+'s majority."""
    answers = Predictor(name, inputs="faces").probabilities(faces.pixels)
    labels, votes = [*faces.labels], faces.votes
    every = np.ones(len(labels), bool)
    sides = {
        "new": (labels, SEVEN, new, evaluate.NEW),
        "new, four classes": (labels, FOUR, new, evaluate.NEW),
        "all": (labels, SEVEN, every, evaluate.UNKNOWN),
        "all, four classes": (labels, FOUR, every, evaluate.UNKNOWN),
        "majority, four classes": (votes, FOUR, every, evaluate.UNKNOWN),
    }
    return {side: _scored(answers, *rest) for side, rest in sides.items()}


def _scored(answers: np.ndarray, truth: list[str | None], classes: tuple[str, ...], of: np.ndarray, seen: str) -> Any:
    rows = [row for row, label in enumerate(truth) if of[row] and label in classes]
    numbers = [classes.index(str(truth[row])) for row in rows]
    basis = evaluate.Basis("face crops", seen, unit="face crops")
    return evaluate.score(numbers, restricted(answers[rows], SEVEN, classes), classes, basis=basis).to_dict()


def _of_voice(data: Path) -> dict[str, Any]:
    """Score what trainings without them have answered of RAVDESS's actors: eight emotions, and four."""
    manifest = voices.scanned(data)
    truth, answers, speakers = voices.gathered(manifest, [*voices.complete().values()], "ravdess")
    basis = evaluate.Basis("clips", evaluate.NEW, unit="people", kind="sound")
    found = {}
    for side, classes in (("new", manifest.labels), ("new, four classes", FOUR)):
        numbers = [manifest.labels.index(label) for label in classes]
        of = np.isin(truth, numbers)
        among = restricted(answers[of], manifest.labels, classes)  # they were rounded: this also scales them
        right = [numbers.index(one) for one in truth[of]]
        found[side] = evaluate.score(right, among, classes, clusters=speakers[of], basis=basis).to_dict()
    return found


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
