from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest
import soxr

from mien import kinds
from mien.core.types import InputContract
from mien.faces import Face
from mien.samples import voices
from mien.samples.faces import draw, sample_parameters

FACES = InputContract(("a", "b"), 48, inputs="faces")
CLIPS = InputContract(("a", "b"), 48_000, kind="sound", shape=(48_000,), dtype="float32")
PICTURE = {one.word: one for one in kinds.kind("picture").properties(FACES)}
SOUND = {one.word: one for one in kinds.kind("sound").properties(CLIPS)}


@pytest.fixture(scope="module")
def face() -> np.ndarray:
    return cv2.resize(draw(sample_parameters(0, 1, "happy"), 128), (48, 48), interpolation=cv2.INTER_AREA)


@pytest.fixture(scope="module")
def clip() -> np.ndarray:
    voice = voices.sample_parameters(3, 0, "neutral")
    sound = soxr.resample(voices.synthesise(voice), voice.recording.rate, 16_000).astype(np.float32)
    return kinds.kind("sound").prepare(sound, CLIPS).rows[0]


@pytest.mark.parametrize("one", [*PICTURE.values(), *SOUND.values()], ids=lambda one: one.word)
def test_each_says_what_it_is_and_how_far_off(one):
    assert one.unit
    assert one.source
    assert one.about.endswith(".")
    assert one.error.endswith(".")
    assert len(one.names) == (len(one.cuts) or 2) + 1
    assert list(one.cuts) == sorted(one.cuts)


def measured(word: str, *rows: np.ndarray) -> list[float]:
    return ({**PICTURE, **SOUND}[word]).values(np.stack(rows)).tolist()


# By the equations of IEC 61966-2-1 and CIE 15: L* 80.3 and b* 21.4, and L* 24.0 and b* 15.1.
@pytest.mark.parametrize(
    ("colour", "degrees", "name"), [((236, 190, 160), 54.8, "light"), ((80, 50, 35), -59.8, "dark")]
)
def test_skin_tone_is_the_angle_of_lightness_over_yellow(colour, degrees, name):
    (found,) = measured("skin_tone", np.full((48, 48, 3), colour, np.uint8))
    assert found == pytest.approx(degrees, abs=0.2)
    assert PICTURE["skin_tone"].groups([found]) == [name]


def test_grey_pictures_have_no_skin_tone(face):
    grey = np.repeat(face.mean(axis=2, keepdims=True), 3, axis=2).astype(np.uint8)
    assert np.isnan(measured("skin_tone", grey)).all()
    assert np.isfinite(measured("skin_tone", face)).all()


def test_darker_flatter_and_blurred_pictures_measure_so(face):
    dark, flat = (face * 0.5).astype(np.uint8), (face * 0.5 + 60).astype(np.uint8)
    blurred = cv2.GaussianBlur(face, (0, 0), 2)
    assert measured("light", dark)[0] < measured("light", face)[0]
    assert measured("contrast", flat)[0] < measured("contrast", face)[0]
    assert measured("sharpness", blurred)[0] < measured("sharpness", face)[0] - 0.3


def test_sharpness_hardly_depends_on_the_size_of_rows_and_on_contrast(face):
    large = draw(sample_parameters(0, 1, "happy"), 192)
    small = cv2.resize(large, (96, 96), interpolation=cv2.INTER_AREA)
    flat = (large * 0.7 + 40).astype(np.uint8)
    sharp = [measured("sharpness", one)[0] for one in (large, small, flat)]
    assert sharp == pytest.approx([sharp[0]] * 3, abs=0.1)


def test_of_a_face_over_the_whole_picture_the_face_is_measured(face):
    both = np.concatenate([face, np.zeros_like(face)])
    without = np.concatenate([np.zeros_like(face), face])
    found = measured("light", both, without)
    assert found[0] == measured("light", face)[0]
    assert np.isnan(found[1])


def test_a_turned_face_has_its_nose_off_the_middle():
    def of(nose: float) -> Face:
        return Face(
            (0, 0, 100, 64), landmarks=np.array([[30, 40], [70, 40], [nose, 60], [35, 80], [65, 80]], np.float32)
        )

    assert PICTURE["turn"].values([of(50), of(62), of(38)]).tolist() == pytest.approx([0, 26.6, 26.6], abs=0.1)
    assert np.isnan(PICTURE["turn"].values([Face((0, 0, 9, 9))])).all()
    assert PICTURE["face_size"].values([of(50)]).tolist() == [80]


def test_of_whole_pictures_nothing_is_measured_that_needs_a_face():
    whole = dataclasses.replace(FACES, inputs="whole")
    assert [one.word for one in kinds.kind("picture").properties(whole)] == ["light", "contrast", "sharpness"]


def test_pitch_of_a_voice_moves_with_it(clip):
    quicker = soxr.resample(clip, 16_000, 12_800).astype(np.float32)
    low, high = measured("pitch", clip)[0], measured("pitch", quicker)[0]
    assert high / low == pytest.approx(1.25, rel=0.03)


def test_a_telephone_is_told_and_noise_is_heard(clip):
    band = soxr.resample(soxr.resample(clip, 16_000, 8_000), 8_000, 16_000).astype(np.float32)[: len(clip)]
    assert SOUND["band"].groups(SOUND["band"].values(np.stack([band]))) == ["nothing above 4 kHz"]
    assert SOUND["band"].groups(SOUND["band"].values(np.stack([clip]))) == ["full band"]
    hiss = clip + np.random.default_rng(0).normal(0, 0.02, len(clip)).astype(np.float32) * (clip != 0)
    assert measured("noise", hiss)[0] < measured("noise", clip)[0] - 5


def test_rate_counts_bursts_and_length_leaves_out_what_was_filled_up():
    time = np.arange(32_000) / 16_000
    beats = (0.3 * np.sin(2 * np.pi * 200 * time) * (0.55 + 0.45 * np.cos(2 * np.pi * 4 * time))).astype(np.float32)
    row = np.concatenate([beats, np.zeros(16_000, np.float32)])
    assert measured("rate", row)[0] == pytest.approx(4, abs=0.6)
    assert measured("length", row)[0] == pytest.approx(2, abs=0.01)


def test_silence_has_no_properties():
    silent = np.zeros(48_000, np.float32)
    assert all(np.isnan(measured(word, silent)[0]) for word in SOUND)


def test_without_cuts_groups_are_thirds_and_the_unknown_are_in_none():
    light = PICTURE["light"]
    assert light.groups([1, 2, 3, 4, 5, 6, np.nan]) == [
        *["darkest"] * 2,
        *["middle"] * 2,
        *["lightest"] * 2,
        None,
    ]
    assert light.groups([np.nan]) == [None]
