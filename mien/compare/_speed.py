"""How long a model file takes for one picture, on this machine."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from mien.core.errors import ModelFileError
from mien.predict import Predictor

ROUNDS = 31  # answers of each model
SECONDS = 3.0  # a large model gets fewer of them, at least `LEAST`
LEAST = 3
TOGETHER = 12  # models open at a time: hundreds of large ones would fill the memory
WARM = 2  # first answers that do not count: buffers are made in them


def milliseconds(files: Sequence[Path]) -> list[float | None]:
    """Measure model files, a dozen of them turn by turn, so that what else the machine does falls on all alike.

    Median of one answer to one picture on one thread; None where there is no file.
    """
    groups = [files[start : start + TOGETHER] for start in range(0, len(files), TOGETHER)]
    return [found for group in groups for found in _in_turn([_open(file) for file in group])]


def _in_turn(models: Sequence[Predictor | None]) -> list[float | None]:
    pictures = [None if model is None else _sample(model) for model in models]
    times: list[list[float]] = [[] for _ in models]
    for number in range(ROUNDS + WARM):
        for model, picture, taken in zip(models, pictures, times, strict=True):
            if model is not None and picture is not None and (number < WARM + LEAST or sum(taken) < SECONDS):
                began = time.perf_counter()
                model.probabilities(picture)
                taken.append(time.perf_counter() - began)
    return [1000 * median(taken[WARM:]) if taken else None for taken in times]


def _open(file: Path) -> Predictor | None:
    try:
        return Predictor(file, threads=1)
    except ModelFileError:
        if file.exists():
            raise
        return None


def _sample(model: Predictor) -> Any:  # noqa: ANN401 - array [1, *contract.shape]
    return np.random.default_rng(0).integers(0, 256, (1, *model.contract.shape)).astype(model.contract.dtype)
