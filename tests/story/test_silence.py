"""Mien asks the network for nothing, and writes nothing outside its own folders; whoever opens the socket, C++ too.

`watch.py` sees every packet in a network of the command's own. Telemetry is quiet in CI and where a test runs, by the
variables that it finds there, so commands get an environment with none of them.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import pytest
from PIL import Image

from mien import Predictor

DOCS = Path(__file__).parents[2] / "docs"
WATCH = str(Path(__file__).with_name("watch.py"))
ALONE = ("unshare", "--map-root-user", "--net", "--mount")
FORBIDDEN = (sys.executable, WATCH, "--forbid")
MIEN = (sys.executable, "-c", "from mien.cli import main; main()")
BAD_SYSTEM_CALL = (-31, 128 + 31)
XDG = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
# Starts a server, asks it for everything that the page asks for, and stops it.
ASK = """
import re, signal, subprocess, sys, urllib.request
from pathlib import Path
server = subprocess.Popen(sys.argv[2:], stderr=subprocess.PIPE, text=True)
address = next(filter(None, (re.search(r"http://[\\d.:]+", line) for line in server.stderr)))[0]
photo = Path(sys.argv[1]).read_bytes()
asked = [("/", None), ("/mien.json", None), ("/metrics", None), *[("/v1/predict", photo)] * 3, ("/v1/explain", photo)]
for path, data in asked:
    urllib.request.urlopen(address + path, data, timeout=60).read()
server.send_signal(signal.SIGTERM)
sys.exit(server.wait(60))
"""


def can_be_alone() -> bool:
    if sys.platform != "linux" or not all(shutil.which(name) for name in ("unshare", "ip", "mount")):
        return False
    return subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0


def can_be_forbidden() -> bool:
    if sys.platform != "linux":
        return False
    return subprocess.run([*FORBIDDEN, "true"], capture_output=True, check=False).returncode == 0


@dataclass(frozen=True)
class Seen:
    """What a command did."""

    code: int
    out: str
    err: str
    asked: list[str]
    outside: list[str]


class Watcher:
    """Runs commands in an empty home, each in a network of its own or, without the rights, forbidden to connect."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.alone = folder, can_be_alone()
        self.home, self.work = folder / "home", folder / "work"
        self.work.mkdir()

    def run(self, *command: object, **variables: str) -> Seen:
        shutil.rmtree(self.home, ignore_errors=True)
        places = {name: str(self.home / name.lower()) for name in ("HOME", "TMPDIR", *XDG)}
        for place in places.values():
            Path(place).mkdir(parents=True)
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "VIRTUAL_ENV") if name in os.environ}
        report = self.folder / "report.json"
        before = (*ALONE, sys.executable, WATCH, report) if self.alone else self.forbidden(command)
        done = subprocess.run(
            [*map(str, (*before, *command))],
            check=False,
            cwd=self.work,
            env=kept | places | variables,
            capture_output=True,
            text=True,
        )
        own = self.home / "xdg_cache_home" / "mien"
        files = [path for path in self.home.rglob("*") if not path.is_dir() and not path.is_relative_to(own)]
        outside = sorted(str(path.relative_to(self.home)) for path in files)
        return Seen(done.returncode, done.stdout, done.stderr, self.asked(report, done.returncode), outside)

    def forbidden(self, command: tuple[object, ...]) -> tuple[str, ...]:
        return () if command[1:3] == ("-c", ASK) else FORBIDDEN  # there only the server is

    def asked(self, report: Path, code: int) -> list[str]:
        if not self.alone:
            return ["somebody"] if code in BAD_SYSTEM_CALL else []
        found = json.loads(report.read_text("utf-8"))
        assert found["lost"] == 0
        return found["asked"]


@pytest.fixture
def watcher(tmp_path) -> Watcher:
    found = Watcher(tmp_path)
    if not found.alone and not can_be_forbidden():
        pytest.skip("this system lets nobody watch a network")
    return found


