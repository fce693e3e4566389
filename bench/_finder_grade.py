"""How many faces a detector finds of those that people drew boxes around, and how often what it finds is one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import onnxruntime
from _finder_scenes import Scene, overlaps

from mien.faces._face import MOST_ENLARGED, scaled

LEAST = 24.0  # pixels, the shorter side of a box: a smaller face is not asked for
SAME = 0.5  # intersection over union, as WIDER FACE grades

Found = tuple[np.ndarray, np.ndarray, np.ndarray]  # boxes [N, 4], scores [N], landmarks [N, 5, 2]
Find = Callable[[np.ndarray], Found]


@dataclass(frozen=True)
class Graded:
    """What was found.

    Parameters
    ----------
    scores : float64 [D]
        Of what was found, without what people boxed but is too small to ask for.
    right : bool [D]
        Whether it is a face.
    sides : float64 [F]
        The shorter side of each face asked for, pixels.
    found : float64 [F]
        The score with which it was found; -1 where it was not.
    """

    scores: np.ndarray
    right: np.ndarray
    sides: np.ndarray
    found: np.ndarray

    def precision(self, least: float) -> float:
        """Share of what is found that is a face; 1 where nothing is."""
        kept = self.scores >= least
        return float(self.right[kept].mean()) if kept.any() else 1.0

    def recall(self, least: float, sides: tuple[float, float] = (0, np.inf)) -> float:
        """Share of the faces of these sides that is found."""
        asked = (self.sides >= sides[0]) & (self.sides < sides[1])
        return float((self.found[asked] >= least).mean()) if asked.any() else float("nan")

    def score_at(self, precision: float) -> float:
        """Return the lowest score from which on this share is right."""
        order = np.argsort(-self.scores, kind="stable")
        shares = np.cumsum(self.right[order]) / np.arange(1, len(order) + 1)
        enough = np.flatnonzero(shares >= precision)
        return float(self.scores[order][enough[-1]]) if len(enough) else 1.0

    def __str__(self) -> str:
        """Say recall where 90, 95 and 98 of 100 are right."""
        parts = []
        for wanted in (0.9, 0.95, 0.98):
            least = self.score_at(wanted)
            parts.append(f"{self.recall(least):.3f} at precision {wanted:g} ({least:.2f})")
        return f"recall {', '.join(parts)} of {len(self.sides)}"


def graded(find: Find | bytes, scenes: Iterable[Scene], least: float = LEAST) -> Graded:
    """Ask a detector, or a file as `_finder_onnx.exported` writes it, about pictures with known faces."""
    asked = asking(find) if isinstance(find, bytes) else find
    parts = [_matched(asked(scene.pixels), scene, least) for scene in scenes]
    return Graded(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def asking(file: bytes, least: float | None = 0.05) -> Find:
    """Return how a file is asked, from a score on; its own where there is none."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])

    def find(pixels: np.ndarray) -> Found:
        given = {"pixels": np.ascontiguousarray(pixels)}
        if least is not None:
            given["least"] = np.array([least], np.float32)
        boxes, scores, landmarks = session.run(["boxes", "scores", "landmarks"], given)
        return boxes, scores, landmarks

    return find


def looking(find: Find, side: int) -> Find:
    """Return how it is asked about pictures of this longest side, as Mien's detectors look at them at first."""

    def look(pixels: np.ndarray) -> Found:
        longest = max(pixels.shape[:2])
        small, steps = scaled(pixels, min(side, MOST_ENLARGED * longest) / longest)
        boxes, scores, landmarks = find(small)
        return boxes * np.float32([*steps, *steps]), scores, landmarks * np.float32(steps)

    return look


def _matched(found: Found, scene: Scene, least: float) -> tuple[np.ndarray, ...]:
    """Give each box that people drew to the surest that overlaps it enough."""
    boxes, scores, _ = found
    asked = scene.learnt & (scene.boxes[:, 2:].min(1, initial=np.inf) >= least)
    reached = np.full(len(scene.boxes), -1.0)
    counted, right = np.ones(len(boxes), bool), np.zeros(len(boxes), bool)
    shared = overlaps(boxes, scene.boxes) if len(boxes) and len(scene.boxes) else np.zeros((len(boxes), 0))
    for place in np.argsort(-scores, kind="stable"):
        free = np.where(reached < 0, shared[place], 0) if shared.shape[1] else np.zeros(1)
        if free.max() >= SAME:
            best = int(free.argmax())
            reached[best], right[place] = scores[place], True
            counted[place] = asked[best]
        elif shared.shape[1]:
            counted[place] = shared[place][~asked].max(initial=0) < 0.3  # beside what is not asked for
        counted[place] &= right[place] or min(boxes[place, 2:]) >= least
    return scores[counted], right[counted], scene.boxes[asked, 2:].min(1), reached[asked]
