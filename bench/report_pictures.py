"""The road from photo to answer, on the student report's web photos; with --train, through training too.

$ python bench/report_pictures.py PICTURES [--model FILE] [--fer WORKDIR] [--sheet DIR] [--train]

PICTURES is a folder of class folders. --fer asks the peer `fer` too; its environment in WORKDIR is made if it is not
there. --sheet draws the 20 mistakes with the most weight, outside the project. --train adds five-fold cross-validation
of `face`, started from the box, and of the report's own network: ten trainings. YuNet's file is fetched, or is what
the variable MIEN_YUNET names.
"""

from __future__ import annotations

import argparse
import dataclasses
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import _sheet
import cv2
import numpy as np
from _album import Album, album
from _crossed import Crossed, crossed
from _faces import FOUR, models, restricted, share
from _peer import ask, environment
from _results import record, table

from mien import evaluate, faces, recipes
from mien.core.recipe import Recipe
from mien.predict import Predictor

FIVE = ("angry", "fear", "happy", "sad", "surprise")
DETECTORS = ("fcos", "yunet")
WORST = 20
REPORT = recipes.find("report")


@dataclass(frozen=True)
class Road:
    """How one way of answering went.

    Parameters
    ----------
    known : sequence of str
        Its classes.
    weights : float [N, classes]
        A row a picture; not a number where no face was found.
    boxes : list of tuple or None
        Left, top, width, height of the face that was answered for.
    finding, answering : float or None
        Milliseconds a picture, medians: for finding faces alone, and from pixels to the answer.
    """

    known: Sequence[str]
    weights: np.ndarray
    boxes: list[tuple[int, int, int, int] | None]
    finding: float | None
    answering: float

    @property
    def found(self) -> np.ndarray:
        """Where there was a face, bool [N]."""
        return ~np.isnan(self.weights[:, 0])

    def answers(self, labels: Sequence[str]) -> list[str | None]:
        """Answer with some of the classes."""
        best = restricted(self.weights, self.known, labels).argmax(1)
        return [labels[number] if found else None for number, found in zip(best, self.found, strict=True)]


def main() -> None:
    """Measure and record."""
    given = arguments()
    sheet = _sheet.checked(given.sheet) if given.sheet else None
    cv2.setNumThreads(1)
    photos = album(given.pictures)
    (name, path), *_ = models([given.model] if given.model else ["face"]).items()
    roads = {f"{name}, {detector}": walked(path, detector, photos) for detector in DETECTORS}
    first = roads[f"{name}, {DETECTORS[0]}"]
    if sheet:
        print(_sheet.draw(worst(first, photos), sheet))
    if given.fer:
        roads["`fer` as it comes, its own Haar"] = peer(environment(given.fer), photos)
    record("From photo to answer", "python bench/report_pictures.py PICTURES --fer WORKDIR", answered(roads, photos))
    if given.train:
        body = trained(given, photos, {f"{name} as it comes, {DETECTORS[0]}": first.answers(FIVE)})
        record("The report's pictures through training", "python bench/report_pictures.py PICTURES --train", body)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--model", help="by default the face model in the box")
    parser.add_argument("--fer", type=Path, metavar="WORKDIR")
    parser.add_argument("--sheet", type=Path, metavar="DIR")
    parser.add_argument("--train", action="store_true")
    parser.add_argument("--weights", default="box", choices=("box", "none"), help="what `face` starts from")
    parser.add_argument("--epochs", type=int, help="of every training, to try the script out")
    return parser.parse_args()


def walked(path: Path, detector: str, photos: Album) -> Road:
    """Go from each photo's pixels to its answer, on one thread, as `Predictor.predict` does."""
    predictor, eye = Predictor(path, threads=1, inputs="faces"), faces.detector(detector)
    size, margin = predictor.contract.size, predictor.contract.margin
    weights = np.full((len(photos.labels), len(predictor.labels)), np.nan)
    boxes: list[tuple[int, int, int, int] | None] = [None] * len(weights)
    finding, answering = [], []
    for number, pixels in enumerate(photos.pictures()):
        began = time.perf_counter()
        found = eye.find(pixels)
        finding.append(time.perf_counter() - began)
        if found:
            weights[number] = predictor.probabilities(faces.crop(pixels, found[0], size, margin)[None])[0]
            boxes[number] = found[0].box
        answering.append(time.perf_counter() - began)
    times = [1000 * statistics.median(values) for values in (finding, answering)]
    return Road(predictor.labels, weights, boxes, *times)


def peer(python: str, photos: Album) -> Road:
    """Ask the peer, which gets every photo decoded, as it reads fewer formats."""
    with tempfile.TemporaryDirectory() as folder:
        for number, pixels in enumerate(photos.pictures()):
            place = str(Path(folder) / f"{number:05}.png")
            cv2.imwrite(place, cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_PNG_COMPRESSION, 1])
        ask(python, "photos", folder, out := Path(folder) / "out.npz")
        with np.load(out, allow_pickle=False) as found:
            rows, labels, spent = found["rows"], found["labels"].tolist(), float(found["milliseconds"])
    return Road(labels, rows, [None] * len(rows), None, spent)


