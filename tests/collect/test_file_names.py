"""Data sets that say in each file's name who is to be seen, and what is shown."""

from __future__ import annotations

import pytest

from .conftest import refused, scan_both, skipped


def test_ck_plus(make):
    frames = [
        f"cohn-kanade-images/S00{person}/00{sequence}/S00{person}_00{sequence}_{number:08}.png"
        for person in (5, 6)
        for sequence in (1, 2)
        for number in range(1, 12 if sequence == 1 else 5)
    ]
    texts = {
        "Emotion/S005/001/S005_001_00000011_emotion.txt": "   3.0000000e+00\n",
        "Emotion/S006/002/S006_002_00000004_emotion.txt": "   5.0000000e+00\n",
        "Landmarks/S005/001/S005_001_00000001_landmarks.txt": "1 2",
    }
    manifest = scan_both(make(*frames, texts=texts))
    used = manifest.used.frame
    assert dict(used["label"].value_counts().iter_rows()) == {
        "disgust": 3,
        "happy": 2,
    }  # of a short sequence, its later half
    assert used["id"][0].endswith("S005_001_00000009.png")
    assert set(used["person"]) == {"S005", "S006"}
    assert set(used["sequence"]) == {"S005_001", "S006_002"}
    assert manifest.omissions == (
        "Passed over: other files (1: Landmarks/S005/001/S005_001_00000001_landmarks.txt). "
        "Set aside: no label (15); before the peak of its expression (10)."
    )


def test_ck_plus_of_kaggle(make):
    names = [
        f"CK+48/{label}/S0{person}_004_000000{n}.png"
        for person in (10, 11)
        for label in ("anger", "happy")
        for n in (17, 18)
    ]
    frame = scan_both(make(*names)).frame
    assert set(frame["label"]) == {"anger", "happy"}
    assert set(frame["person"]) == {"CK+ S010", "CK+ S011"}


def test_jaffe(make):
    codes = {
        "AN": "angry",
        "DI": "disgust",
        "FE": "fear",
        "HA": "happy",
        "NE": "neutral",
        "SA": "sad",
        "SU": "surprise",
    }
    names = [f"jaffe/{person}.{code}{n}.{39 + n}.tiff" for person in ("KA", "NA") for code in codes for n in (1, 2)]
    manifest = scan_both(make(*names, texts={"jaffe/README": "1"}))
    assert set(manifest.frame["person"]) == {"JAFFE KA", "JAFFE NA"}  # NA is a woman of Kyushu, and no missing value
    assert all(row["label"] == codes[row["id"].split(".")[1][:2]] for row in manifest.frame.iter_rows(named=True))
    assert skipped(manifest) == {"other files": (1, ("jaffe/README",))}


@pytest.mark.parametrize("form", ["KDEF/{person}/{name}", "{name}", "KDEF_and_AKDEF/KDEF/{person}/{name}"])
def test_kdef(form, make):
    codes = {
        "AF": "fear",
        "AN": "angry",
        "DI": "disgust",
        "HA": "happy",
        "NE": "neutral",
        "SA": "sad",
        "SU": "surprise",
    }
    names = [
        form.format(person=f"{session}{person}", name=f"{session}{person}{code}{angle}.JPG")
        for session in "AB"
        for person in ("F01", "M01")
        for code in codes
        for angle in ("S", "FL")
    ]
    frame = scan_both(make(*names)).frame
    assert set(frame["person"]) == {"KDEF F01", "KDEF M01"}  # two sessions, one person
    assert set(frame["angle"]) == {"straight", "full left"}
    assert set(frame["session"]) == {"A", "B"}
    assert all(row["label"] == codes[row["id"].rpartition("/")[2][4:6]] for row in frame.iter_rows(named=True))


WORDS = ("neutral", "calm", "happy", "sad", "angry", "fear", "disgust", "surprise")


@pytest.mark.parametrize("ending", ["mp4", "wav", "jpg"])
@pytest.mark.parametrize(
    "form", ["Actor_{actor:02}/{name}", "{name}", "x/Video_Speech_Actor_{actor:02}/Actor_{actor:02}/{name}"]
)
def test_ravdess(form, ending, make):
    names = [
        form.format(actor=actor, name=f"01-01-{number:02}-01-02-01-{actor:02}.{ending}")
        for actor in (1, 12)
        for number in range(1, 9)
    ]
    frame = scan_both(make(*names)).frame
    assert set(frame["person"]) == {"RAVDESS 01", "RAVDESS 12"}
    assert all(row["label"] == WORDS[int(row["id"].rpartition("/")[2][6:8]) - 1] for row in frame.iter_rows(named=True))
    assert set(frame["intensity"]) == {"normal"}


def test_ravdess_in_class_folders_keeps_the_folders_words(make):
    names = [
        f"{label}/actor{actor:02}_03-01-{code}-01-02-01-{actor:02}.flac"
        for actor in (1, 2)
        for label, code in (("froh", "03"), ("traurig", "04"))
    ]
    frame = scan_both(make(*names)).frame
    assert set(frame["label"]) == {"froh", "traurig"}
    assert set(frame["person"]) == {"RAVDESS 01", "RAVDESS 02"}


def test_crema_d(make):
    names = [
        f"{actor}_DFA_{code}_{level}.flv" for actor in (1001, 1002) for code in ("ANG", "HAP") for level in ("LO", "XX")
    ]
    frame = scan_both(make(*names)).frame
    assert set(frame["label"]) == {"angry", "happy"}
    assert set(frame["intensity"]) == {"low", "unspecified"}


def test_names_that_follow_no_scheme_stay_where_they_are(make):
    root = make("KA.AN1.39.tiff", "KA.HA1.40.tiff", "x.png", "y.png")
    assert "no class folders" in refused(root)
