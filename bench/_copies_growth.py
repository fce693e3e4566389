"""Time and memory of finding neighbours among 10,000, 100,000 and 1,000,000 signatures."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from _results import record, table

from mien import collect, copies, media
from mien.core import neighbours

SIZES = (10_000, 100_000, 1_000_000)
FAR, FEW = 0.68, 500  # as the audit asks: all close pairs, and so many, with one for every twentieth, further apart
COPIES = 0.1  # share that is a near copy of another


def growth(data: Path, state: Path) -> None:
    """Measure each size in a process of its own, record."""
    _real(data, state / "signatures.npy")
    done = [_measured(state, size) for size in SIZES]
    rows = []
    for before, one in zip([None, *done], done, strict=False):
        grown = f"n^{_exponent(before, one, 'cpu'):.2f}" if before else ""
        memory = f"{one['memory']:,.0f} MB"
        rows.append((f"{one['size']:,}", f"{one['wall']:,.1f} s", f"{one['cpu']:,.1f} s", grown, memory, one["share"]))
    columns = ("signatures", "time", "of the processor", "growth", "memory, highest", "copies found")
    body = table(columns, rows) + "\n\n" + _note(state)
    record("A million signatures", "python bench/sceptic.py growth DATA STATE", body)


def _exponent(before: dict, after: dict, what: str) -> float:
    return math.log(after[what] / before[what]) / math.log(after["size"] / before["size"])


def _measured(state: Path, size: int) -> dict:
    out = state / f"growth-{size}.json"
    if not out.exists():
        subprocess.run([sys.executable, __file__, state / "signatures.npy", str(size), out], check=True)
    return json.loads(out.read_text())


def _real(data: Path, out: Path) -> None:
    """Compute the signatures of FER2013, each once."""
    if out.exists():
        return
    frame = collect.scan(data / "fer2013.parquet").frame
    places = list(frame.select("path", "container").iter_rows())
    reduced = [copies.reduce_picture(media.decode(one)) for one in media.read_many(places)]
    parts = np.array_split(np.stack(reduced), max(1, len(reduced) // 256))
    marks = np.unique(np.concatenate([copies.signatures(part) for part in parts]), axis=0)
    np.save(out, marks[marks.any(axis=1)])


def mixed(real: np.ndarray, size: int, draw: np.random.Generator) -> tuple[np.ndarray, int]:
    """Mix pairs of real signatures; the last tenth are near copies of the first. Also return where those begin."""
    planted = round(COPIES * size)
    share = draw.uniform(0.3, 1, (size - planted, 1)).astype(np.float32)
    one, other = (real[draw.integers(0, len(real), size - planted)].astype(np.float32) for _ in range(2))
    made = one + share * other
    made *= 127 / np.linalg.norm(made, axis=1, keepdims=True)
    near = made[:planted] + draw.normal(0, 7, (planted, made.shape[1])).astype(np.float32)  # cosine about 0.91
    near *= 127 / np.linalg.norm(near, axis=1, keepdims=True)
    return np.rint(np.concatenate([made, near])).astype(np.int8), size - planted


def one(source: str, size: str, out: str) -> None:
    """Measure one size."""
    marks, start = mixed(np.load(source), int(size), np.random.default_rng(3))
    wall, cpu = time.perf_counter(), time.process_time()
    found, _ = neighbours.pairs(marks, FAR, most=FEW + int(size) // 20)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    planted = (found[:, 1] - found[:, 0] == start) & (found[:, 2] == 0)
    share = f"{planted.sum() / (int(size) - start):.2%}"
    status = Path("/proc/self/status").read_text()
    memory = int(status.split("VmHWM:")[1].split()[0]) / 1024
    report = {"size": int(size), "wall": wall, "cpu": cpu, "memory": memory, "share": share, "pairs": len(found)}
    Path(out).write_text(json.dumps(report))


def _density(marks: np.ndarray) -> str:
    single = marks[np.random.default_rng(1).permutation(len(marks))[:6000]].astype(np.float32)
    single /= np.linalg.norm(single, axis=1, keepdims=True)
    near = (single @ single.T)[np.triu_indices(len(single), 1)]
    return ", ".join(f"{1e6 * (near >= least).mean():.0f} closer than {least}" for least in (0.5, 0.68, 0.74))


def _pairs(state: Path) -> str:
    return ", ".join(f"{json.loads((state / f'growth-{size}.json').read_text())['pairs']:,}" for size in SIZES)


def _note(state: Path) -> str:
    real = np.load(state / "signatures.npy")
    made, start = mixed(real, 10_000, np.random.default_rng(3))
    return (
        "`neighbours.pairs` as the audit calls it: index, both searches (as it is and mirrored), joined to all pairs"
        f" closer than {neighbours.CLOSE} and the closest {FEW} + n / 20 of those down to {FAR}. Each signature is a"
        " mixture of two real ones of FER2013, the second weighing 0.3 to 1, and the last tenth are near copies (cosine"
        f" about 0.91). Of a million pairs of real signatures {_density(real)}; of mixed ones"
        f" {_density(made[:start])}. One thread; growth is of the processor's time, from the line above. The pairs that"
        f" are kept grow with the square until each signature has its {neighbours.NEIGHBOURS} ({_pairs(state)})."
        " Comparing the pictures of the pairs is not in it."
    )


if __name__ == "__main__":
    one(*sys.argv[1:])
