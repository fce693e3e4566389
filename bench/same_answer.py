"""Whether a clip gets the same answer whatever it was saved as: containers, rates, depths, one channel or two.

$ python bench/same_answer.py DATA MODEL [CLIPS]      a folder of clips, and a run or a model file; 100 clips

What a clip is saved as is made of the clip as it lies in DATA, by libsndfile and, where it is installed, PyAV.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from _containers import Way, saved
from _results import record, table

from mien import Predictor, kinds
from mien.kinds.sound import RATE

CLIPS, FLOOR, AIM = 100, 0.98, 0.995


def main() -> None:
    """Ask about every clip in every form, and record who agrees."""
    data, model = Path(sys.argv[1]), sys.argv[2]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else CLIPS
    paths = sorted(data.rglob("*.flac"))
    chosen = [paths[number] for number in np.linspace(0, len(paths) - 1, count).round().astype(int)]
    predictor = Predictor(model, threads=1)
    same: dict[Way, list[bool]] = defaultdict(list)
    moved: dict[Way, list[float]] = defaultdict(list)
    for number, path in enumerate(chosen):
        original = predictor.predict(path.read_bytes())
        for way, file in saved(kinds.kind("sound").decode(path.read_bytes()), RATE):
            answer = predictor.predict(file)
            same[way].append(answer.label == original.label)
            moved[way].append(abs(answer.probabilities[original.label] - original.probabilities[original.label]))
        print(f"{number + 1} of {count}: {_share(same.values())}", flush=True)
    steps = [_over_steps_of_8_bits(kinds.kind("sound").decode(path.read_bytes())) for path in chosen]
    body = f"{_body(same, moved, count)}\n\n{_told(predictor, steps)}"
    record("The same answer", f"python bench/same_answer.py {data.name} MODEL", body)


def _told(predictor: Predictor, steps: list[float]) -> str:
    score = predictor.scores.get("sentence", "not measured")
    return f"The model: {score}\n\nThese clips lie {np.median(steps):.0f} dB above the steps of 8 bits (median)."


def _over_steps_of_8_bits(samples: np.ndarray) -> float:
    """Say how far a voice lies above the noise that 256 steps make, dB."""
    loud = samples[np.abs(samples) > 0]
    return float(10 * np.log10(np.mean(loud**2) / ((1 / 128) ** 2 / 12)))


def _share(parts: Iterable[list[bool]]) -> str:
    every = [one for part in parts for one in part]
    return f"{np.mean(every):.2%}"


def _body(same: dict[Way, list[bool]], moved: dict[Way, list[float]], count: int) -> str:
    rows = []
    for word in ("container", "rate", "depth", "channels"):
        values = dict.fromkeys(getattr(way, word) for way in same)
        for value in values:
            ways = [way for way in same if getattr(way, word) == value]
            shift = np.concatenate([moved[way] for way in ways])
            worst = min(ways, key=lambda way: np.mean(same[way]))
            shown = (
                f"{worst.container}, {worst.rate} Hz, {worst.depth}, {worst.channels} ch: {np.mean(same[worst]):.0%}"
            )
            files = sum(len(same[way]) for way in ways)
            rows.append((word, value, f"{files:,}", _share(same[way] for way in ways), f"{shift.mean():.3f}", shown))
    deep = [same[way] for way in same if way.depth != "8 bits"]
    head = ("", "", "files", "same class", "mean change of its probability", "worst")
    return (
        f"{count} clips as {len(same)} files each: **{_share(same.values())}** get the class of the original; without "
        f"those of 8 bits {_share(deep)}. Floor {FLOOR:.0%}, aim {AIM:.1%}.\n\n{table(head, rows)}"
    )


if __name__ == "__main__":
    main()
