"""The page with a model inside: a folder of plain files, whole or not there, and nobody else's files in danger."""

from __future__ import annotations

import dataclasses
import functools
import gzip
import hashlib
import http.server
import json
import shutil
import threading
import urllib.request
from pathlib import Path

import pytest

from mien import Predictor, app, export, faces, pipeline
from mien.core.errors import MissingPartError, SettingError, StorageError
from mien.core.onnx_metadata import LINEAGE_KEY, without
from mien.core.types import InputContract
from mien.core.validation_answers import VALIDATION_KEY

HERE = Path(export.__file__).parent
CONTRACT = InputContract(("happy", "sad"), 48)


class Page:
    """Stands in for the page's files: these tests are about the folder."""

    def __init__(self, path, plain):
        self.path, self.plain, self.brotli = path, plain, b"small"
        self.gzip = gzip.compress(plain) if len(plain) > 20 else None


FILES = {name: Page(name, name.encode() * 4) for name in ("index.html", "sw.js", "engine/resize.js", "vendor/ort.mjs")}


@pytest.fixture
def page(monkeypatch):
    """A small page, so that no test has to write the runtime."""
    monkeypatch.setattr(app, "assets", lambda kinds: FILES)


@pytest.fixture
def models():
    whole, small = b"a model file", b"in 8 bits"
    first = app.PageModel("smile", CONTRACT, whole, "# Card", {"sentence": "Right."})
    return [first, app.PageModel("smile-int8", CONTRACT, small)]


def held(folder):
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.usefixtures("page")
def test_the_folder_holds_page_model_detector_and_what_binds_them(models, tmp_path):
    folder = export.write_site(models, tmp_path / "site", version="1.2.3", detector=b"a detector")
    found = held(folder)
    assert {"index.html", "index.html.br", "index.html.gz", "engine/resize.js", "vendor/ort.mjs"} <= set(found)
    assert {"sw.js", "sw.js.br"} <= set(found)
    assert "example.html" in found
    assert "sw.js.gz" not in found  # compressing it saves nothing
    config = json.loads(found["mien.json"])
    assert (config["server"], config["version"], config["default"], config["device"]) == (
        *(False, "1.2.3", "smile"),
        "smile-int8",
    )
    for one in [*config["models"], config["finder"]]:
        assert hashlib.sha256(found[one["file"]]).hexdigest() == one["sha256"]
    assert config["models"][0]["contract"] == json.loads(CONTRACT.to_json())
    for line in found["SHA256SUMS"].decode().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256(found.pop(name)).hexdigest() == digest
    assert set(found) == {"SHA256SUMS"}
    assert folder.stat().st_mode & 0o777 == 0o755


@pytest.mark.usefixtures("page")
def test_without_a_detector_the_page_is_told_so(models, tmp_path):
    folder = export.write_site(models, tmp_path / "site", version="1")
    assert json.loads((folder / "mien.json").read_text())["finder"] is None
    assert not (folder / "models" / "finder.onnx").exists()


@pytest.mark.usefixtures("page")
def test_a_model_of_faces_brings_the_face_check(models, tmp_path):
    cut = dataclasses.replace(models[0], contract=dataclasses.replace(CONTRACT, inputs="faces"))
    folder = export.write_site([cut], tmp_path / "site", version="1")
    check = json.loads((folder / "mien.json").read_text())["check"]
    assert hashlib.sha256((folder / check["file"]).read_bytes()).hexdigest() == check["sha256"]
    whole = export.write_site(models, tmp_path / "whole", version="1")
    assert json.loads((whole / "mien.json").read_text())["check"] is None


@pytest.mark.usefixtures("page")
def test_an_earlier_export_is_replaced_as_a_whole(models, tmp_path):
    folder = export.write_site(models, tmp_path / "site", version="1", detector=b"a detector")
    export.write_site(models[1:], folder, version="2")
    assert not (folder / "models" / "smile.onnx").exists()
    assert not (folder / "models" / "finder.onnx").exists()
    assert json.loads((folder / "mien.json").read_text())["version"] == "2"
    assert [file.name for file in tmp_path.iterdir()] == ["site"]


