"""A server in this process for what is asked, and one in a process of its own for how it lives."""

from __future__ import annotations

import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2 as httpx
import pytest
from starlette.testclient import TestClient

from mien import export, media, models, serve
from mien.core.recipe import Recipe

LOCAL = ("127.0.0.1", 50_000)  # a client of this machine: its rate is not limited


@contextmanager
def asked(**settings: object) -> Iterator[TestClient]:
    """A client of an application with these settings."""
    with TestClient(serve.app(serve.Settings(**settings)), raise_server_exceptions=False, client=LOCAL) as client:
        yield client


@pytest.fixture(scope="session")
def serving() -> Callable:
    return asked


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with asked() as found:
        yield found


@dataclass
class Process:
    """A running `mien serve`."""

    address: str
    process: object
    log: list[str]

    @property
    def where(self) -> tuple[str, int]:
        host, port = re.search(r"//(.+):(\d+)", self.address).groups()
        return host, int(port)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(40)


@contextmanager
def running(begin: Callable, *arguments: object) -> Iterator[Process]:
    """`mien serve` on a free port, until the block ends."""
    process = begin("serve", "--port", 0, *arguments)
    log: list[str] = []
    reader = None
    try:
        for line in process.stderr:
            log.append(line.decode())
            if "answers at" in log[-1]:
                break
        found = re.search(r"answers at (http\S+)", log[-1])
        assert found, "".join(log)
        reader = threading.Thread(target=lambda: log.extend(line.decode() for line in process.stderr))
        reader.start()
        yield Process(found[1], process, log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if reader:
            reader.join(10)
        for pipe in (process.stdin, process.stdout, process.stderr):
            pipe.close()


@pytest.fixture
def started(begin_mien) -> Iterator[Callable[..., Process]]:
    """Start `mien serve` on a free port; it ends with the test."""
    with ExitStack() as stack:
        yield lambda *arguments: stack.enter_context(running(begin_mien, *arguments))


@pytest.fixture(scope="module")
def a_server(begin_mien, tmp_path_factory) -> Iterator[Process]:
    """One with an inbox, for many tests."""
    with running(begin_mien, "--inbox", tmp_path_factory.mktemp("served") / "inbox") as found:
        yield found


@pytest.fixture(scope="session")
def face_file(clear_face, photo) -> bytes:
    """A photo with one drawn face, a PNG."""
    return media.encode_png(photo((clear_face(1, 240), 160, 90)))


@pytest.fixture(scope="session")
def two_file(clear_face, photo) -> bytes:
    """One with two."""
    return media.encode_png(photo((clear_face(0, 200), 20, 20), (clear_face(1, 180), 330, 180)))


@pytest.fixture(scope="session")
def whole_model(tmp_path_factory) -> Path:
    """A file that takes pictures whole; what it says of them does not matter here."""
    recipe = models.resolve(Recipe(model="report", size=24))
    contract = models.contract(recipe, ("happy", "sad"))
    return export.write(models.build(contract, recipe), contract, tmp_path_factory.mktemp("whole") / "whole.onnx")


@pytest.fixture(scope="session")
def nobody_file(photo) -> bytes:
    """A photo without one."""
    return media.encode_png(photo())


@pytest.fixture
def get() -> Callable[..., httpx.Response]:
    return httpx.get