def worst(road: Road, photos: Album) -> list[_sheet.Wrong]:
    """Pick the mistakes with the most weight; of resaved copies, one."""
    weights, said = restricted(road.weights, road.known, FIVE), road.answers(FIVE)
    wrong = [number for number, label in enumerate(photos.labels) if said[number] not in (None, label)]
    wrong = list({photos.near[one]: one for one in sorted(wrong, key=lambda one: weights[one].max())}.values())
    wrong = sorted(wrong, key=lambda one: -weights[one].max())[:WORST]
    return [
        (photos.paths[one], photos.labels[one], said[one], float(weights[one].max()), road.boxes[one]) for one in wrong
    ]


def answered(roads: dict[str, Road], photos: Album) -> str:
    """Write the first part."""
    columns = ["way", "a face found", "5 classes, all", "where a face was found", "4 classes, all"]
    columns += ["where a face was found", "finding", "photo to answer"]
    rows = []
    for name, road in roads.items():
        cells = [name, share(road.found, photos.near)]
        for labels in (FIVE, FOUR):
            right = hits(road.answers(labels), photos, labels)
            cells += [right(), right(road.found)]
        cells += ["" if road.finding is None else f"{road.finding:.0f} ms", f"{road.answering:.0f} ms"]
        rows.append(cells)
    body = table(columns, rows)
    body += (
        f"\n\n{photos.sentence} A picture without a face counts as wrong among all. Four classes: the"
        f" {sum(label in FOUR for label in photos.labels):,} pictures labelled angry, happy, sad or surprise, weights"
        " restricted to these. Answered for is the largest face, by `fer` the first, as its `top_emotion` does. Times:"
        " one thread, decoding not counted, medians. Intervals: bootstrap, 95 %."
    )
    return body


def hits(said: Sequence[str | None], photos: Album, labels: Sequence[str]):
    """Return a function that writes the share of right answers among the pictures with these labels."""
    mine = np.isin(photos.labels, labels)
    right = np.array([one == label for one, label in zip(said, photos.labels, strict=True)])

    def written(among: np.ndarray | None = None) -> str:
        kept = mine if among is None else mine & among
        return share(right[kept], photos.near[kept])

    return written


def trained(given: argparse.Namespace, photos: Album, untrained: dict[str, list[str | None]]) -> str:
    """Write the second part."""
    short = {} if given.epochs is None else {"epochs": given.epochs}
    start = "from the box" if given.weights == "box" else "from nothing"
    recipes = {
        f"`face`, {start}, faces cut out": Recipe(model="face", inputs="photos", weights=given.weights, **short),
        "`report`, whole pictures": dataclasses.replace(Recipe.read(REPORT), **short),
    }
    with tempfile.TemporaryDirectory() as folder:
        found = {name: crossed(photos, one, Path(folder), one.model) for name, one in recipes.items()}
    face, report = found.values()
    seen = np.array([answer is not None for answer in face.answers])
    rows = [trained_row(name, one, photos, seen) for name, one in found.items()]
    rows += [(name, *both(said, photos, seen), "", "") for name, said in untrained.items()]
    columns = ["way", "5 classes, all", f"the {seen.sum():,} with a face", "training, a fold", "whole run, a fold"]
    body = table(columns, rows)
    body += (
        f"\n\n{photos.sentence} Five folds by content, resaved copies in one fold, the same for both; a tenth of the"
        " other four chooses the epoch; answers of all folds together, intervals: bootstrap, 95 %. A picture without a"
        " face counts as wrong among all, except by `report`, which looks for none. Seconds: medians of the folds."
    )
    lines = [duel(face, report, photos, *one) for one in ((seen | True, "all pictures"), (seen, "those with a face"))]
    return f"{body}\n\n{' '.join(lines)}"


def both(said: Sequence[str | None], photos: Album, seen: np.ndarray) -> tuple[str, str]:
    """Write the accuracy over all, and over the pictures with a face."""
    right = hits(said, photos, FIVE)
    return right(), right(seen)


def trained_row(name: str, one: Crossed, photos: Album, seen: np.ndarray) -> tuple[str, ...]:
    """Write what a training reached."""
    return name, *both(one.answers, photos, seen), f"{one.training:.0f} s", f"{one.whole:.0f} s"


def duel(face: Crossed, report: Crossed, photos: Album, among: np.ndarray, what: str) -> str:
    """Compare the two trainings on the same pictures."""
    names = [*FIVE, None]
    truth, first, second = (
        np.array([names.index(one) for one in said])[among] for said in (photos.labels, face.answers, report.answers)
    )
    found = evaluate.paired(truth, first, second, clusters=photos.near[among])
    gap = found.accuracy
    return (
        f"`face` less `report` on {what}: {100 * gap.value:+.1f} points ({100 * gap.low:+.1f} to"
        f" {100 * gap.high:+.1f}), p = {found.p:.2g}."
    )


if __name__ == "__main__":
    main()
