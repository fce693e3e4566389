"""Write the clip that the page answers before anybody has given one: a voice that Mien synthesises, and happy."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import numpy as np
import soundfile

from mien.samples.voices import sample_parameters, synthesise

PLACE = Path(__file__).parents[1] / "mien" / "app" / "browser" / "kinds" / "sound" / "example.mp3"
RATE = 24_000
SEED, INDEX, LABEL = 2026, 12, "happy"


def spoken() -> np.ndarray:
    """Synthesise the clip, float32 [T], mono, at `RATE`: said as clearly as can be, in a quiet room."""
    voice = sample_parameters(SEED, INDEX, LABEL, intensity=1.0)
    quiet = dataclasses.replace(voice.recording, noise="none", rate=RATE)
    return synthesise(dataclasses.replace(voice, recording=quiet))


def encoded(samples: np.ndarray) -> bytes:
    """As an MP3, which every browser reads, and which says what it is."""
    into = io.BytesIO()
    with soundfile.SoundFile(into, "w", RATE, 1, "MPEG_LAYER_III", format="MP3", compression_level=0.8) as file:
        file.comment = "sample:voices, synthesised by Mien"
        file.write(samples)
    return into.getvalue()


if __name__ == "__main__":
    PLACE.write_bytes(encoded(spoken()))
    print(f"{PLACE.name}: {PLACE.stat().st_size:,} bytes, {len(spoken()) / RATE:.1f} s")
