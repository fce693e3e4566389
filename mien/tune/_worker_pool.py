"""The worker processes of a search: started, given work, listened to, and ended."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from mien.backends import OWN_PROCESS
from mien.core.files import storage_error
from mien.tune._worker import CODE

PATIENCE = 5.0  # seconds that a worker has to notice that it is not needed any more
# How many threads a library uses for one operation; each is read when the library is loaded.
THREADS = ("TF_NUM_INTRAOP_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
LOGS = "workers"
OPENCV = "OPENCV_FOR_THREADS_NUM"


class Worker:
    """One process."""

    def __init__(self, command: list[str], log: Path, environment: dict[str, str], lock: int) -> None:
        self._log = log
        try:
            log.parent.mkdir(parents=True, exist_ok=True)
            with log.open("wb") as errors:
                self.process = subprocess.Popen(  # noqa: S603 - our own code
                    command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    env=environment,
                    pass_fds=(lock,),
                    start_new_session=True,  # Ctrl-C is for the search; it ends its workers itself
                )
        except OSError as error:
            raise storage_error(log, error) from error
        self._rest = b""

    def send(self, words: dict[str, Any]) -> None:
        """Give it a line; one that has ended is found out when it is listened to."""
        pipe = self.process.stdin
        if pipe is not None:
            with suppress(OSError):
                pipe.write(json.dumps(words).encode() + b"\n")
                pipe.flush()

    def read(self) -> tuple[list[dict[str, Any]], bool]:
        """Return what it has said since, and whether it goes on."""
        pipe = self.process.stdout
        data = os.read(pipe.fileno(), 1 << 16) if pipe is not None else b""
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [json.loads(line) for line in lines], bool(data)

    def last_words(self) -> str:
        """Say in a sentence how it ended."""
        code = self.process.wait()
        said = self._log.read_text("utf-8", errors="replace").strip().splitlines() if self._log.exists() else []
        if code < 0:
            name = signal.Signals(-code).name
            memory = ", most often because the memory was used up" if code == -signal.SIGKILL else ""
            return f"Its process was ended by {name}{memory}."
        return f"Its process ended with {code}: {said[-1] if said else 'without a word'}"

    def close(self) -> None:
        """End it, and wait for that."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class WorkerPool:
    """Up to so many workers at once."""

    def __init__(self, folder: Path, jobs: int, lock: int) -> None:
        self._folder, self._jobs, self._lock = folder, jobs, lock
        self._selector = selectors.DefaultSelector()
        self._idle: list[Worker] = []
        self._busy: list[Worker] = []
        self._started = 0
        self._crashed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        for worker in [*self._idle, *self._busy]:
            worker.close()
        self._selector.close()
        if not self._crashed:
            shutil.rmtree(self._folder / LOGS, ignore_errors=True)

    @property
    def busy(self) -> int:
        """How many are at work."""
        return len(self._busy)

    @property
    def free(self) -> bool:
        """Whether one more could work."""
        return len(self._busy) < self._jobs

    def give(self, task: dict[str, Any]) -> Worker:
        """Let a free worker do something; one is started where none waits."""
        worker = self._idle.pop() if self._idle else self._start()
        self._busy.append(worker)
        worker.send(task)
        return worker

    def rest(self, worker: Worker) -> None:
        """Let a worker wait for the next task."""
        self._busy.remove(worker)
        self._idle.append(worker)

    def drop(self) -> None:
        """End the workers that are at work; the others stay."""
        while self._busy:
            worker = self._busy.pop()
            self._selector.unregister(worker.process.stdout)  # type: ignore[arg-type]
            worker.close()

    def listen(self, seconds: float) -> Iterator[tuple[Worker, dict[str, Any] | None]]:
        """Hear for so many seconds what workers say; None from one that has ended, which is not known here any more."""
        for key, _ in self._selector.select(seconds):
            worker: Worker = key.data
            words, going_on = worker.read()
            for word in words:
                yield worker, word
            if not going_on:
                self._selector.unregister(key.fileobj)
                (self._busy if worker in self._busy else self._idle).remove(worker)
                worker.close()
                self._crashed = True
                yield worker, None

    def _start(self) -> Worker:
        self._started += 1
        log = self._folder / LOGS / f"{self._started}.log"
        command = [sys.executable, "-c", CODE, str(self._folder)]
        worker = Worker(command, log, environment(self._jobs), self._lock)
        self._selector.register(worker.process.stdout, selectors.EVENT_READ, worker)  # type: ignore[arg-type]
        return worker


def environment(jobs: int) -> dict[str, str]:
    """Return the environment of a worker: where there are several, each has its share of the cores."""
    found = {**os.environ, OWN_PROCESS: "1"}
    if jobs > 1:
        share = str(max(cores() // jobs, 1))
        found = {**dict.fromkeys((*THREADS, OPENCV), share), **found}  # what you set yourself stays
    return found


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
