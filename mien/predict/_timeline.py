"""What a video showed, in a bounded number of words: one line a face, and its probabilities over time."""

from __future__ import annotations

from dataclasses import dataclass, field

from mien.core.answer import Verdict, verdict
from mien.core.prediction_sets import UNPROMISED, SetRule
from mien.predict._tracking import FrameResult, TrackedFace

MOST_BINS = 240  # pieces of a face's time line; when they are full, two and two become one
MOST_TRACKS = 200  # faces that are listed; the briefest go first
FIRST_BIN = 0.25  # seconds a piece, to begin with


@dataclass
class Track:
    """One face, from when it came to when it went, in seconds; `number` is `TrackedFace.track`.

    `bins` sum its probabilities over `step` seconds each, counted from the start of the video, `counts` their frames.
    """

    number: int
    first: float
    last: float
    step: float = FIRST_BIN
    rule: SetRule = UNPROMISED
    bins: dict[int, dict[str, float]] = field(default_factory=dict)
    counts: dict[int, int] = field(default_factory=dict)

    @property
    def frames(self) -> int:
        """How many frames it was seen in."""
        return sum(self.counts.values())

    @property
    def probabilities(self) -> dict[str, float]:
        """Its mean probabilities over all frames."""
        labels = next(iter(self.bins.values()), {})
        return {label: sum(sums[label] for sums in self.bins.values()) / self.frames for label in labels}

    @property
    def label(self) -> str:
        """The most probable class over all frames."""
        mean = self.probabilities
        return max(mean, key=lambda name: mean[name])

    @property
    def verdict(self) -> Verdict:
        """What may be said of it over all frames."""
        return verdict(self.probabilities, self.rule)

    def mean(self, index: int) -> dict[str, float] | None:
        """Return the mean probabilities of a bin; None where the face was not seen."""
        count = self.counts.get(index, 0)
        return {label: value / count for label, value in self.bins[index].items()} if count else None

    def add(self, face: TrackedFace, time: float) -> None:
        """Count a frame at a time, in seconds."""
        self.last = time
        self._put(int(time / self.step), face.probabilities, 1)
        while len(self.bins) > MOST_BINS:
            bins, counts = self.bins, self.counts
            self.step, self.bins, self.counts = 2 * self.step, {}, {}
            for index, sums in bins.items():
                self._put(index // 2, sums, counts[index])

    def _put(self, index: int, sums: dict[str, float], frames: int) -> None:
        total = self.bins.setdefault(index, dict.fromkeys(sums, 0.0))
        for label, value in sums.items():
            total[label] += value
        self.counts[index] = self.counts.get(index, 0) + frames


@dataclass
class Timeline:
    """All faces of a video. Its size does not grow with the video's length.

    `frames` so far, `seconds` to the last of them, `faceless` ones, and how many faces were `left_out`: seen so briefly
    that others took their place in the list.
    """

    frames: int = 0
    seconds: float = 0.0
    faceless: int = 0
    left_out: int = 0
    _tracks: dict[int, Track] = field(default_factory=dict)

    @property
    def tracks(self) -> tuple[Track, ...]:
        """The faces, those seen longest first."""
        return tuple(sorted(self._tracks.values(), key=lambda track: (-track.frames, track.number)))

    def add(self, result: FrameResult) -> None:
        """Count a frame from `track`."""
        time = result.frame.time
        self.frames += 1
        self.seconds = time
        self.faceless += not result.faces
        for face in result.faces:
            if face.track not in self._tracks:
                self._tracks[face.track] = Track(face.track, time, time, rule=face.rule)
            self._tracks[face.track].add(face, time)
        if len(self._tracks) > MOST_TRACKS:
            now = {face.track for face in result.faces}
            gone = [track for track in self.tracks if track.number not in now]
            for track in gone[-(len(self._tracks) - MOST_TRACKS) :]:
                del self._tracks[track.number]
                self.left_out += 1
