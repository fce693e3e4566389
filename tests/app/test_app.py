"""The page's files as the server and the export get them."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pytest

from mien import app, html
from mien.app import _app

HERE = Path(_app.__file__).parent
ASSETS = app.assets(app.KINDS)


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
    found = _app._read.__wrapped__(("picture",))
    assert "index.html" in found
    assert not any(path.startswith("vendor/") for path in found)


def test_an_interrupted_build_is_no_build(monkeypatch, tmp_path):
    (tmp_path / "browser").symlink_to(HERE / "browser")
    (tmp_path / "packed" / "vendor").mkdir(parents=True)
    (tmp_path / "packed" / "vendor" / "ort.mjs.br").write_bytes(b"half")
    monkeypatch.setattr(_app, "_HERE", tmp_path)
    assert "vendor/ort.mjs" not in _app._read.__wrapped__(("picture",))


WORDS = {"strings.js": "export const say", "kinds/sound/words.js": "export const words"}
SAID = {
    path: dict(
        re.findall(r"^  (\w+)[:,](.*(?:\n    .*)*)", ASSETS[path].plain.decode().partition(begin)[2], re.MULTILINE)
    )
    for path, begin in WORDS.items()
}


def used(page: str, kind: str) -> set[str]:
    """The words that a page and its scripts name."""
    found = set(re.findall(r'data-say="(\w+)"', ASSETS[page].plain.decode()))
    for path, asset in app.assets([kind]).items():
        if path.endswith(".js") and not path.startswith("vendor/"):
            found |= set(re.findall(r"\bsay\.(\w+)", asset.plain.decode()))
    return found


def test_every_word_of_the_page_is_in_one_file():
    """What the page says stands in strings.js, but for its title and what it says without scripts; of sounds beside."""
    pictures, sounds = used("picture.html", "picture"), used("sound.html", "sound")
    common, own = set(SAID["strings.js"]), set(SAID["kinds/sound/words.js"])
    assert pictures - common == set()
    assert sounds - common - own == set()
    assert common - pictures == set()
    assert own - sounds == set()


def test_what_a_page_says_at_once_stands_in_it():
    for kind, name, first in (("picture", "drop", "Drop a photo"), ("sound", "drop", "Say a sentence")):
        page = ASSETS[f"{kind}.html"].plain.decode()
        assert re.search(rf'data-say="{name}">{first}', page)
        assert re.findall(r'data-say="\w+"[^>]*></', page) == []


def test_a_page_of_sounds_says_nothing_of_pictures():
    """What only pages of pictures load may speak of them: the camera, boxes, frames and maps."""
    apart = {
        "picture.js",
        "kinds/picture.js",
        *(f"view/{name}.js" for name in ("boxes", "camera", "frame", "heat", "live")),
    }
    loaded = {path for path in ASSETS if path.endswith(".js") and not path.startswith("vendor/")} - apart
    said = {word for path in loaded for word in re.findall(r"\bsay\.(\w+)", ASSETS[path].plain.decode())}
    said |= set(re.findall(r'data-say="(\w+)"', ASSETS["sound.html"].plain.decode()))
    for word in (
        said
        - set(SAID["kinds/sound/words.js"])
        - {"wholeDone", "wholeAnswered", "wholeModel", "face", "faces", "group", "notAFace", "notAFaceSays"}
    ):
        assert not re.search(r"\b(photo|picture|face|camera)s?\b", SAID["strings.js"][word]), word
    assert not re.search(
        r"\b(photo|picture|camera)s?\b", re.sub("picture.html|id=.picture.", "", ASSETS["sound.html"].plain.decode())
    )


def test_each_kind_has_its_page_and_none_has_the_other_s_files():
    for kind, other in (("picture", "sound"), ("sound", "picture")):
        alone = app.assets([kind])
        assert next(iter(alone)) == "index.html"
        assert alone["index.html"].plain == alone[f"{kind}.html"].plain == ASSETS[f"{kind}.html"].plain
        assert not [path for path in alone if path.startswith((f"{other}.", f"kinds/{other}"))]
    assert app.assets(["sound", "picture"])["index.html"].plain == ASSETS["sound.html"].plain
    assert {"sound.html", "picture.html", "kinds/sound/example.mp3"} <= set(ASSETS)


def test_the_example_is_the_one_that_we_synthesise():
    """What the page answers first is no person: it is the clip that app/make_example.py makes."""
    from mien import kinds

    place = Path(__file__).parents[2] / "app" / "make_example.py"
    scope = {"__file__": str(place), "__name__": "make_example"}
    exec(compile(place.read_text("utf-8"), place, "exec"), scope)  # noqa: S102 - our own, beside the package
    sound, stored = kinds.kind("sound"), ASSETS["kinds/sound/example.mp3"].plain
    assert b"synthesised by Mien" in stored
    assert len(stored) < 16_000
    found, wanted = sound.decode(stored), sound.convert((scope["RATE"], scope["spoken"]()))
    length = min(len(found), len(wanted))
    assert np.corrcoef(found[:length], wanted[:length])[0, 1] > 0.98


def test_the_page_asks_for_nothing_elsewhere():
    for path, asset in ASSETS.items():
        if not path.startswith(("vendor/", "icons/")) and not path.endswith((".png", ".mp3")):
            addresses = set(re.findall(rb"https?://[^\s\"'<>)]+", asset.plain))
            assert addresses <= {b"http://www.w3.org/2000/svg"}, path  # a name, which nobody fetches


def test_the_page_has_no_inline_style_or_script():
    for page in ("picture.html", "sound.html"):
        text = ASSETS[page].plain.decode()
        assert "style=" not in text
        assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []
        assert re.findall(r"\son\w+=", text) == []


def test_the_page_only_says_looks():
    """Never "is happy"."""
    for path in WORDS:
        words = ASSETS[path].plain.decode()
        assert "!" not in re.sub(r"!==?|!\w", "", words)
        assert not re.search(r"\bis (happy|sad|angry|afraid|surprised)", words)


@pytest.mark.parametrize(
    "path", sorted(path for path in ASSETS if path.endswith((".js", ".css")) and "/vendor" not in path)
)
def test_files_stay_small(path):
    if not path.startswith("vendor/") and path != "sw.js":
        assert ASSETS[path].plain.count(b"\n") <= 250
