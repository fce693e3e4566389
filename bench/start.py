"""Starting Mien now and at an earlier revision, in pairs: import, help, a prediction, a training, and the demo.

$ python bench/start.py BEFORE [PAIRS]      a revision; each command is run so often, now and before by turns
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from statistics import median

import numpy as np
from _results import record, table
from _revision import ROOT, unpacked
from PIL import Image

from mien import samples

MAIN = "from mien.cli import main; main()"


def main() -> None:
    """Time both, and write the table."""
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        places = {"now": ROOT, "before": unpacked(sys.argv[1], folder / "before")}
        for which, place in places.items():
            _describe(place, folder / f"site-{which}")
        Image.fromarray(np.random.default_rng(1).integers(0, 255, (48, 48, 3), np.uint8)).save(folder / "face.png")
        data = samples.draw(folder / "faces", samples=60)
        train = ("train", data, "--model", "compact", "--size", 24, "--epochs", 1, "--folds", 1, "--quiet", "--out")
        commands = {
            "`import mien`": ("-c", "import mien"),
            "`mien --help`": ("-c", MAIN, "--help"),
            "`mien predict face.png`": ("-c", MAIN, "predict", folder / "face.png"),
            "`mien train`, one epoch of 60 faces": ("-c", MAIN, *train),
            "`mien demo`": ("-c", MAIN, "demo", "--out"),
        }
        rows = [_row(name, command, places, folder, pairs) for name, command in commands.items()]
    head = ("", f"before ({sys.argv[1]})", "now", "now / before, median of pairs")
    record("Starting", f"python bench/start.py {' '.join(sys.argv[1:])}", f"{table(head, rows)}\n\n{pairs} pairs each.")


def _describe(place: Path, site: Path) -> None:
    """Lay down the entry points of a revision, as installing it would."""
    points = tomllib.loads((place / "pyproject.toml").read_text())["project"]["entry-points"]
    lines = [
        line for group, names in points.items() for line in (f"[{group}]", *(f"{a} = {b}" for a, b in names.items()))
    ]
    info = site / "mien-0.1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mien\nVersion: 0.1.0\n")
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")


def _row(
    name: str, command: tuple[object, ...], places: dict[str, Path], folder: Path, pairs: int
) -> tuple[str, str, str, str]:
    times: dict[str, list[float]] = {which: [] for which in places}
    for number in range(pairs + 1):
        for which, place in places.items():
            more = (folder / f"run-{which}-{number}",) if command[-1] == "--out" else ()
            environment = {
                **os.environ,
                "PYTHONPATH": os.pathsep.join([str(place), str(folder / f"site-{which}")]),
                "MIEN_OFFLINE": "1",
            }
            begun = time.perf_counter()
            words = [sys.executable, *map(str, (*command, *more))]
            subprocess.run(words, check=True, env=environment, cwd=folder, capture_output=True)
            if number:  # the first one fills the disk's cache
                times[which].append(time.perf_counter() - begun)
    ratio = median(now / before for now, before in zip(times["now"], times["before"], strict=True))
    return name, f"{median(times['before']):.2f} s", f"{median(times['now']):.2f} s", f"{ratio:.2f}"


if __name__ == "__main__":
    main()
