"""The faces that teach and what is done to them: one packed file, batches of it, and soft labels.

Reading and varying need numpy and OpenCV alone, so that they work where nothing else of Mien's is.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

SIDE = 48
SEVEN = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
VOTES = ("anger", "disgust", "fear", "happiness", "neutral", "sadness", "surprise")  # FER+'s names for these
ACROSS, DOWN = 40, 25  # faces in a sheet


@dataclass(frozen=True)
class Faces:
    """Some faces of FER2013's Training.

    Parameters
    ----------
    pixels : uint8 [N, 48, 48]
    rows : int32 [N]
        Row of ``fer2013.parquet``.
    labels : int8 [N]
        Of SEVEN.
    votes : uint8 [N, 7]
        FER+'s annotators; none at all where they are not known.
    units : int32 [N]
        The smallest row of those that are copies of each other.
    chosen : bool [N]
        Whether it is on the validation side.
    """

    pixels: np.ndarray
    rows: np.ndarray
    labels: np.ndarray
    votes: np.ndarray
    units: np.ndarray
    chosen: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    def some(self, places: np.ndarray) -> Faces:
        """Return those at some places, or where a mask holds."""
        return Faces(*(getattr(self, name)[places] for name in self.__dataclass_fields__))

    def targets(self, share: float) -> np.ndarray:
        """Blend labels with the annotators' votes, of which `share` is: float32 [N, 7]."""
        hard = np.eye(len(SEVEN), dtype=np.float32)[self.labels]
        total = self.votes.sum(1, keepdims=True, dtype=np.float32)
        soft = np.where(total > 0, self.votes / np.maximum(total, 1), hard)
        return (share * soft + (1 - share) * hard).astype(np.float32)

    def folds(self, count: int) -> np.ndarray:
        """Say which fold holds each face out, int64 [N]: copies together, and the validation side, -1, by all."""
        digests = [hashlib.sha256(f"unit {unit}".encode()).hexdigest() for unit in self.units]
        return np.where(self.chosen, -1, np.array([int(digest[:8], 16) % count for digest in digests]))


def save(faces: Faces, path: Path) -> None:
    """Write faces to one file: sheets of a thousand, compressed without loss."""
    each = ACROSS * DOWN
    sheets = {}
    for number, start in enumerate(range(0, len(faces), each)):
        sheet = np.zeros((each, SIDE, SIDE), np.uint8)
        part = faces.pixels[start : start + each]
        sheet[: len(part)] = part
        picture = sheet.reshape(DOWN, ACROSS, SIDE, SIDE).swapaxes(1, 2).reshape(DOWN * SIDE, ACROSS * SIDE)
        lossless = [cv2.IMWRITE_WEBP_QUALITY, 101]
        sheets[f"sheet{number}"] = cv2.imencode(".webp", cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), lossless)[1]
    rest = {name: getattr(faces, name) for name in faces.__dataclass_fields__ if name != "pixels"}
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **sheets, **rest)


