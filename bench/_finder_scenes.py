"""Photos with faces, and photos without: what the net that finds faces learns from.

Boxes are those that people drew (WIDER FACE), or YuNet's; landmarks are YuNet's, the teacher. Of the photos, a fifth is
kept to choose by (`chosen`). What YuNet saw is kept in the user's cache.
"""

from __future__ import annotations

import csv
import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import polars as pl
from _check_data import drawn_boxes
from PIL import Image, UnidentifiedImageError

from mien import collect, media, samples
from mien.core.errors import MienError
from mien.core.files import cache_folder, write_text

SURE, HINT = 0.7, 0.3  # YuNet's score: a face; perhaps one, of which nothing is learnt
SCALES = (1.0, 2.0, 0.5, 0.25)  # at which YuNet looks
SAME = 0.4  # of two boxes, their intersection over union: one face
LEAST = 8  # pixels: a smaller face is not learnt
FRAME = 0.5  # of a face crop's side, added around it for YuNet

Boxes = np.ndarray  # float32 [N, 4]: left, top, width, height


@dataclass(frozen=True)
class Scene:
    """A picture and its faces.

    Parameters
    ----------
    pixels : uint8 [H, W, 3]
        RGB.
    boxes : float32 [N, 4]
        Left, top, width, height.
    landmarks : float32 [N, 5, 2]
        As `mien.faces.Face` has them; not a number where they are not known.
    learnt : bool [N]
        Whether it is a face; else nothing is learnt there.
    """

    pixels: np.ndarray
    boxes: Boxes
    landmarks: np.ndarray
    learnt: np.ndarray


def chosen(name: str) -> bool:
    """Whether a photo is kept to choose by."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 5 == 0


def overlaps(first: Boxes, second: Boxes) -> np.ndarray:
    """Return intersection over union of each with each, float64 [N, M]."""
    low = np.maximum(first[:, None, :2], second[None, :, :2])
    high = np.minimum((first[:, :2] + first[:, 2:])[:, None], (second[:, :2] + second[:, 2:])[None])
    shared = np.clip(high - low, 0, None).prod(2)
    return shared / np.maximum(first[:, 2:].prod(1)[:, None] + second[:, 2:].prod(1)[None] - shared, 1e-9)


class Teacher:
    """YuNet at several scales; what it sees in a picture is kept."""

    def __init__(self, file: Path) -> None:
        self._net = cv2.FaceDetectorYN.create(str(file), "", (320, 320), HINT, 0.3, 500)
        self._kept = cache_folder() / "bench-finder.json"
        self._seen: dict[str, list[list[float]]] = json.loads(self._kept.read_text()) if self._kept.exists() else {}

    def find(self, key: str, pixels: np.ndarray) -> np.ndarray:
        """Return rows of box, landmarks, score, float32 [N, 15], the surest first."""
        if key not in self._seen:
            rows = [self._look(pixels, scale) for scale in SCALES]
            self._seen[key] = [[round(float(value), 2) for value in row] for row in _strongest(np.concatenate(rows))]
        rows = np.array(self._seen[key], np.float32).reshape(-1, 15)
        return rows[np.isfinite(rows).all(1)]  # a side that it reckons by exp() may know no bounds

    def keep(self) -> None:
        """Write down what was seen."""
        self._kept.parent.mkdir(parents=True, exist_ok=True)
        write_text(self._kept, json.dumps(self._seen))

    def _look(self, pixels: np.ndarray, scale: float) -> np.ndarray:
        small = cv2.resize(
            pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        )
        edge = max(8, round(0.1 * max(small.shape[:2])))
        seen = cv2.copyMakeBorder(small[..., ::-1], edge, edge, edge, edge, cv2.BORDER_REPLICATE)
        self._net.setInputSize(seen.shape[1::-1])
        rows = self._net.detect(seen)[1]
        if rows is None:
            return np.zeros((0, 15), np.float32)
        rows[:, [0, 1, *range(4, 14)]] -= edge
        rows[:, :14] /= scale
        return rows


def _strongest(rows: np.ndarray) -> np.ndarray:
    kept: list[np.ndarray] = []
    for row in rows[np.argsort(-rows[:, 14])]:
        if not kept or overlaps(row[None, :4], np.stack(kept)[:, :4]).max() < SAME:
            kept.append(row)
    return np.stack(kept) if kept else np.zeros((0, 15), np.float32)


def scene(pixels: np.ndarray, seen: np.ndarray, people: Boxes | None = None) -> Scene:
    """Join what YuNet saw with the boxes that people drew, where they did."""
    pixels = np.ascontiguousarray(pixels)
    if people is None:
        return Scene(pixels, seen[:, :4], seen[:, 4:14].reshape(-1, 5, 2), seen[:, 14] >= SURE)
    landmarks, free = np.full((len(people), 5, 2), np.nan, np.float32), np.ones(len(seen), bool)
    shared = overlaps(people, seen[:, :4]) if len(seen) else np.zeros((len(people), 0))
    for place in range(len(people)):
        if shared.shape[1] and shared[place].max() >= SAME:
            best = int(shared[place].argmax())
            landmarks[place], free[best] = seen[best, 4:14].reshape(5, 2), False
    free &= ~(shared >= SAME).any(0) if len(people) else True
    boxes = np.concatenate([people, seen[free, :4]])
    landmarks = np.concatenate([landmarks, seen[free, 4:14].reshape(-1, 5, 2)])
    learnt = np.r_[people[:, 2:].min(1, initial=1e9) >= LEAST, np.zeros(int(free.sum()), bool)].astype(bool)
    return Scene(pixels, boxes.astype(np.float32), landmarks.astype(np.float32), learnt)


def photos(data: Path, teacher: Teacher, *, choose: bool) -> Iterator[tuple[str, Scene]]:
    """Read the photos, by name."""
    people = drawn_boxes(data / "photos" / "wider_train_bbx_gt.txt")
    with (data / "photos" / "index.csv").open() as file:
        names = [row["file"] for row in csv.DictReader(file)]
    for name in names:
        if chosen(name) == choose:
            pixels = media.decode((data / "photos" / name).read_bytes())
            yield name, scene(pixels, teacher.find(name, pixels), people.get(name))


def report_pictures(data: Path, teacher: Teacher) -> Iterator[Scene]:
    """Read those of the report's pictures in which YuNet is sure of a face."""
    for path in sorted((data / "report_pictures").rglob("*")):
        if not path.is_file():
            continue
        try:
            pixels = media.decode(path.read_bytes())
        except (MienError, UnidentifiedImageError, OSError):
            continue
        scale = min(1.0, 640 / max(pixels.shape[:2]))
        pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else pixels
        found = scene(pixels, teacher.find(str(path.relative_to(data)), pixels))
        if found.learnt.any():
            yield found


