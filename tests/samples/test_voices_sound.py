"""The voices by ear: pitch, formants, noise and level where they should be, and emotions as the literature has them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import soxr

from mien.samples.voices import CUES, EMOTIONS
from mien.samples.voices._consonants import NOISES
from mien.samples.voices._friction import friction
from mien.samples.voices._melody import FRAMES
from mien.samples.voices._parameters import Delivery
from mien.samples.voices._segments import segments
from mien.samples.voices._speak import AT_REST, RATE, speak, voice
from mien.samples.voices._speaker import sample_speaker
from mien.samples.voices._tracks import Tracks, tracks
from mien.samples.voices._vowels import CHILD, MAN, TABLE, WOMAN, formants


def typical(label: str) -> Delivery:
    """An emotion at full strength, with nothing left to chance."""
    return Delivery(label, 1.0, {cue: EMOTIONS[label].get(cue, 0.0) for cue in CUES})


def spoken(label: str, person: int, sentence: str = "kalibam"):
    speaker = sample_speaker(0, person)
    curves = tracks(speaker, typical(label), sentence, np.random.default_rng([7, 1]))
    return speak(speaker, typical(label), sentence, 7), curves


def autocorrelation(part):
    return np.fft.irfft(np.abs(np.fft.rfft(part, 8192)) ** 2)[: RATE // 40]


def pitch_at(sound, second, near):
    """f0 in Hz by autocorrelation, within half an octave of what is wanted."""
    width = int(RATE * max(0.03, 3.2 / near))
    start = max(0, int(second * RATE) - width // 2)
    window = np.hanning(width)
    shape = autocorrelation(sound[start : start + width] * window)
    low, high = int(RATE / near / 1.4), int(RATE / near * 1.4)
    shape[low - 1 : high + 1] /= autocorrelation(window)[low - 1 : high + 1]
    peak = low + int(shape[low:high].argmax())
    before, at, after = shape[peak - 1 : peak + 2]
    return RATE / (peak + 0.5 * (before - after) / (before - 2 * at + after))


def resonances(sound, rate, order=12):
    """Formants in Hz by linear prediction."""
    sound = np.append(sound[0], sound[1:] - 0.97 * sound[:-1]) * np.hanning(len(sound))
    lags = np.correlate(sound, sound, "full")[len(sound) - 1 :][: order + 1]
    matrix = lags[np.abs(np.subtract.outer(range(order), range(order)))] + 1e-9 * lags[0] * np.eye(order)
    roots = np.roots(np.r_[1, -np.linalg.solve(matrix, lags[1:])])
    roots = roots[(roots.imag > 0) & (-np.log(np.abs(roots)) * rate / np.pi < 500)]
    return np.sort(np.angle(roots)) * rate / (2 * np.pi)


def tilt(sound):
    """Level from 1 to 5 kHz over that below 1 kHz, dB."""
    power = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    return 10 * np.log10(power[(hertz > 1000) & (hertz < 5000)].sum() / power[(hertz > 50) & (hertz < 1000)].sum())


@pytest.mark.parametrize("label", EMOTIONS)
def test_pitch_follows_the_wanted_contour(label):
    sound, curves = spoken(label, person=3)
    voiced = np.flatnonzero((curves.voice > 0.5 * curves.voice.max()) & (curves.creak < 0.1))[::12]
    wrong = [abs(np.log2(pitch_at(sound, at / FRAMES, curves.pitch[at]) / curves.pitch[at])) for at in voiced]
    assert len(wrong) > 10
    assert np.median(wrong) < 0.02
    assert np.quantile(wrong, 0.8) < 0.06


def held(vowel: str, noises=None) -> Tracks:
    """A man's vowel at 100 Hz for a third of a second, or noise alone."""
    frames = np.ones(FRAMES // 3)
    return Tracks(
        pitch=100 * frames,
        voice=(noises is None) * frames,
        breath=0 * frames,
        friction=np.outer(frames, np.zeros(len(NOISES)) if noises is None else noises),
        formants=np.tile(formants(vowel, MAN), (len(frames), 1)),
        zero=270 * frames,
        pole=270.0,
        creak=0 * frames,
    )


def man(effort: float = 0.0):
    return dataclasses.replace(sample_speaker(0, 1), tract=MAN, roughness=0.002, effort=effort)


@pytest.mark.parametrize("vowel", TABLE)
def test_sustained_vowel_has_the_formants_of_the_table(vowel):
    sound = voice(held(vowel), man(), typical("neutral"), np.random.default_rng(0))
    sound = soxr.resample(sound, RATE, 10_000)[500:2500]
    assert resonances(sound, 10_000)[:3] == pytest.approx(TABLE[vowel][0][:3], rel=0.06)


def test_effort_lifts_high_frequencies():
    soft, loud = (
        tilt(voice(held("iy"), man(effort), typical("neutral"), np.random.default_rng(0))) for effort in (-0.5, 0.8)
    )
    assert loud > soft + 6


def test_formants_of_a_tract():
    for vowel, rows in TABLE.items():
        for tract, row in zip((MAN, WOMAN, CHILD), rows, strict=True):
            assert formants(vowel, tract) == pytest.approx(row)
    assert (formants("iy", 11.0) > formants("iy", CHILD)).all()
    assert (formants("iy", 18.0) < formants("iy", MAN)).all()


def test_fricatives_hiss_where_their_place_is():
    centre = {}
    for phone in ("s", "sh"):
        only = held("ax", [float(name == phone) for name in NOISES])
        noise = friction(only, man(), typical("neutral"), RATE // 3, RATE, np.random.default_rng(1))
        power = np.abs(np.fft.rfft(noise)) ** 2
        centre[phone] = (power * np.fft.rfftfreq(len(noise), 1 / RATE)).sum() / power.sum()
    assert centre["sh"] < 5500
    assert centre["s"] > 6000


def test_consonants_are_softer_than_vowels():
    speaker, plain = sample_speaker(0, 1), typical("neutral")
    levels = {"vowel": [], "nasal": [], "hiss": []}
    for sentence in ("rain", "mina"):
        sound, begin = speak(speaker, plain, sentence, 3), 0.0
        for part in segments(speaker, plain, sentence):
            sort = "vowel" if part.vowel else "nasal" if part.zero else "hiss" if part.noise == "s" else ""
            middle = sound[int((begin + 0.2 * part.length) * RATE) : int((begin + 0.8 * part.length) * RATE)]
            begin += round(part.length * FRAMES) / FRAMES
            levels.setdefault(sort, []).append(20 * np.log10(middle.std() + 1e-9))
    below = {sort: np.mean(levels["vowel"]) - np.mean(levels[sort]) for sort in ("nasal", "hiss")}
    assert 3 < below["nasal"] < 12
    assert 8 < below["hiss"] < 25


def test_emotions_sound_as_the_literature_says():
    sounds = {label: [spoken(label, person) for person in range(2)] for label in ("neutral", "angry", "happy", "sad")}

    def mean(label, figure):
        return np.mean([figure(sound, curves) for sound, curves in sounds[label]])

    def brightness(label):
        return mean(label, lambda sound, _: tilt(sound))

    def level(label):
        return mean(label, lambda sound, _: 20 * np.log10(sound.std()))

    def pitch(label):
        return mean(label, lambda _, curves: np.log2(curves.pitch[curves.voice > 0.3].mean()))

    def length(label):
        return mean(label, lambda sound, _: len(sound))

    assert brightness("angry") > brightness("happy") + 2 > brightness("sad") + 4
    assert brightness("neutral") > brightness("sad") + 2
    assert level("angry") > level("happy") > level("neutral") > level("sad")
    assert level("neutral") == pytest.approx(AT_REST, abs=0.5)
    assert pitch("happy") > pitch("neutral") + 0.2
    assert pitch("sad") < pitch("neutral")
    assert length("sad") > 1.2 * length("neutral") > 1.2 * length("angry")


def test_surprise_rises_at_the_end():
    for label, rises in (("surprise", True), ("neutral", False)):
        curves = spoken(label, person=4)[1]
        voiced = curves.pitch[curves.voice > 0.3 * curves.voice.max()]
        assert bool(voiced[-5:].mean() > 1.2 * np.median(voiced)) is rises
