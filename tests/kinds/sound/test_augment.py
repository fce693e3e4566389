"""Clips are varied by seed, epoch and number alone, in bounds, and more the stronger it is asked for."""

from __future__ import annotations

import numpy as np
import pytest

from mien.kinds import Variation
from mien.kinds.sound import _augment
from mien.kinds.sound._augment import changed
from mien.kinds.sound._rows import row
from mien.kinds.sound._tempo import stretched

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


def pitch(samples: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * 16_000 / len(samples))


@pytest.mark.parametrize("factor", [0.75, 1.0, 1.3])
def test_a_slower_speaker_has_the_same_pitch(factor):
    tone = np.sin(2 * np.pi * 230 / 16_000 * np.arange(LENGTH)).astype(np.float32)
    found = stretched(tone, factor)
    assert abs(len(found) - factor * LENGTH) < 480
    assert pitch(found) == pytest.approx(230, rel=0.01)
    assert np.sqrt(np.mean(found**2)) == pytest.approx(np.sqrt(0.5), rel=0.1)


def test_what_is_too_short_to_stretch_stays():
    np.testing.assert_array_equal(stretched(np.ones(300, np.float32), 1.2), np.ones(300, np.float32))


def only(monkeypatch, name: str) -> None:
    """Let nothing else be drawn, and this one always."""
    for other in ("_SPED", "_NOISY", "_ECHOED", "_DULLED", "_NOTCHED", "_HOLED"):
        monkeypatch.setattr(_augment, other, 2.0 if other == name else 0.0)


def test_pitch_and_tempo_are_two_draws(monkeypatch):
    only(monkeypatch, "_SPED")
    tone = np.sin(2 * np.pi * 230 / 16_000 * np.arange(LENGTH)).astype(np.float32)
    found = [changed(tone, np.random.default_rng(seed), 1.0) for seed in range(12)]
    heights, lengths = [pitch(one) for one in found], [len(one) / LENGTH for one in found]
    assert 207 < min(heights) < 220
    assert 240 < max(heights) < 254
    assert 0.85 < min(lengths) < 0.95
    assert 1.05 < max(lengths) < 1.2
    assert abs(np.corrcoef(heights, lengths)[0, 1]) < 0.6


def test_stretches_fall_silent(monkeypatch):
    only(monkeypatch, "_HOLED")
    shares = [
        np.mean(changed(np.ones(LENGTH, np.float32), np.random.default_rng(seed), 1.0) == 0) for seed in range(20)
    ]
    assert 0 < min(shares) < 0.05
    assert 0.1 < max(shares) <= 0.2


def test_gaps_open_in_the_spectrum(monkeypatch):
    only(monkeypatch, "_NOTCHED")
    click = np.zeros(LENGTH, np.float32)
    click[LENGTH // 2] = 1.0
    found = np.abs(np.fft.rfft(changed(click, np.random.default_rng(3), 1.0)))
    hertz = np.fft.rfftfreq(LENGTH, 1 / 16_000)
    gone = hertz[found < 0.2 * np.median(found)]
    assert len(gone) > 100
    assert 95 < gone.min() < gone.max() < 3_800 * 2**0.5 + 20