@pytest.mark.usefixtures("page")
def test_what_somebody_else_put_there_is_not_touched(models, tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    export.write_site(models, folder, version="1")  # an empty folder is as good as none
    (folder / "CNAME").write_text("faces.example")
    with pytest.raises(SettingError, match=r"holds 'CNAME', which no export wrote. Expected: a new folder"):
        export.write_site(models, folder, version="2")
    assert json.loads((folder / "mien.json").read_text())["version"] == "1"
    with pytest.raises(SettingError, match=r"is a file. Expected: a folder"):
        export.write_site(models, folder / "CNAME", version="2")
    other = tmp_path / "other"
    other.mkdir()
    (other / "link").symlink_to(folder)
    with pytest.raises(SettingError, match="holds 'link'"):
        export.write_site(models, other, version="2")


@pytest.mark.usefixtures("page")
def test_a_link_to_a_folder_stays_one(models, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "site").symlink_to(tmp_path / "real")
    for version in ("1", "2"):
        export.write_site(models, tmp_path / "site", version=version)
    assert (tmp_path / "site").is_symlink()
    assert json.loads((tmp_path / "real" / "mien.json").read_text())["version"] == "2"


@pytest.mark.usefixtures("page")
def test_a_full_disk_leaves_the_page_that_was_there(models, tmp_path, no_room):
    folder = export.write_site(models, tmp_path / "site", version="1")
    before = held(folder)
    with no_room(300), pytest.raises(StorageError, match=r"site' could not be written"):
        export.write_site([app.PageModel("smile", CONTRACT, b"x" * 1000)], folder, version="2")
    assert held(folder) == before
    assert [file.name for file in tmp_path.iterdir()] == ["site"]


@pytest.mark.usefixtures("page")
def test_a_swap_that_fails_brings_the_old_page_back(models, tmp_path, monkeypatch):
    folder = export.write_site(models, tmp_path / "site", version="1")
    before = held(folder)
    real = type(folder).rename

    def rename(self, target):
        if self.name.startswith(".writing-"):
            raise PermissionError(13, "no")
        return real(self, target)

    monkeypatch.setattr(type(folder), "rename", rename)
    with pytest.raises(StorageError, match="you may not write there"):
        export.write_site(models, folder, version="2")
    assert held(folder) == before
    assert [file.name for file in tmp_path.iterdir()] == ["site"]


def test_without_the_runtime_there_is_no_page(models, tmp_path, monkeypatch):
    monkeypatch.setattr(app, "assets", lambda kinds: {"index.html": FILES["index.html"]})
    with pytest.raises(MissingPartError, match=r"runtime is not built here. Install Mien from a wheel, or build it"):
        export.write_site(models, tmp_path / "site", version="1")
    assert not list(tmp_path.iterdir())


@pytest.mark.usefixtures("page")
def test_a_run_becomes_a_page(small_run, tmp_path):
    made = pipeline.deliver(small_run, "web", tmp_path / "site")
    config = json.loads((tmp_path / "site" / "mien.json").read_text())
    (model,) = config["models"]
    assert (model["name"], model["labels"], model["size"]) == ("small", ["angry", "happy", "sad"], 24)
    whole = small_run.model.read_bytes()
    plain = without(without(whole, LINEAGE_KEY), VALIDATION_KEY)  # what it was trained on is no visitor's business
    assert (tmp_path / "site" / model["file"]).read_bytes() == plain
    assert model["said"].startswith(Predictor(small_run.model).scores["sentence"] + " Good for: ")
    assert config["colours"].keys() == {"angry", "happy", "sad"}
    assert "python -m http.server" in made.sentences[0]
    assert (tmp_path / "site" / config["finder"]["file"]).read_bytes() == faces.fcos_bytes()


@pytest.mark.usefixtures("page")
def test_in_8_bits_the_page_takes_the_smaller_file(small_run, tmp_path):
    run = type(small_run)(shutil.copytree(small_run.folder, tmp_path / "My Run"))
    made = pipeline.deliver(run, "web", int8=True)
    config = json.loads((run.folder / "web" / "mien.json").read_text())
    assert [model["name"] for model in config["models"]] == ["my-run", "my-run-int8"]
    assert config["device"] == "my-run-int8"
    assert made.files == (run.folder / "web",)
    assert made.sentences[0].startswith("In 8 bits")


HEARD = InputContract(("calm", "sad"), 16_000, kind="sound", shape=(16_000,), dtype="float32")


def test_a_model_of_sounds_has_the_page_for_sounds(tmp_path):
    if "vendor/ort.mjs" not in app.assets():
        pytest.skip("the page's runtime is not built here: node app/build.mjs")
    folder = export.write_site([app.PageModel("voice", HEARD, b"a model file")], tmp_path / "site", version="1")
    assert "What does this voice sound like?" in (folder / "index.html").read_text("utf-8")
    assert "A clip of a voice" in (folder / "example.html").read_text("utf-8")
    assert 'from "./kinds/sound/sample.js"' in (folder / "example.js").read_text("utf-8")
    assert (folder / "kinds" / "sound" / "example.mp3").is_file()
    assert not [*folder.rglob("*picture*")]
    config = json.loads((folder / "mien.json").read_text())
    assert (config["finder"], config["limits"]["seconds"], config["models"][0]["kind"]) == (None, 600, "sound")


EXAMPLES = {
    "example": ("vendor/ort.mjs", "engine/resize.js", "engine/answer.js", "view/words.js"),
    "example_sound": ("vendor/ort.mjs", "kinds/sound/sample.js", "kinds/sound/rows.js", "view/words.js"),
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_example_uses_what_the_page_has(example):
    html, script = ((HERE / f"{example}.{ending}").read_text("utf-8") for ending in ("html", "js"))
    assert "<script type" in html
    assert "style=" not in html
    assert not any(f"on{event}=" in html for event in ("click", "change", "load"))  # a strict policy forbids them
    for name in EXAMPLES[example]:
        assert f'"./{name}"' in script
        assert name in app.assets(app.KINDS)
    assert len([line for line in script.splitlines() if line.strip() and not line.startswith("//")]) <= 28


class Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_any_host_can_serve_it(models, tmp_path):
    """Python's own server stands for any host; the runtime must come with the type that a browser compiles."""
    if "vendor/ort.mjs" not in app.assets():
        pytest.skip("the page's runtime is not built here: node app/build.mjs")
    folder = export.write_site(models, tmp_path / "site", version="1")
    handler = functools.partial(Silent, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for name, kind in (("", "text/html"), ("vendor/ort-wasm-simd-threaded.wasm", "application/wasm")):
            with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/{name}") as answer:
                assert answer.headers["Content-Type"].startswith(kind)
                assert answer.read()
        server.shutdown()
