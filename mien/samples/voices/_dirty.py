"""Defects planted on purpose and written down, so that audits can be graded.

They are what folders of recordings hold: files that are no sound, recorders that failed, the same clip twice, saved
again or under two emotions, and voices filed under the wrong one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import soxr

from mien.samples._garden import SHARED, Defect, copied
from mien.samples._order import defects_of
from mien.samples.voices._files import encode
from mien.samples.voices._garden import Garden, Planted
from mien.samples.voices._noise import NOISES, music
from mien.samples.voices._parameters import Sound
from mien.samples.voices._plan import Clip
from mien.samples.voices._scene import synthesise
from mien.samples.voices._speak import RATE

_NOISE_ONLY = ("fan", "pink", "hum", "babble")


def _silent(garden: Garden, number: int) -> Planted:
    sound = np.zeros(round(2.5 * RATE), np.float32)
    return garden.plant(number, "silent", "2.5 s of zeros", sound)


def _clipped(garden: Garden, number: int) -> Planted:
    sound, _ = garden.sound(number)
    loud = np.clip(sound / np.quantile(np.abs(sound), 0.97), -1, 1)
    return garden.plant(number, "clipped", "3 % of the samples at full scale", loud, shows=True)


def _too_short(garden: Garden, number: int) -> Planted:
    sound, rate = garden.sound(number)
    middle = len(sound) // 2
    return garden.plant(number, "too_short", "0.08 s", sound[middle : middle + round(0.08 * rate)])


def _too_long(garden: Garden, number: int) -> Planted:
    sound, rate = garden.sound(number)
    rest = np.random.default_rng(number).normal(0, 2e-4, 40 * rate).astype(np.float32)
    long = np.concatenate([rest[: 15 * rate], sound, rest[15 * rate :]])
    return garden.plant(number, "too_long", f"{len(long) / rate:.0f} s, mostly silence", long, shows=True)


def _offset(garden: Garden, number: int) -> Planted:
    sound, _ = garden.sound(number)
    moved = 0.7 * sound / np.abs(sound).max() + 0.25
    return garden.plant(number, "dc_offset", "the mean is 0.25 of full scale", moved, shows=True)


def _upsampled(garden: Garden, number: int) -> Planted:
    sound, rate = garden.sound(number)
    narrow = soxr.resample(soxr.resample(sound, rate, 8000), 8000, 44_100)
    return garden.plant(number, "upsampled", "44100 Hz, empty above 4 kHz", narrow, rate=44_100, shows=True)


def _dead_channel(garden: Garden, number: int) -> Planted:
    sound, _ = garden.sound(number)
    both = np.stack([sound, np.zeros_like(sound)], axis=1)[:, :: -1 if number % 2 else 1]
    dead = "left" if number % 2 else "right"
    return garden.plant(number, "dead_channel", f"stereo, nothing {dead}", both, shows=True)


def _truncated(garden: Garden, number: int) -> Planted:
    kind = ("wav", "flac")[number % 2]
    whole = garden.plant(number, "truncated", "", garden.sound(number)[0], kind=kind)
    keep = int(len(whole.data) * (0.35 + 0.1 * (number % 4)))
    return Planted(whole.path, whole.defect, f"{keep} of {len(whole.data)} bytes", whole.data[:keep])


def _empty(garden: Garden, number: int) -> Planted:
    return Planted(garden.path(number, "wav"), "empty", "0 bytes", b"")


def _text(garden: Garden, number: int) -> Planted:
    page = b"<!doctype html><title>404</title><p>Not found</p>\n"
    return Planted(garden.path(number, "mp3"), "text", "a web page named .mp3", page)


def _ending(garden: Garden, number: int) -> Planted:
    right = garden.plant(
        number, "wrong_ending", "FLAC bytes named .wav", garden.sound(number)[0], kind="flac", shows=True
    )
    return right.renamed(garden.path(number, "wav"))


def _noise(garden: Garden, number: int) -> Planted:
    name = _NOISE_ONLY[number % len(_NOISE_ONLY)]
    sound: Sound = np.asarray(NOISES[name](round(2.6 * RATE), np.random.default_rng(number)), np.float32)
    return garden.plant(number, "noise_only", name, 0.1 * sound / sound.std() / 3)


def _music(garden: Garden, number: int) -> Planted:
    sound = music(round(3.2 * RATE), np.random.default_rng(number))
    return garden.plant(number, "music", "chords, no voice", sound)


def _saved_again(garden: Garden, number: int) -> Planted:
    """Plant a clip with another rate, format and level, and without its first and last twentieth of a second."""
    first: Clip = garden.clean[(number * 11 + 3) % len(garden.clean)]
    before = first.voice.recording
    rate = 22_050 if before.rate != 22_050 else 16_000
    kind = "mp3" if before.kind != "mp3" else "flac"
    cut = round(0.05 * before.rate)
    gain = 0.9 * 10 ** (-(number % 5) / 20)
    again = gain * soxr.resample(synthesise(first.voice)[cut:-cut], before.rate, rate)
    data = encode(np.asarray(again, np.float32), rate, kind)
    return copied(first, number, "saved_again", data=data, ending=f".{kind}")


DEFECTS: Mapping[str, Defect] = {
    "silent": _silent,
    "clipped": _clipped,
    "too_short": _too_short,
    "too_long": _too_long,
    "dc_offset": _offset,
    "upsampled": _upsampled,
    "dead_channel": _dead_channel,
    "truncated": _truncated,
    "empty": _empty,
    "text": _text,
    "wrong_ending": _ending,
    "noise_only": _noise,
    "music": _music,
    "twin": SHARED["twin"],
    "twin_other_label": SHARED["twin_other_label"],
    "saved_again": _saved_again,
    "wrong_label": SHARED["wrong_label"],
}

# Wrong labels and copies are what audits find hardest, so there are more of them.
OFTEN = ("wrong_label", "wrong_label", "saved_again", "twin_other_label")
kinds = partial(defects_of, (*DEFECTS, *OFTEN))
