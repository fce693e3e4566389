"""Where somebody speaks: the rule in the box beside silero-vad's net (MIT), frame by frame and clip by clip.

$ python bench/voice_activity.py DATA WORKDIR      with `ravdess`, `nemo` and `odd_audio`; where the peer goes

$ python bench/voice_activity.py DATA WORKDIR      with `ravdess`, `nemo`, `odd_audio`; where the peer goes
speech where its level is within 25 dB of the clip's loud parts, and pauses of up to 0.3 s between such frames; it is
none where nothing was laid, or far below; what is between counts for neither.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
from _not_speech import NOT_SPEECH, not_speech
from _results import record, table

from mien import kinds
from mien.kinds.sound import RATE
from mien.kinds.sound._activity import FRAME, levels
from mien.kinds.sound._speech import speech

SEED = 2000
SNRS = (20, 10, 5, 0)
NOISES = ("white noise", "pink noise", "brown noise", "hum", "fan", "wind", "rain", "engine")
Item = tuple[str, np.ndarray, np.ndarray]  # name, float32 [n], int8 [F]: 1 speech, 0 none, -1 neither
SOUND = kinds.kind("sound")


def truth(samples: np.ndarray) -> np.ndarray:
    level = levels(samples)
    loud = np.percentile(level, 95)
    spoken = level > max(-65, loud - 25)
    there = np.flatnonzero(spoken)
    for left, right in pairwise(there):
        spoken[left:right] |= right - left <= 16
    near = np.convolve(spoken, np.ones(21), "same") > 0
    return np.where(spoken, 1, np.where(~near & (level < loud - 40), 0, -1)).astype(np.int8)


def clips(data: Path) -> list[np.ndarray]:
    """Clips of the speakers that nothing was chosen on."""
    ravdess = [
        path
        for path in sorted(data.glob("ravdess/*/*.flac"))
        if int(re.findall(r"actor(\d+)", path.name)[0]) % 4 in (0, 3)
    ]
    nemo = sorted(data.glob("nemo/*.flac"))
    held = sorted({path.name.partition("_")[0] for path in nemo})[1::2]
    paths = [*ravdess, *(path for path in nemo if path.name.partition("_")[0] in held)]
    return [SOUND.decode(path.read_bytes()) for path in paths]


def items(found: list[np.ndarray]) -> Iterator[Item]:
    draw = np.random.default_rng(SEED)
    yield from (("clips as they are", one, truth(one)) for one in found)
    for snr in SNRS:
        for number in draw.choice(len(found), 150, replace=False):
            yield f"in noise, {snr} dB", *noisy(found[number], snr, draw)
    for _ in range(12):
        yield "long recordings", *recording(found, draw)
    for name in NOT_SPEECH:
        for number in range(25):
            made = not_speech(name, SEED + number, 8.0)
            yield name, made, np.zeros(len(made) // FRAME, np.int8)


def noisy(clip: np.ndarray, snr: float, draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    padded = np.concatenate([np.zeros(RATE, np.float32), clip, np.zeros(RATE, np.float32)])
    marks = truth(padded)
    marks[:40] = marks[-40:] = 0
    noise = not_speech(str(draw.choice(NOISES)), int(draw.integers(1 << 30)), len(padded) / RATE + 0.1)[: len(padded)]
    spoken = padded[np.repeat(marks == 1, FRAME)[: len(padded)]]
    noise *= np.sqrt(np.mean(spoken**2) / np.mean(noise**2)) * 10 ** (-snr / 20)
    mixed = padded + noise
    return (mixed / max(1, np.abs(mixed).max())).astype(np.float32), marks


def recording(found: list[np.ndarray], draw: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Lay a dozen clips, up to 20 dB softer, with pauses of half a second to four, in a room's noise."""
    parts, marks = [], []
    for number in draw.choice(len(found), 12):
        pause = int(draw.uniform(0.5, 4) * 50)
        clip = found[number][: len(found[number]) // FRAME * FRAME]
        parts += [np.zeros(pause * FRAME, np.float32), clip * 10 ** draw.uniform(-1, 0)]
        marks += [np.zeros(pause, np.int8), truth(clip)]
    whole = np.concatenate(parts)
    return (whole + 10 ** draw.uniform(-3.5, -2.5) * draw.normal(0, 1, len(whole))).astype(np.float32), np.concatenate(
        marks
    )


class Silero:
    """The peer as its own package uses it: 0.5 and 0.35, at least 0.25 s, gaps of 0.1 s, 30 ms around."""

    def __init__(self, workdir: Path) -> None:
        place = workdir / "silero"
        if not place.exists():  # its net alone: PyTorch, which it asks for, is not needed
            pip = [
                sys.executable,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-deps",
                "--target",
                place,
                "silero-vad==6.2.3",
            ]
            subprocess.run(pip, check=True)
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.path = place / "silero_vad" / "data" / "silero_vad_16k_op15.onnx"
        self.session = onnxruntime.InferenceSession(str(self.path), options, providers=["CPUExecutionProvider"])

    def speech(self, samples: np.ndarray) -> np.ndarray:
        """Say of each 20 ms whether somebody speaks."""
        found = np.zeros(len(samples) + 512, bool)
        for start, stop in self._stretches(self._probabilities(samples)):
            found[max(0, start * 512 - 480) : stop * 512 + 480] = True
        count = -(-len(samples) // FRAME)
        return np.pad(found, (0, FRAME))[FRAME // 2 :: FRAME][:count]

    def _probabilities(self, samples: np.ndarray) -> np.ndarray:
        state, before, found = np.zeros((2, 1, 128), np.float32), np.zeros(64, np.float32), []
        padded = np.pad(samples, (0, -len(samples) % 512)).reshape(-1, 512)
        for part in padded:
            fed = {"input": np.concatenate([before, part])[None], "state": state, "sr": np.array(RATE, np.int64)}
            probability, state = self.session.run(None, fed)
            before = part[-64:]
            found.append(probability[0, 0])
        return np.array(found)

    @staticmethod
    def _stretches(probabilities: np.ndarray) -> Iterator[tuple[int, int]]:
        start = quiet = None
        for place, value in enumerate([*probabilities, 0.0, 0.0, 0.0, 0.0, 0.0]):
            if value >= 0.5:
                start, quiet = (place if start is None else start), None
            elif start is not None and value < 0.35:
                quiet = place if quiet is None else quiet
                if (place - quiet) * 512 >= 0.1 * RATE:
                    if (quiet - start) * 512 > 0.25 * RATE:
                        yield start, quiet
                    start = quiet = None


def scores(found: list[Item], judge: Callable[[np.ndarray], np.ndarray]) -> tuple[dict[str, np.ndarray], float]:
    """Count per group: speech heard, speech, false alarms, no speech, items with speech, items; and seconds an hour."""
    counts: dict[str, np.ndarray] = {}
    began = time.process_time()
    for name, samples, marked in found:
        said = judge(samples)[: len(marked)]
        marks = marked[: len(said)]
        row = [
            (said & (marks == 1)).sum(),
            (marks == 1).sum(),
            (said & (marks == 0)).sum(),
            (marks == 0).sum(),
            said.sum() >= 5,
            1,
        ]
        counts[name] = counts.get(name, np.zeros(6)) + row
    used = time.process_time() - began
    return counts, used / sum(len(samples) for _, samples, _ in found) * RATE * 3600


def body(ours: dict[str, np.ndarray], peer: dict[str, np.ndarray]) -> str:
    speech_rows, other_rows = [], []
    for name, own in ours.items():
        cells = []
        for one in (own, peer[name]):
            share = [one[0] / max(one[1], 1), one[0] / max(one[0] + one[2], 1), 1 - one[4] / one[5]]
            cells.append([f"{value:.1%}" for value in share])
        if name in NOT_SPEECH:
            other_rows.append((name, int(own[5]), cells[0][2], cells[1][2]))
        else:
            (a, b, c), (d, e, f) = cells
            speech_rows.append((name, int(own[5]), a, d, b, e, c, f))
    whole = [
        sum(one[name][4] for name in NOT_SPEECH) / sum(one[name][5] for name in NOT_SPEECH) for one in (ours, peer)
    ]
    other_rows.append(
        ("**all of them**", sum(row[1] for row in other_rows), *(f"**{1 - share:.1%}**" for share in whole))
    )
    columns = (
        "speech",
        "items",
        "frames heard",
        "silero",
        "of frames said, speech",
        "silero",
        "items without any",
        "silero",
    )
    return (
        table(columns, speech_rows)
        + "\n\n"
        + table(("no speech, 8 s each", "items", '"No speech"', "silero"), other_rows)
    )


def words_alone(data: Path, judges: tuple[Callable[[np.ndarray], np.ndarray], ...]) -> str:
    digits = [SOUND.decode(path.read_bytes()) for path in sorted(data.glob("odd_audio/torchaudio-fsdd/*.wav"))]
    heard = [sum(bool(judge(one).sum() >= 5) for one in digits) for judge in judges]
    which = f"Of {len(digits)} single digits over the telephone, 0.2 to 1.1 s,"
    return f"{which} the rule hears {heard[0]}, silero {heard[1]}."


def main() -> None:
    data, workdir = Path(sys.argv[1]), Path(sys.argv[2])
    found, silero = list(items(clips(data))), Silero(workdir)
    ours, used = scores(found, speech)
    peer, theirs = scores(found, silero.speech)
    size = silero.path.stat().st_size / 1e6
    pace = f"An hour takes the rule {used:.1f} s of one processor, silero {theirs:.1f} s and a file of {size:.1f} MB."
    text = "\n\n".join([body(ours, peer), words_alone(data, (speech, silero.speech)), pace])
    record("Voice activity", "python bench/voice_activity.py DATA WORKDIR", text)


if __name__ == "__main__":
    main()
