"""How long `mien predict --timeline` takes for recordings of an hour and more, and how much memory.

$ python bench/recording.py CLIPS MODEL [SECONDS]      a folder of spoken clips, such as ravdess, and a model of clips

The recordings are clips of CLIPS one after the other with pauses of up to four seconds, saved in several formats. Each
is a process of its own; time is that of its processors, user and system, since the machine may be busy.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
import soxr
from _results import record, table

from mien import kinds
from mien.kinds.sound import RATE

COMMAND = (sys.executable, "-c", "from mien.cli import main; main()", "predict")
FILES = (  # name, seconds as a share of an hour, rate, channels, what libsndfile calls it
    ("WAV, 16 kHz, mono", 1 / 60, RATE, 1, ("WAV", "PCM_16")),
    ("WAV, 16 kHz, mono", 1.0, RATE, 1, ("WAV", "PCM_16")),
    ("WAV, 16 kHz, mono", 4.0, RATE, 1, ("WAV", "PCM_16")),
    ("WAV, 44.1 kHz, stereo", 1.0, 44_100, 2, ("WAV", "PCM_16")),
    ("FLAC, 44.1 kHz, mono", 1.0, 44_100, 1, ("FLAC", "PCM_16")),
    ("MP3, 44.1 kHz, stereo", 1.0, 44_100, 2, ("MP3", None)),
    ("Ogg Vorbis, 48 kHz, mono", 1.0, 48_000, 1, ("OGG", None)),
)


def spoken(folder: Path, seconds: float) -> Iterator[np.ndarray]:
    """Lay clips one after the other, with pauses and a room's noise: float32 [n], 16 kHz."""
    paths, sound = sorted(folder.rglob("*.flac")), kinds.kind("sound")
    draw, left = np.random.default_rng(0), int(seconds * RATE)
    while left > 0:
        clip = sound.decode(Path(draw.choice(paths)).read_bytes())
        made = np.concatenate([clip, np.zeros(int(draw.uniform(0.2, 4) * RATE), np.float32)])[:left]
        left -= len(made)
        yield made + draw.normal(0, 3e-4, len(made)).astype(np.float32)


def write(path: Path, clips: Path, seconds: float, rate: int, channels: int, form: tuple[str, str | None]) -> None:
    resampler = soxr.ResampleStream(RATE, rate, 1, dtype="float32")
    with soundfile.SoundFile(path, "w", rate, channels, format=form[0], subtype=form[1]) as file:
        for part in spoken(clips, seconds):
            made = part if rate == RATE else resampler.resample_chunk(part)
            file.write(np.clip(np.repeat(made[:, None], channels, axis=1), -1, 1))


def measured(path: Path, model: str) -> tuple[float, float, float, int]:
    """Return seconds of processors, seconds on the clock, peak memory in MB, and the count of stretches."""
    began = time.perf_counter()
    process = subprocess.Popen([*COMMAND, path, "--model", model, "--timeline", "--csv"], stdout=subprocess.PIPE)
    rows = len(process.stdout.read().splitlines()) - 1
    _, status, used = os.wait4(process.pid, 0)
    assert status == 0
    return used.ru_utime + used.ru_stime, time.perf_counter() - began, used.ru_maxrss / 1024, rows


def main() -> None:
    clips, model = Path(sys.argv[1]), sys.argv[2]
    hour = float(sys.argv[3]) if len(sys.argv) > 3 else 3600.0
    rows, loads = [], []
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, share, rate, channels, form) in enumerate(FILES):
            path = Path(folder) / f"{number}.sound"
            write(path, clips, share * hour, rate, channels, form)
            size = path.stat().st_size / 1e6
            used, clock, memory, stretches = measured(path, model)
            loads.append(os.getloadavg()[0])
            minutes = share * hour / 60
            rows.append(
                (
                    name,
                    f"{minutes:g} min",
                    f"{size:,.0f} MB",
                    f"{used:.1f} s",
                    f"{clock:.1f} s",
                    f"{share * hour / used:,.0f}",
                    f"{memory:,.0f} MB",
                    stretches,
                )
            )
            path.unlink()
    columns = ("recording", "length", "file", "processors", "clock", "times as fast as spoken", "peak memory", "lines")
    busy = f"Meanwhile {np.mean(loads):.0f} processes wanted to run on {os.cpu_count()} cores, which the clock shows."
    record("Recordings", f"python bench/recording.py {clips.name} MODEL", f"{table(columns, rows)}\n\n{busy}")


if __name__ == "__main__":
    main()