@pytest.fixture
def photo_file(clear_face, photo, tmp_path) -> Path:
    path = tmp_path / "photo.png"
    Image.fromarray(photo((clear_face(1, 240), 160, 90))).save(path)
    return path


C = "import ctypes; ctypes.CDLL(None).getaddrinfo(b'telemetry.example', b'443', None, ctypes.byref(ctypes.c_void_p()))"
CALL = "import socket; socket.socket().connect_ex(('198.51.100.7', 443))"
SEND = "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('203.0.113.9', 514))"
NEIGHBOUR = """
import socket
here = socket.create_server(("127.0.0.1", 0))
socket.create_connection(here.getsockname()).send(b"x" * 10_000)
"""


@pytest.mark.parametrize(
    ("code", "asked"),
    [
        (C, ["name telemetry.example"]),
        (CALL, ["tcp 198.51.100.7:443"]),
        (SEND, ["udp 203.0.113.9:514"]),
        (NEIGHBOUR, []),
    ],
)
def test_the_watch_sees_who_is_asked_from_c_too(watcher, code, asked):
    if not watcher.alone and code in (SEND, NEIGHBOUR):
        pytest.skip("forbidding sees connections alone, and all of them")
    assert watcher.run(sys.executable, "-c", code).asked == (asked if watcher.alone else ["somebody"])


def test_the_watch_sees_what_is_left_behind(watcher):
    code = "import tempfile, pathlib; pathlib.Path('~/.me').expanduser().touch(); tempfile.mkstemp(suffix='.queue')"
    outside = watcher.run(sys.executable, "-c", code).outside
    assert len(outside) == 2
    assert outside[0] == "home/.me"
    assert outside[1].startswith("tmpdir/")
    assert outside[1].endswith(".queue")


@pytest.mark.skipif(
    [*map(int, version("onnxruntime").split(".")[:2])] < [1, 31], reason="this ONNX Runtime has no telemetry"
)
def test_the_watch_would_see_telemetry_that_is_on(watcher, small_run, small_faces):
    """What all other tests here would see without `mien.core.telemetry`: the person's own word is left as it is."""
    picture = small_faces / "happy" / "00.png"
    seen = watcher.run(*MIEN, "predict", picture, "--model", small_run.model, ORT_DISABLE_TELEMETRY="0")
    assert [path for path in seen.outside if "onnxruntime" in path]


def quiet(seen: Seen) -> bool:
    assert seen.code == 0, seen.err
    assert (seen.asked, seen.outside) == ([], [])
    return True


def test_a_prediction_asks_nobody_and_leaves_nothing(watcher, small_run, small_faces):
    picture = small_faces / "happy" / "00.png"
    seen = watcher.run(*MIEN, "predict", picture, "--model", small_run.model, "--json", "--show", "answer.png")
    assert quiet(seen)
    assert [path.name for path in watcher.work.iterdir()] == ["answer.png"]


def test_faces_are_found_without_a_word_to_anybody(watcher, photo_file):
    seen = watcher.run(*MIEN, "predict", photo_file, "--json")
    assert quiet(seen)
    assert json.loads(seen.out)["faces"]


def test_a_file_that_is_fetched_because_it_was_named_is_announced_first(watcher, photo_file):
    seen = watcher.run(*MIEN, "predict", photo_file, "--detector", "yunet")
    assert seen.asked == (["name github.com"] if watcher.alone else ["somebody"])
    assert seen.err.startswith("mien: The face detector YuNet is not here yet. Fetching it once (232 kB) from https://")
    assert seen.outside == []


def test_a_server_announces_it_in_its_log(watcher, photo_file):
    named = ("serve", "--detector", "yunet", "--port")
    seen = watcher.run(*MIEN, *named, "-1")
    assert "not here yet" not in seen.err  # refused before
    command = (*(() if watcher.alone else FORBIDDEN), *MIEN, *named, 0)
    seen = watcher.run(
        sys.executable,
        "-c",
        ASK.replace("text=True)", "text=True); print(server.stderr.readline())"),
        photo_file,
        *command,
    )
    said = json.loads(seen.out.splitlines()[0])
    assert said["event"] == "server"
    assert said["what"].startswith("The face detector YuNet is not here yet. Fetching it once (232 kB) from https://")


