"""Search clips for changed copies, and see that different takes of one sentence are kept apart.

$ python bench/sound_copies.py DATA... [--every N]

DATA are folders of clips in which nothing is a copy but what is byte for byte the same, such as RAVDESS, whose actors
say two sentences again and again. Every N-th clip (10) is changed in ten ways; all clips and all changed copies are
then searched as the audit does it. Beside it what the signature and the comparison made for pictures would say of the
same clips, drawn as log-mel pictures: why sounds have their own.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import soundfile
import soxr
from _results import record, table

from mien import copies, kinds
from mien.core import neighbours
from mien.kinds.sound import RATE, _activity, _spectrum

SOUND = kinds.kind("sound")


def saved(samples, form: str, subtype: str, rate: int = RATE, **how):
    file = io.BytesIO()
    resampled = samples if rate == RATE else soxr.resample(samples, RATE, rate)
    soundfile.write(file, resampled, rate, format=form, subtype=subtype, **how)
    return SOUND.decode(file.getvalue())


def mp3(samples, rate: int = RATE):
    return saved(samples, "MP3", "MPEG_LAYER_III", rate, bitrate_mode="CONSTANT", compression_level=0.8)


def trimmed(samples, draw):
    first, last = (int(RATE * seconds) for seconds in draw.uniform(0, 0.3, 2))
    return samples[first : len(samples) - last]


def louder(samples, draw):
    return np.clip(samples * np.float32(10 ** (draw.uniform(-6, 6) / 20)), -1, 1)


CHANGES: dict[str, Callable] = {
    "MP3, about 64 kb/s": lambda x, _: mp3(x, 44_100),
    "MP3 of 16 kHz, about 24 kb/s": lambda x, _: mp3(x),
    "Vorbis, about 64 kb/s": lambda x, _: saved(x, "OGG", "VORBIS", 44_100, compression_level=0.9),
    "Opus": lambda x, _: saved(x, "OGG", "OPUS", 48_000, compression_level=0.9),
    "8 kHz, as a telephone": lambda x, _: saved(x, "WAV", "PCM_16", 8_000),
    "44.1 kHz, 24 bits": lambda x, _: saved(x, "WAV", "PCM_24", 44_100),
    "8 bits": lambda x, _: saved(x, "WAV", "PCM_U8"),
    "6 dB louder or softer at most": louder,
    "0.3 s cut off each end at most": trimmed,
    "all of it: trimmed, level, 22 kHz, MP3": lambda x, draw: mp3(louder(trimmed(x, draw), draw), 22_050),
}


def searched(forms) -> tuple[np.ndarray, np.ndarray]:
    """Pairs that are candidates, and how sure it is of each that they are copies."""
    found, near = neighbours.pairs(SOUND.signatures(forms), 0.68, None, 500 + len(forms) // 20)
    answers = [
        SOUND.compare_forms(forms[a], forms[b], bool(m), float(n)) for (a, b, m), n in zip(found, near, strict=True)
    ]
    return found[:, :2], np.array(answers)


def as_picture(samples):
    level = _spectrum.decibels(_spectrum.bands(_activity.trimmed(samples), 48))
    grey = (np.clip(1 + (level - level.max()) / 60, 0, 1) * 255).astype(np.uint8).T[::-1]
    return cv2.resize(grey, (48, 48), interpolation=cv2.INTER_AREA)


def by_pictures(clips, changed) -> list[str]:
    """Say what the pictures' own way makes of the first 300 clips, and of the copies changed in all ways."""
    drawn = np.stack([as_picture(clip) for clip in clips[:300]])
    found, near = neighbours.pairs(copies.signatures(drawn), 0.68)
    triples = zip(found, near, strict=True)
    answers = [copies.compare_forms(drawn[a], drawn[b], bool(m), float(n)) for (a, b, m), n in triples]
    wrong = sum(answer >= copies.COPY for answer in answers)
    pairs = [(as_picture(one), as_picture(other)) for one, other in changed]
    marks = [copies.signatures(np.stack(pair)).astype(float) for pair in pairs]
    cosines = [float(a @ b / max(np.linalg.norm(a) * np.linalg.norm(b), 1e-9)) for a, b in marks]
    right = [c >= 0.68 and copies.same_picture(*pair, c) >= copies.COPY for pair, c in zip(pairs, cosines, strict=True)]
    return [f"{np.mean(right):.1%}", f"of {len(drawn):,} clips {wrong:,}"]


def main(arguments: argparse.Namespace) -> None:
    paths = sorted(path for folder in arguments.data for path in Path(folder).rglob("*.flac"))
    contents = {path.read_bytes(): path for path in paths}  # one of each
    clips = [SOUND.decode(data) for data in contents]
    forms = [next(iter(SOUND.forms(clip)), np.zeros((48, 48), np.uint8)) for clip in clips]
    pairs, answers = searched(np.stack(forms))
    joined = answers >= copies.COPY
    names = list(contents.values())
    for (a, b), answer in zip(pairs[joined], answers[joined], strict=True):
        print("joined:", names[a].name, names[b].name, f"{answer:.2f}")
    rows, all_ways = [], []
    for name, change in CHANGES.items():
        chosen = range(0, len(clips), arguments.every)
        made = [change(clips[number], np.random.default_rng(number)) for number in chosen]
        all_ways = [(clips[number], other) for number, other in zip(chosen, made, strict=True)]
        further = [next(iter(SOUND.forms(other)), np.zeros((48, 48), np.uint8)) for other in made]
        found, sure = searched(np.stack(forms + further))
        wanted = {(number, len(forms) + place) for place, number in enumerate(chosen)}
        hits = {tuple(pair) for pair in found[sure >= copies.COPY].tolist()}
        near = {tuple(pair) for pair in found.tolist()}
        shares = (f"{len(some & wanted) / len(wanted):.1%}" for some in (near, hits))
        rows.append((name, len(wanted), *shares, sum(pair[1] >= len(forms) for pair in hits - wanted)))
    pictures = by_pictures(clips, all_ways)
    count = len(clips)
    body = f"""Of {count * (count - 1) // 2:,} pairs among {count:,} different clips {int(joined.sum())} are taken
for copies.

{table(("changed copy", "copies", "candidates", "found", "joined to another clip"), rows)}

The pictures' signature and comparison, on log-mel pictures of the same clips: {pictures[0]} of the last row are found,
and {pictures[1]} pairs are joined that are no copies."""
    record("Copies of clips", "bench/sound_copies.py", body)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="+")
    parser.add_argument("--every", type=int, default=10)
    main(parser.parse_args())
