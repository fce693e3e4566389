"""`voice`: what it hears, and what it does not listen to."""

import keras
import numpy as np
import pytest

from mien import models
from mien.core.errors import SettingError
from mien.core.recipe import Recipe
from mien.models.layers import AttentionPool, LogMel

RATE = 16_000


def tone(hertz, seconds=1.0, level=0.1):
    return level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)


@pytest.fixture(scope="module")
def log_mel():
    return LogMel()


def measured(layer, *clips):
    levels, there = layer(np.stack(clips).astype(np.float32))
    return np.asarray(levels), np.asarray(there)


@pytest.mark.parametrize("hertz", [120, 300, 1_000, 3_000])
def test_a_tone_is_loudest_in_its_own_band(log_mel, hertz):
    edges = 700 * (10 ** (np.linspace(*(2595 * np.log10(1 + np.array([60, 3_800]) / 700)), 66) / 2595) - 1)
    levels, _ = measured(log_mel, tone(hertz))
    band = int(levels[0].mean(0).argmax())
    assert edges[band] - 32 < hertz < edges[band + 2] + 32  # a bin is 31 Hz wide


def test_how_loud_it_was_recorded_changes_nothing(log_mel):
    clip = tone(200) + np.random.default_rng(0).normal(0, 0.02, RATE)
    levels, _ = measured(log_mel, clip, 0.01 * clip)
    np.testing.assert_allclose(levels[0], levels[1], atol=1e-3)


def test_zeros_after_a_clip_are_not_there(log_mel):
    clip = tone(200, 0.5) + np.random.default_rng(0).normal(0, 0.02, RATE // 2)
    levels, there = measured(log_mel, np.concatenate([clip, np.zeros(RATE // 2)]))
    sounding = int(there.sum())
    assert 31 <= sounding <= 33  # 8,000 samples, 256 a frame
    assert not levels[0, sounding:].any()


def test_silence_is_measured_without_a_complaint(log_mel):
    levels, there = measured(log_mel, np.zeros(RATE))
    assert not levels.any()
    assert not there.any()


def test_the_higher_half_of_the_spectrum_is_not_heard(log_mel):
    clip = tone(300)
    levels, _ = measured(log_mel, clip, clip + tone(6_000))
    np.testing.assert_allclose(levels[0, 2:-2], levels[1, 2:-2], atol=0.02)  # where it begins, a click is of all bands


def test_attention_passes_over_what_is_silent():
    frames = np.random.default_rng(0).normal(size=(1, 6, 4)).astype(np.float32)
    there = np.array([[1, 1, 1, 0, 0, 0]], np.float32)[..., None]
    other = frames.copy()
    other[:, 3:] = 99
    pool = AttentionPool()
    np.testing.assert_allclose(pool(frames, there), pool(other, there), atol=1e-6)
    np.testing.assert_allclose(pool(frames, there), frames[:, :3].mean(1), atol=1e-6)


def test_it_takes_clips_and_no_setting_of_pictures():
    recipe = models.resolve(Recipe(model="voice"))
    assert (recipe.seconds, recipe.size) == (3.0, None)
    assert models.taking("sound") == ["voice", "forest", "svm"]  # first what is made for nothing else
    for setting in ({"size": 48}, {"erase": 0.5}, {"cutmix": 1.0}, {"randaugment": 2}):
        with pytest.raises(SettingError, match="'voice' does not take"):
            models.resolve(Recipe(model="voice", **setting))


def test_its_length_follows_the_recipe():
    recipe = models.resolve(Recipe(model="voice", seconds=1.5))
    model = models.build(models.contract(recipe, ("happy", "sad"), "sound"), recipe)
    assert isinstance(model, keras.Model)
    assert model.input_shape == (None, 24_000)
