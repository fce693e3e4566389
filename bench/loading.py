"""Compare the cache with arrays in memory, and its memory on a set with that on one ten times as large.

$ python bench/loading.py

1. One shuffled epoch from the cache against one from uint8 arrays in memory, interleaved, the median of the pairs'
   ratios: iteration alone, and with a small Keras step as the consumer.
2. Anonymous memory (RssAnon of /proc/self/status) of a process that builds the cache and runs one augmented epoch and
   one pass in chunks, for n and for 10 n pictures: at the end, and at its highest (sampled every 5 ms).
"""

from __future__ import annotations

import hashlib
import io
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from _results import record, table

from mien import load
from mien.core.recipe import Recipe
from mien.core.types import InputContract, Manifest

SIZES = {48: 10_000, 256: 1_000}  # pictures in the speed test
MEMORY = {48: (1_000, 10_000), 256: (300, 3_000)}
BATCH = 32
PAIRS = {"iteration alone": 41, "small Keras step": 9}  # of epochs
LABELS = ("happy", "sad")
PLAIN, VARIED = Recipe(batch=BATCH), Recipe(batch=BATCH, augment=0.5)


def pictures(folder: Path, count: int, size: int) -> Manifest:
    """Lay down JPEGs of smooth random colours."""
    from PIL import Image

    folder.mkdir()
    columns: dict[str, list[str]] = {"id": [], "content": [], "path": [], "label": []}
    for number in range(count):
        rough = np.random.default_rng(number).integers(0, 256, (6, 6, 3), dtype=np.uint8)
        file = io.BytesIO()
        Image.fromarray(rough).resize((size, size)).save(file, "jpeg", quality=90)
        path = folder / f"{number}.jpg"
        path.write_bytes(file.getvalue())
        found = (str(number), hashlib.sha256(file.getvalue()).hexdigest(), str(path), LABELS[number % 2])
        for column, value in zip(columns.values(), found, strict=True):
            column.append(value)
    return Manifest.build(columns)


