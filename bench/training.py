"""Every family on the same data, and what the engine costs: one run, two cores.

$ python bench/training.py DATA [PART ...]

DATA holds `fer2013.parquet`. The parts are `families`, `work`, `checkpoints` and `steps`; all of them when none is
named. `steps` measures the training steps of `report` and `transfer` as bench/report_step.py and
bench/transfer_step.py do.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from _results import record, table

MIEN = str(Path(sys.executable).with_name("mien"))
MINUTES = 5  # of training, at most, for one family
TRANSFER = ("--model", "transfer", "--learning-rate", "0.01", "--frozen-epochs", "3", "--unfrozen-rate", "0.5")
# name -> (settings on drawn faces, settings on FER2013); BASE is the run of `compact` on the other data.
FAMILIES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "`report`": (("--model", "report", "--size", "96"), ("--model", "report", "--size", "96")),
    "`compact`": (("--model", "compact"), ("--model", "compact", "--epochs", "15", "--augment", "0.4")),
    "`transfer`, from `compact` on the other data": (
        ("--from", "BASE", *TRANSFER),
        ("--from", "BASE", *TRANSFER, "--epochs", "15"),
    ),
    "`svm`, linear": (("--model", "svm", "--kernel", "linear"),) * 2,
    "`svm`, RBF": (("--model", "svm"),) * 2,
    "`forest`": (("--model", "forest"),) * 2,
    "`forest`, boosting": (("--model", "forest", "--trees", "boosting"),) * 2,
}
NETWORKS = ("`report`", "`compact`", "`transfer`, from `compact` on the other data")


def run(source: str, out: Path, *settings: str) -> dict[str, object]:
    """Run `mien run` to its end and return what the table shows; events tell what the steps waited for."""
    events = out.with_suffix(".jsonl")
    command = [MIEN, "run", source, *settings, "--out", str(out), "--events", str(events), "--quiet", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{command}: {done.stderr}")
    found = json.loads(done.stdout)
    test = json.loads((out / "scores.json").read_text())["test"]
    lines = [json.loads(line) for line in events.read_text().splitlines()]
    last = {line["epoch"]: line["waited"] for line in lines if line["event"] == "step"}
    saved = [line["seconds"] for line in lines if line["event"] == "saved"]
    return {
        "accuracy": "{value:.1%} ({low:.1%} to {high:.1%})".format(**test["accuracy"]),
        "balanced": f"{test['balanced_accuracy']['value']:.1%}",
        "train": found["seconds"]["train"],
        "megabytes": (out / "model.onnx").stat().st_size / 1e6,
        "milliseconds": milliseconds(out / "model.onnx"),
        "waited": statistics.median(last.values()) if last else None,
        "saved": sum(saved),
        "calibration": test["calibration_error"],
    }


def milliseconds(model: Path) -> float:
    """One face in, probabilities out, one thread: the median of 300 calls."""
    from mien.predict import Predictor

    predictor = Predictor(model, threads=1)
    faces = np.random.default_rng(0).integers(0, 256, (8, 1, *predictor.contract.shape), np.uint8)
    times = []
    for number in range(330):
        began = time.perf_counter()
        predictor.probabilities(faces[number % 8])
        times.append(time.perf_counter() - began)
    return 1000 * statistics.median(times[30:])


def families(data: Path) -> None:
    """Measure every family on both sets of faces."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        from mien import samples

        samples.draw(place / "faces", samples=1200)
        sources = {"drawn": str(place / "faces"), "FER2013": str(data / "fer2013.parquet")}
        rows, bases = [], {}
        for name in sorted(FAMILIES, key=lambda name: "BASE" in FAMILIES[name][0]):  # those that start from others last
            for side, (what, source) in enumerate(sources.items()):
                out = place / f"{len(rows)}"
                settings = [bases[1 - side] if word == "BASE" else word for word in FAMILIES[name][side]]
                settings += ["--minutes", str(MINUTES)] if name in NETWORKS else []
                found = run(source, out, *settings)
                if name == "`compact`":
                    bases[side] = str(out)
                rows.append(
                    (
                        name,
                        what,
                        found["accuracy"],
                        found["balanced"],
                        f"{found['calibration']:.1%}",
                        f"{found['train']:.0f} s",
                        f"{found['megabytes']:.1f} MB",
                        f"{found['milliseconds']:.2f} ms",
                        "" if found["waited"] is None else f"{found['waited']:.1%}",
                    )
                )
                print(rows[-1], flush=True)
    columns = ["family", "faces", "accuracy", "balanced", "calibration error", "training", "file", "a face", "waiting"]
    body = table(columns, rows)
    body += (
        "\n\nTest sides: 120 drawn faces of persons never seen; FER2013's PublicTest, seven classes, 3,589 faces,"
        f" twins out of Training. Networks train at most {MINUTES} minutes; `report` at 96 px, where it gets through"
        " more than one epoch in that time. A face: one in, probabilities out, ONNX Runtime on one thread, median."
        " Waiting: share of an epoch's time in which the step waited for pictures, median over epochs; floor 3 %."
    )
    record("Every family", "python bench/training.py DATA families", body)


