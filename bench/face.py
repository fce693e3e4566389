"""How good, how large and how quick is the face model in the box? On FER2013's PublicTest, 3,589 faces.

$ python bench/face.py DATA [--model FILE ...]

DATA holds `fer2013.parquet`. Without --model, every model in the box. That none of these faces was trained on is for
the run that made the model to prove; this script takes it as given.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from _faces import FOUR, SEVEN, Faces, clocked, interval, measured, models, public_test
from _results import record, table

from mien.predict import Predictor

COLUMNS = ("model", "7 classes", "balanced", "macro F1", "4 classes", "FER+ majority", "ECE", "file", "a face")
FLOORS = ("floor", "67 %", "", "", "83 %", "89 %", "3 %", "", "3 ms")
AIMS = ("aim", "76.8 %", "", "", "90 %", "95 %", "1 %", "", "0.5 ms")


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--model", nargs="+", default=[])
    given = parser.parse_args()
    faces = public_test(given.data)
    rows = [(name, *figures(path, faces)) for name, path in models(given.model).items()]
    four = sum(label in FOUR for label in faces.labels)
    votes = sum(vote is not None for vote in faces.votes)
    body = table(COLUMNS, [*rows, FLOORS, AIMS])
    body += (
        f"\n\nFER2013's PublicTest: {len(faces.labels):,} faces in 7 classes; {four:,} labelled angry, happy, sad or"
        f" surprise, the weights restricted to these four; {votes:,} of all on which FER+'s ten annotators have a"
        " unique majority, and it is one of the four. Intervals: bootstrap, 95 %. ECE: mean gap between the top"
        " probability and the share of right answers, 7 classes, less what chance alone makes of it. A face: one crop"
        " in, probabilities out, ONNX Runtime on one thread, median of 300."
    )
    record("The face model in the box", "python bench/face.py DATA", body)


def figures(path: Path, faces: Faces) -> tuple[str, ...]:
    """Measure one model file."""
    everything, four = Predictor(path, inputs="faces"), Predictor(path, inputs="faces", labels=FOUR)
    seven = measured(list(faces.labels), everything.probabilities(faces.pixels), everything.labels, SEVEN)
    weights = four.probabilities(faces.pixels)
    return (
        interval(seven.accuracy),
        interval(seven.balanced_accuracy),
        interval(seven.macro.f1),
        interval(measured(list(faces.labels), weights, FOUR, FOUR).accuracy),
        interval(measured(faces.votes, weights, FOUR, FOUR).accuracy),
        f"{seven.calibration_error:.1%}",
        f"{path.stat().st_size / 1e6:.2f} MB",
        f"{clocked(path, faces.pixels):.2f} ms",
    )


if __name__ == "__main__":
    main()
