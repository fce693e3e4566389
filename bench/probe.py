"""How far `probe` gets on a handful of web photos, on the pictures left over: every one counted, face or none.

$ python bench/probe.py PICTURES

PICTURES is a folder of class folders. Of happy and sad the first 40 by name are trained on; of four classes 10, 20, 40
and 80 a class, drawn by chance, three times. YuNet's file is fetched, or is what the variable MIEN_YUNET names.
"""

from __future__ import annotations

import argparse
import dataclasses
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from _results import record, table

from mien import faces, media, models
from mien.core.errors import MediaError
from mien.core.recipe import Recipe
from mien.core.types import InputContract, silent
from mien.kinds.picture import rows as picture_rows
from mien.models.families._probe import own_answer
from mien.models.features._box import box
from mien.predict import Predictor

TWO, FOUR = ("happy", "sad"), ("angry", "happy", "sad", "surprise")
FIRST, EACH, DRAWS, SIZE = 40, (10, 20, 40, 80), 3, 48


@dataclass(frozen=True)
class Side:
    """Pictures as `probe` takes them, in order: `core.types.Batches`."""

    labels: tuple[str, ...]
    rows: np.ndarray
    numbers: np.ndarray

    @property
    def counts(self) -> np.ndarray:
        """How many samples each class has."""
        return np.bincount(self.numbers, minlength=len(self.labels))

    @property
    def faces(self) -> np.ndarray:
        """Where a face was found, bool [N]."""
        return self.rows[:, :SIZE].any((1, 2, 3))

    def __len__(self) -> int:
        return 1

    def epoch(self, number: int, start: int = 0) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield all in one batch."""
        del number, start
        yield self.rows, np.eye(len(self.labels), dtype=np.float32)[self.numbers]

    def only(self, places: np.ndarray) -> Side:
        """Take some."""
        return dataclasses.replace(self, rows=self.rows[places], numbers=self.numbers[places])


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", type=Path)
    given = parser.parse_args()
    two, four = (read(given.pictures, labels) for labels in (TWO, FOUR))
    first = np.concatenate([np.flatnonzero(two.numbers == number)[:FIRST] for number in range(len(TWO))])
    lines = [[f"happy, sad: the first {FIRST} of each by name", *measured(two, [first])]]
    for each in EACH:
        draws = [drawn(four, each, np.random.default_rng(seed)) for seed in range(DRAWS)]
        lines.append([f"four classes, {each} of each, median of {DRAWS} draws", *measured(four, draws)])
    columns = [
        "learnt from",
        "left over",
        "`probe`, all",
        "with a face",
        "the box on these",
        "without a face",
        "seconds",
    ]
    note = "Shares right of the pictures left over, all counted; with `--inputs both`, the detector YuNet. The box "
    note += "answers with these classes alone and is silent where there is no face. Seconds are for features and fit."
    record("A handful of photos: `probe`", "python bench/probe.py PICTURES", f"{table(columns, lines)}\n\n{note}")


def read(folder: Path, labels: tuple[str, ...]) -> Side:
    """Decode, find faces and cut; files that cannot be read are left out."""
    detector, contract = faces.detector("yunet"), InputContract(labels, SIZE, inputs="both")
    rows, numbers = [], []
    for number, label in enumerate(labels):
        for path in sorted((folder / label).iterdir(), key=lambda one: one.name):
            try:
                pixels = media.decode(path.read_bytes())
            except MediaError:
                continue
            rows.append(picture_rows(pixels, detector.find(pixels)[:1], contract)[0])
            numbers.append(number)
    return Side(labels, np.stack(rows), np.array(numbers))


def drawn(side: Side, each: int, random: np.random.Generator) -> np.ndarray:
    """Draw some of every class."""
    chosen = [random.permutation(np.flatnonzero(side.numbers == number))[:each] for number in range(len(side.labels))]
    return np.concatenate(chosen)


def measured(side: Side, draws: list[np.ndarray]) -> list[str]:
    """Train on each draw, ask about what is left, and take medians."""
    found = [_once(side, draw) for draw in draws]
    medians = [statistics.median(values) for values in zip(*found, strict=True)]
    left = len(side.numbers) - len(draws[0])
    return [f"{left:,}", *(f"{value:.1%}" for value in medians[:-1]), f"{medians[-1]:.1f}"]


def _once(side: Side, draw: np.ndarray) -> list[float]:
    left = side.only(np.setdiff1d(np.arange(len(side.numbers)), draw))
    recipe = models.resolve(Recipe(model="probe", inputs="both"))
    model = models.build(models.contract(recipe, side.labels), recipe)
    began = time.perf_counter()
    model.fit(side.only(draw), progress=silent)
    seconds = time.perf_counter() - began
    right = model.predict_on_batch(left.rows).argmax(1) == left.numbers
    known = Predictor("face", inputs="faces").probabilities(left.rows[:, :SIZE])
    as_it_is = (np.log(known) @ own_answer(box().labels, side.labels)).argmax(1) == left.numbers
    faces = left.faces
    return [right.mean(), right[faces].mean(), as_it_is[faces].mean(), right[~faces].mean(), seconds]


if __name__ == "__main__":
    main()
