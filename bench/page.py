"""The page in real Chromium: bytes over the wire on the first visit and the second, and milliseconds a face.

$ python bench/page.py

YuNet's file is fetched, or is what the variable MIEN_YUNET names; without it the page finds no faces, and only the
models are timed. A proxy between browser and server counts every byte, headers included.
"""

from __future__ import annotations

import base64
import io
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_connection, create_server, socket

import numpy as np
from _results import record, table
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from mien.samples.faces import draw, sample_parameters

HOUSE = Path(__file__).parents[1]
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking")
ROUNDS = 25
PICTURES = {"a camera's frame, 1280 x 720": (720, 1280, 300), "a phone's photo, 4000 x 3000": (3000, 4000, 900)}
ASK = """async ([data, name]) => {
  const { Device } = await import("/device.js");
  window.device ??= new Device();
  const config = await (await fetch("/mien.json")).json();
  const model = config.models.find((one) => one.name === name);
  const sample = new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))]);
  const options = { finder: config.finder, inputs: config.finder ? "auto" : "faces" };
  return (await window.device.ask("predict", { sample, model, options })).times;
}"""


class Counter:
    """A proxy that counts what the server sends."""

    def __init__(self, port: int) -> None:
        self._port, self.bytes = port, 0
        self._listening = create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            client, _ = self._listening.accept()
            server = create_connection(("127.0.0.1", self._port))
            threading.Thread(target=self._pass, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, True), daemon=True).start()

    def _pass(self, source: socket, target: socket, counted: bool) -> None:
        try:
            while data := source.recv(65_536):
                self.bytes += len(data) * counted
                target.sendall(data)
        except OSError:
            pass
        finally:
            for one in (source, target):
                one.close()


@contextmanager
def serving() -> Iterator[int]:
    """Run `mien serve`; its port. It tells its address, and then its log, on standard error."""
    command = [sys.executable, "-c", "from mien.cli import main; main()", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as run:
        line = run.stderr.readline()
        threading.Thread(target=run.stderr.read, daemon=True).start()
        try:
            yield int(line.partition("127.0.0.1:")[2].split()[0])
        finally:
            run.terminate()


def visit(page: Page, address: str, counter: Counter) -> int:
    """Open the page, wait until it can answer, and say how many bytes came."""
    before = counter.bytes
    page.goto(address)
    page.wait_for_selector("#where[data-state=ready]")
    page.wait_for_timeout(3000)  # the service worker's own requests
    return counter.bytes - before


def wire(browser: Browser, port: int) -> list[tuple[str, str]]:
    """Count the bytes of a first and a second visit."""
    counter = Counter(port)
    context = browser.new_context()
    page = context.new_page()
    first, second = (visit(page, f"http://127.0.0.1:{counter.port}/", counter) for _ in range(2))
    context.close()
    return [("first visit", f"{first:,}"), ("second visit", f"{second:,}")]


def photo(height: int, width: int, side: int) -> bytes:
    """One drawn face on grey."""
    picture = np.full((height, width, 3), 128, np.uint8)
    top, left = (height - side) // 2, (width - side) // 2
    picture[top : top + side, left : left + side] = draw(sample_parameters(0, 6, "happy"), side)
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=92)
    return out.getvalue()


def timed(page: Page) -> list[tuple[str, ...]]:
    """Time each part of an answer, medians in milliseconds."""
    rows = []
    for what, size in PICTURES.items():
        data = base64.b64encode(photo(*size)).decode()
        for name in ("face-int8", "face"):
            times = [page.evaluate(ASK, [data, name]) for _ in range(ROUNDS + 5)][5:]
            parts = [statistics.median(one.get(part, 0) for one in times) for part in ("open", "find", "crop", "weigh")]
            rows.append((what, name, *(f"{part:.1f}" for part in parts), f"{sum(parts):.1f}"))
    return rows


def main() -> None:
    """Measure and write it down."""
    found = subprocess.run(["sh", HOUSE / ".ci" / "chromium"], capture_output=True, text=True, check=True)
    with serving() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found.stdout.strip(), args=[*FLAGS])
        bytes_ = wire(browser, port)
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        page.wait_for_selector("#where[data-state=ready]")
        times, version = timed(page), browser.version
        browser.close()
    columns = ("picture", "model", "open", "find", "crop", "weigh", "together")
    body = (
        f"Chromium {version}, headless. Bytes over the wire, headers included:\n\n{table(('', 'bytes'), bytes_)}\n\n"
        f"Milliseconds on the device, one face, medians of {ROUNDS}: opening the file, finding faces (YuNet), cutting "
        f"one out, weighing it.\n\n{table(columns, times)}"
    )
    record("The page", "bench/page.py", body)


if __name__ == "__main__":
    main()
