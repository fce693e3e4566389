"""The main job on real pictures, as a user would run it: the scraped set as it lies there, and FER2013.

$ python bench/real_data.py DATA
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _results import record, table

FOUR = "angry,happy,sad,surprise"
SHORT = ("--epochs", "15", "--augment", "0.4")  # of the family's forty: minutes, on two cores


def main() -> None:
    """Run each, read its scores, record."""
    data = Path(sys.argv[1])
    mien = str(Path(sys.executable).with_name("mien"))
    jobs = {
        "`report_pictures`, `compact`": [data / "report_pictures"],
        "`report_pictures`, `report`": [data / "report_pictures", "--model", "report"],
        "FER2013, 7 classes, `compact`, 15 epochs": [data / "fer2013.parquet", *SHORT],
        "FER2013, 4 classes, `compact`, 15 epochs": [data / "fer2013.parquet", *SHORT, "--labels", FOUR],
    }
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, arguments) in enumerate(jobs.items()):
            began = time.perf_counter()
            out = Path(folder) / str(number)
            command = [mien, "run", *map(str, arguments), "--out", str(out), "--quiet", "--json"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise SystemExit(f"{command}: {done.stderr}")
            rows.append((name, *figures(json.loads((out / "scores.json").read_text()), time.perf_counter() - began)))
    columns = ["run", "accuracy", "balanced accuracy", "macro F1", "commonest", "nearest", "test faces", "whole run"]
    body = table(columns, rows)
    body += (
        "\n\nFER2013 is tested on PublicTest, its twins out of Training. Shared content with training: 0 in every run."
    )
    record("The main job on real pictures", "python bench/real_data.py DATA", body)


def figures(found: dict, seconds: float) -> tuple[str, ...]:
    """Pick what the table shows."""
    test, others = found["test"], found["baselines"]
    if found["proof"]["shared"]:
        raise SystemExit("the split does not hold")
    return (
        interval(test["accuracy"]),
        interval(test["balanced_accuracy"]),
        interval(test["macro"]["f1"]),
        *(f"{others[name]['accuracy']['value']:.1%}" for name in ("commonest", "nearest_neighbour")),
        f"{test['n']:,}",
        f"{seconds / 60:.1f} min",
    )


def interval(found: dict) -> str:
    """Write a figure with its interval."""
    return f"{found['value']:.1%} ({found['low']:.1%} to {found['high']:.1%})"


if __name__ == "__main__":
    main()
