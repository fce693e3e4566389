"""The server beside its peers: the same model, the same face, the same machine, one after another in each round.

$ python bench/serve.py WORKDIR [--long]

In WORKDIR the peers Gradio and LitServe get an environment of their own, made once. `wrk` puts on the load (Debian:
apt-get install wrk). Each server sends the same 48-pixel face through the same 8-bit model on one thread; Gradio is
asked without its queue's second request, the quickest way it has, and LitServe in both of its ways, alone and in
batches. --long also sends 100,000 requests to `mien serve` and looks at its memory.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from _load import environment, free_port, in_form, in_json, memory, press, script, serving
from _results import record, table

from mien import media
from mien.samples.faces import draw, sample_parameters

MODEL = "face-int8"
CLIENTS = (1, 8, 64)
ROUNDS = 3
SECONDS = 6
MIEN = [sys.executable, "-c", "from mien.cli import main; main()", "serve", MODEL, "--port"]
LONG = 100_000


def servers(peers: str) -> dict[str, tuple[list[object], str, str]]:
    """Return command without its port, path and way of asking of each."""
    here = Path(__file__).parent
    return {
        "`mien serve`": ([*MIEN, "{port}"], "/v1/predict?inputs=faces", "form"),
        "LitServe": ([peers, here / "_litserve.py", "{port}", MODEL], "/predict", "form"),
        "LitServe, in batches": ([peers, here / "_litserve.py", "{port}", MODEL, "batch"], "/predict", "form"),
        "Gradio": ([peers, here / "_gradio.py", "{port}", MODEL], "/gradio_api/run/predict", "json"),
    }


def main() -> None:
    """Measure and write down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("workdir", type=Path)
    parser.add_argument("--long", action="store_true")
    given = parser.parse_args()
    given.workdir.mkdir(parents=True, exist_ok=True)
    picture = media.encode_png(draw(sample_parameters(0, 0, "happy"), 48))
    asked = {"form": in_form(picture), "json": in_json(picture)}
    with tempfile.TemporaryDirectory() as folder:
        scripts = {name: script(Path(folder), name, *body) for name, body in asked.items()}
        found, starts = measured(servers(environment(given.workdir)), asked, scripts)
        record("The server and its peers", "python bench/serve.py WORKDIR", report(found, starts))
        if given.long:
            record(
                f"The server's memory over {LONG:,} requests",
                "python bench/serve.py WORKDIR --long",
                long(asked, scripts),
            )


def measured(who: dict, asked: dict, scripts: dict) -> tuple[dict, dict]:
    """Ask every server at every number of clients, round after round."""
    found: dict[tuple[str, int], list] = {}
    starts: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for name, (command, path, way) in who.items():
            port = free_port()
            url = f"http://127.0.0.1:{port}{path}"
            words = [str(word).format(port=port) for word in command]
            with serving(words, url, *asked[way]) as (_, started):
                starts.setdefault(name, []).append(started)
                press(url, scripts[way], 8, 1)
                for clients in CLIENTS:
                    found.setdefault((name, clients), []).append(press(url, scripts[way], clients, SECONDS))
                    print(name, clients, found[name, clients][-1], flush=True)
    return found, starts


def report(found: dict, starts: dict) -> str:
    """Put medians into a table, and the ratios into words."""
    rows = []
    middle = {}
    for (name, clients), loads in found.items():
        values = [statistics.median(getattr(one, part) for one in loads) for part in ("rate", "p50", "p95", "p99")]
        middle[name, clients] = values
        failed = sum(one.failed for one in loads)
        rows.append([name, clients, f"{values[0]:,.0f}", *(f"{value:.1f} ms" for value in values[1:]), failed])
    rows.sort(key=lambda row: row[1])
    ours = middle["`mien serve`", 8]
    ratios = "; ".join(
        f"{ours[0] / middle[name, 8][0]:.2f} x {name}'s throughput at {ours[3] / middle[name, 8][3]:.2f} x its p99"
        for name in starts
        if name != "`mien serve`"
    )
    cold = "; ".join(f"{name} {statistics.median(times):.2f} s" for name, times in starts.items())
    return (
        table(("server", "clients", "requests a second", "p50", "p95", "p99", "failed"), rows)
        + f"\n\nMedians of {ROUNDS} rounds of {SECONDS} s. At 8 clients: {ratios}. Floor: 3 x Gradio's throughput, no "
        f"less than LitServe's, each at an equal or lower p99. From the command to the first answer: {cold} "
        "(floor 1.5 s)."
    )


def long(asked: dict, scripts: dict) -> str:
    """Look at the memory while many requests are answered."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/v1/predict?inputs=faces"
    with serving([*MIEN, port], url, *asked["form"]) as (process, _):
        seen, sent = [], 0
        while sent < LONG:
            load = press(url, scripts["form"], 8, 10)
            sent += round(load.rate * 10)
            seen.append((sent, memory(process), load.failed))
            print(seen[-1], flush=True)
    rows = [(f"{number:,}", f"{held:.1f} MB", failed) for number, held, failed in seen]
    first, last = seen[0][1], seen[-1][1]
    return (
        table(("requests", "memory", "failed"), rows) + f"\n\nFrom the first to the last row: {last - first:+.1f} MB."
    )


if __name__ == "__main__":
    main()
