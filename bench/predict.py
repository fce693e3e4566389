"""How long and how large is one prediction, and what does `import mien` cost? Whole processes, medians.

$ python bench/predict.py runs/demo/model.onnx
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from _results import record, table

from mien.media import encode_webp

ROUNDS = 9
SIZE = (480, 640, 3)


def whole(command: list[str]) -> tuple[float, float]:
    """Run a command; return seconds and peak memory in MB of the finished process."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def main() -> None:
    """Measure and record."""
    model = sys.argv[1] if len(sys.argv) > 1 else "runs/demo/model.onnx"
    mien = str(Path(sys.executable).with_name("mien"))
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "one.webp"
        picture.write_bytes(encode_webp(np.random.default_rng(0).integers(0, 256, SIZE, dtype=np.uint8)))
        commands = {
            "`mien predict one.webp` (640 x 480)": [mien, "predict", str(picture), "--model", model],
            "`python -c pass`": [sys.executable, "-c", "pass"],
            "`python -c 'import mien'`": [sys.executable, "-c", "import mien"],
        }
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(ROUNDS + 1):  # the first round warms the file cache
            for name, command in commands.items():
                found[name].append(whole(command))
    rows = []
    for name, values in found.items():
        seconds = statistics.median(value[0] for value in values[1:])
        memory = max(value[1] for value in values[1:])
        rows.append((name, f"{seconds:.3f} s", f"{memory:.0f} MB"))
    plain, ours = (statistics.median(v[0] for v in found[name][1:]) for name in list(commands)[1:])
    loads = subprocess.run(
        [sys.executable, "-X", "importtime", mien, "predict", "--help"], capture_output=True, text=True, check=True
    ).stderr
    body = table(["whole process", "median", "peak memory"], rows)
    body += f"\n\n`import mien` adds {1000 * (ours - plain):.0f} ms. Floors: 0.8 s and 250 MB; 30 ms."
    body += f" TensorFlow imported: {'yes' if 'tensorflow' in loads else 'no'}."
    record("One prediction", "python bench/predict.py", body)


if __name__ == "__main__":
    main()
