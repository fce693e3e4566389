"""Clips are varied by seed, epoch and number alone, in bounds, and more the stronger it is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from mien.kinds import Variation
from mien.kinds.sound._augment import changed
from mien.kinds.sound._rows import row

LENGTH = 24_000


@pytest.fixture(scope="module")
def source(speak) -> np.ndarray:
    return np.stack([row(speak(seed, 1.2), LENGTH) for seed in range(6)])


def varied(sound, source, numbers, when=(0, 1), **how):
    numbers = np.asarray(numbers)
    return sound.vary(source, numbers % len(source), numbers, when, Variation(**{"augment": 1.0, **how}))


def test_it_repeats_whatever_stands_beside_it(sound, source):
    together = varied(sound, source, [0, 1, 2, 3])
    np.testing.assert_array_equal(varied(sound, source, [2, 0]), together[[2, 0]])
    assert not np.array_equal(varied(sound, source, [2], when=(0, 2)), together[[2]])
    assert not np.array_equal(varied(sound, source, [2], when=(1, 1)), together[[2]])
    assert not np.array_equal(varied(sound, source, [8]), together[[2]])


def test_it_stays_a_clip(sound, source):
    before = source.copy()
    found = varied(sound, source, np.arange(60))
    assert (found.shape, found.dtype) == ((60, LENGTH), np.float32)
    assert np.isfinite(found).all()
    assert np.abs(found).max() <= 1
    assert (np.abs(found).max(axis=1) > 0.02).all()
    np.testing.assert_array_equal(source, before)


def test_without_strength_nothing_changes(sound, source):
    found = varied(sound, source, [3, 1], augment=0.0)
    np.testing.assert_array_equal(found, source[[3, 1]])
    assert not np.shares_memory(found, source)


def test_silence_stays_silent(sound):
    np.testing.assert_array_equal(varied(sound, np.zeros((1, LENGTH), np.float32), [0, 1]), np.zeros((2, LENGTH)))


def test_stronger_is_further_away(sound, source):
    def far(strength: float) -> float:
        loud = [
            np.linalg.norm(changed(source[0], np.random.default_rng(seed), strength)) / np.linalg.norm(source[0])
            for seed in range(60)
        ]
        return float(np.std(20 * np.log10(loud)))

    assert far(0.1) < far(0.5) < far(1.0) < 6


def test_voices_are_mixed_as_their_labels_are(sound, source):
    targets = np.eye(6, dtype=np.float32)
    values, both = sound.mix(source, targets, Variation(mixup=0.4), (0, 1, 2))
    np.testing.assert_allclose(both.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(values, both @ source, atol=1e-5)
    np.testing.assert_array_equal(values, sound.mix(source, targets, Variation(mixup=0.4), (0, 1, 2))[0])
    assert (both.max(axis=1) < 1).any()