def test_a_server_asks_nobody_and_leaves_nothing(watcher, photo_file):
    command = (*(() if watcher.alone else FORBIDDEN), *MIEN, "serve", "--port", 0)
    assert quiet(watcher.run(sys.executable, "-c", ASK, photo_file, *command))


def test_a_training_and_its_exports_ask_nobody_and_leave_nothing(watcher, small_faces):
    settings = ("--folds", 1, "--model", "report", "--size", 24, "--epochs", 1, "--batch", 8)
    assert quiet(watcher.run(*MIEN, "run", small_faces, *settings, "--out", "runs/a"))
    assert quiet(watcher.run(*MIEN, "export", "runs/a", "--to", "litert"))
    assert (watcher.work / "runs" / "a" / "model.onnx").is_file()
    assert [path.name for path in watcher.work.iterdir()] == ["runs"]


def test_a_search_asks_nobody_and_leaves_nothing(watcher, small_faces):
    settings = ("--model", "report", "--size", 24, "--epochs", 1, "--batch", 8, "--trials", 1, "--again", 1)
    assert quiet(watcher.run(*MIEN, "tune", small_faces, *settings, "--out", "runs/tuned"))
    assert [path.name for path in watcher.work.iterdir()] == ["runs"]


def test_the_file_without_mien_asks_nobody_and_leaves_nothing(watcher, small_run, small_faces):
    """The tutorial's own lines, with the runtime alone."""
    (code,) = re.findall(r"(?ms)^```python\n(import json.*?)^```$", (DOCS / "tutorial.md").read_text("utf-8"))
    (watcher.work / "runs" / "happy-sad").mkdir(parents=True)
    shutil.copy(small_run.model, watcher.work / "runs" / "happy-sad" / "model.onnx")
    Image.open(small_faces / "happy" / "00.png").save(watcher.work / "photo.jpg", quality=100)
    seen = watcher.run(sys.executable, "-c", code)
    assert quiet(seen)
    wanted = Predictor(small_run.model).predict(watcher.work / "photo.jpg").probabilities
    assert ast.literal_eval(seen.out) == pytest.approx(wanted, abs=0.01)


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.name)
def test_no_example_lets_the_runtime_report(page):
    text = page.read_text("utf-8")
    for body in re.findall(r"(?ms)^```python\n(.*?)^```$", text):
        before, found, _ = body.partition("import onnxruntime")
        assert not found or 'os.environ["ORT_DISABLE_TELEMETRY"] = "1"' in before
    for body in re.findall(r"(?ms)^```(?:ini|dockerfile)\n(.*?)^```$", text):
        assert "ORT_DISABLE_TELEMETRY=1" in body
        assert "MIEN_OFFLINE=1" in body


def imported(*names: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    code = f"import {', '.join(names)}, os; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    return subprocess.run(
        [sys.executable, "-c", code], env=kept | variables, capture_output=True, text=True, check=True
    )


@pytest.mark.parametrize(("given", "left"), [("", "1"), ("0", "0"), ("true", "true")])
def test_importing_mien_turns_telemetry_off_unless_the_person_has_decided(given, left):
    assert imported("mien", ORT_DISABLE_TELEMETRY=given).stdout.strip() == left


@pytest.mark.parametrize(
    ("number", "said"), [("1.30.9", 0), ("1.31.0", 1), ("1.40.0.dev2", 1), ("2.0.0", 1), ("unknown", 0)]
)
def test_who_imports_onnxruntime_first_is_told(number, said, tmp_path, monkeypatch):
    (tmp_path / "onnxruntime.py").write_text(f"__version__ = '{number}'")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    found = imported("onnxruntime", "mien")
    assert found.stderr.count("RuntimeWarning: onnxruntime was imported before mien, so its telemetry is on") == said
    assert imported("onnxruntime", "mien", ORT_DISABLE_TELEMETRY="1").stderr == ""
    assert imported("mien", "onnxruntime").stderr == ""
