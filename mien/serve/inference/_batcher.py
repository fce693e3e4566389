"""Micro-batching: samples that arrive at the same time go through the model in one call."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from mien.core.types import Predict, Probabilities
    from mien.predict import Sample

    Pending = tuple[Sample, asyncio.Future[tuple[Sample, Probabilities]]]

MAX_BATCH = 32  # rows in one call of the model


class Batcher:
    """Puts many samples through one model.

    A thread that submits rows while the model is idle runs it, for its own rows and then for those queued meanwhile;
    other threads queue their rows and return. So no thread waits, a single request is answered by the thread that
    prepared it, and under load the model is called with everything in the queue. One call at a time: two were slower
    than one with all the rows (917 to 1,100 a second). A call may `wait` seconds for samples that are being made ready.
    """

    def __init__(self, predict: Predict, wait: float = 0.0, on_batch: Callable[[int], None] = lambda _: None) -> None:
        self._predict, self._wait, self._on_batch = predict, wait, on_batch
        self._queue: deque[Pending] = deque()
        self._rows = 0  # in the queue
        self._preparing = 0  # samples that are being made ready
        self._busy = False  # whether a thread works the model
        self._changed = threading.Condition()

    @contextmanager
    def preparing(self) -> Iterator[None]:
        """Say that a sample is being made ready, for as long as the block runs."""
        with self._changed:
            self._preparing += 1
        try:
            yield
        finally:
            with self._changed:
                self._preparing -= 1
                self._changed.notify()

    def submit(self, sample: Sample, future: asyncio.Future[tuple[Sample, Probabilities]]) -> None:
        """Bring a sample, in a thread that may be kept for a while; its future gets sample and float32 [N, classes]."""
        with self._changed:
            self._queue.append((sample, future))
            self._rows += len(sample.rows)
            self._changed.notify()
            if self._busy:
                return
            self._busy = True
        while batch := self._next():
            self._answer(batch)

    def _next(self) -> list[Pending]:
        """Take the next call's rows from the queue; with nothing left, stop to work."""
        with self._changed:
            if not self._queue:
                self._busy = False
                return []
            deadline = time.monotonic() + self._wait
            while self._preparing and self._rows < MAX_BATCH and (left := deadline - time.monotonic()) > 0:
                self._changed.wait(left)
            batch = [self._queue.popleft()]
            rows = len(batch[0][0].rows)
            while self._queue and rows + len(self._queue[0][0].rows) <= MAX_BATCH:
                batch.append(self._queue.popleft())
                rows += len(batch[-1][0].rows)
            self._rows -= rows
            return batch

    def _answer(self, batch: list[Pending]) -> None:
        loop = batch[0][1].get_loop()
        rows = np.concatenate([sample.rows for sample, _ in batch]) if len(batch) > 1 else batch[0][0].rows
        try:
            probabilities = self._predict(rows)
        except Exception as error:  # whoever asked gets it; the batcher goes on
            _call_in_loop(loop, fail, [future for _, future in batch], error)
            return
        self._on_batch(len(rows))
        _call_in_loop(loop, _resolve, batch, probabilities)


def _call_in_loop(loop: asyncio.AbstractEventLoop, callback: Callable[..., None], *arguments: object) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(callback, *arguments)


def _resolve(batch: list[Pending], probabilities: Probabilities) -> None:
    start = 0
    for sample, future in batch:
        end = start + len(sample.rows)
        if not future.done():  # whoever asked may have gone
            future.set_result((sample, probabilities[start:end]))
        start = end


def fail(futures: Iterable[asyncio.Future[Any]], error: Exception) -> None:
    """Hand out what went wrong, in the event loop, to those who are still there."""
    for future in futures:
        if not future.done():
            future.set_exception(error)
