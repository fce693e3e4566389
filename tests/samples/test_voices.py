"""The synthesised voices: same seed same samples, pitch and formants as wanted, a table that tells the truth."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter

import numpy as np
import polars as pl
import pytest
import soundfile
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import samples
from mien.core.errors import MienError, SettingError
from mien.samples import faces, voices
from mien.samples.voices import CUES, EMOTIONS, LABELS, SENTENCES, sample_parameters, synthesise, write_voices
from mien.samples.voices._consonants import CONSONANTS, NOISES
from mien.samples.voices._melody import FRAMES
from mien.samples.voices._noise import NOISES as BACKGROUNDS
from mien.samples.voices._parameters import Delivery
from mien.samples.voices._plan import clip
from mien.samples.voices._segments import segments
from mien.samples.voices._sentences import syllables
from mien.samples.voices._speak import AT_REST, RATE, speak, voice
from mien.samples.voices._speaker import sample_speaker
from mien.samples.voices._tracks import Tracks, tracks
from mien.samples.voices._vowels import CHILD, DIPHTHONGS, MAN, TABLE, WOMAN, formants

# The first 16 digits of each emotion's parameters: a change here is a new data set, so VERSION must go up.
GOLDEN = [
    "1cbe1f39c528c48d",
    "4a86cf1e54786349",
    "0ada6ccecfde4c6d",
    "b9d218d6477cc195",
    "914a3e50a999850e",
    "76762793fb94bcab",
    "4475af7bff789684",
    "d9ce39a03eecba65",
]


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


def test_same_seed_same_samples():
    first, second = (synthesise(sample_parameters(4, 7, "sad")) for _ in range(2))
    assert first.dtype == np.float32
    assert first.ndim == 1
    assert np.array_equal(first, second)
    assert not np.array_equal(first[:20_000], synthesise(sample_parameters(5, 7, "sad"))[:20_000])


def test_golden_parameters():
    digests = [sample_parameters(0, index, label, person=index).digest()[:16] for index, label in enumerate(EMOTIONS)]
    assert digests == GOLDEN


def test_labels_are_those_of_the_faces():
    assert LABELS == faces.LABELS
    assert set(faces.EMOTIONS) <= set(EMOTIONS)
    assert all(set(cues) <= set(CUES) for cues in EMOTIONS.values())


def test_sentences_are_made_of_known_phones():
    for sentence in SENTENCES:
        row = syllables(sentence)
        assert 5 <= len(row) <= 9
        assert any(syllable.stressed for syllable in row)
        for syllable in row:
            vowels = [phone for phone in syllable.phones if phone not in CONSONANTS]
            assert len(vowels) == 1
            assert vowels[0] in {*TABLE, *DIPHTHONGS, "ax"}


def test_person_keeps_their_voice():
    clips = [sample_parameters(1, index, label, person=5) for index, label in enumerate(LABELS)]
    assert len({json.dumps(dataclasses.asdict(clip.speaker), sort_keys=True) for clip in clips}) == 1
    assert len({clip.grain for clip in clips}) == len(LABELS)


def test_people_differ_as_people_do():
    people = [sample_speaker(3, person) for person in range(60)]
    pitch = {sex: [who.pitch for who in people if who.sex == sex and who.age > 16] for sex in ("male", "female")}
    assert 95 < np.median(pitch["male"]) < 140
    assert 180 < np.median(pitch["female"]) < 235
    assert {who.sex for who in people if who.age < 16} == {"male", "female"}
    assert max(who.tract for who in people if who.age < 15) < np.median([who.tract for who in people])


@pytest.mark.parametrize("label", EMOTIONS)
def test_pitch_follows_the_wanted_contour(label):
    sound, curves = spoken(label, person=3)
    voiced = np.flatnonzero((curves.voice > 0.5 * curves.voice.max()) & (curves.creak < 0.1))[::12]
    wrong = [abs(np.log2(pitch_at(sound, at / FRAMES, curves.pitch[at]) / curves.pitch[at])) for at in voiced]
    assert len(wrong) > 10
    assert np.median(wrong) < 0.02
    assert np.quantile(wrong, 0.8) < 0.06


@pytest.mark.parametrize("vowel", TABLE)
def test_sustained_vowel_has_the_formants_of_the_table(vowel):
    frames = np.ones(FRAMES // 3)
    held = Tracks(
        pitch=100 * frames,
        voice=frames,
        breath=0 * frames,
        friction=np.zeros((len(frames), len(NOISES))),
        formants=np.tile(formants(vowel, MAN), (len(frames), 1)),
        zero=270 * frames,
        pole=270.0,
        creak=0 * frames,
    )
    man = dataclasses.replace(sample_speaker(0, 1), tract=MAN, roughness=0.002, effort=0.0)
    sound = soxr.resample(voice(held, man, typical("neutral"), np.random.default_rng(0)), RATE, 10_000)[500:2500]
    assert resonances(sound, 10_000)[:3] == pytest.approx(TABLE[vowel][0][:3], rel=0.06)


def test_formants_of_a_tract():
    for vowel, rows in TABLE.items():
        for tract, row in zip((MAN, WOMAN, CHILD), rows, strict=True):
            assert formants(vowel, tract) == pytest.approx(row)
    assert (formants("iy", 11.0) > formants("iy", CHILD)).all()
    assert (formants("iy", 18.0) < formants("iy", MAN)).all()


def test_fricatives_hiss_where_their_place_is():
    said = {}
    for phone in ("s", "sh"):
        levels = np.zeros((FRAMES // 2, len(NOISES)))
        levels[:, list(NOISES).index(phone)] = 1
        still = np.ones(len(levels))
        held = Tracks(100 * still, 0 * still, 0 * still, levels, np.tile(formants("ax", MAN), (len(still), 1)),
                      270 * still, 270.0, 0 * still)  # fmt: skip
        noise = voices._friction.friction(
            held, sample_speaker(0, 1), typical("neutral"), RATE // 2, RATE, np.random.default_rng(1)
        )
        power = np.abs(np.fft.rfft(noise)) ** 2
        said[phone] = (power * np.fft.rfftfreq(len(noise), 1 / RATE)).sum() / power.sum()
    assert said["sh"] < 5500
    assert said["s"] > 6000


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


@given(seed=st.integers(0, 10**6), index=st.integers(0, 10**6), label=st.sampled_from(sorted(EMOTIONS)))
@settings(max_examples=5, deadline=None)
def test_any_clip_can_be_synthesised(seed, index, label):
    clip = sample_parameters(seed, index, label)
    sound = synthesise(clip)
    assert np.isfinite(sound).all()
    assert 0.02 < np.abs(sound).max() <= 0.98
    assert 1.0 < len(sound) / clip.recording.rate < 6
    assert abs(sound.mean()) < 0.01


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("voices")
    return folder, write_voices(folder, 12, 0)


def test_table_tells_the_truth(folder):
    path, table = folder
    assert table.columns == ["path", "label", "person", "sentence", "intensity", "noise"]
    assert len(table) == 12
    assert table["intensity"].is_between(0.3, 1).all()
    assert set(table["noise"]) <= set(BACKGROUNDS)
    assert set(table["sentence"]) <= set(SENTENCES)
    for row in table.iter_rows(named=True):
        assert row["path"].startswith(f"{row['label']}/{row['person']}_")
        sound, rate = soundfile.read(path / row["path"])
        assert sound.ndim == 1
        assert 1 < len(sound) / rate < 5
        assert sound.std() > 0.002
    assert pl.read_csv(path / "voices.csv", schema=table.schema).equals(table)


def test_files_say_that_they_are_synthesised(folder):
    path, table = folder
    for name in table["path"]:
        with soundfile.SoundFile(path / name) as file:
            assert file.comment == "sample:voices, synthesised by Mien"


def test_people_span_all_classes():
    rows = [clip(0, index, LABELS).row() for index in range(36)]
    counted = Counter((row["person"], row["label"]) for row in rows)
    assert len(counted) == 3 * 4
    assert set(counted.values()) == {3}


def test_clips_do_not_depend_on_how_many(folder, tmp_path):
    few = write_voices(tmp_path, 4)
    assert folder[1].head(4).equals(few)
    for path in few["path"]:
        assert (tmp_path / path).read_bytes() == (folder[0] / path).read_bytes()


def test_second_run_synthesises_nothing(folder, monkeypatch):
    path, table = folder
    monkeypatch.setattr(voices._plan, "synthesise", lambda *_: pytest.fail("synthesised again"))
    assert write_voices(path, 12).equals(table)


def test_missing_file_is_synthesised_again(tmp_path):
    table = write_voices(tmp_path, 2)
    lost = tmp_path / table["path"][1]
    before = lost.read_bytes()
    lost.unlink()
    write_voices(tmp_path, 2)
    assert lost.read_bytes() == before


def test_other_clips_are_not_mixed_in(tmp_path):
    write_voices(tmp_path, 3)
    with pytest.raises(SettingError, match="already holds 1 other files"):
        write_voices(tmp_path, 2)


def test_other_classes_can_be_asked_for(tmp_path):
    table = write_voices(tmp_path, 3, labels=("fear", "calm", "neutral"))
    assert set(table["label"]) == {"fear", "calm", "neutral"}
    assert (table.filter(pl.col("label") == "neutral")["intensity"] == 0).all()


def test_the_source_is_known_by_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(voices, "write_voices", lambda folder, *_, **__: folder.mkdir(parents=True))
    assert samples.draw_sample("sample:voices").is_dir()


def test_folder_of_voices(tmp_path):
    assert samples.synthesise(tmp_path / "new", samples=1) == tmp_path / "new"
    assert len(pl.read_csv(tmp_path / "new" / "voices.csv")) == 1


def test_progress_is_told(tmp_path):
    told = []

    def progress(items, *, total, what):
        told.append((total, what))
        return items

    write_voices(tmp_path, 1, progress=progress)
    assert told == [(1, "synthesising voices")]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"samples": 0}, "at least 1"),
        ({"seed": -1}, "from 0"),
        ({"labels": ("hapy",)}, "Did you mean 'happy'"),
        ({"labels": ()}, "at least one"),
        ({"labels": ("sad", "sad")}, "each once"),
    ],
)
def test_bad_arguments_are_answered_in_words(tmp_path, arguments, says):
    with pytest.raises(MienError, match=says):
        write_voices(tmp_path / "x", **arguments)
    assert not (tmp_path / "x").exists()


def test_bad_parameters_are_answered_in_words():
    with pytest.raises(SettingError, match="0 to 1"):
        sample_parameters(0, 0, "sad", intensity=1.5)
    with pytest.raises(SettingError, match="from 0"):
        sample_parameters(0, -1, "sad")
