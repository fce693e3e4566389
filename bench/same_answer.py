"""Whether a clip gets the same answer whatever it was saved as: containers, rates, depths, one channel or two.

$ python bench/same_answer.py DATA MODEL [CLIPS]      a folder of clips, and a run or a model file; 100 clips

What a clip is saved as is made of the clip as it lies in DATA, by libsndfile and, where it is installed, PyAV: once at
full level, as whoever saves in 8 bits would bring it to, and once as soft as it lies there.
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
Same, Moved = dict[Way, list[bool]], dict[Way, list[float]]
FULL = 0.9  # of full scale, the loudest sample of a clip at full level


def main() -> None:
    """Ask at both levels, and record who agrees."""
    data, model = Path(sys.argv[1]), sys.argv[2]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else CLIPS
    paths = sorted(data.rglob("*.flac"))
    chosen = [paths[number] for number in np.linspace(0, len(paths) - 1, count).round().astype(int)]
    predictor = Predictor(model, threads=1)
    clips = [kinds.kind("sound").decode(path.read_bytes()) for path in chosen]
    full = [clip * (FULL / np.abs(clip).max()) for clip in clips]
    loud, soft = _asked(predictor, full), _asked(predictor, clips)
    moved = sum(
        predictor.predict(one).label != predictor.predict(two).label for one, two in zip(clips, full, strict=True)
    )
    steps = np.median([_over_steps_of_8_bits(clip) for clip in clips])
    told = f"The level alone, without any file, changes the class of {moved} of {count} clips. "
    told += f"The model: {predictor.scores.get('sentence', 'not measured')}"
    body = (
        f"At full level: {_body(*loud, count)}\n\nAs soft as they lie there, {steps:.0f} dB above the steps of 8 bits "
        f"(median): {_body(*soft, count)}\n\n{told}"
    )
    record("The same answer", f"python bench/same_answer.py {data.name} MODEL", body)


def _asked(predictor: Predictor, clips: list[np.ndarray]) -> tuple[Same, Moved]:
    """Ask about every clip in every form, and whether the answer is that to the clip itself."""
    same: dict[Way, list[bool]] = defaultdict(list)
    moved: dict[Way, list[float]] = defaultdict(list)
    for number, clip in enumerate(clips):
        original = predictor.predict(clip)
        if original.probabilities is None:  # no speech was found in it
            continue
        for way, file in saved(clip, RATE):
            answer = predictor.predict(file)
            same[way].append(answer.label == original.label)
            there = (answer.probabilities or {}).get(original.label, 0.0)
            moved[way].append(abs(there - original.probabilities[original.label]))
        print(f"{number + 1} of {len(clips)}: {_share(same.values())}", flush=True)
    return same, moved


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
