"""A real Chromium before a real `mien serve`."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

HOUSE = Path(__file__).parents[3]
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
VIEW = {"width": 1280, "height": 900}
AXE = HOUSE / "app" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Starts the server, if so asked with a detector that the page knows nothing of; its address goes to standard output.
SERVE = """
import json, sys
from pathlib import Path
from types import SimpleNamespace
from mien import faces, serve
given = json.loads(sys.argv[1])
if not given["finder"]:
    faces.detector = lambda name: SimpleNamespace(name="guest", find=lambda pixels: ())
inbox = Path(given["inbox"]) if given["inbox"] else None
settings = serve.Settings(models=tuple(given["models"]), port=0, key=given["key"], inbox=inbox)
serve.run(settings, lambda address: print(address, flush=True))
"""


def drawn(label: str, number: int, side: int) -> np.ndarray:
    from mien.samples.faces import draw, sample_parameters

    return draw(sample_parameters(0, number, label), side)


def scene(*faces: tuple[str, int, float, float], height: int = 600, width: int = 900) -> np.ndarray:
    """A grey picture with drawn faces, each given by label, number, left and top: 15 fill the longer side, a face 5."""
    unit = max(height, width) / 15
    picture = np.full((height, width, 3), 120, np.uint8)
    for label, number, left, top in faces:
        x, y, side = (round(unit * value) for value in (left, top, 5))
        picture[y : y + side, x : x + side] = drawn(label, number, side)
    return picture


def encoded(picture: np.ndarray, kind: str = "PNG", **settings: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, kind, **settings)
    return out.getvalue()


ONE = (("happy", 0, 4.5, 1.5),)
TWO = (("happy", 0, 0.5, 2.5), ("surprise", 2, 8.5, 1.5))


def chosen(*faces: tuple, name: str = "photo.png") -> dict[str, object]:
    """A file to choose, with these faces."""
    return {"name": name, "mimeType": "image/png", "buffer": encoded(scene(*faces))}


@pytest.fixture(scope="session")
def give() -> SimpleNamespace:
    """What the tests give to the page."""
    return SimpleNamespace(scene=scene, drawn=drawn, encoded=encoded, file=chosen, one=ONE, two=TWO)


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Start `mien serve`, one process for each way of starting it; its address comes back."""
    folder = tmp_path_factory.mktemp("serving")
    log = (folder / "log").open("w")
    running: dict[tuple, tuple[subprocess.Popen, str]] = {}

    def start(*, finder: bool = True, key: str = "", inbox: Path | None = None, models: tuple[str, ...] = ()) -> str:
        asked = (finder, key, inbox, models)
        if asked not in running:
            given = {"finder": finder, "key": key, "inbox": str(inbox) if inbox else "", "models": models}
            command = [sys.executable, "-c", SERVE, json.dumps(given)]
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
            running[asked] = process, process.stdout.readline().strip()
        return running[asked][1]

    yield start
    for process, _ in running.values():
        process.terminate()
        process.communicate(timeout=40)
    log.close()


# One Chromium, one tab for the whole folder: what takes seconds of a core is begun once. Playwright keeps a loop of
# asyncio at work, which the tests of other folders could not start theirs beside; a folder's fixtures end with it.
@pytest.fixture(scope="package")
def launch() -> Iterator[Callable[..., Browser]]:
    """Start Chromium with further flags."""
    found = subprocess.run(["sh", HOUSE / ".ci" / "chromium"], capture_output=True, text=True, check=True)
    with sync_playwright() as playwright:

        def start(*flags: str) -> Browser:
            return playwright.chromium.launch(executable_path=found.stdout.strip(), args=[*FLAGS, *flags])

        yield start


@pytest.fixture(scope="package")
def browser(launch) -> Iterator[Browser]:
    started = launch()
    yield started
    started.close()


@pytest.fixture(scope="package")
def context(browser) -> Iterator[BrowserContext]:
    """Tabs that share what they fetched; without a service worker, which tests of it bring themselves."""
    made = browser.new_context(viewport=VIEW, service_workers="block")
    yield made
    made.close()


def visited(context: BrowserContext, address: str, state: str = "ready") -> Page:
    """Open the page in a tab, in a state; note errors that nobody handled, and what the policy forbade."""
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.troubles = []
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    page.on("console", lambda said: "Content Security Policy" in said.text and page.troubles.append(said.text))
    page.goto(address)
    page.wait_for_selector(f"#where[data-state={state}]")
    return page


@pytest.fixture(scope="session")
def visit() -> Callable[..., Page]:
    return visited


@pytest.fixture(scope="package")
def desk(context, serving) -> Iterator[Page]:
    """The page in a tab for all, its model loaded."""
    page = visited(context, serving())
    yield page
    page.close()


@pytest.fixture
def tab(desk) -> Iterator[Page]:
    """The same, emptied; a page costs two seconds of a core to load."""
    desk.unroute_all()
    desk.set_viewport_size(VIEW)
    desk.emulate_media(color_scheme="null", reduced_motion="null")
    if desk.get_by_role("button", name="Stop camera").count():
        desk.get_by_role("button", name="Stop camera").click()
    desk.locator("#where input[value=device]").check(force=True)
    if desk.get_by_role("button", name="Another photo").count():
        desk.get_by_role("button", name="Another photo").click()
    if desk.locator("#forget").is_visible():
        desk.click("#forget")
    desk.wait_for_selector("#drop")
    yield desk
    assert desk.troubles == []


@pytest.fixture
def opened(context) -> Iterator[Callable[..., Page]]:
    """The same in a tab of this test's own, at another address, or of another context, in a state."""
    pages = []

    def start(address: str, state: str = "ready", within: BrowserContext | None = None) -> Page:
        pages.append(visited(within or context, address, state))
        return pages[-1]

    yield start
    for page in pages:
        assert page.troubles == []
        page.close()


def violations(page) -> list[str]:
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]} {one['nodes'][0]['failureSummary'][:300]}" for one in found]


SHIFT = """() => new Promise((told) => {
  new PerformanceObserver((list) => {
    told(list.getEntries().reduce((sum, { value, hadRecentInput }) => sum + (hadRecentInput ? 0 : value), 0));
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => told(0), 1000);
})"""


@pytest.fixture(scope="session")
def shift() -> Callable[[Page], float]:
    """How much has moved on a page since it came: Chromium's layout shift."""
    return lambda page: page.evaluate(SHIFT)


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """What axe finds against a page."""
    return violations
