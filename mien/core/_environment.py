"""What a reader needs to repeat a run, beside recipe and data."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

LIBRARIES = (
    *("mien", "numpy", "polars", "pillow", "opencv-python-headless", "onnx", "onnxruntime"),
    *("soundfile", "soxr", "av", "tf2onnx"),
    *("scikit-learn", "keras", "tensorflow", "tensorflow-cpu", "jax", "torch"),
)
SWITCHES = (
    *("KERAS_BACKEND", "TF_ENABLE_ONEDNN_OPTS", "OMP_NUM_THREADS"),
    *("TF_NUM_INTRAOP_THREADS", "CUDA_VISIBLE_DEVICES"),
)
PATIENCE = 5  # seconds for git: a repository on a slow disk must not hold up a run


def environment() -> dict[str, Any]:
    """Return what a reader needs to repeat a run, as JSON values.

    ``cores`` are those that this process may use, ``switches`` the set variables that change how a backend computes;
    ``git`` (``commit``, and whether files ``changed`` since) is null outside a repository.
    """
    return {
        "versions": {name: number for name in LIBRARIES if (number := _version(name))},
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count(),
        "memory_gb": _memory(),
        "switches": {name: os.environ[name] for name in SWITCHES if name in os.environ},
        "command": " ".join(["mien", *sys.argv[1:]]),
        "git": _git(),
    }


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    with suppress(OSError):
        found = re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
        if found:
            return found[1]
    return platform.processor()


def _memory() -> float | None:
    with suppress(ValueError, OSError, AttributeError):
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    return None


def _git() -> dict[str, Any] | None:
    program = shutil.which("git")
    if program is None:
        return None
    ask = partial(
        subprocess.run, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    try:
        commit = ask([program, "rev-parse", "HEAD"]).stdout.strip()
        return {"commit": commit, "changed": bool(ask([program, "status", "--porcelain"]).stdout.strip())}
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
