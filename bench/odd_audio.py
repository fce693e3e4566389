"""Give the kind ``sound`` odd, made-up and mutated files: each is answered, or refused in a sentence.

$ python bench/odd_audio.py DATA [--mutated 5000]

DATA is a folder of sound files of any kind. A file counts as answered with one channel of 16 kHz within -1..1, as
refused with a `MediaError`. What crashes ends the script, and so does what takes longer than a minute.
"""

from __future__ import annotations

import argparse
import faulthandler
import io
import resource
import struct
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
from _results import record, table

from mien import kinds
from mien.core.errors import MediaError

SOUND = kinds.kind("sound")


def wav(samples, rate: int = 16_000, **how) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, **{"format": "WAV", **how})
    return file.getvalue()


def made_up() -> Iterator[tuple[str, bytes]]:
    tone = 0.3 * np.sin(np.arange(16_000) / 8).astype(np.float32)
    whole = wav(tone)
    yield "empty", b""
    yield "10 ms", wav(tone[:160])
    yield "all zeros", wav(np.zeros(16_000))
    yield "NaN", wav(np.where(tone > 0.29, np.nan, tone).astype(np.float32), subtype="FLOAT")
    yield "infinite", wav(np.full(16_000, np.inf, np.float32), subtype="FLOAT")
    yield "floats of 16 bits", wav(tone * 32_768, subtype="FLOAT")
    yield "claims 2^31 bytes", whole[:40] + struct.pack("<I", 1 << 31) + whole[44:]
    yield "claims 2^32 - 1 bytes", whole[:40] + b"\xff\xff\xff\xff" + whole[44:]
    yield "claims 1 Hz", whole[:24] + struct.pack("<I", 1) + whole[28:]
    yield "claims 4 GHz", whole[:24] + struct.pack("<I", (1 << 32) - 1) + whole[28:]
    yield "claims 65,535 channels", whole[:22] + b"\xff\xff" + whole[24:]
    yield "64 channels", wav(np.repeat(tone[:, None], 64, axis=1))
    yield "192 kHz", wav(tone, 192_000)
    yield "cut off", whole[: len(whole) // 2]
    yield "text called MP3", b"This is no sound at all.\n" * 100
    yield "a page called WAV", b"<!doctype html><title>404</title>" * 30
    yield "FLAC of ten hours", flac_of_zeros()
    yield "an hour, 8 kHz", wav(np.zeros(3600 * 8000, np.int16), 8000)


def flac_of_zeros() -> bytes:
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", 48_000, 2, format="FLAC", subtype="PCM_16") as opened:
        for _ in range(600):
            opened.write(np.zeros((60 * 48_000, 2), np.int16))
    return file.getvalue()


def mutated(files: list[bytes], count: int) -> Iterator[tuple[str, bytes]]:
    """Flip bits, overwrite headers with extremes, cut, and join."""
    for number in range(count):
        draw = np.random.default_rng(number)
        data = bytearray(files[draw.integers(len(files))][:200_000])
        for _ in range(draw.integers(1, 12)):
            at = int(draw.integers(min(len(data), 128 if draw.random() < 0.6 else len(data))))
            width = int(draw.integers(1, 5))
            data[at : at + width] = draw.choice([bytes(width), b"\xff" * width, draw.bytes(width)])
        if draw.random() < 0.3:
            del data[int(draw.integers(len(data))) :]
        yield "mutated", bytes(data)


def tried(named: Iterator[tuple[str, bytes]]) -> tuple[Counter, list[tuple[float, str, str]]]:
    counts, times = Counter(), []
    for name, data in named:
        faulthandler.dump_traceback_later(60, exit=True)
        began = time.perf_counter()
        try:
            samples = SOUND.decode(data)
            assert samples.dtype == np.float32
            assert samples.ndim == 1
            assert 0 < len(samples) <= 600 * 16_000
            assert np.abs(samples).max() <= 1
            said = "answered"
        except MediaError as error:
            said = "refused"
            if name != "mutated":
                print(f"{name}: {error}")
        times.append((time.perf_counter() - began, name, said))
        faulthandler.cancel_dump_traceback_later()  # the next file may take long to be made
        counts[said] += 1
    return counts, times


def main(arguments: argparse.Namespace) -> None:
    files = [path for path in sorted(Path(arguments.data).rglob("*")) if path.is_file() and path.suffix != ".csv"]
    small = [data for data in (path.read_bytes() for path in files) if 100 < len(data) < 500_000]
    groups = {
        "files of other projects' tests": ((path.name, path.read_bytes()) for path in files),
        "made up": made_up(),
        "mutated": mutated(small, arguments.mutated),
    }
    rows = []
    for group, named in groups.items():
        counts, times = tried(named)
        slowest = max(times)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        named_slowest = f"{slowest[0]:.2f} s ({slowest[1]}, {slowest[2]})"
        rows.append((group, len(times), counts["answered"], counts["refused"], named_slowest, f"{peak:,.0f} MB"))
    columns = ("files", "tried", "answered", "refused in a sentence", "slowest", "peak memory so far")
    record("Odd sound files", "bench/odd_audio.py", table(columns, rows))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data")
    parser.add_argument("--mutated", type=int, default=5000)
    main(parser.parse_args())
