"""How a server lives: it starts, is attacked, is changed under its hands, and stops."""

from __future__ import annotations

import concurrent.futures
import json
import os
import shutil
import signal
import socket
import time
from pathlib import Path

import numpy as np
import pytest

from mien import media
from mien.core.onnx_metadata import without
from mien.core.validation_answers import VALIDATION_KEY
from mien.predict import model_file


def eventually(what, seconds=20.0):
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it never was"
        time.sleep(0.05)


def alive(get, server):
    return get(server.address + "/healthz").json() == {"status": "ok"}


def post(where, data, path="/v1/predict", timeout=30):
    import httpx2

    return httpx2.post(where.address + path, content=data, timeout=timeout)


def test_it_answers_many_clients_logs_no_content_and_stops_in_peace(started, face_file, nobody_file):
    server = started()
    with concurrent.futures.ThreadPoolExecutor(16) as many:
        data = [face_file, nobody_file, b"secret words"] * 16
        found = [*many.map(lambda one: post(server, one).status_code, data)]
    assert found == [200, 200, 422] * 16
    assert server.stop() == 0
    lines = [json.loads(line) for line in server.log[1:]]  # the first says where it answers
    assert sum(line.get("route") == "/v1/predict" for line in lines) == 48
    assert all(set(line) <= {"time", "event", "method", "route", "status", "seconds"} for line in lines)
    assert "secret" not in "".join(server.log)


def test_what_was_begun_is_answered_before_the_end(started, face_file):
    server = started()
    with socket.create_connection(server.where, timeout=20) as client:
        head = f"POST /v1/predict HTTP/1.1\r\nhost: x\r\ncontent-length: {len(face_file)}\r\n\r\n".encode()
        client.sendall(head + face_file[:1000])
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(server.where)
        client.sendall(face_file[1000:])
        assert client.makefile("rb").readline() == b"HTTP/1.1 200 OK\r\n"
        assert server.process.wait(40) == 0


def test_a_changed_model_is_opened_anew_and_a_deleted_one_goes_on(started, get, tmp_path, face_file):
    path = tmp_path / "smile.onnx"
    shutil.copy(model_file("face"), path)
    server = started(path)
    size = lambda: get(server.address + "/v1/models/smile").json()["bytes"]  # noqa: E731
    before = size()
    other = tmp_path / "other"
    shutil.copy(model_file("face-int8"), other)
    other.replace(path)
    with concurrent.futures.ThreadPoolExecutor(4) as many:
        asking = [many.submit(post, server, face_file) for _ in range(60)]
        eventually(lambda: size() != before)
        assert {one.result().status_code for one in asking} == {200}
    sent = len(without(model_file("face-int8").read_bytes(), VALIDATION_KEY))  # what chose it is no visitor's business
    assert size() == sent
    path.write_bytes(path.read_bytes()[:1000])
    eventually(lambda: any("damaged" in line for line in server.log))
    path.unlink()
    eventually(lambda: any("is gone" in line for line in server.log))
    assert post(server, face_file).status_code == 200
    assert size() == sent


def test_clients_that_say_nothing_half_or_too_much(started, get):
    server = started("--patience", 1)
    silent = [socket.create_connection(server.where) for _ in range(300)]
    half = socket.create_connection(server.where)
    half.sendall(b"POST /v1/predict HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nabc")
    closed = socket.create_connection(server.where)
    closed.sendall(b"POST /v1/predict HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nabc")
    closed.shutdown(socket.SHUT_WR)
    rubbish = socket.create_connection(server.where)
    rubbish.sendall(bytes(range(256)) * 8)
    endless = socket.create_connection(server.where)
    endless.sendall(b"GET / HTTP/1.1\r\nx: " + b"x" * 40_000)
    half.settimeout(20)
    assert b"408" in half.recv(4096)
    for broken in (rubbish, endless):
        broken.settimeout(20)
        answer = broken.recv(4096)
        assert answer.startswith(b"HTTP/1.1 400")
        assert b"application/problem+json" in answer
    assert alive(get, server)
    eventually(lambda: any("Invalid HTTP request" in line for line in server.log))
    assert all(json.loads(line)["event"] for line in server.log[1:])
    for client in (*silent, half, closed, rubbish, endless):
        client.close()


def test_a_silent_client_is_let_go(started):
    server = started("--patience", 1)
    with socket.create_connection(server.where) as client:
        client.sendall(b"GET /healthz HT")
        client.settimeout(30)
        assert client.recv(10) == b""


def test_too_many_at_once_are_sent_away_for_a_while(started, face_file):
    server = started("--queue", 1)
    with concurrent.futures.ThreadPoolExecutor(24) as many:
        found = [*many.map(lambda _: post(server, face_file, "/v1/explain"), range(24))]
    statuses = [one.status_code for one in found]
    assert set(statuses) == {200, 503}
    assert all(one.headers["retry-after"] == "1" for one in found if one.status_code == 503)
    assert post(server, face_file).status_code == 200


def test_a_client_that_asks_too_often(started, nobody_file):
    import httpx2

    server = started("--rate", 0.1)
    headers = {"x-forwarded-for": "203.0.113.7"}  # as nginx on this machine would say
    found = [
        httpx2.post(server.address + "/v1/predict", content=nobody_file, headers=headers).status_code for _ in range(6)
    ]
    assert (found[0], found[1]) == (200, 429)
    assert found.count(429) >= 4
    assert post(server, nobody_file).status_code == 200


def test_large_pictures_do_not_stay_in_memory(started):
    server = started("--max-bytes", 40_000_000)
    big = media.encode_png(np.zeros((2400, 2400, 3), np.uint8))
    pages = Path(f"/proc/{server.process.pid}/statm")
    resident = lambda: int(pages.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")  # noqa: E731
    for _ in range(20):
        assert post(server, big).status_code == 200
    before = resident()
    for _ in range(20):
        assert post(server, big).status_code == 200
    assert resident() - before < 150_000_000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such.onnx"], "There is no model file"),
        (["face", "face"], "Two models are called 'face'"),
        (["--host", "::"], "no key is set"),
        (["--port", "70000"], "out of range"),
        (["--host", "203.0.113.1", "--open"], "cannot be listened on"),
        (["--rate", "-1"], "rate = -1.0 is out of range"),
    ],
)
def test_what_cannot_be_served_is_a_sentence(mien, arguments, said):
    done = mien("serve", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken(mien):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = mien("serve", "--port", taken.getsockname()[1])
    assert done.returncode == 2
    assert "cannot be listened on" in done.stderr
