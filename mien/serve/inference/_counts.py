"""Counts of answers by the hour, for `mien watch`: what is written says nothing of any one request."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mien.core.answer_counts import AnswerCounts, CountedHours
from mien.core.errors import StorageError
from mien.serve.http import log

if TYPE_CHECKING:
    from mien.core.types import Answer
    from mien.predict import Predictor, Sample
    from mien.serve.inference._registry import LoadedModel

LEAST = 20  # answers in a row; an hour with fewer is counted with the next one
MOST_BYTES = 10_000_000  # of the file, which then becomes FILE.1: years of one model
_HOUR = 3600


class HourlyCounts:
    """Counts answers in memory, and appends a row a model once an hour is over.

    `StorageError` if the file cannot be written when the server starts; later that is a line in the server's log, and
    what was counted is kept for the next hour.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path, self._clock, self._lock = path, clock, threading.Lock()
        self._counts: dict[str, AnswerCounts] = {}
        self._begun: dict[str, int] = {}  # hours since 1970
        self._hour = self._now()
        try:
            os.close(_opened(path))
        except OSError as error:
            came = f"'{path}' cannot be written ({error.strerror or error})"
            raise StorageError(came, todo="Choose another file for --counts") from error

    def add(self, model: LoadedModel, predictor: Predictor, sample: Sample | None, answer: Answer | None) -> None:
        """Count an answer, by the largest face and for the usual confidence; None for a sample that was unreadable."""
        own, ranges = model.predictor, {}
        fits = predictor.labels == own.labels
        if fits and sample is not None and answer is not None and answer.probabilities is not None:
            ranges = own.kind.ranges(sample.rows, own.contract)
        self.write()
        with self._lock:
            counts = self._of(model.name, own.labels)
            if not fits:
                counts.others += 1
            elif answer is None:
                counts.unreadable += 1
            elif answer.probabilities is None:
                counts.nothing += 1
            else:
                counts.add(answer.probabilities, own.rule, ranges)

    def write(self) -> None:
        """Append what was counted in an hour that is over, where it is enough."""
        with self._lock:
            if self._now() > self._hour:
                self._hour = self._now()
                self._append(self._hour)

    def close(self) -> None:
        """Append what was counted in the hour that is not over, where it is enough; the rest is forgotten."""
        with self._lock:
            self._append(self._now() + 1)

    def _now(self) -> int:
        return int(self._clock()) // _HOUR

    def _of(self, name: str, labels: tuple[str, ...]) -> AnswerCounts:
        found = self._counts.get(name)
        if found is None or found.labels != labels:  # the file was exchanged for one of other classes
            found = self._counts[name] = AnswerCounts.empty(labels)
            self._begun[name] = self._hour
        return found

    def _append(self, end: int) -> None:
        for name in [name for name, counts in self._counts.items() if counts.n >= LEAST]:
            row = CountedHours(name, _written(self._begun[name]), _written(end), self._counts[name])
            try:
                append(self._path, row.to_line().encode())
            except OSError as error:
                why = error.strerror or error
                log("counts", what=f"'{self._path}' could not be written ({why}). It is tried again in an hour.")
                continue
            del self._counts[name]


def append(path: Path, line: bytes) -> None:
    """Append a line as a whole, or not at all; a file that is full is renamed to ``FILE.1`` first."""
    if path.exists() and path.stat().st_size + len(line) > MOST_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))
    handle = _opened(path)
    try:
        before = os.fstat(handle).st_size
        if before and os.pread(handle, 1, before - 1) != b"\n":  # a line that was cut off spoils no other
            line = b"\n" + line
        _write_whole(handle, line, before)
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_whole(handle: int, line: bytes, before: int) -> None:
    written = 0
    try:
        written = os.write(handle, line)
    finally:
        if written < len(line):  # the disk is full
            os.ftruncate(handle, before)
    if written < len(line):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)


def _written(hour: int) -> str:
    return time.strftime("%Y-%m-%dT%H:00Z", time.gmtime(hour * _HOUR))
