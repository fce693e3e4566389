"""Statistics of a clip are what their names say, whatever its level and whatever row it lies in."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mien.core.types import InputContract
from mien.models.features import Graph, count, sound

RATE = 16_000
LENGTH = 20_000  # 1.25 s, no whole number of frames
NAMES = sound.names(sound.GROUPS)


def session(length, groups=sound.GROUPS):
    graph = Graph(InputContract(("a", "b"), length, kind="sound", shape=(length,), dtype="float32"))
    file = graph.to_bytes(sound.measure(graph, graph.rows, length, groups), "out", count(groups))
    return onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])


@pytest.fixture(scope="module")
def measured():
    """From clips of at most `LENGTH` samples to their statistics by name, float32 [N] each."""
    known = session(LENGTH)

    def measure(*clips):
        rows = np.stack([np.pad(clip, (0, LENGTH - len(clip))) for clip in clips]).astype(np.float32)
        found = known.run(None, {"rows": rows})[0]
        assert np.isfinite(found).all()
        return dict(zip(NAMES, found.T, strict=True))

    return measure


def time(seconds=1.2):
    return np.arange(round(seconds * RATE)) / RATE


def voice(hertz, seconds=1.2):
    """Harmonics that fall by 12 dB an octave, as of vocal folds; `hertz` may change with time."""
    turns = 2 * np.pi * np.cumsum(np.broadcast_to(hertz, time(seconds).shape)) / RATE
    return 0.1 * sum(np.sin(part * turns) / part**2 for part in range(1, 12))


def resonant(hertz, formants):
    """A pulse train through resonators."""
    from scipy.signal import lfilter

    clip = np.zeros(len(time()))
    clip[:: RATE // hertz] = 1
    for formant in formants:
        radius = np.exp(-np.pi * 80 / RATE)
        clip = lfilter([1], [1, -2 * radius * np.cos(2 * np.pi * formant / RATE), radius**2], clip)
    return 0.3 * clip / np.abs(clip).max()


def noise(seconds=1.2, seed=0):
    return np.random.default_rng(seed).normal(0, 0.05, round(seconds * RATE))


def semitones(hertz):
    return 12 * np.log2(hertz / 60)


# Pitch


def test_pitch_is_what_it_is(measured):
    hertz = np.array([75, 110, 150.5, 220, 331, 480, 560])
    found = measured(*(voice(one) for one in hertz))
    np.testing.assert_allclose(found["pitch.voiced.median"], semitones(hertz), atol=0.1)
    assert (found["pitch.voiced.deviation"] < 0.3).all()
    assert (found["periodicity.voiced.median"] > 0.8).all()


def test_a_pitch_that_rises_has_its_slope(measured):
    rising, falling = (voice(200 * 2 ** (way * time() / 2.4)) for way in (1, -1))  # half an octave in 1.2 s
    found = measured(rising, falling)
    np.testing.assert_allclose(found["pitch.voiced.slope"], [5, -5], atol=0.3)
    np.testing.assert_allclose(found["pitch.voiced.change"], [5, 5], atol=1)
    np.testing.assert_allclose(found["pitch.voiced.end"] - found["pitch.voiced.start"], [4, -4], atol=0.5)
    np.testing.assert_allclose(found["pitch.voiced.p90"] - found["pitch.voiced.p10"], [4.8, 4.8], atol=0.3)


def test_noise_has_no_voice_and_a_voice_in_noise_keeps_its_pitch(measured):
    found = measured(noise(), voice(180) + 0.2 * noise())
    assert found["rhythm.voiced_share"][0] < 0.1
    assert found["rhythm.voiced_share"][1] > 0.9
    assert abs(found["pitch.voiced.median"][1] - semitones(180)) < 0.1
    assert found["periodicity.sounding.mean"][0] + 0.3 < found["periodicity.sounding.mean"][1]


# Spectrum


def test_formants_are_where_the_resonances_are(measured):
    vowels = {"a": (750, 1250, 2600), "i": (300, 2200, 2950), "e": (500, 1700, 2500)}
    found = measured(*(resonant(125, formants) for formants in vowels.values()))
    for number, wanted in enumerate(zip(*vowels.values(), strict=True), 1):
        np.testing.assert_allclose(1000 * found[f"formant{number}.median"], wanted, atol=90)


def test_what_is_brighter_has_a_higher_centroid_and_a_flatter_slope(measured):
    turns = 2 * np.pi * 200 * time()
    dull, bright = (0.1 * sum(np.sin(part * turns) / part**fall for part in range(1, 30)) for fall in (2, 0.5))
    found = measured(dull, bright)
    for name in ("centroid", "alpha", "slope_500", "rolloff_90"):
        assert np.diff(found[f"{name}.sounding.mean"]) > 0, name
    assert np.diff(found["hammarberg.sounding.mean"]) < 0
    assert (found["h1_h2.voiced.median"] > [11, 2]).all()  # 12 and 3 dB by construction
    np.testing.assert_allclose(found["h1_h2.voiced.median"], [12, 3], atol=1)


def test_mfcc_are_a_cosine_transform_of_the_bands(measured):
    from scipy.fft import dct

    found = measured(voice(150) + noise())
    bands = np.array([found[f"band{number}.sounding.mean"][0] for number in range(1, 27)])
    cepstrum = [found[f"mfcc{number}.sounding.mean"][0] for number in range(1, 14)]
    np.testing.assert_allclose(cepstrum, dct(bands, norm="ortho")[1:14], atol=1e-2)


# Rhythm


def test_pauses_and_stretches_are_counted(measured):
    beats = voice(150) * (np.sin(2 * np.pi * 2.5 * time()) > 0) + 1e-6  # three of 0.2 s
    found = measured(beats)
    assert found["rhythm.voiced_per_second"][0] == pytest.approx(3 / 1.2, abs=0.2)
    assert found["rhythm.voiced_seconds"][0] == pytest.approx(0.2, abs=0.05)
    assert found["rhythm.pause_seconds"][0] == pytest.approx(0.2, abs=0.05)
    assert found["rhythm.sounding_share"][0] == pytest.approx(0.55, abs=0.1)
    assert found["rhythm.seconds"][0] == pytest.approx(1.2, abs=0.02)


@pytest.mark.parametrize(("hertz", "speed"), [(3, "2"), (6, "4"), (11, "8")])
def test_a_level_that_moves_is_found_at_its_speed(measured, hertz, speed):
    found = measured(noise() * (1 + 0.9 * np.sin(2 * np.pi * hertz * time())))
    speeds = {name.rpartition("_")[2]: found[name][0] for name in NAMES if name.startswith("rhythm.modulation4_")}
    assert max(speeds, key=speeds.get) == speed


# What must not matter


@settings(max_examples=15)
@given(st.floats(-80, 0), st.integers(0, 99), st.integers(2_000, 19_000))
@example(-190, 1, 15_000)
def test_level_and_what_follows_a_clip_change_nothing(measured, decibels, seed, length):
    clip = (voice(120 + seed) + noise(seed=seed) * 0.3)[:length]
    quiet, loud = (np.array(list(measured(part).values()))[:, 0] for part in (clip * 10 ** (decibels / 20), clip))
    scale = 1 + np.abs(loud)
    assert (np.abs(quiet - loud) / scale).max() < 0.02


def test_a_click_does_not_set_the_scale(measured):
    clip = voice(140) + noise() * 0.3
    clicked = clip.copy()
    clicked[9_000] = 20 * clip.max()
    found = measured(clip, clicked)
    for name in ("band10.sounding.median", "level.voiced.median", "loudness.sounding.median"):
        assert np.diff(found[name]) == pytest.approx(0, abs=0.5), name
    assert np.diff(found["rhythm.voiced_share"]) == pytest.approx(0, abs=0.1)


def test_a_row_that_ends_with_the_clip_is_the_same_clip():
    clip = (voice(140) + noise() * 0.3)[:9_001].astype(np.float32)
    short = session(9_001).run(None, {"rows": clip[None]})[0]
    long = session(LENGTH).run(None, {"rows": np.pad(clip, (0, LENGTH - 9_001))[None]})[0]
    np.testing.assert_allclose(short, long, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    "clip", [np.zeros(10), np.ones(LENGTH), np.eye(1, LENGTH, 9_000)[0], 1e-30 * noise(), [0, 1, -1]]
)
def test_what_is_no_voice_is_measured_without_a_complaint(measured, clip):
    measured(np.asarray(clip))


@pytest.mark.parametrize("length", [3_200, 3_333])
def test_the_shortest_rows_are_measured(length):
    row = noise(0.3)[None, :length].astype(np.float32)
    assert np.isfinite(session(length).run(None, {"rows": row})[0]).all()


# Names


def test_every_number_has_a_name_of_its_own():
    assert len(set(NAMES)) == len(NAMES) == count(sound.GROUPS)


def test_groups_are_measured_alone_as_together(measured):
    clip = voice(150) + noise()
    whole = measured(clip)
    row = np.pad(clip, (0, LENGTH - len(clip)))[None].astype(np.float32)
    for group in ("pitch", "rhythm"):
        alone = session(LENGTH, (group,)).run(None, {"rows": row})[0][0]
        np.testing.assert_allclose(alone, [whole[name][0] for name in sound.names((group,))], rtol=1e-4, atol=1e-4)
