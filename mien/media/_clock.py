"""The time of a video's frames, whatever its timestamps say: it begins at 0, always goes on, and never runs away.

Timestamps fall back where parts of a stream were joined or a recorder started anew (HLS, DVR), stand still or are
missing in streams without a container, jump by hours where a counter is full, and come a little out of order.
"""

from __future__ import annotations

import math

LONGEST = 60.0  # seconds between two frames; more is a jump, unless the video is that slow throughout
TICK = 0.001  # seconds that a frame is later than the one before it, at the least
PLAIN_RATE = 25.0  # frames a second of a video that does not say how many it has
FASTEST = 1000.0  # frames a second; a video that says so many names the unit of its clock (browsers' recordings)
_OUT_OF_ORDER = 4  # frames by which, and for which, timestamps may lag behind; after that another part has begun


class Clock:
    """Turns timestamps into times. `rate`: frames a second, as the video says; 0 where it does not."""

    def __init__(self, rate: float) -> None:
        self._step = 1 / (rate if 0 < rate < FASTEST else PLAIN_RATE)
        self._now = -math.inf
        self._offset: float | None = None  # of the part at hand, once it has a timestamp
        self._stamp: float | None = None
        self._lag = 0  # frames whose timestamps lagged behind, up to now

    def time(self, stamp: float | None) -> float:
        """Say when a frame is shown, by its timestamp (seconds from wherever, None where it has none).

        Seconds from the first frame; always later than the frame before.

        >>> clock = Clock(10)
        >>> [round(clock.time(stamp), 2) for stamp in (5.0, 5.1, 5.3, 0.0, 0.1, None)]
        [0.0, 0.1, 0.3, 0.4, 0.5, 0.6]
        """
        if self._now == -math.inf:
            self._now, self._offset = 0.0, None if stamp is None else -stamp
        elif stamp is None:
            self._now += self._step
        else:
            self._now = self._next(stamp)
        self._stamp = stamp
        return self._now

    def _next(self, stamp: float) -> float:
        ahead = -math.inf if self._offset is None else stamp + self._offset - self._now
        lag, self._lag = self._lag, 0
        if TICK <= ahead <= max(LONGEST, 10 * self._step):
            return self._now + ahead
        if -_OUT_OF_ORDER * self._step < ahead < TICK and lag < _OUT_OF_ORDER:
            self._lag = lag + 1
            if self._stamp is not None and stamp > self._stamp:  # they catch up
                return self._now + TICK
            return self._now + (self._step if lag else self._step / 2)
        self._lag = lag if stamp == self._stamp else 0
        now = self._now + self._step  # another part begins, or time stands still
        self._offset = now - stamp
        return now
