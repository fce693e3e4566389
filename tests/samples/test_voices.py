"""The synthesised voices: same seed same samples, pitch and formants as wanted, a table that tells the truth."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter

import numpy as np
import polars as pl
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import samples
from mien.core.errors import MienError, SettingError
from mien.samples import faces, voices
from mien.samples.voices import CUES, EMOTIONS, LABELS, SENTENCES, sample_parameters, synthesise, write_voices
from mien.samples.voices._consonants import CONSONANTS
from mien.samples.voices._noise import NOISES as BACKGROUNDS
from mien.samples.voices._plan import clip
from mien.samples.voices._sentences import syllables
from mien.samples.voices._speaker import sample_speaker
from mien.samples.voices._vowels import DIPHTHONGS, TABLE

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
    rows = [clip(index, seed=0, labels=LABELS).row() for index in range(36)]
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
