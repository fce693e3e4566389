"""Moving pictures: who is who from frame to frame, and answers that do not flicker."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.answer import FaceAnswer, Worded
from mien.core.prediction_sets import UNPROMISED, SetRule
from mien.media import Frame
from mien.predict._predictor import Predictor

if TYPE_CHECKING:
    from mien.core.types import Pixels

OVERLAP = 0.3  # intersection over union of two boxes, from which they are one face
LOST = 0.7  # seconds out of sight after which a face that comes back is another one
SMOOTH = 0.3  # seconds: time constant of the smoothing, about as long as an expression takes to appear
SHORT = 1e-3  # seconds: the least that passes between two frames, whatever their times say

ALIKE = 0.5  # correlation of two looks, below which they are two faces: bench/tracking.py
LOOK, AROUND = 16, 0.25  # pixels of a look's side; what of the box's side it shows around it

Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class TrackedFace(Worded):
    """A face in a frame, with label and probabilities smoothed over time.

    `track` is from 1, and the same in every frame that it is followed through; `box` is left, top, width, height,
    pixels.
    """

    track: int
    box: Box
    label: str
    probabilities: dict[str, float]
    rule: SetRule = field(default=UNPROMISED, repr=False)


@dataclass(frozen=True)
class FrameResult:
    """A frame and its faces, the largest first."""

    frame: Frame
    faces: tuple[TrackedFace, ...]


@dataclass
class _Track:
    number: int
    box: Box
    time: float
    probabilities: dict[str, float]
    rule: SetRule
    look: Any
    speed: tuple[float, float] = (0.0, 0.0)  # pixels a second, right and down

    def expected(self, time: float) -> Box:
        """Return where the face is by then, if it goes on as it went."""
        across, down = (step * (time - self.time) for step in self.speed)
        return (round(self.box[0] + across), round(self.box[1] + down), *self.box[2:])

    def follow(self, face: FaceAnswer, time: float, look: Any) -> None:  # noqa: ANN401 - float32 [LOOK * LOOK]
        share = 1 - math.exp(-max(time - self.time, SHORT) / SMOOTH)
        earlier = self.probabilities
        self.probabilities = {
            label: earlier[label] + share * (value - earlier[label]) for label, value in face.probabilities.items()
        }
        self.speed = _speed(self, face.box, time)
        self.box, self.time, self.look = face.box, time, look

    def snapshot(self) -> TrackedFace:
        label = max(self.probabilities, key=lambda name: self.probabilities[name])
        return TrackedFace(self.number, self.box, label, dict(self.probabilities), self.rule)


def track(predictor: Predictor, frames: Iterable[Frame]) -> Iterator[FrameResult]:
    """Answer for every face of every frame, and follow faces from one to the next.

    A face belongs to the track whose box, moved on as fast as it went, it overlaps most, unless what the two show is
    not alike. Where one whole frame is not like the next there is a cut, across which nobody is followed.
    One out of sight for `LOST` seconds is forgotten, and all are where the time falls back by more than that. The
    probabilities of a face are an exponential moving average with the time constant `SMOOTH`. Nothing grows with the
    length of the video.

    Parameters
    ----------
    predictor : Predictor
        One that looks for faces.
    frames : iterable of Frame
        Such as a `media.Video`.

    Yields
    ------
    FrameResult
        One a frame.
    """
    tracks: list[_Track] = []
    count, scene = 0, np.zeros(LOOK * LOOK, np.float32)
    for frame in frames:
        faces = predictor.faces(frame.pixels)
        before, scene = scene, _scene(frame.pixels, scene)
        same = _alike(before, scene)
        tracks = [track for track in tracks if same and abs(frame.time - track.time) <= LOST]
        looks = [_look(frame.pixels, face.box) for face in faces]
        pairs = _matched(tracks, faces, looks, frame.time)
        tracked = []
        for number, (face, look) in enumerate(zip(faces, looks, strict=True)):
            match = pairs.get(number)
            if match is None:
                count += 1
                match = _Track(count, face.box, frame.time, dict(face.probabilities), face.rule, look)
                tracks.append(match)
            else:
                match.follow(face, frame.time, look)
            tracked.append(match.snapshot())
        yield FrameResult(frame, tuple(tracked))


def _speed(track: _Track, box: Box, time: float) -> tuple[float, float]:
    """Return the mean of how fast the face went before and how fast it now went."""
    passed = time - track.time
    if passed < SHORT:
        return track.speed
    moved = [(2 * (box[axis] - track.box[axis]) + box[axis + 2] - track.box[axis + 2]) / 2 for axis in (0, 1)]
    return (track.speed[0] + moved[0] / passed) / 2, (track.speed[1] + moved[1] / passed) / 2


def _matched(
    tracks: list[_Track], faces: tuple[FaceAnswer, ...], looks: Sequence[Any], time: float
) -> dict[int, _Track]:
    """Pair faces with tracks that look alike and would be there by now, those that overlap most first."""
    pairs = [
        (_overlap(track.expected(time), face.box), index, number)
        for index, track in enumerate(tracks)
        for number, face in enumerate(faces)
        if _alike(track.look, looks[number])
    ]
    matches: dict[int, _Track] = {}
    taken: set[int] = set()
    for overlap, index, number in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
        if overlap >= OVERLAP and index not in taken and number not in matches:
            matches[number] = tracks[index]
            taken.add(index)
    return matches


def _scene(pixels: Pixels, before: Any) -> Any:  # noqa: ANN401 - float32 [LOOK * LOOK]
    """Return what the whole frame shows; in the dark what was seen before it."""
    seen = _look(pixels, (0, 0, pixels.shape[1], pixels.shape[0]))
    return seen if seen.any() else before


def _look(pixels: Pixels, box: Box) -> Any:  # noqa: ANN401 - float32 [LOOK * LOOK]
    """Return what a box shows, small and grey, with mean 0 and length 1; zeros where there is nothing to see."""
    import cv2

    left, top, wide, high = box
    low = [max(0, round(start - AROUND * side)) for start, side in ((top, high), (left, wide))]
    end = [round(start + (1 + AROUND) * side) for start, side in ((top, high), (left, wide))]
    part = pixels[low[0] : end[0], low[1] : end[1]]
    if not part.size:
        return np.zeros(LOOK * LOOK, np.float32)
    grey = cv2.cvtColor(cv2.resize(part, (LOOK, LOOK), interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    values = grey.astype(np.float32).ravel() - np.float32(grey.mean())
    length = np.linalg.norm(values)
    return values / length if length > LOOK else np.zeros_like(values)  # one grey level, root mean square


def _alike(first: Any, second: Any) -> bool:  # noqa: ANN401 - float32 [LOOK * LOOK]
    return not first.any() or not second.any() or float(first @ second) >= ALIKE


def _overlap(one: Box, other: Box) -> float:
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    if across <= 0 or down <= 0:
        return 0.0
    return across * down / (one[2] * one[3] + other[2] * other[3] - across * down)
