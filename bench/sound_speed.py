"""How long a voice's answer takes: the model alone on one thread, from file to answer, and `mien predict` as a process.

$ python bench/sound_speed.py        trains on a few drawn voices for two epochs; how right it is, is not asked

Seconds of a processor beside those of the clock: where other programs run, the clock counts them too.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from _results import record, table

from mien import Predictor, export, pipeline, samples
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.kinds.sound import encode_flac

LENGTHS = (1.0, 3.0)
WARM, CALLS, PROCESSES = 10, 200, 9
MAIN = "from mien.cli import main; main()"
HEAVY = ("tensorflow", "keras", "torch", "jax", "sklearn", "polars", "fastapi", "pydantic", "onnx")


def main() -> None:
    """Train, measure and record."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        samples.synthesise(folder / "voices", samples=48)
        runs = {seconds: _trained(folder, seconds) for seconds in LENGTHS}
        clip = sorted((folder / "voices").glob("*/*"))[0]
        answers = [row for seconds, model in runs.items() for row in _answers(model, seconds)]
        command = [sys.executable, "-c", MAIN, "predict", str(clip), "--model", str(runs[LENGTHS[-1]])]
        whole = [_row("`mien predict clip`, whole process", _processes(command))]
        whole.append(_row("`python -c pass`", _processes([sys.executable, "-c", "pass"])))
        loaded = _loaded(command)
    parts = (
        table(("one thread", "processor", "clock"), answers),
        f"Medians of {CALLS}, after {WARM} to warm up. For one second of sound the floor is 20 ms, the aim 3 ms.",
        table(("", "processor", "clock"), whole),
        f"Medians of {PROCESSES}; floor 1.0 s, aim 0.6 s.",
        f"Of {', '.join(HEAVY)} that very command imported {', '.join(loaded) or 'none'}.",
    )
    record("The speed of voices", "python bench/sound_speed.py", "\n\n".join(parts))


def _trained(folder: Path, seconds: float) -> Path:
    recipe = Recipe(model="voice", seconds=seconds, epochs=2, batch=16, folds=1)
    return pipeline.run(folder / "voices", recipe, folder=folder / f"run-{seconds:g}").model


def _answers(model: Path, seconds: float) -> list[tuple[str, str, str]]:
    """Time a file's whole way to an answer, and the model alone in every form that it is exported in."""
    sound = np.random.default_rng(0).normal(0, 0.1, round(16_000 * seconds)).astype(np.float32)
    predictor, row, file = Predictor(model, threads=1), sound[None], encode_flac(sound)
    rows = [_row(f"{seconds:g} s: from a FLAC file's bytes to the answer", _calls(lambda: predictor.predict(file)))]
    run = Run.open(model.parent)
    small, (lite, tiny) = pipeline.shrink(run).path, pipeline.deliver(run, "litert").files
    forms = {"model.onnx": predictor, "8 bits": Predictor(small, threads=1)}
    forms |= {"LiteRT": export.read_litert(lite), "LiteRT, 8 bits": export.read_litert(tiny)}
    for (name, form), path in zip(forms.items(), (model, small, lite, tiny), strict=True):
        times = _calls(partial(form.probabilities, row))
        rows.append(_row(f"{seconds:g} s: the model, {name}, {path.stat().st_size / 1e6:.1f} MB", times))
    return rows


def _calls(call: Callable[[], object]) -> list[tuple[float, float]]:
    times = []
    for _ in range(WARM + CALLS):
        worked, begun = time.process_time(), time.perf_counter()
        call()
        times.append((time.process_time() - worked, time.perf_counter() - begun))
    return times[WARM:]


def _processes(command: list[str]) -> list[tuple[float, float]]:
    times = []
    for _ in range(PROCESSES + 1):
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{command} ended with {process.returncode}")
        times.append((usage.ru_utime + usage.ru_stime, time.perf_counter() - begun))
    return times[1:]  # the first fills the disk's cache


def _loaded(command: list[str]) -> list[str]:
    """Say which heavy libraries that very command imports."""
    told = subprocess.run(
        [command[0], "-X", "importtime", *command[1:]], capture_output=True, text=True, check=True
    ).stderr
    modules = {
        line.rpartition("|")[2].strip().partition(".")[0] for line in told.splitlines() if line.startswith("import")
    }
    assert {"onnxruntime", "mien"} <= modules  # else nothing was heard of
    return sorted(modules & set(HEAVY))


def _row(name: str, times: list[tuple[float, float]]) -> tuple[str, str, str]:
    medians = [statistics.median(column) for column in zip(*times, strict=True)]
    shown = [f"{1000 * one:.1f} ms" if one < 0.1 else f"{one:.2f} s" for one in medians]
    return name, *shown


if __name__ == "__main__":
    main()
