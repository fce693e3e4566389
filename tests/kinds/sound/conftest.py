"""Clips that the tests make themselves: syllables of a buzzing voice, of which no two are alike."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

RATE = 16_000


def spoken(seed: int, seconds: float = 1.6, pitch: float = 140.0) -> np.ndarray:
    """Float32 [T]: syllables with a pitch that moves, two formants that move, and pauses between them."""
    draw = np.random.default_rng(seed)
    count = int(seconds * RATE)
    time = np.arange(count) / RATE
    knots = np.linspace(0, seconds, 12)

    def moving(low: float, high: float) -> np.ndarray:
        return np.interp(time, knots, draw.uniform(low, high, len(knots)))

    phase = 2 * np.pi * np.cumsum(pitch * moving(0.85, 1.2)) / RATE
    first, second = moving(300, 900), moving(1000, 2500)
    voice = np.zeros(count)
    for number in range(1, 28):
        hertz = number * pitch
        gain = 1 / (1 + ((hertz - first) / 120) ** 2) + 0.6 / (1 + ((hertz - second) / 200) ** 2) + 0.02
        voice += gain * np.sin(number * phase + number)
    loud = np.clip(np.sin(2 * np.pi * (3.5 * time + draw.random())) * 2 + moving(0, 1), 0.004, 1)
    hiss = draw.normal(0, 1, count) * np.clip(moving(-1, 1), 0, 1) * 0.15
    mixed = loud * (voice + hiss)
    return (0.4 * mixed / np.abs(mixed).max()).astype(np.float32)


def saved(samples, rate: int = RATE, form: str = "WAV", subtype: str | None = None, **how) -> bytes:
    """A file of the same clip at another rate."""
    file = io.BytesIO()
    resampled = samples if rate == RATE else soxr.resample(samples, RATE, rate)
    soundfile.write(file, resampled, rate, format=form, subtype=subtype, **how)
    return file.getvalue()


@pytest.fixture(scope="session")
def speak() -> Callable[..., np.ndarray]:
    return spoken


@pytest.fixture(scope="session")
def save() -> Callable[..., bytes]:
    return saved


@pytest.fixture(scope="session")
def sound():
    from mien import kinds

    return kinds.kind("sound")


@pytest.fixture(scope="module")
def clips(tmp_path_factory) -> Path:
    """Twelve clips in two classes, in several formats, and planted defects."""
    folder = tmp_path_factory.mktemp("data") / "clips"
    endings = (("wav", "WAV"), ("flac", "FLAC"), ("ogg", "OGG"), ("mp3", "MP3"))
    for label, pitch in {"calm": 110.0, "happy": 210.0}.items():
        (folder / label).mkdir(parents=True)
        for number in range(6):
            ending, form = endings[number % len(endings)]
            data = saved(spoken(number + (0 if label == "calm" else 50), pitch=pitch), form=form)
            (folder / label / f"{number:02}.{ending}").write_bytes(data)
    return folder
