"""A long sample is answered window by window, many at once, and as a whole by their mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from mien.core.errors import MediaError

if TYPE_CHECKING:
    from mien.core.types import Probabilities, Rows
    from mien.kinds import Window

    Answered = tuple[Window, Probabilities | None]


SILENT = "No speech was found in the clip. To judge it all the same: --inputs whole."
_MOST = 8  # windows that wait, for each that is asked about at once


def answered(windows: Iterable[Window], ask: Callable[[Rows], Probabilities], *, at_once: int) -> Iterator[Answered]:
    """Pair windows with their probabilities, float32 [classes], or None; `ask` gets so many rows at a time.

    Where they end in an error, what came before is answered first.
    """
    held: list[Window] = []
    rows, ending = 0, None
    try:
        for window in windows:
            held.append(window)
            rows += window.row is not None
            if not rows or rows >= at_once or len(held) >= _MOST * at_once:  # silence waits for nobody
                yield from _asked(held, ask)
                held, rows = [], 0
    except (MediaError, KeyboardInterrupt) as error:
        ending = error
    yield from _asked(held, ask)
    if ending:
        raise ending


def _asked(windows: list[Window], ask: Callable[[Rows], Probabilities]) -> Iterator[Answered]:
    rows = [window.row for window in windows if window.row is not None]
    found = iter(ask(np.stack(rows)) if rows else ())
    for window in windows:
        yield window, None if window.row is None else next(found)


def mean(pairs: Iterable[Answered]) -> Probabilities | None:
    """Return the mean probabilities, float32 [classes], each window by its weight; None where nobody speaks."""
    total, weight = None, 0.0
    for window, row in pairs:
        if row is not None:
            total = window.weight * row.astype(np.float64) + (0 if total is None else total)
            weight += window.weight
    return None if total is None else np.asarray(total / weight, np.float32)
