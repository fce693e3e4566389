"""Planted copies and wrong labels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import numpy as np
import soxr

from mien.samples.voices._files import encode
from mien.samples.voices._garden import Garden, Planted
from mien.samples.voices._plan import Clip
from mien.samples.voices._scene import synthesise


def copy(garden: Garden, number: int) -> Planted:
    """Plant the same bytes again, under the same class."""
    first = garden.clean[(number * 17) % len(garden.clean)]
    return _planted(number, first, first.label, "twin", first.data())


def other_label(garden: Garden, number: int) -> Planted:
    """Plant the same bytes again, under another class."""
    first = garden.clean[(number * 13 + 5) % len(garden.clean)]
    return _planted(number, first, garden.other(first.label, number), "twin_other_label", first.data())


def saved_again(garden: Garden, number: int) -> Planted:
    """Plant a clip with another rate, format and level, and without its first and last twentieth of a second."""
    first = garden.clean[(number * 11 + 3) % len(garden.clean)]
    before = first.voice.recording
    rate = 22_050 if before.rate != 22_050 else 16_000
    kind = "mp3" if before.kind != "mp3" else "flac"
    sound = synthesise(first.voice)
    cut = round(0.05 * before.rate)
    gain = 0.9 * 10 ** (-(number % 5) / 20)
    again = gain * soxr.resample(sound[cut:-cut], before.rate, rate)
    data = encode(np.asarray(again, np.float32), rate, kind)
    return _planted(number, first, first.label, "saved_again", data, f".{kind}")


def wrong_label(garden: Garden, number: int) -> Planted:
    """Plant a voice under a class that is not its own."""
    truth = garden.labels[(len(garden.clean) + number) % len(garden.labels)]
    said = garden.fresh(number, garden.other(truth, number))
    return Planted(said.path, "wrong_label", f"says {truth}", said.data(), said)


def _planted(number: int, first: Clip, folder: str, defect: str, data: bytes, ending: str = "") -> Planted:
    old = PurePosixPath(first.path)
    path = f"{folder}/{old.stem}_{number:03d}{ending or old.suffix}"
    return Planted(path, defect, first.path, data, replace(first, path=path, label=folder))
