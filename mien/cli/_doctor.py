"""`mien doctor`: what is installed, what is missing, and the command that mends it."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import typer

import mien
from mien.cli import _options as options
from mien.cli._terminal import answer, table

BASE = (
    *("numpy", "pillow", "pillow-heif", "polars", "opencv-python-headless", "onnxruntime", "soundfile", "soxr"),
    *("typer", "rich"),
)
SOUND, MICROPHONE = ("av",), ("sounddevice",)  # M4A, AAC and WebM; mic:0
TRAIN = ("keras", "onnx", "tf2onnx", "tensorboard", "scikit-learn", "optuna")
BACKENDS = {"tensorflow": ("tensorflow", "tensorflow-cpu"), "jax": ("jax",), "torch": ("torch",)}


def doctor(as_json: options.Json = False) -> None:
    """Say what is installed, on which backend and device training would run, and what is missing.

    Try:

      mien doctor
    """
    rows = [*_libraries(BASE, "pip install mien"), *_libraries(TRAIN, "pip install 'mien[train]'")]
    rows += _libraries(SOUND, "optional: pip install 'mien[av]'")
    rows += [*_libraries(MICROPHONE, "optional: pip install 'mien[mic]'"), *_backends()]
    rows += [*_devices(), ("disk", f"{shutil.disk_usage(Path.cwd()).free / 1e9:.1f} GB free here", "")]
    if as_json:
        answer([{"part": part, "found": found, "mend": mend} for part, found, mend in rows])
        return
    typer.echo(f"mien {mien.__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    table(["part", "found", "to mend it"], rows)


def _libraries(names: tuple[str, ...], mend: str) -> list[tuple[str, str, str]]:
    found = [(name, _version(name)) for name in names]
    return [(name, had or "missing", "" if had else mend) for name, had in found]


def _backends() -> list[tuple[str, str, str]]:
    chosen = os.environ.get("KERAS_BACKEND", "tensorflow")
    rows = []
    for backend, packages in BACKENDS.items():
        had = next((had for name in packages if (had := _version(name))), None)
        use = f"{had}, training runs on it" if had and backend == chosen else had
        mend = "pip install 'mien[train]'" if backend == "tensorflow" else "optional"
        rows.append((f"backend {backend}", use or "missing", "" if had else mend))
    return rows


def _devices() -> list[tuple[str, str, str]]:
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    rows = [("processor", f"{cores} cores", "")]
    if not _version("keras"):
        return rows
    from mien import backends
    from mien.core.errors import MissingPartError

    try:
        cards, backend = backends.accelerators(), backends.backend()
    except MissingPartError as error:
        return [*rows, ("GPU", "cannot be looked for", str(error))]
    if not cards:
        return [*rows, ("GPU", f"none that {backend} can use; training runs on the processor", "")]
    if len(cards) == 1 or backend == "jax":
        return [*rows, ("GPU", f"{', '.join(cards)}: all used", "")]
    mend = "KERAS_BACKEND=jax uses all: pip install 'jax[cuda12]'"
    return [*rows, ("GPU", f"{', '.join(cards)}: {backend} uses the first", mend)]


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
