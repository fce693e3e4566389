"""Where somebody speaks: voices are found, and what is none gets no answer; windows hold what was found."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import kinds
from mien.core.recipe import Recipe
from mien.kinds.sound._speech import LIVE, heard, speech
from mien.samples.voices import LABELS, sample_parameters, synthesise

RATE, FRAME, SECONDS = 16_000, 320, 4


def time() -> np.ndarray:
    return np.arange(SECONDS * RATE) / RATE


def chords() -> np.ndarray:
    """Four chords of three notes, each with overtones that die away."""
    total = np.zeros(SECONDS * RATE)
    for number, key in enumerate((220.0, 185.0, 147.0, 165.0)):
        at = time()[: RATE if number == 3 else None][: SECONDS * RATE - number * RATE]
        for step in (0, 4, 7):
            hertz = key * 2 ** (step / 12)
            notes = sum(np.sin(2 * np.pi * part * hertz * at) / part for part in range(1, 7))
            total[number * RATE : number * RATE + len(at)] += np.exp(-2 * at) * notes
    return total


def clicks() -> np.ndarray:
    draw, total = np.random.default_rng(0), np.zeros(SECONDS * RATE)
    for at in range(1000, len(total) - 200, 9000):
        total[at : at + 200] = np.exp(-np.arange(200) / 20) * draw.normal(0, 1, 200)
    return total


def noise(slope: float) -> np.ndarray:
    spectrum = np.fft.rfft(np.random.default_rng(1).normal(0, 1, SECONDS * RATE))
    return np.fft.irfft(spectrum * np.maximum(np.fft.rfftfreq(SECONDS * RATE, 1 / RATE), 30) ** slope)


def siren() -> np.ndarray:
    return 2 * np.pi * (500 + 150 * np.sin(2 * np.pi * 0.7 * time())) / RATE


def hum() -> np.ndarray:
    mains = sum(np.sin(2 * np.pi * 50 * part * time()) / part for part in range(1, 12))
    return mains + np.random.default_rng(2).normal(0, 0.05, len(mains))


SILENT = {
    "silence": lambda: np.zeros(SECONDS * RATE),
    "white noise": lambda: noise(0.0),
    "pink noise": lambda: noise(-0.5),
    "brown noise": lambda: noise(-1.0),
    "hum": hum,
    "clicks": clicks,
    "chords": chords,
    "a tone": lambda: np.sin(2 * np.pi * 440 * time()),
    "a siren": lambda: sum(np.sin(part * np.cumsum(siren())) / part for part in (1, 2, 3)),
    "a drum": lambda: np.sin(2 * np.pi * 60 * time()) * np.exp(-20 * (time() % 0.5)),
}


@pytest.mark.parametrize("name", SILENT)
def test_what_is_no_voice_is_no_speech(name):
    made = SILENT[name]()
    assert not speech((0.5 * made / max(np.abs(made).max(), 1e-9)).astype(np.float32)).any()


def test_each_synthesised_voice_is_found_between_the_silence_around_it(sound):
    import soxr

    for number, label in enumerate(LABELS):
        voice = sample_parameters(1, number, label)
        clip = np.asarray(soxr.resample(synthesise(voice), voice.recording.rate, RATE), np.float32)
        around = np.concatenate([np.zeros(2 * RATE), clip, np.zeros(2 * RATE)]).astype(np.float32)
        found = np.flatnonzero(speech(around)) * FRAME / RATE
        assert len(found) * FRAME / RATE > 0.6 * len(clip) / RATE
        assert 1.7 < found[0] < 2.9
        assert found[-1] < 2.3 + len(clip) / RATE


def test_a_voice_is_found_in_noise_of_a_tenth_of_its_power(talk):
    voice = np.concatenate([np.zeros(RATE), talk(2.0), np.zeros(RATE)])
    found = speech((voice + noise(-0.5) / noise(-0.5).std() * 0.08).astype(np.float32))
    assert found[60:140].mean() > 0.9
    assert not found[:30].any()
    assert not found[-30:].any()


@pytest.fixture(scope="module")
def mixed(talk):
    """Speech, pauses and music of nine seconds; and where the speech is."""
    parts = (
        np.zeros(RATE),
        talk(1.2),
        np.zeros(RATE),
        0.1 * chords()[: 2 * RATE],
        talk(1.3, 0.05, 1),
        np.zeros(40_123),
    )
    whole = np.concatenate(parts).astype(np.float32)
    found = speech(whole)
    assert 0.2 < found.mean() < 0.6
    return whole, found


@given(st.lists(st.integers(0, 9 * RATE), max_size=12), st.sampled_from([LIVE, 70, 110]))
@settings(max_examples=6)
def test_how_a_recording_is_divided_does_not_matter(mixed, cuts, at_once):
    whole, expected = mixed
    pieces = list(heard(np.split(whole, sorted(cuts)), at_once))
    np.testing.assert_array_equal(np.concatenate([piece.samples for piece in pieces]), whole)
    np.testing.assert_array_equal(np.concatenate([piece.speech for piece in pieces]), expected)
    assert all(len(piece.speech) == -(-len(piece.samples) // FRAME) for piece in pieces)


def test_no_more_is_held_than_is_needed():
    read = 0

    def endless():
        nonlocal read
        for _ in range(40):
            read += RATE
            yield np.zeros(RATE, np.float32)

    judged = 0
    for piece in heard(endless(), 200):
        judged += len(piece.samples)
        assert read - judged <= 8 * RATE


@pytest.fixture(scope="module")
def contract():
    return kinds.kind("sound").contract(Recipe(seconds=1.0), ("calm", "happy"))


def test_a_clip_is_one_window_whose_row_is_that_of_training(sound, contract, talk):
    clip = np.concatenate([np.zeros(4000, np.float32), talk(0.8), np.zeros(6000, np.float32)])
    (window,) = sound.windows([clip], contract)
    np.testing.assert_array_equal(window.row, sound.prepare(clip, contract).rows[0])
    assert (window.start, window.end) == (0, len(clip) / RATE)
    (span,) = window.spans
    assert span == pytest.approx((0.25, 1.05), abs=0.25)
    assert window.weight == pytest.approx(span[1] - span[0])


def test_windows_follow_each_other_without_gaps_and_hold_the_speech(sound, contract, talk):
    parts = (np.zeros(3 * RATE), talk(2.5), np.zeros(4 * RATE), talk(1.0, seed=1), np.zeros(RATE + 777))
    whole = np.concatenate(parts).astype(np.float32)
    found = list(sound.windows(np.split(whole, [5, 40_000]), contract))
    assert found[0].start == 0
    assert found[-1].end == pytest.approx(len(whole) / RATE)
    assert all(before.end == after.start for before, after in pairwise(found))
    spoken = speech(whole)
    assert sum(end - start for one in found for start, end in one.spans) == pytest.approx(spoken.sum() * 0.02)
    for window in found:
        rate = spoken[round(window.start * 50) : round(window.start * 50) + 50].sum() * 0.02
        assert (window.row is None) == (window.weight == 0)
        assert window.row is None or (window.row.shape == (RATE,) and window.weight == pytest.approx(rate))
    assert not any(window.row is not None for window in found if 6.0 <= window.start < 8.2)


def test_nothing_at_all_has_no_windows(sound, contract):
    assert list(sound.windows([], contract)) == []
    assert list(sound.windows([np.zeros(0, np.float32)], contract)) == []
