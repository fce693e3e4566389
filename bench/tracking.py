"""Who is who in films, and what smoothing gives and costs: on drawn films, whose people and moods are known.

$ python bench/tracking.py [--films N]

A film lasts eight seconds at 25 frames a second: two or three drawn people move across one another, each with a mood
that changes every two seconds, in light that flickers, with a camera's noise. In its middle is a cut: other people
stand where the first ones stood, in every other film in front of the same wall. Faces are found and read by what lies
in the box. IDF1 and identity switches as of Ristani et al. 2016 and Bernardin & Stiefelhagen 2008. Each setting is one
of `mien.predict._tracking`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unittest import mock

import cv2
import numpy as np
from _results import record, table
from scipy.optimize import linear_sum_assignment

from mien import Predictor
from mien.core.types import FaceAnswer
from mien.media import Frame
from mien.predict import _tracking
from mien.samples.faces import draw, sample_parameters

HEIGHT, WIDTH, RATE, SECONDS = 360, 640, 25, 8
MOODS = ("happy", "sad", "surprise", "angry")
MOOD = 2.0  # seconds
SAME = 0.4  # intersection over union of a found box and the drawn one
ALIKE = (-1.0, 0.3, 0.5, 0.6, 0.7, 0.8)
SMOOTH = (1e-6, 0.1, 0.2, 0.3, 0.5, 1.0)
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Shown:
    """One person in one frame."""

    person: int
    mood: str
    box: Box


@dataclass(frozen=True)
class Film:
    """Frames, who is in each, and what was found there."""

    frames: list[Frame]
    people: list[list[Shown]]
    found: list[tuple[FaceAnswer, ...]]


class Known:
    """Answers as a predictor answered before."""

    def __init__(self, found: Sequence[tuple[FaceAnswer, ...]]) -> None:
        self._found = iter(found)

    def faces(self, _: object) -> tuple[FaceAnswer, ...]:
        """Return the next frame's."""
        return next(self._found)


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=int, default=8)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    predictor = Predictor("face", labels=MOODS, threads=1)
    films = [film(number, predictor) for number in range(given.films)]
    seen = np.mean([len(found) for one in films for found in one.found])
    drawn = np.mean([len(shown) for one in films for shown in one.people])
    words = f"{len(films)} films, {len(films) * RATE * SECONDS:,} frames; {drawn:.2f} people a frame, {seen:.2f} found."
    body = "\n\n".join([identities(films), smoothing(films), words])
    record("Faces in films", "python bench/tracking.py", body)


def film(number: int, predictor: Predictor) -> Film:
    """Draw a film, and find its faces."""
    frames, people, found = [], [], []
    for place, (pixels, shown) in enumerate(_drawn(number)):
        frames.append(Frame(place, place / RATE, pixels))
        people.append(shown)
        found.append(predictor.faces(pixels))
    return Film(frames, people, found)


def _drawn(number: int) -> Iterator[tuple[np.ndarray, list[Shown]]]:
    random = np.random.default_rng(number)
    many, half = int(random.integers(2, 4)), SECONDS * RATE // 2
    turns, sides = random.uniform(0, 2 * np.pi, (many, 3)), random.integers(90, 150, many)
    speeds = random.uniform(0.08, 0.3, (many, 2))  # swings a second: up to a face's width in four frames
    for place in range(2 * half):
        part, time = place // half, place / RATE
        pixels, shown = _wall(2 * number + part * (number % 2)), []
        for one in range(many):
            person, mood = 100 * number + 10 * part + one, MOODS[(one + int(time / MOOD)) % len(MOODS)]
            side = round(sides[one] * (1 + 0.15 * np.sin(0.9 * time + turns[one, 2])))
            x, y = (0.5 + 0.5 * np.sin(2 * np.pi * speeds[one] * time + turns[one, :2])) * [WIDTH - side, HEIGHT - side]
            left, top = round(x), round(y)
            pixels[top : top + side, left : left + side] = _face(person, mood, side)
            box = left + 0.16 * side, top + 0.2 * side, 0.68 * side, 0.68 * side
            hidden = [other for other in shown if _overlap(other.box, box) > 0.3]
            shown = [other for other in shown if other not in hidden] + [Shown(person, mood, box)]
        light = 1 + 0.08 * np.sin(9 * time) + random.normal(0, 0.02)
        yield np.clip(pixels * light + random.normal(0, 4, pixels.shape), 0, 255).astype(np.uint8), shown


def _wall(seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    coarse = random.integers(40, 220, (6, 10, 3)).astype(np.uint8)
    return cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)


