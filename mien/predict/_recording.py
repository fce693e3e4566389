"""A recording's time line: stretches of speech that sound alike, and what lies between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.answer import NO_SPEECH, Answer, SpokenAnswer, Verdict, unsaid, verdict
from mien.core.errors import MediaError
from mien.core.prediction_sets import UNPROMISED, SetRule
from mien.predict._windows import SILENT

if TYPE_CHECKING:
    from mien.core.types import Floats, Probabilities
    from mien.kinds import Window
    from mien.predict._predictor import Predictor

PAUSE = 1.5  # seconds without speech that end a stretch
LONG = 4  # windows, half a row each, from which it is long
LEAD = 0.1  # by how much another class has to be ahead before a stretch ends: less is a flicker
NEIGHBOUR = 1 / 3  # what the windows next to those that hear a moment count
MOST_BINS = 480  # pieces of the time line that is drawn; when they are full, two and two become one
MOST_STRETCHES = 2000  # that are kept; the shortest go first


@dataclass(frozen=True)
class Stretch:
    """A part of a recording in which a voice sounds alike, or nobody speaks.

    Parameters
    ----------
    start, end : float
        Seconds from the beginning.
    speech : float
        Seconds of speech in it; 0 where nobody speaks.
    label : str or None
        The most probable class, on average; None where nobody speaks.
    probabilities : dict of str to float, or None
        Class to mean probability, 0..1, summing to 1.
    rule : SetRule
        What makes the prediction set of them.
    """

    start: float
    end: float
    speech: float = 0.0
    label: str | None = None
    probabilities: dict[str, float] | None = None
    rule: SetRule = field(default=UNPROMISED, repr=False)

    @property
    def verdict(self) -> Verdict | None:
        """What may be said of it; None where nobody speaks."""
        return verdict(self.probabilities, self.rule, verb=SpokenAnswer.verb) if self.probabilities else None

    @property
    def sentence(self) -> str:
        """The same in words: ``Sounds happy``, or ``No speech found``."""
        return self.verdict.sentence if self.verdict else NO_SPEECH

    def to_json(self) -> dict[str, Any]:
        """Return its fields, and those of its verdict, as JSON values; seconds to the hundredth."""
        times = {name: round(getattr(self, name), 2) for name in ("start", "end", "speech")}
        said = self.verdict.to_json() if self.verdict else unsaid(self.rule.confidence, NO_SPEECH)
        return {**times, "label": self.label, "probabilities": self.probabilities, **said}


@dataclass
class _Open:
    """A stretch that may go on; `sums` are of probabilities by seconds of speech, float64 [classes]."""

    place: int
    start: float
    end: float
    speech: float
    sums: Floats


@dataclass
class Recording:
    """What was heard so far, in a bounded number of words: memory does not grow with the recording's length.

    `labels` and `rule` are the predictor's; `seconds` were listened to, of which `speech` are somebody speaking.
    `stretches` are those of speech, in order, without `left_out` short ones where there were too many. `end` says why
    it ended before its time, where it did.
    """

    labels: Sequence[str]
    rule: SetRule = UNPROMISED
    seconds: float = 0.0
    speech: float = 0.0
    stretches: list[Stretch] = field(default_factory=list)
    left_out: int = 0
    end: str = ""
    step: float = 0.0
    bins: dict[int, Floats] = field(default_factory=dict)
    _sums: Floats | None = None
    _weight: float = 0.0
    _near: list[tuple[Window, Probabilities | None]] = field(default_factory=list)
    _open: _Open | None = None
    _silent: float = 0.0  # since when nobody has spoken
    _first: float = 0.0  # seconds of the first window
    _latest: Probabilities | None = None

    @property
    def is_long(self) -> bool:
        """Whether it is longer than two rows of a model: then one answer for all of it says little."""
        return self.seconds > LONG * self._first > 0

    @property
    def latest(self) -> str:
        """What was heard last, in words."""
        if self._latest is None:
            return NO_SPEECH
        latest = dict(zip(self.labels, self._latest.tolist(), strict=True))
        return verdict(latest, self.rule, verb=SpokenAnswer.verb).sentence

    @property
    def probabilities(self) -> dict[str, float] | None:
        """Mean probabilities of all windows with speech, as `Predictor.predict` has them; None without speech."""
        if self._sums is None:
            return None
        return dict(zip(self.labels, (self._sums / self._weight).tolist(), strict=True))

    def answer(self, name: str, note: str | None = None) -> Answer:
        """Return one answer for all of it: the mean over its speech, or that there is none."""
        known = self.probabilities
        if self.end or known is None:
            return SpokenAnswer(name, reason=None if self.end else SILENT, error=self.end or None, rule=self.rule)
        return SpokenAnswer(name, max(known, key=lambda label: known[label]), known, note=note, rule=self.rule)

    def mean(self, place: int) -> dict[str, float]:
        """Return the mean probabilities in one of `bins`, pieces of `step` seconds in which somebody speaks."""
        sums = self.bins[place]  # the seconds of speech come first
        return dict(zip(self.labels, (sums[1:] / sums[0]).tolist(), strict=True))

    def add(self, window: Window, row: Probabilities | None) -> tuple[Stretch, ...]:
        """Count a window from `Predictor.windows`, and return the stretches that ended."""
        if row is not None:
            self._sums = window.weight * row.astype(np.float64) + (0 if self._sums is None else self._sums)
            self._weight += window.weight
        self._near.append((window, row))
        found = self._advance(len(self._near) - 2) if len(self._near) > 1 else ()
        self._near = self._near[-3:]
        self.seconds, self._first = window.end, self._first or window.end
        return self._kept(found)

    def close(self) -> tuple[Stretch, ...]:
        """End it, and return the stretches that were still open."""
        found = [*(self._advance(len(self._near) - 1) if self._near else ()), *self._ended()]
        if self.seconds - self._silent > (PAUSE if self._silent else 0):
            found.append(Stretch(self._silent, self.seconds, rule=self.rule))
        self._near, self._silent = [], self.seconds
        return self._kept(found)

    def _advance(self, place: int) -> Sequence[Stretch]:
        window = self._near[place][0]
        row = self._latest = _smoothed(self._near, place)
        if row is None:
            return ()
        found: list[Stretch] = []
        label = int(row.argmax())
        if self._open and row[label] - row[self._open.place] < LEAD:
            label = self._open.place
        for start, end in window.spans:
            found += self._spoken(label, start, end, row)
            self._put(window, row, end - start)
        return found

    def _spoken(self, label: int, start: float, end: float, row: Probabilities) -> Sequence[Stretch]:
        found: list[Stretch] = []
        pause = start - self._silent
        if self._open and (pause > PAUSE or self._open.place != label):
            found += self._ended()
        if not self._open:
            if pause > PAUSE:
                found.append(Stretch(self._silent, start, rule=self.rule))
            self._open = _Open(label, start, end, 0.0, np.zeros(len(self.labels)))
        self._open.end = self._silent = end
        self._open.speech += end - start
        self._open.sums += (end - start) * row
        self._open.place = int(self._open.sums.argmax())  # what it is on average, to which the next is compared
        self.speech += end - start
        return found

    def _ended(self) -> tuple[Stretch, ...]:
        one, self._open = self._open, None
        if one is None:
            return ()
        mean = dict(zip(self.labels, (one.sums / one.speech).tolist(), strict=True))
        return (Stretch(one.start, one.end, one.speech, self.labels[one.place], mean, self.rule),)

    def _kept(self, found: Sequence[Stretch]) -> tuple[Stretch, ...]:
        self.stretches += [one for one in found if one.label is not None]
        while len(self.stretches) > MOST_STRETCHES:
            self.stretches.remove(min(self.stretches, key=lambda one: one.speech))
            self.left_out += 1
        return tuple(found)

    def _put(self, window: Window, row: Probabilities, seconds: float) -> None:
        self.step = self.step or window.end - window.start
        values = seconds * np.concatenate([[1.0], row])
        place = int((window.start + 1e-6) / self.step)
        self.bins[place] = self.bins.get(place, 0) + values
        while len(self.bins) > MOST_BINS:
            bins, self.bins, self.step = self.bins, {}, 2 * self.step
            for at, sums in bins.items():
                self.bins[at // 2] = self.bins.get(at // 2, 0) + sums


def _smoothed(near: Sequence[tuple[Window, Probabilities | None]], place: int) -> Probabilities | None:
    """Mix what the windows say that hear a window's own seconds, with less of their neighbours' where speech goes on.

    Its own seconds are heard by itself and by the one before; the neighbours are the second before and the one after.
    """
    if not near[place][0].spans:
        return None
    shares = {place: 1.0, place - 1: 1.0}
    if place > 0 and near[place - 1][0].spans:
        shares[place - 2] = NEIGHBOUR
    if place + 1 < len(near) and near[place + 1][0].spans:
        shares[place + 1] = NEIGHBOUR
    pairs = [(share, *near[at]) for at, share in shares.items() if 0 <= at < len(near)]
    known = [(share * window.weight, row) for share, window, row in pairs if row is not None]
    if not known:
        return None
    return np.asarray(np.average([row for _, row in known], axis=0, weights=[weight for weight, _ in known]))


def listen(
    predictor: Predictor,
    sample: Any,  # noqa: ANN401 - as for `predict`
    recording: Recording,
    *,
    live: bool = False,
    each: Callable[[Recording], object] = id,
) -> Iterator[Stretch]:
    """Answer a recording of any length, stretch by stretch.

    Parameters
    ----------
    predictor : Predictor
        One whose model takes clips.
    sample : path, bytes, open file, array, or iterator of arrays
        As for `Predictor.windows`.
    recording : Recording
        A new one, with the predictor's labels: it sums up.
    live : bool
        Whether it is being recorded.
    each : callable
        Called with the recording after each window.

    Yields
    ------
    Stretch
        In order. Pauses of a second and a half and more are stretches of their own, without a label.

    Raises
    ------
    MediaError
        If it cannot be read at all. Where it is damaged on the way, what comes before is answered, and `recording.end`
        says why it ends.

    Examples
    --------
    >>> model = Predictor("runs/voices")  # doctest: +SKIP
    >>> recording = Recording(model.labels)  # doctest: +SKIP
    >>> for stretch in listen(model, "meeting.wav", recording):  # doctest: +SKIP
    ...     print(stretch.start, stretch.end, stretch.sentence)
    """
    try:
        for window, row in predictor.windows(sample, live=live):
            yield from recording.add(window, row)
            each(recording)
    except MediaError as error:
        if not recording.seconds:
            raise
        recording.end = str(error)
    except KeyboardInterrupt:  # as a video is ended: what was heard counts
        pass
    yield from recording.close()
