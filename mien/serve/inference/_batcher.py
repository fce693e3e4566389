"""A model's lane: answers that are asked for at the same time are worked out together."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from mien.core.types import Predict, Probabilities

    class Ready(Protocol):
        """A sample made ready."""

        @property
        def rows(self) -> Any:  # noqa: ANN401 - an array [N, ...], as the contract has it; N may be 0
            """What the model is given."""

    Asked = tuple[Ready, asyncio.Future[tuple[Ready, Probabilities]]]

TOGETHER = 32  # rows in one call of the model


class Lane:
    """The way of many samples through one model.

    Whoever brings rows while the model is idle works it, for itself and then for all who came meanwhile; the others
    leave their rows in the line and go. So a thread is never kept waiting, who asks alone is answered by the thread
    that made the sample ready, and under load the model is called with all that is there.

    Parameters
    ----------
    predict : callable
        From rows to weights; one call at a time: two were slower than one with all the rows (917 to 1,100 a second).
    wait : float
        Seconds that a call waits for samples that are being made ready just now.
    seen : callable, optional
        Told how many rows each call had.
    """

    def __init__(self, predict: Predict, wait: float = 0.0, seen: Callable[[int], None] = lambda _: None) -> None:
        self._predict, self._wait, self._seen = predict, wait, seen
        self._line: deque[Asked] = deque()
        self._rows = 0  # in the line
        self._coming = 0  # samples that are being made ready
        self._worked = False  # whether a thread works the model
        self._changed = threading.Condition()

    @contextmanager
    def coming(self) -> Iterator[None]:
        """Say that a sample is being made ready, for as long as the block runs."""
        with self._changed:
            self._coming += 1
        try:
            yield
        finally:
            with self._changed:
                self._coming -= 1
                self._changed.notify()

    def put(self, sample: Ready, future: asyncio.Future[tuple[Ready, Probabilities]]) -> None:
        """Bring a sample; to be called in a thread that may be kept for a while.

        Parameters
        ----------
        sample : Ready
            Its rows are what the model is given.
        future : asyncio.Future
            Gets the sample and its weights, float32 [N, classes], or what went wrong.
        """
        with self._changed:
            self._line.append((sample, future))
            self._rows += len(sample.rows)
            self._changed.notify()
            if self._worked:
                return
            self._worked = True
        while batch := self._next():
            self._answer(batch)

    def _next(self) -> list[Asked]:
        """Take the next call's rows from the line; with nothing left, stop to work."""
        with self._changed:
            if not self._line:
                self._worked = False
                return []
            deadline = time.monotonic() + self._wait
            while self._coming and self._rows < TOGETHER and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
            batch = [self._line.popleft()]
            rows = len(batch[0][0].rows)
            while self._line and rows + len(self._line[0][0].rows) <= TOGETHER:
                batch.append(self._line.popleft())
                rows += len(batch[-1][0].rows)
            self._rows -= rows
            return batch

    def _answer(self, batch: list[Asked]) -> None:
        loop = batch[0][1].get_loop()
        rows = np.concatenate([sample.rows for sample, _ in batch]) if len(batch) > 1 else batch[0][0].rows
        try:
            weights = self._predict(rows)
        except Exception as error:  # whoever asked gets it; the lane goes on
            _tell(loop, fail, [future for _, future in batch], error)
            return
        self._seen(len(rows))
        _tell(loop, _hand_out, batch, weights)


def _tell(loop: asyncio.AbstractEventLoop, what: Callable[..., None], *given: object) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(what, *given)


def _hand_out(batch: list[Asked], weights: Probabilities) -> None:
    start = 0
    for sample, future in batch:
        end = start + len(sample.rows)
        if not future.done():  # whoever asked may have gone
            future.set_result((sample, weights[start:end]))
        start = end


def fail(futures: Iterable[asyncio.Future[Any]], error: Exception) -> None:
    """Hand out what went wrong; to be called in the event loop.

    Parameters
    ----------
    futures : iterable of asyncio.Future
        Whose askers may have gone.
    error : Exception
        What they get.
    """
    for future in futures:
        if not future.done():
            future.set_exception(error)