class InMemory:
    """The peer: arrays that are there already, a new order each epoch."""

    def __init__(self, pixels: np.ndarray, targets: np.ndarray) -> None:
        self.pixels, self.targets = pixels, targets

    def epoch(self, number: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Yield shuffled batches."""
        order = np.random.default_rng([0, number]).permutation(len(self.pixels))
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            yield self.pixels[part], self.targets[part]


def look(pixels: np.ndarray, targets: np.ndarray) -> None:
    """Take the batch and do nothing with it."""


def keras_step(size: int) -> Callable[[np.ndarray, np.ndarray], object]:
    import keras

    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((size, size, 3)),
            layers.Rescaling(1 / 255),
            layers.Conv2D(8, 3, strides=2 if size < 100 else 4, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2, activation="softmax"),
        ]
    )
    model.compile("adam", "categorical_crossentropy")
    return model.train_on_batch


def seconds(batches: load.CachedBatches | InMemory, number: int, step: Callable[..., object]) -> np.ndarray:
    """Return how long one epoch takes: by the clock, and of the processors."""
    start = np.array([time.perf_counter(), time.process_time()])
    for pixels, targets in batches.epoch(number):
        step(pixels, targets)
    return np.array([time.perf_counter(), time.process_time()]) - start


def compared(peer: InMemory, ours: load.CachedBatches, step: Callable[..., object], pairs: int) -> list[float]:
    """Return median seconds of the peer and of ours, and the median ratio by the clock and of processor time."""
    seconds(peer, 0, step), seconds(ours, 0, step)
    times = []
    for number in range(1, pairs + 1):
        sides = (peer, ours) if number % 2 else (ours, peer)  # who goes first alternates
        found = {id(side): seconds(side, number, step) for side in sides}
        times.append((found[id(peer)][0], found[id(ours)][0], *(found[id(ours)] / found[id(peer)])))
    return [statistics.median(column) for column in zip(*times, strict=True)]


def speed(folder: Path) -> list[tuple[str, ...]]:
    found = []
    for size, count in SIZES.items():
        manifest = pictures(folder / f"speed-{size}", count, size)
        start = time.perf_counter()
        cache = load.build(manifest, InputContract(LABELS, size), folder / "cache")
        built = time.perf_counter() - start
        cached, varied = (cache.training(manifest, recipe, labels=LABELS) for recipe in (PLAIN, VARIED))
        memory = InMemory(cache.array(manifest), cached.targets)
        for name, step in (("iteration alone", look), ("small Keras step", keras_step(size))):
            plain, ours, ratio, work = compared(memory, cached, step, PAIRS[name])
            _, light, with_light, _ = compared(memory, varied, step, 5)
            figures = (
                f"{plain:.3f}",
                f"{ours:.3f}",
                f"{ratio:.2f}",
                f"{work:.2f}",
                f"{light:.3f}",
                f"{with_light:.2f}",
            )
            found.append((f"{size} px, {count:,}", name, *figures, f"{built:.1f}"))
    return found


def anonymous() -> float:
    """RssAnon, MB."""
    match = re.search(r"RssAnon:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(match[1]) / 1000 if match else float("nan")


def child(table: str, size: str, folder: str) -> None:
    """Build, run one epoch and one pass; print RssAnon at the end and at its highest."""
    highest, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.005):
            highest[0] = max(highest[0], anonymous())

    watcher = threading.Thread(target=watch)
    watcher.start()
    manifest = Manifest.read(table)
    cache = load.build(manifest, InputContract(LABELS, int(size)), folder)
    for _ in cache.training(manifest, VARIED, labels=LABELS).epoch(0):
        pass
    for _ in cache.chunks(manifest):
        pass
    over.set()
    watcher.join()
    print(anonymous(), max(highest))


def memory(folder: Path) -> list[tuple[str, ...]]:
    found = []
    for size, counts in MEMORY.items():
        at_end, peak = [], []
        for count in counts:
            table = pictures(folder / f"memory-{size}-{count}", count, size).save(folder / f"{size}-{count}.parquet")
            command = [sys.executable, __file__, "child", str(table), str(size), str(folder / f"cache-{count}")]
            said = [
                subprocess.run([*command[:-1], f"{command[-1]}-{n}"], capture_output=True, text=True, check=True)
                for n in range(3)
            ]
            pairs = [[float(word) for word in one.stdout.split()] for one in said]
            at_end.append(statistics.median(pair[0] for pair in pairs))
            peak.append(statistics.median(pair[1] for pair in pairs))
        figures = (*(f"{x:.0f}" for x in at_end), f"{at_end[1] / at_end[0]:.2f}")
        figures += (*(f"{x:.0f}" for x in peak), f"{peak[1] / peak[0]:.2f}")
        pixels = f"{counts[0] * size * size * 3e-6:.0f} / {counts[1] * size * size * 3e-6:.0f}"
        found.append((f"{size} px, {counts[0]:,} / {counts[1]:,}", pixels, *figures))
    return found


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = speed(Path(folder)), memory(Path(folder))
    head = ["pictures", "consumer", "in memory", "from the cache", "ratio", "of CPU time", "augmented 0.5", "its ratio"]
    body = f"Seconds an epoch, batch {BATCH}; medians of interleaved pairs of epochs. Floor: 1.1.\n\n"
    body += table([*head, "build once"], found[0])
    body += "\n\nRssAnon in MB after building and one augmented epoch; medians of 3 processes. Floor: flat.\n\n"
    head = ["pictures, n / 10 n", "pixels", "n", "10 n", "ratio", "highest, n", "highest, 10 n", "its ratio"]
    record("Loading from the cache", "python bench/loading.py", body + table(head, found[1]))


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        child(*sys.argv[2:])
    else:
        main()
