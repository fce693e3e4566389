"""What is measured of the quality of a sample moves the way people would say it does."""

from __future__ import annotations

import numpy as np
import pytest

from mien import kinds
from mien.core.types import InputContract

SOUND = InputContract(("a", "b"), 16_000, kind="sound", shape=(16_000,), dtype="float32")
FACE = InputContract(("a", "b"), 48)


def face() -> np.ndarray:
    from mien.samples.faces import draw, sample_parameters

    return draw(sample_parameters(0, 1, "happy"), 48)


def test_a_crop_is_bright_rich_and_sharp_by_as_much():
    picture, row = kinds.kind("picture"), face()
    light, contrast, sharp = picture.quality(row, FACE)
    dark = picture.quality((row * 0.4).astype(np.uint8), FACE)
    assert dark[0] == pytest.approx(0.4 * light, rel=0.03)
    assert dark[1] == pytest.approx(0.4 * contrast, rel=0.03)
    assert dark[2] == pytest.approx(sharp, rel=0.1)
    soft = row.astype(float)
    for axis in (0, 1):
        soft = (np.roll(soft, 1, axis) + soft + np.roll(soft, -1, axis)) / 3
    assert picture.quality(soft.astype(np.uint8), FACE)[2] < 0.7 * sharp
    assert picture.ranges(row[None][:0], FACE) == {}
    assert picture.ranges(np.zeros((1, 48, 48, 3), np.uint8), FACE)["brightness"] == (0, 5)


def test_a_clip_is_loud_and_clear_by_as_much(talk):
    sound, clip = kinds.kind("sound"), talk(1.0)[:16_000]
    row = np.zeros(16_000, np.float32)
    row[: len(clip)] = clip
    level, clear = sound.quality(row, SOUND)
    softer = sound.quality(row / 10, SOUND)
    assert softer[0] == pytest.approx(level - 20, abs=0.1)
    noisy = row + np.random.default_rng(0).normal(0, 0.05, 16_000).astype(np.float32)
    assert sound.quality(noisy, SOUND)[1] < clear
    assert sound.ranges(np.stack([row, row]), SOUND) == sound.ranges(row[None], SOUND)
    assert np.isfinite(sound.quality(np.zeros(16_000, np.float32), SOUND)).all()


@pytest.mark.parametrize("name", ["picture", "sound"])
def test_each_range_has_a_word(name):
    for one in kinds.kind(name).qualities:
        assert len(one.words) == len(one.edges) + 1 == len(set(one.words))
        assert [*one.edges] == sorted(one.edges)
        assert one.range(-1e9) == 0
        assert one.range(1e9) == len(one.edges)