def crops(data: Path, teacher: Teacher, most: int) -> Iterator[Scene]:
    """Read faces of FER2013's Training in which YuNet sees one, twice as large as they are."""
    frame = pl.read_parquet(data / "fer2013.parquet", columns=["png", "split"]).with_row_index()
    frame = frame.filter(pl.col("split") == "Training").sample(most, seed=0)
    rows = ((number, np.asarray(Image.open(BytesIO(png)).convert("RGB"))) for number, png, _ in frame.iter_rows())
    return _alone(teacher, ((f"fer {number}", cv2.resize(picture, (96, 96))) for number, picture in rows))


def drawings(teacher: Teacher, most: int) -> Iterator[Scene]:
    """Draw faces, as `mien demo` does."""
    with tempfile.TemporaryDirectory() as folder:
        manifest = collect.scan(samples.draw(Path(folder), samples=most, seed=5))
        read = enumerate(media.read_many(manifest.frame.select("path", "container").iter_rows()))
        pictures = ((f"drawn {number}", media.decode(content)) for number, content in read)
        yield from _alone(teacher, pictures)


def _alone(teacher: Teacher, pictures: Iterable[tuple[str, np.ndarray]]) -> Iterator[Scene]:
    """Keep pictures in which YuNet sees one face that fills them."""
    for key, picture in pictures:
        edge = round(FRAME * len(picture))
        wide = cv2.copyMakeBorder(picture, edge, edge, edge, edge, cv2.BORDER_REPLICATE)
        rows = teacher.find(key, wide)
        rows = rows[rows[:, 14] >= SURE].copy()
        rows[:, [0, 1, *range(4, 14)]] -= edge
        if len(rows) == 1 and rows[0, 2:4].min() > 0.5 * len(picture):
            yield scene(picture, rows)
