"""One training step of `report` at batch 32, beside the plain Keras script's, as it comes, in the same run.

$ python bench/report_step.py

Two processes take turns, a few steps each, many rounds. Where the processor has AVX-512, a second pair runs with
oneDNN held to AVX2, and TensorFlow's oneDNN switch off for the plain script, as TensorFlow leaves it on a CPU
without AVX-512: an emulation, and named so in the table.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROUNDS = 12
STEPS = 6
BATCH = 32
SIZE = 256
CLASSES = 5


def plain() -> None:
    """Be the plain script: float pictures in memory, `model.fit`, nothing set."""
    import time

    import numpy as np
    import tensorflow as tf
    from tensorflow.keras import Sequential, layers

    times: list[float] = []

    class Clock(tf.keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            self.began = time.perf_counter()

        def on_train_batch_end(self, batch, logs=None):
            times.append(time.perf_counter() - self.began)

    model = Sequential([layers.Input((SIZE, SIZE, 3))])
    for filters in (16, 32, 16):
        model.add(layers.Conv2D(filters, (3, 3), 1, activation="relu"))
        model.add(layers.MaxPooling2D())
    model.add(layers.Flatten())
    model.add(layers.Dense(256, activation="relu"))
    model.add(layers.Dense(CLASSES, activation="softmax"))
    model.compile("adam", loss=tf.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    random = np.random.default_rng(0)
    pictures = random.random((BATCH * (STEPS + 1), SIZE, SIZE, 3), np.float32)
    labels = random.integers(0, CLASSES, len(pictures))
    for _ in sys.stdin:
        times.clear()
        model.fit(pictures, labels, batch_size=BATCH, verbose=0, callbacks=[Clock()])
        print(json.dumps(times[1:]), flush=True)


def ours() -> None:
    """Be Mien: the family and the training loop that `mien train --model report` uses."""
    import tempfile
    import time

    import numpy as np

    from mien import models, train
    from mien.core.recipe import Recipe
    from mien.core.run import Run

    labels = tuple("abcde")
    recipe = models.resolve(Recipe(model="report", epochs=ROUNDS + 1))
    contract = models.contract(recipe, labels)
    random = np.random.default_rng(0)
    pictures = random.integers(0, 256, (BATCH, *contract.shape), dtype=np.uint8)
    targets = np.eye(CLASSES, dtype=np.float32)[random.integers(0, CLASSES, BATCH)]
    stamps: list[float] = []

    class Steps:
        """Batches from memory; a new epoch begins when the other side says so."""

        def __init__(self, count: int, *, asked: bool) -> None:
            self.labels, self.count, self.asked = labels, count, asked
            self.counts = np.ones(CLASSES, np.int64)

        def __len__(self) -> int:
            return self.count

        def epoch(self, number: int, start: int = 0):
            if self.asked:
                if stamps:
                    print(json.dumps(np.diff(stamps).tolist()), flush=True)
                    stamps.clear()
                sys.stdin.readline()
            for _ in range(self.count):
                if self.asked:
                    stamps.append(time.perf_counter())  # a step lasts from one batch asked for to the next
                yield pictures, targets

    with tempfile.TemporaryDirectory() as folder:
        model = models.build(contract, recipe, training=True)
        run = Run(Path(folder))
        train.fit(model, Steps(STEPS + 1, asked=True), Steps(1, asked=False), recipe, run)
        print(json.dumps(np.diff(stamps).tolist()), flush=True)


def main() -> None:
    """Take turns and record."""
    from _results import record, table

    settings = {"as it comes": ({}, {})}
    if "avx512f" in Path("/proc/cpuinfo").read_text():
        narrow = {"ONEDNN_MAX_CPU_ISA": "AVX2", "DNNL_MAX_CPU_ISA": "AVX2"}
        settings["AVX-512 kept from oneDNN (emulated)"] = ({**narrow, "TF_ENABLE_ONEDNN_OPTS": "0"}, narrow)
    rows = []
    for name, (theirs, mine) in settings.items():
        found = _turns({"plain": theirs, "ours": mine})
        ratios = [
            statistics.median(b) / statistics.median(a) for a, b in zip(found["plain"], found["ours"], strict=True)
        ]
        plainly, mined = (
            1000 * statistics.median(step for turn in found[who] for step in turn) for who in ("plain", "ours")
        )
        rows.append((name, f"{plainly:.0f} ms", f"{mined:.0f} ms", f"**{statistics.median(ratios):.2f}**"))
    body = table(["processor", "plain Keras step", "Mien's step", "ratio, median of rounds"], rows)
    body += (
        f"\n\n256 x 256 x 3, batch {BATCH}, {ROUNDS} rounds of {STEPS} steps, taking turns. Floor: 0.35 on a CPU"
        " without AVX-512, and nowhere above 1. Both compute the same function and the same gradients in float32."
        " What Mien does: oneDNN on, pooling before bias and ReLU (exact, a quarter of the elements), one"
        " operation at a time on every core, bytes instead of floats into the graph, scaled in the first kernel."
    )
    record("One training step of `report`", "python bench/report_step.py", body)


def _turns(environments: dict[str, dict[str, str]]) -> dict[str, list[list[float]]]:
    workers = {
        who: subprocess.Popen(
            [sys.executable, __file__, who],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, **more},
        )
        for who, more in environments.items()
    }
    found: dict[str, list[list[float]]] = {who: [] for who in workers}
    for _ in range(ROUNDS + 1):
        for who, worker in workers.items():
            worker.stdin.write("go\n")
            worker.stdin.flush()
            found[who].append(json.loads(worker.stdout.readline()))
    for worker in workers.values():
        worker.stdin.close()
        worker.wait()
    return {who: rounds[1:] for who, rounds in found.items()}


if __name__ == "__main__":
    {"plain": plain, "ours": ours}.get(sys.argv[1] if len(sys.argv) > 1 else "", main)()
