"""The page's files as the server and the export get them."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

from mien import app, html
from mien.app import _app

HERE = Path(_app.__file__).parent
ASSETS = app.assets()


def test_the_page_comes_first_and_everything_has_a_type():
    assert next(iter(ASSETS)) == "index.html"
    types = {path: asset.media_type for path, asset in ASSETS.items()}
    assert types["main.js"] == "text/javascript; charset=utf-8"
    assert types["manifest.webmanifest"] == "application/manifest+json"
    assert types["icons/mien-192.png"] == "image/png"
    assert all(asset.path == path for path, asset in ASSETS.items())


@pytest.mark.parametrize("path", sorted(ASSETS))
def test_every_form_of_a_file_is_the_same_content(path):
    asset = ASSETS[path]
    assert asset.plain
    assert re.fullmatch("[0-9a-f]{32}", asset.etag)
    assert asset.etag == hashlib.sha256(asset.plain).hexdigest()[:32]
    if asset.gzip is not None:
        assert gzip.decompress(asset.gzip) == asset.plain
        assert len(asset.gzip) < len(asset.plain)


def test_the_runtime_is_packed_small():
    runtime = ASSETS["vendor/ort-wasm-simd-threaded.wasm"]
    assert runtime.media_type == "application/wasm"
    assert runtime.plain[:4] == b"\0asm"
    assert len(runtime.brotli) < 2_400_000


def test_the_style_of_the_reports_is_the_pages():
    assert ASSETS["page.css"].plain == html.stylesheet("page.css").encode()


def test_the_service_worker_knows_every_file_and_its_version():
    head, _, rest = ASSETS["sw.js"].plain.decode().partition(";\n")
    listed = json.loads(head.removeprefix("const FILES = "))
    assert listed == {path: asset.etag for path, asset in ASSETS.items() if path != "sw.js"}
    assert rest == (HERE / "browser" / "sw.js").read_text("utf-8")


def test_without_the_build_there_is_still_a_page(monkeypatch, tmp_path):
    (tmp_path / "browser").symlink_to(HERE / "browser")
    monkeypatch.setattr(_app, "_HERE", tmp_path)
    found = _app._read.__wrapped__()
    assert "index.html" in found
    assert not any(path.startswith("vendor/") for path in found)


def test_an_interrupted_build_is_no_build(monkeypatch, tmp_path):
    (tmp_path / "browser").symlink_to(HERE / "browser")
    (tmp_path / "packed" / "vendor").mkdir(parents=True)
    (tmp_path / "packed" / "vendor" / "ort.mjs.br").write_bytes(b"half")
    monkeypatch.setattr(_app, "_HERE", tmp_path)
    assert "vendor/ort.mjs" not in _app._read.__wrapped__()


def test_every_word_of_the_page_is_in_one_file():
    """What the page says stands in strings.js, but for its title and what it says without scripts."""
    _, _, words = ASSETS["strings.js"].plain.decode().partition("export const say")
    said = set(re.findall(r"^  (\w+)[:,]", words, re.MULTILINE))
    named = set(re.findall(r'data-say="(\w+)"', ASSETS["index.html"].plain.decode()))
    used = set()
    for path, asset in ASSETS.items():
        if path.endswith(".js") and not path.startswith("vendor/"):
            used |= set(re.findall(r"\bsay\.(\w+)", asset.plain.decode()))
    assert (named | used) - said == set()
    assert said - (named | used) == set()


def test_the_page_asks_for_nothing_elsewhere():
    for path, asset in ASSETS.items():
        if not path.startswith(("vendor/", "icons/")) and not path.endswith(".png"):
            addresses = re.findall(rb"https?://[^\s\"'<>)]+", asset.plain)
            assert addresses == [], path


def test_the_page_has_no_inline_style_or_script():
    text = ASSETS["index.html"].plain.decode()
    assert "style=" not in text
    assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []
    assert re.findall(r"\son\w+=", text) == []


def test_the_page_only_says_looks():
    """Never "is happy"."""
    words = ASSETS["strings.js"].plain.decode()
    assert "!" not in re.sub(r"!==?|!\w", "", words)
    assert not re.search(r"\bis (happy|sad|angry|afraid|surprised)", words)


@pytest.mark.parametrize(
    "path", sorted(path for path in ASSETS if path.endswith((".js", ".css")) and "/vendor" not in path)
)
def test_files_stay_small(path):
    if not path.startswith("vendor/") and path != "sw.js":
        assert ASSETS[path].plain.count(b"\n") <= 250
