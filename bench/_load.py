"""Servers to be measured, and the load that `wrk` puts on them."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PEERS = ("gradio==6.31.0", "litserve==0.2.19")
NEEDS = ("numpy", "pillow", "pillow-heif", "opencv-python-headless>=4.11,<5", "onnxruntime", "uvloop", "httptools")
EDGE = "----bench"
LUA = """
local file = io.open("{body}", "rb"); wrk.body = file:read("*all"); file:close()
wrk.method = "POST"; wrk.headers["Content-Type"] = "{kind}"
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("FOUND %f %f %f %f %d\\n", summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True)
class Load:
    """What `wrk` found: requests a second, and milliseconds."""

    rate: float
    p50: float
    p95: float
    p99: float
    failed: int


def environment(folder: Path) -> str:
    """Make the peers' environment in a folder, unless it is there; return its Python."""
    place = folder / "servers"
    python = place / "bin" / "python"
    made = (
        subprocess.run([python, "-c", "import gradio, litserve, mien"], capture_output=True, check=False)
        if (python.exists())
        else None
    )
    if made is None or made.returncode:
        subprocess.run([sys.executable, "-m", "venv", "--clear", place], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *PEERS, *NEEDS], check=True)
        subprocess.run([*pip, "--no-deps", "--editable", HERE.parent], check=True)
    return str(python)


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: list[object], url: str, body: bytes, kind: str) -> Iterator[tuple[subprocess.Popen, float]]:
    """Run a server until the block ends; gives the process, and the seconds until it answered `body`."""
    settings = {**os.environ, "MIEN_OFFLINE": "1", "GRADIO_ANALYTICS_ENABLED": "False", "HF_HUB_OFFLINE": "1"}
    began = time.perf_counter()
    process = subprocess.Popen(
        list(map(str, command)),
        env=settings,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _answers(url, body, kind):
            if process.poll() is not None or time.perf_counter() - began > 120:
                raise SystemExit(f"{command} does not answer")
            time.sleep(0.01)
        yield process, time.perf_counter() - began
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(url: str, body: bytes, kind: str) -> bool:
    request = urllib.request.Request(url, body, {"Content-Type": kind})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our own server
            return answer.status == 200
    except OSError:
        return False


def press(url: str, script: Path, clients: int, seconds: float) -> Load:
    """Put load on a server."""
    wrk = shutil.which("wrk")
    if wrk is None:
        raise SystemExit("wrk is not here. On Debian: apt-get install wrk")
    command = [wrk, "-t1", f"-c{clients}", f"-d{seconds:g}s", "--timeout", "30s", "-s", script, url]
    done = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate, p50, p95, p99, failed = re.search(r"FOUND (\S+) (\S+) (\S+) (\S+) (\d+)", done).groups()
    return Load(float(rate), float(p50), float(p95), float(p99), int(failed))


def script(folder: Path, name: str, body: bytes, kind: str) -> Path:
    """Write down for `wrk` what to send."""
    (folder / f"{name}.body").write_bytes(body)
    path = folder / f"{name}.lua"
    path.write_text(LUA.format(body=folder / f"{name}.body", kind=kind))
    return path


def in_form(picture: bytes) -> tuple[bytes, str]:
    """Return a picture as a form with a file, and its content type."""
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="sample"; filename="face.png"\r\n'
    body = head.encode() + b"Content-Type: image/png\r\n\r\n" + picture + f"\r\n--{EDGE}--\r\n".encode()
    return body, f"multipart/form-data; boundary={EDGE}"


def in_json(picture: bytes) -> tuple[bytes, str]:
    """Return a picture as Gradio's clients send it."""
    url = "data:image/png;base64," + base64.b64encode(picture).decode()
    return json.dumps({"data": [{"url": url, "meta": {"_type": "gradio.FileData"}}]}).encode(), "application/json"


def memory(process: subprocess.Popen) -> float:
    """Return the memory that a process holds, MB."""
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