def multiply_adds(model: object) -> int:
    """Count those of one picture through convolutions and dense layers."""
    import keras

    total = 0
    for layer in model.layers:  # type: ignore[attr-defined]
        if isinstance(layer, keras.layers.Dense):
            total += int(np.prod(layer.kernel.shape))
        elif isinstance(layer, keras.layers.Conv2D):
            total += int(np.prod(layer.kernel.shape)) * int(np.prod(layer.output.shape[1:3]))
    return total


def peak() -> float:
    """Return the best rate of a large matrix product that this machine shows, float operations a second."""
    import tensorflow as tf

    a, b = (tf.random.normal((3072, 3072)) for _ in range(2))
    product = tf.function(tf.matmul)
    times = []
    for _ in range(12):
        began = time.perf_counter()
        product(a, b).numpy()
        times.append(time.perf_counter() - began)
    return 2 * 3072**3 / min(times)


def work() -> None:
    """Say how much of the machine's arithmetic a training step uses, and what takes the rest."""
    from mien import models
    from mien.core.recipe import Recipe
    from mien.train._phases import enter, phase

    rows, top = [], None
    for name in ("compact", "report"):
        recipe = models.resolve(Recipe(model=name))
        contract = models.contract(recipe, tuple("abcdefg"))
        model = models.build(contract, recipe, training=True)
        top = top or peak()
        enter(model, recipe, phase(model, recipe, 0), 100)
        batch = int(recipe.batch)
        pixels = np.random.default_rng(0).integers(0, 256, (batch, *contract.shape), np.uint8)
        targets = np.eye(7, dtype=np.float32)[np.arange(batch) % 7]
        step = timed(lambda model=model, pixels=pixels, targets=targets: model.train_on_batch(pixels, targets))
        forward = multiply_adds(model)
        convolutions = timed_convolutions(model, batch)
        done = 3 * 2 * forward * batch
        rows.append(
            (
                f"`{name}`",
                f"{forward / 1e6:.1f} million",
                f"{1000 * step:.1f} ms",
                f"{done / step / 1e9:.0f}",
                f"**{done / step / top:.0%}**",
                f"{convolutions / step:.0%}",
                f"{done / convolutions / top:.0%}",
            )
        )
    columns = [
        "family",
        "multiply-adds a face",
        "a step",
        "10^9 operations/s",
        "of the peak",
        "share of a step in convolutions and products",
        "which reach, of the peak",
    ]
    body = table(columns, rows)
    body += (
        f"\n\nThe peak is this machine's best rate in a 3072 x 3072 matrix product, {top / 1e9:.0f} x 10^9 float"
        " operations a second on both cores. Counted are convolutions and dense layers, forward once and backward"
        " twice. The last two columns time the same convolutions and products alone. What bounds a step: a third to a"
        " half of it is no arithmetic but passes over memory (normalisation, ReLU, pooling, their gradients). With few"
        " channels a convolution cannot keep the vector units busy, least of all its filter gradient; so `compact`,"
        " whose layers are small, reaches less of the peak than `report`, and needs a 28th of its arithmetic a face."
    )
    record("How much of the machine a step uses", "python bench/training.py DATA work", body)


