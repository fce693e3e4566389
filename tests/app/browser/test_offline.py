"""After the first visit nothing is needed from the network, and nothing is asked of it but whether there is news."""

from __future__ import annotations

import pytest

from mien import app, faces
from mien.predict import model_file


@pytest.fixture(scope="module")
def asked():
    """Where requests of the visitor went, those of the service worker too."""
    return []


@pytest.fixture(scope="module")
def visitor(browser, asked):
    """Someone with a service worker."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.on("request", lambda request: asked.append(request.url))
    yield context
    context.close()


@pytest.fixture(scope="module")
def page(visitor, visit, serving):
    """The first visit."""
    opened = visit(visitor, serving())
    yield opened
    assert opened.troubles == []


def again(page):
    page.reload()
    page.wait_for_selector("#where[data-state=ready]")


def test_the_page_opens_and_answers_without_a_network(page, visitor, give):
    assert page.evaluate("navigator.serviceWorker.controller !== null")
    visitor.set_offline(True)
    again(page)
    assert page.evaluate("crossOriginIsolated")
    page.set_input_files("#choose", give.file(*give.one))
    page.wait_for_selector("#headline")
    assert "on this device" in page.inner_text("#answer-body")
    visitor.set_offline(False)


def test_no_request_leaves_the_origin(page, asked, serving, give):
    again(page)  # without an answer from before, whose button would be pressed
    page.set_input_files("#choose", give.file(*give.one))
    page.get_by_role("button", name="Which part mattered").click()
    page.wait_for_selector("canvas.heat")
    page.locator("#where input[value=server]").check(force=True)
    page.wait_for_selector("#answer-body:has-text('on the server')")
    assert len(asked) > 40
    assert any("/v1/predict?" in url for url in asked)
    assert [url for url in asked if not url.startswith((serving() + "/", "blob:", "data:"))] == []


def test_the_second_visit_fetches_nothing_but_the_news(page, visitor):
    answers = []
    visitor.on("response", lambda answer: answers.append((answer.url, answer.status, answer.from_service_worker)))
    again(page)
    bodies = [
        url for url, status, kept in answers if not kept and status == 200 and not url.endswith(("sw.js", "mien.json"))
    ]
    assert bodies == []


CARD = {"vendor/ort-card.mjs", "vendor/ort-wasm-simd-threaded.jspi.mjs", "vendor/ort-wasm-simd-threaded.jspi.wasm"}
PLAIN = {"vendor/ort.mjs", "vendor/ort-wasm-simd-threaded.mjs", "vendor/ort-wasm-simd-threaded.wasm"}


@pytest.mark.parametrize("other", [CARD, PLAIN], ids=["without a card", "with a card"])
def test_everything_the_first_visit_needs_is_five_megabytes_at_most(other):
    assets = app.assets()
    assert other <= set(assets)
    files = [asset.brotli or asset.gzip or asset.plain for path, asset in assets.items() if path not in other]
    finder = len(faces.fcos_bytes())
    total = sum(map(len, files)) + model_file("face-int8").stat().st_size + finder
    assert 3_000_000 < total < 5_000_000


def test_the_page_can_be_installed(desk):
    manifest = desk.evaluate("fetch('manifest.webmanifest').then((answer) => answer.json())")
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        answer = desk.request.get(desk.url + icon["src"])
        assert answer.ok
        assert answer.headers["content-type"] == icon["type"]
