"""What the benches of the face model share: FER2013's PublicTest, figures with intervals, a clock."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl
from PIL import Image

from mien import evaluate
from mien.predict import Predictor, in_the_box, model_file

ROWS = Path(__file__).with_name("face_validation.txt")

SEVEN = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
FOUR = ("angry", "happy", "sad", "surprise")
FERPLUS = {"anger": "angry", "happiness": "happy", "sadness": "sad", "surprise": "surprise"}
WARM, CALLS = 30, 300


def chosen_rows() -> list[int]:
    """Return the rows of ``fer2013.parquet`` that chose `face`, without those of which it learnt a near copy."""
    return [int(word) for word in ROWS.read_text().split()]


@dataclass(frozen=True)
class Faces:
    """FER2013's PublicTest.

    Parameters
    ----------
    pixels : uint8 [N, 48, 48, 3]
        Grey faces as RGB.
    labels : array of str [N]
        FER2013's labels.
    votes : list of str or None
        The class that most of FER+'s annotators chose, if only one is in front and it is one of the four.
    """

    pixels: np.ndarray
    labels: np.ndarray
    votes: list[str | None]


def public_test(data: Path) -> Faces:
    """Read PublicTest from the folder that holds ``fer2013.parquet``, or from the file itself."""
    path = data / "fer2013.parquet" if data.is_dir() else data
    frame = pl.read_parquet(path).filter(pl.col("split") == "PublicTest")
    pixels = decoded(frame)
    columns = [name for name in frame.columns if name.startswith("ferplus_")]
    names = [name.removeprefix("ferplus_") for name in columns]
    votes = [majority(row, names) for row in frame.select(columns).iter_rows()]
    return Faces(pixels, frame["label"].to_numpy(), votes)


def decoded(frame: pl.DataFrame) -> np.ndarray:
    """Decode a table's faces: uint8 [N, 48, 48, 3], grey as RGB."""
    return np.stack([np.asarray(Image.open(BytesIO(png)).convert("RGB")) for png in frame["png"]])


def majority(row: Sequence[int | None], names: Sequence[str]) -> str | None:
    """Return the class of the four that alone has the most votes; None where there is no such class."""
    if any(count is None for count in row):
        return None
    ahead = [name for name, count in zip(names, row, strict=True) if count == max(row)]
    return FERPLUS.get(ahead[0]) if len(ahead) == 1 else None


def restricted(weights: np.ndarray, known: Sequence[str], labels: Sequence[str]) -> np.ndarray:
    """Keep the weights of some classes, scaled to sum to 1; a row with nothing on them becomes even."""
    some = np.maximum(weights[:, [list(known).index(label) for label in labels]].astype(np.float64), 1e-12)
    return some / some.sum(1, keepdims=True)


def measured(truth: Sequence[str], weights: np.ndarray, known: Sequence[str], labels: Sequence[str]) -> evaluate.Scores:
    """Score answers on the samples that have one of the labels, with the weights restricted to those."""
    kept = [place for place, label in enumerate(truth) if label in labels]
    numbers = [labels.index(truth[place]) for place in kept]
    return evaluate.score(numbers, restricted(weights[kept], known, labels), labels)


def share(right: Sequence[bool], clusters: Sequence[int] | None = None) -> str:
    """Write the share of what holds, with its interval."""
    holds = np.asarray(right, np.float64)
    both = np.stack([holds, 1 - holds], 1)
    return interval(evaluate.score(np.zeros(len(holds), int), both, ("yes", "no"), clusters=clusters).accuracy)


def interval(found: evaluate.Estimate) -> str:
    """Write a figure with its interval."""
    return f"{found.value:.1%} ({found.low:.1%} to {found.high:.1%})"


def models(given: Sequence[str]) -> dict[str, Path]:
    """Return name to file of the models asked for, by default those in the box."""
    names = list(given) or list(in_the_box())
    if not names:
        raise SystemExit("There is no model in the box yet; name one with --model FILE")
    # A run's folder tells models apart, where it is on the disk is nobody's business.
    return {
        f"`{name if name in in_the_box() else '/'.join(Path(name).parts[-2:])}`": model_file(name) for name in names
    }


def milliseconds(answer: Callable[[np.ndarray], object], faces: np.ndarray) -> float:
    """One face in, probabilities out: the median of 300 calls after 30."""
    times = []
    for number in range(WARM + CALLS):
        face = faces[number % len(faces)][None]
        began = time.perf_counter()
        answer(face)
        times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times[WARM:])


def clocked(path: Path, faces: np.ndarray) -> float:
    """Return the milliseconds that a model file takes for one face crop on one thread."""
    return milliseconds(Predictor(path, threads=1, inputs="faces").probabilities, faces[:8])
