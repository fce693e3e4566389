"""One training step of `transfer` at batch 32, beside the plain Keras script's, as it comes, in the same run.

$ python bench/transfer_step.py

The plain script is the one of Keras's guide "Transfer learning & fine-tuning": the same backbone with random weights,
float pictures in memory, `compile` and `fit` as they come, frozen first, then unfrozen. Two processes take turns, a
few steps each, many rounds. Where the processor has AVX-512, a second pair runs with oneDNN held to AVX2, and
TensorFlow's oneDNN switch off for the plain script, as TensorFlow leaves it on a CPU without AVX-512: an emulation,
and named so in the table.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 12
STEPS = 5
BATCH = 32
SIZE = 96
LABELS = tuple("abcdefg")
BACKBONES = {"mobilenetv3-small": "MobileNetV3Small", "efficientnetv2-b0": "EfficientNetV2B0"}
EPOCHS = {"frozen": 5, "unfrozen": 15}  # the family's own
WHOLE = "a training: 5 epochs frozen, 15 unfrozen"


def plain(name: str, phase: str) -> None:
    """Be the plain script: what the guide says, nothing set."""
    import keras
    import numpy as np

    times: list[float] = []

    class Clock(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            self.began = time.perf_counter()

        def on_train_batch_end(self, batch, logs=None):
            times.append(time.perf_counter() - self.began)

    make = getattr(keras.applications, BACKBONES[name])
    base = make(include_top=False, weights=None, input_shape=(SIZE, SIZE, 3))
    base.trainable = phase == "unfrozen"
    inputs = keras.Input((SIZE, SIZE, 3))
    x = keras.layers.GlobalAveragePooling2D()(base(inputs, training=False))
    outputs = keras.layers.Dense(len(LABELS), activation="softmax")(keras.layers.Dropout(0.2)(x))
    model = keras.Model(inputs, outputs)
    rate = 1e-5 if base.trainable else 1e-3
    model.compile(keras.optimizers.Adam(rate), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    random = np.random.default_rng(0)
    pictures = 255 * random.random((BATCH * (STEPS + 1), SIZE, SIZE, 3), np.float32)
    labels = random.integers(0, len(LABELS), len(pictures))
    for _ in sys.stdin:
        times.clear()
        model.fit(pictures, labels, batch_size=BATCH, verbose=0, callbacks=[Clock()])
        print(json.dumps(times[1:]), flush=True)


def ours(name: str, phase: str) -> None:
    """Be Mien: the family and the training loop that `mien train --model transfer` uses."""
    import tempfile

    import numpy as np

    from mien import models, train
    from mien.core.recipe import Recipe
    from mien.core.run import Run

    frozen = 10**5 if phase == "frozen" else 0
    recipe = models.resolve(
        Recipe(model="transfer", backbone=name, size=SIZE, batch=BATCH, frozen_epochs=frozen, epochs=10**5, patience=0)
    )
    contract = models.contract(recipe, LABELS)
    random = np.random.default_rng(0)
    pictures = random.integers(0, 256, (BATCH, *contract.shape), dtype=np.uint8)
    targets = np.eye(len(LABELS), dtype=np.float32)[random.integers(0, len(LABELS), BATCH)]

    class Steps:
        """Batches from memory; a new epoch begins when the other side says so."""

        labels, counts = LABELS, targets.sum(0).astype(int)

        def __init__(self, count: int, *, asked: bool) -> None:
            self.count, self.asked = count, asked

        def __len__(self) -> int:
            return self.count

        def epoch(self, number: int, start: int = 0):
            if self.asked and not sys.stdin.readline():
                raise SystemExit
            stamps = []
            for _ in range(self.count):
                stamps.append(time.perf_counter())
                yield pictures, targets
            if self.asked:
                stamps.append(time.perf_counter())
                print(json.dumps(np.diff(stamps).tolist()[1:]), flush=True)

    with tempfile.TemporaryDirectory() as folder:
        # Random weights, as on the other side; no network is needed.
        model = models.build(contract, recipe, training=True, pretrained=False)
        train.fit(model, Steps(STEPS + 1, asked=True), Steps(1, asked=False), recipe, Run(Path(folder)))


def main() -> None:
    """Take turns and record."""
    from _results import record, table

    settings = {"as it comes": ({}, {})}
    if "avx512f" in Path("/proc/cpuinfo").read_text():
        narrow = {"ONEDNN_MAX_CPU_ISA": "AVX2", "DNNL_MAX_CPU_ISA": "AVX2"}
        settings["AVX-512 kept from oneDNN (emulated)"] = ({**narrow, "TF_ENABLE_ONEDNN_OPTS": "0"}, narrow)
    rows = []
    for setting, (theirs, mine) in settings.items():
        for name in BACKBONES:
            found = {phase: _compared(name, phase, {"plain": theirs, "ours": mine}) for phase in EPOCHS}
            for phase, (before, after, ratio) in found.items():
                rows.append((setting, name, phase, f"{before:.0f} ms", f"{after:.0f} ms", f"{ratio:.2f}"))
            before, after = (sum(EPOCHS[phase] * found[phase][who] for phase in EPOCHS) for who in (0, 1))
            rows.append((setting, name, WHOLE, "", "", f"**{after / before:.2f}**"))
    columns = ["processor", "backbone", "phase", "plain Keras step", "Mien's step", "ratio, median of rounds"]
    body = table(columns, rows)
    body += (
        f"\n\n{SIZE} x {SIZE} x 3, batch {BATCH}, {ROUNDS} rounds of {STEPS} steps, taking turns. Floor: 0.8 on a CPU"
        " without AVX-512, and nowhere above 1. What Mien does is in docs/decisions/0012-transfer.md. Unfrozen, the"
        " plain script takes its normalisation's statistics anew from every batch, although it says `training=False`:"
        " in Keras 3, `fit` overrides that. Mien's does what the guide means."
    )
    record("One training step of `transfer`", "python bench/transfer_step.py", body)


def _compared(name: str, phase: str, environments: dict[str, dict[str, str]]) -> tuple[float, float, float]:
    found = _turns(name, phase, environments)
    ratios = [statistics.median(b) / statistics.median(a) for a, b in zip(found["plain"], found["ours"], strict=True)]
    theirs, mine = (1000 * statistics.median(step for turn in found[who] for step in turn) for who in ("plain", "ours"))
    print(name, phase, f"{theirs:.0f} {mine:.0f} {statistics.median(ratios):.2f}", file=sys.stderr, flush=True)
    return theirs, mine, statistics.median(ratios)


def _turns(name: str, phase: str, environments: dict[str, dict[str, str]]) -> dict[str, list[list[float]]]:
    workers = {
        who: subprocess.Popen(
            [sys.executable, __file__, who, name, phase],
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
    if len(sys.argv) > 1:
        {"plain": plain, "ours": ours}[sys.argv[1]](*sys.argv[2:])
    else:
        main()
