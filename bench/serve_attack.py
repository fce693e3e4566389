"""What a server must survive: 20,000 broken bodies, and 10,000 connections that are silent, slow or half closed.

$ python bench/serve_attack.py

The server runs in a process of its own, on this machine; so does whoever attacks it.
"""

from __future__ import annotations

import asyncio
import collections
import io
import random
import resource
import sys
import time

import numpy as np
from _load import free_port, memory, serving
from _results import record, table
from PIL import Image

BODIES = 20_000
CONNECTIONS = 10_000
MIEN = [sys.executable, "-c", "from mien.cli import main; main()", "serve", "face-int8", "--patience", "5", "--port"]
ALLOWED = {200, 400, 408, 413, 415, 422, 503}
KINDS = (b"application/octet-stream", b"multipart/form-data; boundary=b", b"multipart/form-data", b"image/png", b"")


def pictures() -> list[bytes]:
    """Make small files of every kind."""
    found = []
    for kind in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"):
        data = io.BytesIO()
        Image.fromarray(np.arange(48 * 48 * 3, dtype=np.uint8).reshape(48, 48, 3)).save(data, kind)
        found.append(data.getvalue())
    return found


def broken(chance: random.Random, files: list[bytes]) -> bytes:
    """Return a file with bytes changed, cut, repeated or put into a form; or rubbish."""
    data = (
        bytearray(chance.choice(files))
        if chance.random() < 0.85
        else bytearray(chance.randbytes(chance.randint(0, 3000)))
    )
    for _ in range(chance.choice((0, 1, 3, 20)) if data else 0):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if chance.random() < 0.3:
        data = data[: chance.randint(0, len(data))]
    if chance.random() < 0.3:
        head = b'--b\r\nContent-Disposition: form-data; name="sample"; filename="../%c.png"\r\n\r\n' % chance.randrange(
            256
        )
        data = bytearray(head + bytes(data) + b"\r\n--b--\r\n"[: chance.choice((3, 9, 9, 9))])
    return bytes(data)


async def send(port: int, body: bytes, kind: bytes) -> int:
    """Send a body; return the status."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = b"POST /v1/predict?inputs=faces HTTP/1.1", b"host: x", b"connection: close", b"content-type: %b" % kind
    writer.write(b"\r\n".join((*lines, b"content-length: %d" % len(body), b"", body)))
    try:
        return int((await asyncio.wait_for(reader.read(), 60)).split(b" ", 2)[1])
    finally:
        writer.close()


async def bodies(port: int) -> collections.Counter[int]:
    """Send all broken bodies, sixteen at a time."""
    chance, files = random.Random(0), pictures()  # noqa: S311
    found: collections.Counter[int] = collections.Counter()
    gate = asyncio.Semaphore(16)

    async def one(body: bytes, kind: bytes) -> None:
        async with gate:
            found[await send(port, body, kind)] += 1

    for _ in range(0, BODIES, 1000):
        await asyncio.gather(*(one(broken(chance, files), chance.choice(KINDS)) for _ in range(1000)))
    return found


async def crowd(port: int) -> dict[str, object]:
    """Hold 10,000 connections open, each in its own bad way, and ask something meanwhile."""
    half = b"POST /v1/predict HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nabc"
    ways = (b"", b"GET / HT", half, half)
    held = []
    began = time.perf_counter()
    for number in range(CONNECTIONS):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(ways[number % 4])
        if number % 4 == 3:
            writer.write_eof()
        held.append((reader, writer))
    opened = time.perf_counter() - began
    began = time.perf_counter()
    status = await send(port, pictures()[0], b"image/png")
    meanwhile = time.perf_counter() - began
    began = time.perf_counter()
    await asyncio.gather(*(reader.read() for reader, _ in held), return_exceptions=True)  # until the server lets go
    gone = time.perf_counter() - began
    for _, writer in held:
        writer.close()
    return {"opened": opened, "status": status, "meanwhile": meanwhile, "gone": gone}


def main() -> None:
    """Attack and write down."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < CONNECTIONS + 100:
        raise SystemExit(f"This machine allows {hard} open files, and {CONNECTIONS} connections are wanted")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    port = free_port()
    url = f"http://127.0.0.1:{port}/v1/predict?inputs=faces"
    with serving([*MIEN, port], url, pictures()[0], "image/png") as (process, _):
        before = memory(process)
        began = time.perf_counter()
        found = asyncio.run(bodies(port))
        took = time.perf_counter() - began
        after = memory(process)
        crowded = asyncio.run(crowd(port))
        last = asyncio.run(send(port, pictures()[0], b"image/png"))
        end = memory(process)
    rows = [(status, f"{number:,}") for status, number in sorted(found.items())]
    wrong = {status: number for status, number in found.items() if status not in ALLOWED}
    record(
        "What the server survives",
        "python bench/serve_attack.py",
        table(("status", "broken bodies"), rows)
        + f"\n\n{BODIES:,} broken bodies in {took:.0f} s, sixteen at a time; none may end in 5xx but 503: "
        f"{wrong or 'none did'}. Memory {before:.0f} MB before, {after:.0f} MB after.\n\n{CONNECTIONS:,} connections, "
        f"a quarter each silent, with half a head, with half a body, and with half a body and closed: opened in "
        f"{crowded['opened']:.1f} s; a face sent meanwhile was answered with {crowded['status']} after "
        f"{crowded['meanwhile'] * 1e3:.0f} ms; all were gone after another {crowded['gone']:.1f} s. Then again: {last}."
        f" Memory at the end {end:.0f} MB.",
    )
    if wrong or last != 200 or crowded["status"] != 200:
        raise SystemExit("The server did not stand")


if __name__ == "__main__":
    main()
