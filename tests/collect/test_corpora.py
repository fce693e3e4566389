"""Published sets of voices: speaker, emotion and what else their files' names say, in the layouts they come in."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import soundfile
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mien import collect
from mien.collect._expressions import meaning
from mien.collect._file_names import ENOUGH, FEWEST, parse_names, read_names
from mien.collect._name_schemes import SCHEMES
from mien.core.types import Manifest

from .conftest import refused, scan_both, write

WORDS = ("neutral", "calm", "happy", "sad", "angry", "fear", "disgust", "surprise")
BIG_SIX = {"angry", "disgust", "fear", "happy", "neutral", "sad", "surprise"}
FOUR = {"angry", "happy", "neutral", "sad"}

Make = Callable[..., Path]


@pytest.fixture(scope="module")
def clips() -> Iterator[bytes]:
    """Tiny clips, each unlike the others."""
    return (_wav(number) for number in itertools.count(1))


def _wav(number: int) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, np.linspace(0, number / 1e4, 64, dtype=np.float32), 16_000, format="WAV", subtype="PCM_16")
    return file.getvalue()


@pytest.fixture
def lay(make, clips) -> Make:
    """Lay clips under some names into a folder, beside notes."""

    def fill(*names: str, notes: tuple[str, ...] = (), **options: object) -> Path:
        texts: dict[str, str | bytes] = {name: next(clips) for name in names}
        return make(texts=texts | dict.fromkeys(notes, "notes"), **options)

    return fill


def rows(manifest: Manifest) -> dict[str, dict[str, str]]:
    """Give a manifest's rows by the files' names."""
    return {row["id"].rpartition("/")[2]: row for row in manifest.frame.iter_rows(named=True)}


RAVDESS = [f"03-01-{code:02}-01-02-01-{actor:02}" for actor in (1, 12, 24) for code in range(1, 9)]
EMO_DB = [f"{who}{text}{letter}a" for who in ("03", "08", "16") for text in ("a01", "b10") for letter in "WLEAFTN"]
CREMA_D = [f"{who}_DFA_{code}_XX" for who in (1001, 1002, 1091) for code in ("ANG", "DIS", "FEA", "HAP", "NEU", "SAD")]
SPOKEN = ("angry", "disgust", "fear", "happy", "neutral", "sad", "ps")
TESS = [(who, f"{who}_{word}_{code}") for who in ("OAF", "YAF") for word in ("back", "bar") for code in SPOKEN]
TESS_FOLDERS = {"ps": "pleasant_surprise", "fear": "Fear"}
SAVEE = [
    (who, f"{code}{number:02}")
    for who in ("DC", "JE", "JK", "KL")
    for code in ("a", "d", "f", "h", "n", "sa", "su")
    for number in (1, 15)
]
ESD = [
    (f"{who:04}", word, f"{who:04}_{350 * place + 1:06}")
    for who in (1, 10, 11, 20)
    for place, word in enumerate(("Neutral", "Angry", "Happy", "Sad", "Surprise"))
]
JL_WORDS = {"angry", "sad", "neutral", "happy", "excited", "anxious", "apologetic", "assertive", "concerned"}
JL = [
    f"{who}_{word}_{sentence}_{take}"
    for who in ("female1", "female2", "male1", "male2")
    for word in sorted({*JL_WORDS, "encouraging"})
    for sentence, take in (("10a", 1), ("3b", 2))
]
EMOVO = [
    (who, f"{code}-{who}-{text}")
    for who in ("f1", "f2", "m3")
    for code in ("rab", "dis", "tri", "pau", "gio", "sor", "neu")
    for text in ("b1", "n5")
]
URDU = [
    (word, f"{who}_F{file}_{word[0]}{file:03}")
    for who in ("SM1", "SM27", "SF3")
    for word in ("Angry", "Happy", "Neutral", "Sad")
    for file in (1, 10)
]
NEMO_WORDS = ("anger", "fear", "happiness", "neutral", "sadness", "surprised")
NEMO = [f"{who}_{word}_{text}" for who in ("EB0", "MK0", "WR0") for word in NEMO_WORDS for text in (1, 21)]

# Data set, layout, files, speakers, labels, and what some file says
LAYOUTS = [
    ("RAVDESS", "as published", [f"Actor_{name[-2:]}/{name}.wav" for name in RAVDESS], {"01", "12", "24"}, set(WORDS), {
        "03-01-06-01-02-01-12.wav": {"label": "fear", "sex": "female", "intensity": "normal", "language": "English"},
        "03-01-01-01-02-01-01.wav": {"label": "neutral", "sex": "male", "channel": "speech", "statement": "02"},
    }),
    ("RAVDESS", "flat", [f"actor{name[-2:]}_{name}.flac" for name in RAVDESS], {"01", "12", "24"}, set(WORDS), {
        "actor24_03-01-08-01-02-01-24.flac": {"label": "surprise", "sex": "female"},
    }),
    ("EMO-DB", "as published", [f"emodb/wav/{name}.wav" for name in EMO_DB], {"03", "08", "16"},
     BIG_SIX - {"surprise"} | {"boredom"}, {
        "03a01Fa.wav": {"label": "happy", "sex": "male", "language": "German", "statement": "a01", "version": "a"},
        "08b10Wa.wav": {"label": "angry", "sex": "female"}, "16a01La.wav": {"label": "boredom", "sex": "female"},
        "03a01Ea.wav": {"label": "disgust"}, "03a01Aa.wav": {"label": "fear"}, "03a01Ta.wav": {"label": "sad"},
        "03a01Na.wav": {"label": "neutral"},
    }),
    ("CREMA-D", "as published", [f"AudioWAV/{name}.wav" for name in CREMA_D], {"1001", "1002", "1091"},
     BIG_SIX - {"surprise"}, {"1001_DFA_ANG_XX.wav": {"label": "angry", "statement": "DFA", "language": "English"}}),
    ("TESS", "as published",
     [f"TESS/{who}_{TESS_FOLDERS.get(name.rpartition('_')[2], name.rpartition('_')[2])}/{name}.wav"
      for who, name in TESS], {"OAF", "YAF"}, BIG_SIX, {
        "OAF_back_angry.wav": {"label": "angry", "sex": "female", "statement": "back"},
        "YAF_bar_ps.wav": {"label": "surprise"}, "OAF_bar_fear.wav": {"label": "fear"},
    }),
    ("TESS", "flat, with the name that lacks a letter", [f"{name}.wav" for _, name in TESS] + ["OA_bite_neutral.wav"],
     {"OAF", "YAF"}, BIG_SIX, {"OA_bite_neutral.wav": {"label": "neutral", "person": "TESS OAF"}}),
    ("SAVEE", "as published", [f"AudioData/{who}/{name}.wav" for who, name in SAVEE], {"DC", "JE", "JK", "KL"},
     BIG_SIX, {}),
    ("SAVEE", "flat", [f"ALL/{who}_{name}.wav" for who, name in SAVEE], {"DC", "JE", "JK", "KL"}, BIG_SIX, {
        "DC_a01.wav": {"label": "angry", "sex": "male"}, "KL_sa15.wav": {"label": "sad"},
        "JK_su01.wav": {"label": "surprise"}, "JE_n15.wav": {"label": "neutral"}, "DC_d01.wav": {"label": "disgust"},
        "DC_f01.wav": {"label": "fear"}, "DC_h01.wav": {"label": "happy"},
    }),
    ("ESD", "as published", [f"ESD/{who}/{word}/{name}.wav" for who, word, name in ESD],
     {"0001", "0010", "0011", "0020"}, FOUR | {"surprise"}, {
        "0001_000351.wav": {"label": "angry", "sex": "female", "language": "Mandarin"},
        "0020_001401.wav": {"label": "surprise", "sex": "male", "language": "English"},
    }),
    ("ESD", "in its earlier form, with its split",
     [f"{who}/{word}/{part}/{name}.wav" for (who, word, name), part in zip(ESD, itertools.cycle(
         ("train", "test", "evaluation")), strict=False)],
     {"0001", "0010", "0011", "0020"}, FOUR | {"surprise"}, {"0011_000001.wav": {"label": "neutral"}}),
    ("JL", "as published", [f"Raw JL corpus/JL(wav+txt)/{name}.wav" for name in JL],
     {"female1", "female2", "male1", "male2"}, {*JL_WORDS, "encouraging"}, {
        "female1_angry_10a_1.wav": {"label": "angry", "sex": "female", "statement": "10"},
        "male2_excited_3b_2.wav": {"label": "excited", "sex": "male", "statement": "3"},
    }),
    ("EMOVO", "as published", [f"EMOVO/{who}/{name}.wav" for who, name in EMOVO], {"f1", "f2", "m3"}, BIG_SIX, {
        "dis-f1-b1.wav": {"label": "disgust", "sex": "female", "language": "Italian", "statement": "b1"},
        "rab-m3-n5.wav": {"label": "angry", "sex": "male"}, "tri-f2-b1.wav": {"label": "sad"},
        "pau-f2-b1.wav": {"label": "fear"}, "gio-f2-b1.wav": {"label": "happy"}, "sor-f2-b1.wav": {"label": "surprise"},
        "neu-f2-b1.wav": {"label": "neutral"},
    }),
    ("URDU", "as published", [f"{word}/{name}.wav" for word, name in URDU], {"SM1", "SM27", "SF3"}, FOUR, {
        "SM1_F1_A001.wav": {"label": "angry", "sex": "male", "language": "Urdu"},
        "SF3_F10_S010.wav": {"label": "sad", "sex": "female"},
    }),
    ("URDU", "flat", [f"{name}.wav" for _, name in URDU], {"SM1", "SM27", "SF3"}, FOUR, {
        "SM27_F1_H001.wav": {"label": "happy"}, "SM27_F1_N001.wav": {"label": "neutral"},
    }),
    ("nEMO", "as published", [f"samples/{name}.wav" for name in NEMO], {"EB0", "MK0", "WR0"}, BIG_SIX - {"disgust"}, {
        "EB0_anger_1.wav": {"label": "angry", "statement": "1", "language": "Polish"},
        "MK0_surprised_21.wav": {"label": "surprise"}, "WR0_sadness_1.wav": {"label": "sad"},
        "WR0_happiness_1.wav": {"label": "happy"}, "WR0_fear_1.wav": {"label": "fear"},
    }),
]  # fmt: skip


@pytest.mark.parametrize(
    ("corpus", "form", "names", "speakers", "labels", "some"), LAYOUTS, ids=[" ".join(row[:2]) for row in LAYOUTS]
)
def test_a_published_layout_gives_speakers_and_emotions(corpus, form, names, speakers, labels, some, lay):
    manifest = scan_both(lay(*names, notes=("readme.txt",)))
    assert manifest.kind == "sound"
    assert len(manifest) == len(names)
    assert set(manifest.labels) == labels
    found = set(manifest.frame["person"])
    assert found == {f"{corpus} {who}" for who in speakers}  # others number theirs alike
    assert manifest.notes == (f"{corpus} names: {len(found)} speakers, {len(labels)} emotions.",)
    assert set(manifest.frame["split"]) == {None}  # a split that shares its speakers is none
    by_name = rows(manifest)
    for name, columns in some.items():
        assert {column: by_name[name][column] for column in columns} == columns, name


def test_savee_by_folders_reads_the_folder_and_the_letters(lay):
    manifest = collect.scan(lay(*(f"AudioData/{who}/{name}.wav" for who, name in SAVEE)))
    found = {row["id"]: (row["person"], row["label"]) for row in manifest.frame.iter_rows(named=True)}
    assert found["AudioData/DC/sa01.wav"] == ("SAVEE DC", "sad")
    assert found["AudioData/KL/a15.wav"] == ("SAVEE KL", "angry")


def test_esd_with_its_transcripts_is_read_alike(lay):
    names = [f"{who}/{word}/{name}.wav" for who, word, name in ESD]
    manifest = collect.scan(lay(*names, notes=tuple(f"{who}/{who}.txt" for who, *_ in ESD)))
    assert set(manifest.labels) == FOUR | {"surprise"}
    assert set(manifest.frame["person"]) == {f"ESD {who}" for who in ("0001", "0010", "0011", "0020")}


def test_a_folder_of_five_files_is_not_turned_into_something_else(lay):
    names = [f"{name}.wav" for name in RAVDESS[6:11]]
    assert len(names) < FEWEST
    said = refused(lay(*names))
    assert "holds 5 files but no class folders" in said
    assert "RAVDESS names: 2 speakers, 5 emotions. They give no labels below 6 files" in said


def test_one_voice_is_enough_for_codes_that_are_no_chance_and_for_no_others(lay, tmp_path):
    one = [f"{name}.wav" for name in RAVDESS if name.endswith("12")]
    assert collect.scan(lay(*one)).notes == ("RAVDESS names: 1 speaker, 8 emotions.",)
    again = [f"{name}.wav" for name in EMO_DB if name.startswith("03")]
    assert "no class folders" in refused(lay(*again, folder=tmp_path / "one"))


def test_nearly_all_files_have_to_follow(lay, tmp_path):
    names = [f"{name}.wav" for name in EMO_DB]
    few, many = int(len(names) / ENOUGH) - len(names), len(names) // 10
    strays = [f"mine {number}.wav" for number in range(many)]
    manifest = collect.scan(lay(*names, *strays[:few]))
    assert manifest.notes == ("EMO-DB names (42 of 44 files): 3 speakers, 7 emotions.",)
    assert len(manifest) == len(names)
    assert [(one.what, one.count) for one in manifest.skipped] == [("clips of which nothing is said", few)]
    said = refused(lay(*names, *strays, folder=tmp_path / "strays"))
    assert "42 of 46 files are called as EMO-DB calls them, fewer than 95%: persons are not taken from" in said


def test_class_folders_that_hold_too_few_such_names_say_so(lay):
    names = [f"{('happy', 'sad')[number % 2]}/{name}.wav" for number, name in enumerate(EMO_DB)]
    manifest = collect.scan(lay(*names, *(f"happy/{number}.wav" for number in range(10))))
    assert manifest.frame["person"].null_count() == len(manifest)
    assert manifest.notes == (
        "42 of 52 files are called as EMO-DB calls them, fewer than 95%: persons are not taken from their names.",
    )


def test_names_of_other_people_are_left_alone(lay):
    manifest = collect.scan(lay(*(f"{label}/take {n}.wav" for label in ("happy", "sad") for n in range(9))))
    assert manifest.notes == ()
    assert manifest.frame["person"].null_count() == len(manifest)


def test_frames_of_videos_are_no_esd(make):
    manifest = collect.scan(make(*(f"{word}/{who}_{352:06}.png" for who in ("0001", "0002") for word in BIG_SIX)))
    assert manifest.notes == ()
    assert manifest.frame["person"].null_count() == len(manifest)


def test_folders_win_over_names_and_what_contradicts_them_is_said(lay):
    """Anger in the folder of fear stays fear; a folder that is called otherwise contradicts nothing."""
    code = {word: f"{number:02}" for number, word in enumerate(WORDS, start=1)}
    names = [
        f"{word}/03-01-{code[word]}-01-0{text}-01-{who:02}.wav"
        for word in ("angry", "fear", "neutral")
        for who in (1, 2)
        for text in (1, 2)
    ]
    wrong = [f"fear/03-01-05-02-01-01-{who:02}.wav" for who in (1, 2, 3, 4)] + ["neutral/03-01-02-01-01-01-01.wav"]
    manifest = scan_both(lay(*names, *wrong))
    assert rows(manifest)["03-01-05-02-01-01-03.wav"]["label"] == "fear"
    assert manifest.notes == (
        "RAVDESS names: 4 speakers, 4 emotions.",
        f"4 clips of the class 'fear' are angry by name, and stay 'fear': {', '.join(wrong[:3])}, and others.",
        "1 clip of the class 'neutral' is calm by name, and stays 'neutral': neutral/03-01-02-01-01-01-01.wav.",
    )


def test_folders_that_sort_by_emotion_are_classes_whatever_they_are_called(lay):
    good = {"01", "02", "03", "08"}
    names = [f"{'gut' if name[6:8] in good else 'schlecht'}/{name}.wav" for name in RAVDESS]
    manifest = collect.scan(lay(*names))
    assert manifest.labels == ("gut", "schlecht")
    assert manifest.notes == ("RAVDESS names: 3 speakers, 8 emotions.",)
    assert set(manifest.frame["person"]) == {f"RAVDESS {who}" for who in ("01", "12", "24")}


def test_what_a_word_of_ones_own_means_is_told_by_most_of_its_files(lay):
    names = [f"froh/03-01-03-01-01-01-{who:02}.wav" for who in range(1, 13)]
    names += [f"traurig/03-01-04-01-01-01-{who:02}.wav" for who in range(1, 13)] + ["froh/03-01-04-02-01-01-24.wav"]
    manifest = collect.scan(lay(*names))
    assert manifest.labels == ("froh", "traurig")
    assert manifest.notes[1:] == (
        "1 clip of the class 'froh' is sad by name, and stays 'froh': froh/03-01-04-02-01-01-24.wav.",
    )


def test_of_many_contradictions_the_first_are_spelled_out(lay):
    names = [f"{('happy', 'sad')[number % 2]}/{name}.wav" for number, name in enumerate(RAVDESS)]
    notes = collect.scan(lay(*names)).notes
    assert len(notes) == 5
    assert notes[4] == "So do 9 clips of other classes and names."


MIXED = [*(f"actor{name[-2:]}_{name}.flac" for name in RAVDESS), *(f"{name}.flac" for name in NEMO)]


@pytest.mark.parametrize("form", ["side by side", "in one folder"])
def test_two_corpora_keep_their_speakers_apart(form, lay):
    corpus = {name: "nemo" if name[0].isupper() else "ravdess" for name in MIXED}
    names = [f"{corpus[name]}/{name}" if form == "side by side" else name for name in MIXED]
    manifest = scan_both(lay(*names))
    persons = {f"RAVDESS {who}" for who in ("01", "12", "24")} | {f"nEMO {who}" for who in ("EB0", "MK0", "WR0")}
    assert set(manifest.frame["person"]) == persons
    assert set(manifest.labels) == set(WORDS)
    assert dict(manifest.frame["corpus"].value_counts().iter_rows()) == {"RAVDESS": 24, "nEMO": 36}
    assert set(manifest.frame["language"]) == {"English", "Polish"}
    assert manifest.notes == (
        "RAVDESS names (24 of 60 files): 3 speakers, 8 emotions.",
        "nEMO names (36 of 60 files): 3 speakers, 6 emotions.",
    )


def test_two_corpora_that_number_their_actors_alike_have_no_actor_in_common(lay):
    names = [f"Actor_{name[-2:]}/{name}.wav" for name in RAVDESS]
    manifest = collect.scan(lay(*names, *(f"emodb/{name}.wav" for name in EMO_DB)))
    found = manifest.frame.group_by("person").agg("corpus")
    assert found.height == 6
    assert all(len(set(one)) == 1 for one in found["corpus"])


def test_actor_folders_that_two_corpora_share_are_two_people(lay):
    names = [
        f"{word}/Actor_{who}/{name}.wav"
        for word, number, letter in (("happy", "03", "F"), ("sad", "04", "T"))
        for who in ("03", "08")
        for text in ("01", "02")
        for name in (f"03-01-{number}-01-{text}-01-{who}", f"{who}a{text}{letter}a")
    ]
    manifest = collect.scan(lay(*names))
    assert set(manifest.frame["person"]) == {"RAVDESS 03", "RAVDESS 08", "EMO-DB 03", "EMO-DB 08"}


def test_two_words_for_one_expression_are_said(lay):
    words = {"happiness": "happy", "anger": "angry"}
    nemo = [f"{word}/{who}_{word}_1.wav" for who in ("EB0", "KS0", "WR0") for word in words]
    ravdess = [
        f"{word}/03-01-{code}-01-01-01-{who:02}.wav"
        for who in (1, 2, 3)
        for word, code in (("happy", "03"), ("angry", "05"))
    ]
    manifest = collect.scan(lay(*nemo, *ravdess))
    assert manifest.labels == ("anger", "angry", "happiness", "happy")
    assert manifest.notes[2:] == (
        "The classes 'anger' and 'angry' stand for one expression, angry: give them one name.",
        "The classes 'happiness' and 'happy' stand for one expression, happy: give them one name.",
    )


def test_a_table_of_such_names_knows_the_speakers_too(lay):
    root = lay(*(f"wav/{name}.wav" for name in EMO_DB))
    lines = "".join(f"wav/{name}.wav,{'calm' if name[5] == 'N' else 'aroused'}\n" for name in EMO_DB)
    manifest = collect.scan(write(root, f"path,label\n{lines}"))
    assert manifest.labels == ("aroused", "calm")
    assert set(manifest.frame["person"]) == {"EMO-DB 03", "EMO-DB 08", "EMO-DB 16"}
    own = "".join(f"wav/{name}.wav,{name[5]},{name[1:2].strip('0')}\n" for name in EMO_DB)
    manifest = collect.scan(write(root, f"path,label,speaker\n{own.replace(',3', ',')}", "own.csv"))
    assert set(manifest.frame["person"]) == {None, "8", "6"}  # what the table says counts, also where it is silent
    assert manifest.notes == ()


def test_notes_travel_with_the_manifest(lay, tmp_path):
    manifest = collect.scan(lay(*(f"{name}.wav" for name in EMO_DB)))
    assert manifest.with_labels(["happy", "sad"]).notes == manifest.notes
    again = collect.scan(manifest.save(tmp_path / "m.parquet"))
    assert again.notes == manifest.notes
    assert manifest.remarks == (*manifest.notes, "Persons: 3 named.")


def _code(scheme):
    """What `scheme` may call a file, up to a corpus' own limits."""
    return st.from_regex(scheme.pattern, fullmatch=True, alphabet=st.characters(codec="ascii", exclude_characters="\n"))


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
@settings(max_examples=25)
@given(data=st.data())
def test_each_name_that_a_scheme_allows_is_read_back(scheme, data):
    """Its label is a word that Mien has for the code in it, and no code of another group slips in."""
    name = data.draw(_code(scheme))
    row = parse_names(series([f"a/{name}.wav"]), scheme.name).row(0, named=True)
    assert row["person"]
    for column, codes in {**scheme.codes, **scheme.of_person}.items():
        assert row[column] in {*codes.values(), None}
    if "label" in scheme.codes:
        assert row["label"] in scheme.codes["label"].values()
        codes = [code for code, word in scheme.codes["label"].items() if word == row["label"]]
        assert any(code in name or (scheme.upper and code in name.upper()) for code in codes)


@given(st.lists(st.text(max_size=30), min_size=1, max_size=12), st.sampled_from(["sound", "picture"]))
@example(["03-01-06-01-02-01-12.wav"] * 6, "sound")
@example(["0001/Angry/0001_000351.wav", "\x00/\n.wav", "/", ".", ""], "sound")
def test_any_name_gives_an_answer(names, kind):
    found = read_names(series(names), kind)
    if found is not None and found.frame is not None:
        assert found.frame.height == len(names)
        assert found.said
    for scheme in SCHEMES:
        assert parse_names(series(names), scheme.name).height == len(names)


def test_every_label_is_a_word_that_collect_knows():
    own = {"excited", "apologetic", "assertive", "concerned", "encouraging"}  # of the JL corpus, as they stand there
    words = {word for scheme in SCHEMES for word in scheme.codes.get("label", {}).values()} - own
    assert all(meaning(word) == word for word in words)


def series(names):
    return pl.Series(names, dtype=pl.String)