_KEPT: dict[tuple[int, str], np.ndarray] = {}


def _face(person: int, mood: str, side: int) -> np.ndarray:
    if (person, mood) not in _KEPT:
        _KEPT[person, mood] = draw(sample_parameters(3, person, mood), 160)
    return cv2.resize(_KEPT[person, mood], (side, side), interpolation=cv2.INTER_AREA)


def _overlap(one: Box, other: Box) -> float:
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    shared = max(across, 0) * max(down, 0)
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def identities(films: list[Film]) -> str:
    """Tabulate who is taken for whom, by how alike two looks must be."""
    rows = []
    for alike in ALIKE:
        with mock.patch.object(_tracking, "ALIKE", alike):
            paired = [_paired(one) for one in films]
        scores = np.sum([_identity(one) for one in paired], 0)
        wrong = sum(_switches(one) for one in paired)
        across = sum(_across(one) for one in paired)
        name = "boxes alone" if alike < 0 else f"{alike:g}" + (", as it is" if alike == _tracking.ALIKE else "")
        rows.append((name, f"{2 * scores[0] / scores[1:].sum():.3f}", str(wrong), str(across)))
    return table(
        ("two looks are one face from a correlation of", "IDF1", "identity switches", "tracks of two people"), rows
    )


def _paired(one: Film) -> list[tuple[list[Shown], list[_tracking.TrackedFace], list[tuple[int, int]]]]:
    """Follow, and pair who is there with who was found, frame by frame."""
    made = []
    for shown, result in zip(one.people, _tracking.track(Known(one.found), one.frames), strict=True):  # type: ignore[arg-type]
        shared = np.array([[_overlap(who.box, face.box) for face in result.faces] for who in shown])
        shared = shared.reshape(len(shown), len(result.faces))
        rows, columns = linear_sum_assignment(-shared)
        pairs = [(row, column) for row, column in zip(rows, columns, strict=True) if shared[row, column] >= SAME]
        made.append((shown, list(result.faces), pairs))
    return made


def _identity(paired: list) -> tuple[int, int, int]:
    """Return how many boxes have the right name under the best naming, and how many there are, drawn and found."""
    people = sorted({who.person for shown, *_ in paired for who in shown})
    tracks = sorted({face.track for _, faces, _ in paired for face in faces})
    together = np.zeros((len(people), max(1, len(tracks))), int)
    for shown, faces, pairs in paired:
        for row, column in pairs:
            together[people.index(shown[row].person), tracks.index(faces[column].track)] += 1
    rows, columns = linear_sum_assignment(-together)
    drawn, found = (sum(len(one[part]) for one in paired) for part in (0, 1))
    return int(together[rows, columns].sum()), drawn, found


def _switches(paired: list) -> int:
    """Count how often a person goes on under another number."""
    last: dict[int, int] = {}
    wrong = 0
    for shown, faces, pairs in paired:
        for row, column in pairs:
            person, number = shown[row].person, faces[column].track
            wrong += last.get(person, number) != number
            last[person] = number
    return wrong


def _across(paired: list) -> int:
    """Count the tracks that are two people."""
    who: dict[int, set[int]] = {}
    for shown, faces, pairs in paired:
        for row, column in pairs:
            who.setdefault(faces[column].track, set()).add(shown[row].person)
    return sum(len(people) > 1 for people in who.values())


def smoothing(films: list[Film]) -> str:
    """Tabulate how often the mood is right, and how often the answer flickers, by the time constant."""
    rows = []
    for seconds in SMOOTH:
        with mock.patch.object(_tracking, "SMOOTH", seconds):
            paired = [_paired(one) for one in films]
        right, late, changes, last = [], [], 0, {}
        for number, one in enumerate(paired):
            for place, (shown, faces, pairs) in enumerate(one):
                for row, column in pairs:
                    who, said, track = shown[row], faces[column].label, (number, faces[column].track)
                    (late if place / RATE % MOOD < 0.5 else right).append(said == who.mood)
                    changes += last.get(track, said) != said
                    last[track] = said
        minutes = (len(right) + len(late)) / RATE / 60
        name = "none" if seconds < 0.01 else f"{seconds:g} s" + (", as it is" if seconds == _tracking.SMOOTH else "")
        rows.append((name, f"{np.mean(right):.1%}", f"{np.mean(late):.1%}", f"{changes / minutes:.0f}"))
    head = ("smoothed over", "right", "right in the half second after a change", "changes a minute (30 are true)")
    return table(head, rows)


if __name__ == "__main__":
    main()