def read(path: Path) -> Faces:
    """Read what `save` wrote."""
    with np.load(path, allow_pickle=False) as file:
        rest = [file[name] for name in ("rows", "labels", "votes", "units", "chosen")]
        sheets = [file[f"sheet{number}"] for number in range(-(-len(rest[0]) // (ACROSS * DOWN)))]
    found = []
    for sheet in sheets:
        picture = cv2.imdecode(sheet, cv2.IMREAD_COLOR)[..., 1]
        found.append(picture.reshape(DOWN, SIDE, ACROSS, SIDE).swapaxes(1, 2).reshape(-1, SIDE, SIDE))
    return Faces(np.concatenate(found)[: len(rest[0])], *rest)


def enlarged(faces: np.ndarray, size: int) -> np.ndarray:
    """Enlarge faces as they are: uint8 [B, 48, 48] to [B, S, S, 1]."""
    return np.stack([cv2.resize(face, (size, size), interpolation=cv2.INTER_LINEAR) for face in faces])[..., None]


def varied(faces: np.ndarray, size: int, draw: np.random.Generator) -> np.ndarray:
    """Turn, move, mirror, blur, light, spoil and cover faces, and enlarge them: uint8 [B, 48, 48] to [B, S, S, 1]."""
    return np.stack([_varied(face, size, draw) for face in faces])[..., None]


def _varied(face: np.ndarray, size: int, draw: np.random.Generator) -> np.ndarray:
    if draw.random() < 0.15:
        face = cv2.GaussianBlur(face, (0, 0), draw.uniform(0.4, 1.2))
    move = cv2.getRotationMatrix2D((23.5, 23.5), draw.uniform(-15, 15), draw.uniform(0.88, 1.14))
    move[:, 2] += draw.uniform(-0.1, 0.1, 2) * SIDE
    if draw.random() < 0.5:
        move = move @ np.array([[-1.0, 0, SIDE - 1], [0, 1, 0], [0, 0, 1]])
    grow = size / SIDE
    move *= grow
    move[:, 2] += (grow - 1) / 2  # middles of pixels onto each other, as a resize has it
    values = cv2.warpAffine(face, move, (size, size), None, cv2.INTER_LINEAR, cv2.BORDER_REFLECT_101)
    gain, contrast = draw.uniform(0.75, 1.25, 2)
    values = (values.astype(np.float32) * gain - 127.5) * contrast + 127.5
    if draw.random() < 0.2:
        noise = draw.normal(0, draw.uniform(2, 16), (SIDE, SIDE)).astype(np.float32)
        values += cv2.resize(noise, (size, size), interpolation=cv2.INTER_LINEAR)
    if draw.random() < 0.25:
        _erase(values, draw)
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def _erase(values: np.ndarray, draw: np.random.Generator) -> None:
    size = len(values)
    area, aspect = draw.uniform(0.02, 0.25) * size**2, np.exp(draw.uniform(-1, 1))
    high, wide = (int(np.clip(side, 1, size)) for side in (np.sqrt(area * aspect), np.sqrt(area / aspect)))
    top, left = int(draw.integers(size - high + 1)), int(draw.integers(size - wide + 1))
    values[top : top + high, left : left + wide] = draw.uniform(0, 255, (high, wide))


@dataclass(frozen=True)
class Batches:
    """Batches to train on: a pure function of seed, epoch and step, so that a killed run goes on where it was."""

    faces: Faces
    targets: np.ndarray
    size: int
    batch: int
    seed: int = 0
    threads: int = 1

    def __len__(self) -> int:
        return len(self.faces) // self.batch

    def epoch(self, number: int, start: int = 0) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield pixels, uint8 [B, S, S, 1], and targets, float32 [B, 7], prepared a little ahead in threads."""
        order = np.random.default_rng([self.seed, number]).permutation(len(self.faces))
        waiting: deque = deque()
        with ThreadPoolExecutor(self.threads) as pool:
            for step in range(start, len(self)):
                waiting.append(pool.submit(self._made, order, number, step))
                if len(waiting) > 2 * self.threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _made(self, order: np.ndarray, epoch: int, step: int) -> tuple[np.ndarray, np.ndarray]:
        places = order[step * self.batch : (step + 1) * self.batch]
        draw = np.random.default_rng([self.seed, epoch, step])
        return varied(self.faces.pixels[places], self.size, draw), self.targets[places]


def stored(paths: Sequence[Path]) -> dict[int, list[np.ndarray]]:
    """Read stored answers: row of ``fer2013.parquet`` to what each file that has it says, float64 [7]."""
    found: dict[int, list[np.ndarray]] = {}
    for path in paths:
        with np.load(path, allow_pickle=False) as file:
            for row, answer in zip(file["rows"].tolist(), file["answers"].astype(np.float64), strict=True):
                found.setdefault(row, []).append(answer)
    return found


def answers_of(paths: Sequence[Path]) -> dict[int, np.ndarray]:
    """Read what several teachers answered, and take their mean where all did: row to float64 [7]."""
    every = {row: said for row, said in stored(paths).items() if len(said) == len(paths)}
    return {row: np.mean([one / one.sum() for one in said], 0) for row, said in every.items()}
