"""Every recipe as its header says, as a user would run it: the whole run's time, and its score.

$ python bench/recipes.py DATA [NAME ...]

DATA holds `fer2013.parquet` and `report_pictures/`. The figures go into the recipes' headers by hand.
"""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _results import record, table

from mien import recipes


def main() -> None:
    """Run the recipes named, or all, and record."""
    data, names = Path(sys.argv[1]), sys.argv[2:]
    mien = str(Path(sys.executable).with_name("mien"))
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for recipe in map(recipes.find, recipes.names()):
            if names and recipe.stem not in names:
                continue
            _, _, command, source, *_ = shlex.split(recipe.read_text().splitlines()[0])
            if command != "run":  # a search says in its header what it took; it would take hours here
                continue
            place = data / ("report_pictures" if source == "faces/" else source)
            out = Path(folder) / recipe.stem
            command = [mien, "run", str(place), "--recipe", str(recipe), "--out", str(out), "--quiet", "--json"]
            began = time.perf_counter()
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise SystemExit(f"{command}: {done.stderr}")
            test = json.loads((out / "scores.json").read_text())["test"]
            score = "{value:.1%} ({low:.1%} to {high:.1%})".format(**test["accuracy"])
            balanced = f"{test['balanced_accuracy']['value']:.1%}"
            rows.append((recipe.stem, place.name, score, balanced, f"{time.perf_counter() - began:.0f} s"))
            print(rows[-1], flush=True)
    columns = ["recipe", "data", "accuracy on the test side", "balanced", "whole run"]
    record("The recipes", "python bench/recipes.py DATA", table(columns, rows))


if __name__ == "__main__":
    main()
