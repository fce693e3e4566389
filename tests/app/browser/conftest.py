"""A real Chromium before a real `mien serve`, which holds a made-up finder: faces are found under a green mark."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from mien.faces._crop import LANDMARKS

HOUSE = Path(__file__).parents[3]
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
VIEW = {"width": 1280, "height": 900}
AXE = HOUSE / "app" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CELL = 32  # pixels of the picture as the finder gets it
SIDE = 5  # cells: a face below its mark
# Starts the server with another finder in YuNet's place; its address goes to standard output.
SERVE = """
import hashlib, json, sys
from pathlib import Path
from types import SimpleNamespace
from mien import serve
from mien.faces import _fetch
given = json.loads(sys.argv[1])
if given["finder"]:
    data = Path(given["finder"]).read_bytes()
    _fetch.SHA256, _fetch.BYTES = hashlib.sha256(data).hexdigest(), len(data)
inbox = Path(given["inbox"]) if given["inbox"] else None
settings = serve.Settings(models=tuple(given["models"]), port=0, key=given["key"], inbox=inbox)
serve.run(settings, lambda address: print(address, flush=True))
"""


def marks_net() -> bytes:
    """A net with YuNet's inputs and outputs that sees a face of `SIDE` cells below each cell of pure green.

    OpenCV decodes: centre = (cell + bbox[0:2]) x stride, size = exp(bbox[2:4]) x stride, points = (cell + kps) x
    stride, score = sqrt(cls x obj).
    """
    points = [value for x, y in LANDMARKS for value in (0.5 + (float(x) - 0.5) * SIDE, 1 + float(y) * SIDE)]
    constants = {"obj": [50.0], "bbox": [0.5, 1 + SIDE / 2, np.log(SIDE), np.log(SIDE)], "kps": points}
    nodes, weights, outputs = [], [], {}
    for stride in (8, 16, CELL):
        pool = {"kernel_shape": [stride] * 2, "strides": [stride] * 2}
        nodes.append(helper.make_node("AveragePool", ["input"], [f"mean_{stride}"], **pool))
        for name, count in (("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)):
            table = np.zeros((count, 3, 1, 1), np.float32)
            fixed = np.array(constants.get(name, [-200.0 if stride == CELL else -50.0]), np.float32)
            if name == "cls" and stride == CELL:
                table[0, :, 0, 0] = (-1, 1, -1)  # blue, green, red
            head(f"{name}_{stride}", stride, table, fixed, nodes, weights)
            outputs[f"{name}_{stride}"] = helper.make_tensor_value_info(
                f"{name}_{stride}", TensorProto.FLOAT, [1, None, count]
            )
    return finished(nodes, weights, outputs)


def head(name: str, stride: int, table: np.ndarray, fixed: np.ndarray, nodes: list, weights: list) -> None:
    """Add an output: a weighted sum of each cell's colours."""
    weights += [numpy_helper.from_array(table, f"{name}_w"), numpy_helper.from_array(fixed, f"{name}_b")]
    weights.append(numpy_helper.from_array(np.array([1, -1, len(fixed)], np.int64), f"{name}_s"))
    nodes.append(helper.make_node("Conv", [f"mean_{stride}", f"{name}_w", f"{name}_b"], [f"{name}_c"]))
    last = f"{name}_c"
    if name.startswith(("cls", "obj")):
        nodes.append(helper.make_node("Sigmoid", [last], [f"{name}_a"]))
        last = f"{name}_a"
    nodes.append(helper.make_node("Transpose", [last], [f"{name}_t"], perm=[0, 2, 3, 1]))
    nodes.append(helper.make_node("Reshape", [f"{name}_t", f"{name}_s"], [name]))


def finished(nodes: list, weights: list, outputs: dict) -> bytes:
    order = [outputs[f"{name}_{stride}"] for name in ("cls", "obj", "bbox", "kps") for stride in (8, 16, CELL)]
    given = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, 640, 640])
    graph = helper.make_graph(nodes, "marks", [given], order, weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=6).SerializeToString()


def drawn(label: str, number: int, side: int) -> np.ndarray:
    from mien.samples.faces import draw, sample_parameters

    return draw(sample_parameters(0, number, label), side)


def marked(*faces: tuple[str, int, int, int], height: int = 600, width: int = 900) -> np.ndarray:
    """A grey picture with drawn faces, each given by label, number, and the cell of its mark (column, row)."""
    scale = 480 / max(height, width)
    picture = np.full((height, width, 3), 120, np.uint8)
    for label, number, column, row in faces:
        left, top = ((CELL * at - 48) / scale for at in (column, row))
        mark = [slice(int(at), int(np.ceil(at + CELL / scale))) for at in (top, left)]
        picture[tuple(mark)] = (0, 255, 0)
        side = round(SIDE * CELL / scale)
        x, y = round(left + (CELL / scale - side) / 2), round(top + CELL / scale)
        picture[y : y + side, x : x + side] = drawn(label, number, side)
    return picture


def encoded(picture: np.ndarray, kind: str = "PNG", **settings: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, kind, **settings)
    return out.getvalue()


ONE = (("happy", 0, 8, 2),)
TWO = (("happy", 0, 4, 3), ("surprise", 2, 12, 2))


def chosen(*faces: tuple, name: str = "photo.png") -> dict[str, object]:
    """A file to choose, with these faces."""
    return {"name": name, "mimeType": "image/png", "buffer": encoded(marked(*faces))}


@pytest.fixture(scope="session")
def give() -> SimpleNamespace:
    """What the tests give to the page."""
    return SimpleNamespace(marked=marked, drawn=drawn, encoded=encoded, file=chosen, one=ONE, two=TWO)


@pytest.fixture(scope="session")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Start `mien serve`, one process for each way of starting it; its address comes back."""
    folder = tmp_path_factory.mktemp("serving")
    (folder / "marks.onnx").write_bytes(marks_net())
    log = (folder / "log").open("w")
    running: dict[tuple, tuple[subprocess.Popen, str]] = {}

    def start(*, finder: bool = True, key: str = "", inbox: Path | None = None, models: tuple[str, ...] = ()) -> str:
        asked = (finder, key, inbox, models)
        if asked not in running:
            environment = os.environ | ({"MIEN_YUNET": str(folder / "marks.onnx")} if finder else {})
            given = {
                "finder": str(folder / "marks.onnx") if finder else "",
                "key": key,
                "inbox": str(inbox) if inbox else "",
                "models": models,
            }
            command = [sys.executable, "-c", SERVE, json.dumps(given)]
            process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
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


@pytest.fixture(scope="session")
def net_parts() -> tuple[Callable[..., bytes], Callable[..., None]]:
    """What another made-up finder is put together from."""
    return finished, head
