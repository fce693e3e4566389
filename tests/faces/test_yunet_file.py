"""YuNet's file: given, cached, or fetched once, from a server on this machine; and every way in which that fails."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mien import faces
from mien.core.errors import StorageError
from mien.core.files import cache_folder
from mien.faces import _fetch

RIGHT = b"the right file " * 100


class Server:
    """Answers every request in one way, and counts them."""

    def __init__(self):
        self.asked, self.way, self.data = 0, "good", RIGHT
        self.gone = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):
                outer.asked += 1
                outer.answer(self)

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,))
        self.thread.start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.http.server_address[1]}/model.onnx"

    def answer(self, request):
        if self.way == "silent":
            self.gone.wait(60)
            return
        if self.way == "moved" and request.path != "/there":
            request.send_response(302)
            request.send_header("Location", "/there")
            request.end_headers()
            return
        request.send_response(int(self.way) if self.way.isdigit() else 200)
        request.send_header("Content-Length", str(len(self.data)))
        request.end_headers()
        if self.way == "drips":
            for byte in self.data:
                if self.gone.wait(0.05):
                    return
                request.wfile.write(bytes([byte]))
            return
        request.wfile.write(self.data[: len(self.data) // 2] if self.way == "cut off" else self.data)

    def close(self):
        self.gone.set()
        self.http.shutdown()
        self.thread.join()
        self.http.server_close()


@pytest.fixture
def server(expect, monkeypatch, tmp_path):
    """A server of what is expected; the cache is empty, the network is there."""
    expect(RIGHT)
    found = Server()
    monkeypatch.setattr(_fetch, "URL", found.address)
    monkeypatch.setattr(_fetch, "PATIENCE", 20)  # a busy machine may take long to answer
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.delenv("MIEN_OFFLINE")
    yield found
    found.close()


def stored():
    """The names in the cache."""
    return sorted(path.name for path in cache_folder().glob("*"))


@pytest.mark.parametrize("way", ["good", "moved"])
def test_the_right_file_is_fetched_once_and_kept(server, tmp_path, way):
    server.way = way
    path = _fetch.yunet_file()
    assert path == tmp_path / "cache" / "mien" / "toy.onnx"
    assert path.read_bytes() == RIGHT
    asked = server.asked
    assert _fetch.yunet_file() == path
    assert (server.asked, stored()) == (asked, ["toy.onnx"])


def test_it_is_said_before_it_happens_and_only_then(server, caplog):
    asked = []
    server.answer = lambda request: (asked.append([*caplog.messages]), Server.answer(server, request))
    _fetch.yunet_file()
    _fetch.yunet_file()
    said = (
        "The face detector YuNet is not here yet. Fetching it once (1 kB) from "
        f"{server.address} into {cache_folder()}. MIEN_OFFLINE=1 forbids it."
    )
    assert asked == [[said]]
    assert [(record.name, record.levelname, record.message) for record in caplog.records] == [("mien", "WARNING", said)]


def test_it_is_said_on_standard_error_to_whoever_uses_python(server):
    code = f"from mien.faces import _fetch; _fetch.URL = {server.address!r}\n"
    code += "try: _fetch.yunet_file()\nexcept _fetch.MienError: 0"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.startswith("The face detector YuNet is not here yet. Fetching it once (232 kB) from")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("data", [RIGHT[:-1], RIGHT + b"!", RIGHT[:-1] + b"?", b"", b"<html>not found</html>"])
def test_another_file_is_refused_and_not_kept(server, data):
    server.data = data
    with pytest.raises(StorageError, match=r"could not be fetched \(what came is another file\)"):
        _fetch.yunet_file()
    assert stored() == ["toy.failed"]


@pytest.mark.parametrize("way", ["404", "403", "500", "503", "cut off", "silent"])
def test_a_server_that_fails_is_answered_with_a_sentence(server, monkeypatch, way):
    server.way = way
    if way == "silent":
        monkeypatch.setattr(_fetch, "PATIENCE", 0.2)
    begun = time.monotonic()
    with pytest.raises(
        StorageError, match=r"YuNet is not in .*cache/mien and could not be fetched \(.+\)\. .*MIEN_YUNET"
    ):
        _fetch.yunet_file()
    assert time.monotonic() - begun < 30  # a silent one would be waited for 60 s
    assert stored() == ["toy.failed"]


def test_a_server_that_drips_is_given_up(server, monkeypatch):
    server.way = "drips"
    monkeypatch.setattr(_fetch, "LONGEST", 0.3)
    began = time.monotonic()
    with pytest.raises(StorageError, match=r"took more than 0.3 seconds"):
        faces.detector("yunet")
    assert time.monotonic() - began < 20  # the whole file would take 70


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/none", "http://no-such-host.invalid/none", "nonsense", "http://[", "ftp://127.0.0.1:9/"],
)
def test_an_address_where_nobody_is_is_answered_with_a_sentence(server, monkeypatch, address):
    monkeypatch.setattr(_fetch, "URL", address)
    with pytest.raises(StorageError, match="could not be fetched"):
        _fetch.yunet_file()


def test_who_failed_once_does_not_ask_for_an_hour(server):
    server.way = "500"
    for _ in range(2):
        with pytest.raises(StorageError):
            _fetch.yunet_file()
    assert server.asked == 1
    server.way = "good"
    with pytest.raises(StorageError, match="the last attempt failed less than an hour ago"):
        _fetch.yunet_file()
    earlier = time.time() - _fetch.AGAIN - 1
    os.utime(cache_folder() / "toy.failed", (earlier, earlier))
    assert _fetch.yunet_file().read_bytes() == RIGHT
    assert server.asked == 2


def test_a_failed_attempt_does_not_hide_a_file_that_was_put_there(server):
    server.way = "500"
    with pytest.raises(StorageError):
        _fetch.yunet_file()
    (cache_folder() / "toy.onnx").write_bytes(RIGHT)
    assert _fetch.yunet_file().read_bytes() == RIGHT


@pytest.mark.parametrize("damage", [RIGHT[:50], b"", RIGHT + b"more", RIGHT.upper()])
def test_a_damaged_file_in_the_cache_is_fetched_anew(server, damage):
    cache_folder().mkdir(parents=True)
    (cache_folder() / "toy.onnx").write_bytes(damage)
    assert _fetch.yunet_file().read_bytes() == RIGHT
    assert server.asked == 1


def test_offline_nobody_is_asked_and_nothing_is_remembered(server, monkeypatch):
    monkeypatch.setenv("MIEN_OFFLINE", "1")
    with pytest.raises(StorageError, match="MIEN_OFFLINE is set"):
        _fetch.yunet_file()
    assert (server.asked, stored()) == (0, [])
    monkeypatch.setenv("MIEN_OFFLINE", "")
    assert _fetch.yunet_file().read_bytes() == RIGHT


def test_offline_a_file_in_the_cache_is_used(server, monkeypatch):
    path = _fetch.yunet_file()
    monkeypatch.setenv("MIEN_OFFLINE", "1")
    assert _fetch.yunet_file() == path


def test_a_file_that_is_given_is_used_and_nobody_is_asked(server, monkeypatch, tmp_path):
    (tmp_path / "mine.onnx").write_bytes(RIGHT)
    monkeypatch.setenv("MIEN_YUNET", str(tmp_path / "mine.onnx"))
    assert _fetch.yunet_file() == tmp_path / "mine.onnx"
    assert (server.asked, stored()) == (0, [])


def test_a_file_that_is_given_and_wrong_is_answered_and_nobody_is_asked(server, monkeypatch, tmp_path):
    monkeypatch.setenv("MIEN_YUNET", str(tmp_path / "none.onnx"))
    with pytest.raises(StorageError, match=r"none.onnx' cannot be read \(No such file or directory\)"):
        _fetch.yunet_file()
    (tmp_path / "none.onnx").write_bytes(b"another model")
    with pytest.raises(StorageError, match=r"none.onnx' is not YuNet's file. Expected: toy.onnx, 1,500 bytes, SHA-256"):
        _fetch.yunet_file()
    monkeypatch.setenv("MIEN_YUNET", str(tmp_path))
    with pytest.raises(StorageError, match="cannot be read"):
        _fetch.yunet_file()
    assert server.asked == 0


@pytest.mark.parametrize("cache", ["/dev/full", "/proc"])
def test_a_cache_that_cannot_be_written_is_answered_with_a_sentence(server, monkeypatch, cache):
    monkeypatch.setenv("XDG_CACHE_HOME", cache)
    with pytest.raises(StorageError, match=cache):
        _fetch.yunet_file()
    assert server.asked == 1


def test_without_a_word_the_cache_lies_at_home(monkeypatch, tmp_path):
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "mien"


def test_many_at_once_end_with_one_file(server):
    paths = []
    threads = [threading.Thread(target=lambda: paths.append(_fetch.yunet_file())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(paths) == 8
    assert stored() == ["toy.onnx"]
    assert paths[0].read_bytes() == RIGHT


def test_who_names_no_detector_asks_nobody(server, expect, toy_file):
    assert faces.detector().name == "fcos"
    assert server.asked == 0
    expect(toy_file)
    server.data = toy_file
    assert faces.detector("yunet").name == "yunet"
    assert server.asked == 1


def test_what_mien_expects_is_pinned():
    assert (_fetch.BYTES, len(_fetch.SHA256)) == (232_589, 64)
    assert _fetch.URL.startswith("https://")
    assert _fetch.URL.endswith(_fetch.NAME)
