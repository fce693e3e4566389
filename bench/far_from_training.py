"""Measure whether a score for "far from what it was trained on" is worth its place in every model file.

$ python bench/far_from_training.py DATA

A Gaussian in the principal components of training crops, and the distance from their space (Moghaddam & Pentland
1997), on grey crops of 24 x 24 whose light and contrast are taken out; beside the face check, and the doubt of the
model itself (one less its highest probability). AUROC: how often a crop that is none, or that `face` answers wrongly,
has the higher score.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("MIEN_YUNET", str(Path(sys.argv[1]).parent / "models" / "face_detection_yunet_2023mar.onnx"))

import cv2
import numpy as np

import _check_data as data_of  # isort: skip
from _results import record, table  # isort: skip
from box_calibration import validation  # isort: skip
from mien.faces import _check  # isort: skip
from mien.predict import Predictor  # isort: skip

KEPT, TRAINED = 60, 6000  # components: 60 x 576 numbers in 8 bits are 35 kB; faces that they are fitted to


def main() -> None:
    """Measure and record."""
    data = Path(sys.argv[1])
    distance = fitted(vectors(data_of.fer_faces(data, "train", TRAINED)))
    pixels, names = validation(data)
    pixels, names = pixels[::3], names[::3]
    faces, draw = pixels[..., 0], np.random.default_rng(0)
    predictor = Predictor("face", inputs="faces", threads=1)

    def scores(rows: np.ndarray) -> list[np.ndarray]:
        wide = np.repeat(rows[..., None], 3, 3)
        face = np.concatenate([*_check._asked("face", wide, 0.0)])  # noqa: SLF001
        return [distance(vectors(rows)), 1 - face, 1 - predictor.probabilities(wide).max(1)]

    plain = scores(faces)
    none = {
        "squares of photos": data_of.photo_squares(data, "test", 3),
        "parts of faces": data_of.face_parts(faces[:300], 6),
        "noise": data_of.noise(200, 6),
        "shapes, letters": data_of.drawings(200, 6),
    }
    rows = [[f"{name}, against faces", *map(auroc, plain, scores(found))] for name, found in none.items()]
    blurred = np.stack([cv2.GaussianBlur(one, (0, 0), 1.5) for one in faces])
    covered = np.stack([data_of.masked(one, draw) for one in faces])
    rows += [["blurred faces, against faces", *map(auroc, plain, scores(blurred))]]
    rows += [["masked faces, against faces", *map(auroc, plain, scores(covered))]]
    for name, made in (("as they are", faces), ("blurred", blurred), ("masked", covered)):
        answers = predictor.probabilities(np.repeat(made[..., None], 3, 3)).argmax(1)
        right = np.array([predictor.labels[one] for one in answers]) == names
        split = [(one[right], one[~right]) for one in scores(made)]
        rows.append([f"wrong answers against right ones, faces {name}", *(auroc(*pair) for pair in split)])
    columns = ("AUROC", "Gaussian in components", "face check", "less than sure")
    body = table(columns, rows) + f"\n\n{len(faces)} validation faces of `face`; {TRAINED:,} others fitted it."
    record("Far from what it was trained on", "python bench/far_from_training.py DATA", body)


def vectors(rows: np.ndarray) -> np.ndarray:
    small = np.stack([cv2.resize(one, (24, 24), interpolation=cv2.INTER_AREA) for one in rows]).reshape(len(rows), -1)
    small = small.astype(np.float64) - small.mean(1, keepdims=True)
    return small / (small.std(1, keepdims=True) + 5)


def fitted(rows: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Fit it; returns what measures distances."""
    mean = rows.mean(0)
    values, axes = np.linalg.eigh(np.cov((rows - mean).T))
    values, axes = values[::-1], axes[:, ::-1]
    rest = values[KEPT:].mean()

    def distance(found: np.ndarray) -> np.ndarray:
        centred = found - mean
        inside = centred @ axes[:, :KEPT]
        outside = (centred**2).sum(1) - (inside**2).sum(1)
        return (inside**2 / values[:KEPT]).sum(1) + outside / rest

    return distance


def auroc(low: np.ndarray, high: np.ndarray) -> str:
    both = np.concatenate([low, high])
    ranks = np.searchsorted(np.sort(both), both, "left") + np.searchsorted(np.sort(both), both, "right")
    share = (ranks[len(low) :].mean() - len(high)) / (2 * len(low))
    return f"{share:.3f}"


if __name__ == "__main__":
    main()
