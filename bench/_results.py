"""Write a measured section into bench/RESULTS.md, with the machine and the date; the other sections stay."""

from __future__ import annotations

import datetime
import os
import platform
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from mien.core.files import write_text

RESULTS = Path(__file__).parent / "RESULTS.md"
HEAD = """# Measured results

Every figure here was measured by the script named above it, and can be measured again with it. Timings on these
machines are noisy: ratios are within one run, medians of several rounds. Figures that fall short stand here too.
"""


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def machine() -> str:
    """Say on what was measured."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    name = re.search(r"model name\s*:\s*(.+)", flags)
    wide = "with AVX-512" if "avx512f" in flags else "without AVX-512"
    return f"{name[1] if name else platform.processor()}, {cores} cores, {wide}, Python {platform.python_version()}"


def record(section: str, script: str, body: str) -> None:
    """Replace one section of RESULTS.md, and print it."""
    text = RESULTS.read_text() if RESULTS.exists() else HEAD
    made = f"\n## {section}\n\n`{script}`, {datetime.date.today().isoformat()}, {machine()}\n\n{body.strip()}\n"
    parts = [part.strip() for part in re.split(r"(?m)^(?=## )", text)]
    place = next((at for at, part in enumerate(parts) if part.startswith(f"## {section}\n")), len(parts))
    parts[place : place + 1] = [made.strip()]  # where it stood before
    write_text(RESULTS, "\n\n".join(parts) + "\n")
    print(made)
