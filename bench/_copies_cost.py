"""What signatures cost the audit: seconds of the processor in each part, within one run, medians of several."""

from __future__ import annotations

import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock
from unittest.mock import patch

from _results import record, table

from mien import audit, collect, copies, media
from mien.copies import _confirm
from mien.core import neighbours
from mien.core.types import Manifest

ROUNDS = 5
PARTS = {  # what is clocked: where it is called, and by which name
    "decoding": (media, "decode"),
    "reducing": (copies, "reduced_forms"),
    "signatures": (copies, "signatures"),
    "index and join": (neighbours, "pairs"),
    "second look": (copies, "same_picture"),
    "reading for the third": (_confirm, "_coloured_file"),
    "third look": (_confirm, "same_close_up"),
}
SIGNATURES = ("reducing", "signatures")


def cost(data: Path, state: Path) -> None:
    """Measure each set, record."""
    fer = collect.scan(data / "fer2013.parquet")
    sets = {
        "the report's pictures": (collect.scan(data / "report_pictures"), ROUNDS),
        "5,000 faces of FER2013": (Manifest(fer.frame[:5000]), ROUNDS),
        "all of FER2013": (fer, 1),
    }
    rows = [_row(name, *one, state) for name, one in sets.items()]
    columns = ("audit of", "pictures", "time", "of the processor", *PARTS, "signatures' share", "with index and join")
    body = table(columns, rows) + (
        "\n\nSeconds of the processor (the wall's beside it, on a machine that others used too), each part clocked in"
        f" its thread; medians of {ROUNDS} runs, the last of one. The share is within each run. Reducing a picture to"
        " 48 x 48 grey pixels serves the second look as well."
    )
    record("What signatures cost", "python bench/sceptic.py cost DATA STATE", body)


def _row(name: str, manifest: Manifest, rounds: int, state: Path) -> tuple[str, ...]:
    out = state / f"cost-{name.replace(' ', '-')}.json"
    runs = json.loads(out.read_text()) if out.exists() else []
    while len(runs) < rounds:
        runs.append(_run(manifest))
        out.write_text(json.dumps(runs))

    def middle(value: Callable[[dict], float]) -> float:
        return statistics.median(map(value, runs))

    return (
        name,
        f"{len(manifest):,}",
        f"{middle(lambda run: run['wall']):.1f} s",
        f"{middle(lambda run: run['all']):.1f} s",
        *(f"{middle(lambda run, part=part: run[part]):.2f} s" for part in PARTS),
        f"{middle(lambda run: sum(run[part] for part in SIGNATURES) / run['all']):.1%}",
        f"{middle(lambda run: sum(run[part] for part in (*SIGNATURES, 'index and join')) / run['all']):.1%}",
    )


def _run(manifest: Manifest) -> dict[str, float]:
    with _clocked() as seconds:
        wall, cpu = time.perf_counter(), time.process_time()
        audit.check(manifest)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"wall": wall, "all": cpu, **{part: seconds[part] for part in PARTS}}


@contextmanager
def _clocked() -> Iterator[Counter[str]]:
    seconds: Counter[str] = Counter()
    lock = Lock()

    def wrapped(part: str, verb: Callable) -> Callable:
        def asked(*given: object) -> object:
            began = time.thread_time()
            try:
                return verb(*given)
            finally:
                with lock:
                    seconds[part] += time.thread_time() - began

        return asked

    with ExitStack() as stack:
        for part, (module, name) in PARTS.items():
            stack.enter_context(patch.object(module, name, wrapped(part, getattr(module, name))))
        yield seconds
