"""Find from where on a face is too dark, faint, blurred or small to be sure, by the measures of the face check.

$ python bench/face_doubts.py DATA

Every third of the faces that chose `face` (FER2013, Training), made so at six strengths. The thresholds that follow
stand in mien/faces/_doubts.py.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from _results import record, table
from box_calibration import validation

from mien.faces import _check, doubts
from mien.predict import Predictor

NOISE = 2.0  # of reading, steps of 255: what is dark was measured so, not multiplied afterwards
STRENGTHS = {
    "dark, share of the light": (0.3, 0.15, 0.1, 0.07, 0.05, 0.03),
    "faint, share of the contrast": (0.3, 0.15, 0.1, 0.07, 0.05, 0.03),
    "blurred, pixels of 48": (1, 1.5, 2, 2.5, 3, 4),
    "small, pixels": (24, 16, 12, 10, 8, 6),
}


def main() -> None:
    """Measure and record."""
    pixels, names = validation(Path(sys.argv[1]))
    pixels, names = pixels[::3], names[::3]
    predictor = Predictor("face", inputs="faces", threads=1)
    truth = np.array([predictor.labels.index(name) for name in names])
    draw = np.random.default_rng(0)

    def row(what: str, strength: object, rows: np.ndarray) -> tuple[str, ...]:
        right = float((predictor.probabilities(rows).argmax(1) == truth).mean())
        light, contrast, detail, _ = np.median(np.concatenate([*_check._asked("quality", rows, 0.0)]), axis=0)  # noqa: SLF001
        doubted = sum(bool(found) for found in doubts(rows)) / len(rows)
        return what, f"{strength}", f"{right:.1%}", f"{light:.3f}", f"{contrast:.4f}", f"{detail:.2f}", f"{doubted:.1%}"

    rows = [row("as they are", "", pixels)]
    for (what, strengths), change in zip(STRENGTHS.items(), CHANGES, strict=True):
        rows += [row(what, strength, change(pixels, strength, draw)) for strength in strengths]
    most = np.bincount(truth).max() / len(truth)
    columns = ("faces", "strength", "right", "light", "contrast", "detail", "doubted")
    body = table(columns, rows) + (
        f"\n\n{len(truth)} faces; always the commonest class: {most:.1%}. Light, contrast and detail: medians. Half"
        f" of what it knows over that is {(float(rows[0][2][:-1]) / 100 + most) / 2:.1%}."
    )
    record("Too dark, faint, blurred or small to be sure", "python bench/face_doubts.py DATA", body)


def _read(values: np.ndarray, draw: np.random.Generator) -> np.ndarray:
    noise = draw.normal(0, NOISE, values.shape[:3])[..., None]
    return np.clip(values + noise, 0, 255).astype(np.uint8)


def _dark(rows: np.ndarray, share: float, draw: np.random.Generator) -> np.ndarray:
    return _read(rows * share, draw)


def _faint(rows: np.ndarray, share: float, draw: np.random.Generator) -> np.ndarray:
    mean = rows.mean((1, 2, 3), keepdims=True)
    return _read(mean + (rows - mean) * share, draw)


def _blurred(rows: np.ndarray, sigma: float, _: np.random.Generator) -> np.ndarray:
    return np.stack([cv2.GaussianBlur(one, (0, 0), sigma) for one in rows])


def _small(rows: np.ndarray, side: int, _: np.random.Generator) -> np.ndarray:
    whole = rows.shape[1]
    return np.stack(
        [cv2.resize(cv2.resize(one, (side, side), interpolation=cv2.INTER_AREA), (whole, whole)) for one in rows]
    )


CHANGES: tuple[Callable[..., np.ndarray], ...] = (_dark, _faint, _blurred, _small)

if __name__ == "__main__":
    main()