def timed(step: object, rounds: int = 40) -> float:
    """Return the median seconds of a call."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        step()  # type: ignore[operator]
        times.append(time.perf_counter() - began)
    return statistics.median(times[5:])


def timed_convolutions(model: object, batch: int) -> float:
    """Return the seconds that the convolutions and products of a step take by themselves, forward and backward."""
    import keras
    import tensorflow as tf

    total = 0.0
    first = True
    for layer in model.layers:  # type: ignore[attr-defined]
        if not isinstance(layer, keras.layers.Conv2D | keras.layers.Dense) or not layer.trainable:
            continue
        x = tf.random.normal((batch, *layer.input.shape[1:]))
        out = tf.random.normal((batch, *layer.output.shape[1:]))
        total += timed(lambda layer=layer, x=x, out=out, first=first: gradients(layer, x, out, first), 25)
        first = False
    return total


def gradients(layer: object, x: object, out: object, first: bool) -> None:
    """Run one layer's product forward, and both ways back; the first layer's input needs no gradient."""
    import keras
    import tensorflow as tf

    key = (id(layer), first)
    if key not in _TRACED:

        @tf.function
        def both(x, kernel, out):
            with tf.GradientTape() as tape:
                tape.watch([kernel] if first else [x, kernel])
                if isinstance(layer, keras.layers.Dense):
                    y = x @ kernel
                else:
                    y = tf.nn.conv2d(x, kernel, layer.strides, layer.padding.upper())
            return tape.gradient(y, [kernel] if first else [x, kernel], out)

        _TRACED[key] = both
    kernel = tf.convert_to_tensor(layer.kernel)  # type: ignore[attr-defined]
    _TRACED[key](x, kernel, out)[-1].numpy()


_TRACED: dict[tuple[int, bool], object] = {}


def checkpoints(data: Path) -> None:
    """Say what checkpoints cost, and what a kill costs."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, more in {
            "`compact`": ("--model", "compact", "--epochs", "6", "--augment", "0.4"),
            "`report` at 96 px": ("--model", "report", "--size", "96", "--epochs", "3", "--minutes", "2"),
        }.items():
            for every in ("", "10"):
                out = Path(folder) / f"{len(rows)}"
                settings = [*more, *(["--checkpoint-seconds", every] if every else [])]
                found = run(str(data / "fer2013.parquet"), out, *settings)
                share = float(found["saved"]) / float(found["train"])
                last = out / "checkpoints" / "last.npz"
                rows.append((name, every or "60", f"{last.stat().st_size / 1e6:.1f} MB", f"**{share:.2%}**"))
                print(rows[-1], flush=True)
        lost = [killed(data, Path(folder) / f"killed-{number}") for number in range(3)]
    columns = ["family", "seconds between checkpoints", "checkpoint", "share of training time"]
    body = table(columns, rows)
    words = "; ".join(f"{done} steps done, checkpoint at {kept}, went on at {went_on}" for done, kept, went_on in lost)
    body += (
        "\n\nFloor: 2 %. Killed with -9 in the middle of training (`compact`, a checkpoint every 50 steps), resumed:"
        f" {words}. So what is done again is what came after the last checkpoint, and nothing before it."
    )
    record("What checkpoints cost", "python bench/training.py DATA checkpoints", body)


def follow(path: Path) -> Iterator[dict]:
    """Yield events as they are written."""
    position = 0
    while True:
        text = path.read_text() if path.exists() else ""
        for line in text[position:].splitlines(keepends=True):
            if line.endswith("\n"):
                position += len(line)
                yield json.loads(line)
        time.sleep(0.02)


def killed(data: Path, out: Path) -> tuple[int, int, int]:
    """Kill a training, resume it, and return how far it was, what the checkpoint held, and where it went on."""
    events, again = out.with_suffix(".jsonl"), out.with_suffix(".again.jsonl")
    settings = ["--model", "compact", "--epochs", "3", "--checkpoint-steps", "50", "--out", str(out), "--quiet"]
    command = [MIEN, "train", str(data / "fer2013.parquet"), *settings, "--events", str(events)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    steps, done, kept = 0, 0, 0
    for event in follow(events):
        if event["event"] == "begun":
            steps = event["steps"]
        if event["event"] == "step":
            done = (event["epoch"] - 1) * steps + event["step"]
        if event["event"] == "saved":
            kept = event["epoch"] * steps + event["step"]
        if done > 130 and done - kept > 10:
            os.kill(process.pid, signal.SIGKILL)
            break
    process.wait()
    resumed = subprocess.Popen([MIEN, "train", "--resume", str(out), "--quiet", "--events", str(again)])
    begun = next(event for event in follow(again) if event["event"] == "begun")
    resumed.kill()
    resumed.wait()
    return done, kept, begun["epoch"] * steps + begun["step"]


def steps() -> None:
    """Measure the training steps beside plain Keras loops."""
    for script in ("report_step.py", "transfer_step.py"):
        subprocess.run([sys.executable, Path(__file__).with_name(script)], check=True)


def main() -> None:
    """Measure the parts named, or all."""
    data, names = Path(sys.argv[1]), sys.argv[2:]
    parts = {
        "families": lambda: families(data),
        "work": work,
        "checkpoints": lambda: checkpoints(data),
        "steps": steps,
    }
    for name in names or parts:
        parts[name]()


if __name__ == "__main__":
    main()
