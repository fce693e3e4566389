"""A recording of any length becomes windows that overlap by half, and in each the speech that it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from mien.core.errors import MediaError
from mien.kinds._window import Window
from mien.kinds.sound._activity import FRAME, MARGIN
from mien.kinds.sound._read import RATE
from mien.kinds.sound._rows import row

if TYPE_CHECKING:
    from mien.core.types import Singles
    from mien.kinds.sound._speech import Flags, Heard

SHORT = 3  # halves of a row: what is no longer is one clip
_LEAST = 5  # frames of speech, 0.1 s, that are worth an answer


def windows(pieces: Iterable[Heard], length: int) -> Iterator[Window]:
    """Cut a recording into windows for rows of so many samples; what is hardly longer than one is one window.

    Each begins half a row after the one before. Of its samples a row gets what lies between the first and the last
    speech, as a clip without the silence around it.
    """
    rest = _Rest(max(1, round(length / 2 / FRAME)), length)
    for piece in pieces:
        rest.add(piece)
        while len(rest.speech) > (2 if rest.start else SHORT) * rest.half:
            yield rest.next()
    if not rest.start and len(rest.speech) <= SHORT * rest.half:
        if len(rest.speech):
            yield rest.whole()
        return
    while len(rest.speech):
        yield rest.next()


class UpToItsEnd:
    """Pieces of a recording that end where an error does, so that what comes before it is heard; `check` raises it."""

    def __init__(self, pieces: Iterable[Singles]) -> None:
        self._pieces = pieces
        self._error: BaseException | None = None

    def __iter__(self) -> Iterator[Singles]:
        try:
            yield from self._pieces
        except (MediaError, KeyboardInterrupt) as error:
            self._error = error

    def check(self) -> None:
        """Raise the error that ended it, where one did."""
        if self._error is not None:
            raise self._error


@dataclass
class _Rest:
    """What was heard and is not behind yet, from frame `start` on; `half` is frames of half a row."""

    half: int
    length: int
    start: int = 0
    samples: Singles = field(default_factory=lambda: np.zeros(0, np.float32))
    speech: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))

    def add(self, piece: Heard) -> None:
        self.samples = np.concatenate([self.samples, piece.samples])
        self.speech = np.concatenate([self.speech, piece.speech])

    def whole(self) -> Window:
        """Return all of it as training would take it."""
        count, spans = int(self.speech.sum()), self._spans(len(self.speech))
        cut = row(self.samples, self.length) if count >= _LEAST else None
        return Window(0.0, len(self.samples) / RATE, cut, _seconds(count), spans)

    def next(self) -> Window:
        """Return the first window, and go on by half of it."""
        speech = self.speech[: 2 * self.half]
        count, there = int(speech.sum()), np.flatnonzero(speech)
        begin, own = self.start * FRAME / RATE, min(self.half * FRAME, len(self.samples))
        # The last piece lies within the window before it, and is heard there.
        alone = len(self.speech) > self.half or not self.start
        cut = None
        if count >= _LEAST and alone:
            first, last = max(0, there[0] - MARGIN), there[-1] + 1 + MARGIN
            cut = row(self.samples[: 2 * self.half * FRAME][first * FRAME : last * FRAME], self.length)
        made = Window(begin, begin + own / RATE, cut, _seconds(count if cut is not None else 0), self._spans(self.half))
        self.start += self.half
        self.samples, self.speech = self.samples[self.half * FRAME :], self.speech[self.half :]
        return made

    def _spans(self, count: int) -> tuple[tuple[float, float], ...]:
        """Return where somebody speaks in the first so many frames, seconds."""
        own = np.concatenate([[False], self.speech[:count], [False]])
        edges = np.flatnonzero(own[1:] != own[:-1])
        end = self.start * FRAME + len(self.samples)
        return tuple(
            ((self.start + int(left)) * FRAME / RATE, min((self.start + int(right)) * FRAME, end) / RATE)
            for number, (left, right) in enumerate(pairwise(edges))
            if number % 2 == 0
        )


def _seconds(frames: int) -> float:
    return frames * FRAME / RATE
