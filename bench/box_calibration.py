"""Fit the calibration and the prediction sets of the models in the box, on faces that chose them, on voices unheard.

    python bench/box_calibration.py DATA

DATA holds `fer2013.parquet`. bench/face_validation.txt lists the rows of Training by which `face` was chosen
(docs/decisions/0016), without those of which Training's other part holds a near copy: it has learnt from them after
all. PublicTest has no part in this. `voice` is fitted to what trainings of the same recipe, each without some actors,
said of these (bench/voices.json): its own two actors of validation are too few.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
import polars as pl
import voices
from _calibrated import metadata, put, uncalibrated
from _faces import chosen_rows, decoded

from mien import evaluate
from mien.core.types import InputContract
from mien.core.validation_answers import ValidationAnswers

HOUSE = Path(__file__).parents[1]


def validation(data: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the faces, uint8 [N, 48, 48, 3], and their labels, str [N]."""
    frame = pl.read_parquet(data / "fer2013.parquet")[chosen_rows()]
    return decoded(frame), frame["label"].to_numpy()


def main(data: Path) -> None:
    """Fit each file's own."""
    _voice(data)
    faces, names = validation(data)
    for path in sorted((HOUSE / "mien" / "weights").glob("face*.onnx")):
        model = onnx.load(path)
        labels = InputContract.from_json(metadata(model)["mien.contract"]).labels
        truth = np.array([labels.index(name) for name in names])
        raw = uncalibrated(model, faces)
        found = evaluate.calibrate(truth, raw)
        answers = found.apply(raw)
        put(model, found, ValidationAnswers.build(labels, truth, answers, np.arange(len(truth))))
        path.write_bytes(model.SerializeToString())
        scores = evaluate.score(truth, answers, labels)
        print(path.name, found, f"{scores.n} faces, {scores.accuracy}, off by {scores.calibration_error:.2%}")


def _voice(data: Path) -> None:
    path = HOUSE / "mien" / "weights" / "voice.onnx"
    model, manifest = onnx.load(path), voices.scanned(data)
    labels = InputContract.from_json(metadata(model)["mien.contract"]).labels
    truth, raw, speakers = voices.gathered(manifest, [*voices.complete().values()], "ravdess")
    columns = [manifest.labels.index(label) for label in labels]
    raw, truth = raw[:, columns] + 5e-4, np.array([columns.index(one) for one in truth])  # they were rounded
    raw, units = raw / raw.sum(1, keepdims=True), np.unique(speakers, return_inverse=True)[1]
    found = evaluate.calibrate(truth, raw, clusters=units)
    answers = found.apply(raw)
    put(model, found, ValidationAnswers.build(labels, truth, answers, units))
    path.write_bytes(model.SerializeToString())
    scores = evaluate.score(truth, answers, labels, clusters=units)
    print(path.name, found, f"{scores.n} clips, {scores.accuracy}, off by {scores.calibration_error:.2%}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
