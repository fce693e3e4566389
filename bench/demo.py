"""How long do the main jobs of `make demo` and `mien demo --kind sound` take? Whole processes, fresh folders.

$ python bench/demo.py
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _results import record, table


def main() -> None:
    """Measure both kinds, and record."""
    _record("The main job of `make demo`", "picture")
    _record("The main job of `mien demo --kind sound`", "sound")


def _record(section: str, kind: str) -> None:
    mien = str(Path(sys.executable).with_name("mien"))
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        command = [mien, "demo", "--kind", kind, "--out", f"{folder}/runs/demo", "--json", "--quiet"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds = time.perf_counter() - began
        made = json.loads(done.stdout)
        report = Path(made["report"]).stat().st_size / 1e6
        model = Path(made["model"]).stat().st_size / 1e6
    rows = [(stage, f"{took:.1f}") for stage, took in made["seconds"].items()]
    rows.append(("**whole process**, making the samples and imports too", f"**{seconds:.0f}**"))
    body = table(["stage", "seconds"], rows)
    body += f"\n\nFloor: 120 s. {made['sentence']} {made['proof']} Report {report:.2f} MB, model file {model:.2f} MB."
    record(section, "python bench/demo.py", body)


if __name__ == "__main__":
    main()
