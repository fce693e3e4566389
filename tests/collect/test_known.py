"""Published data sets in the layout in which they are published, on tiny trees."""

from __future__ import annotations

import io

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import collect
from mien.collect._known_layouts import _scalar

from .conftest import PARTS, fer2013, picture, refused, scan_both, scanned, skipped, split_counts

SEVEN = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
VOTES = ("neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "nf")


def counts(manifest):
    return dict(manifest.used.frame["label"].value_counts().iter_rows())


def ferplus(rows=21):
    lines = [f"Usage,Image name,{','.join(VOTES[:-1])},NF"]
    for number in range(rows):
        votes = [0] * 10
        votes[number % 8], votes[(number + 1) % 8] = 7, 3
        lines.append(f"{PARTS[number % 3]},fer{number:07}.png,{','.join(map(str, votes))}")
    return "\n".join(lines) + "\n"


# FER2013 and FER+


@pytest.mark.parametrize("name", ["fer2013.csv", "fer2013/fer2013.csv", "icml_face_data.csv"])
def test_fer2013_as_a_table_in_a_folder_or_an_archive(name, make):
    header = "emotion, Usage, pixels" if "icml" in name else "emotion,pixels,Usage"
    texts = {
        name: fer2013(header),
        f"{name}.bib": "1",
        "train.csv": fer2013("emotion,pixels"),
        "test.csv": "pixels\n1 2\n",
    }
    manifest = scan_both(make(texts=texts))
    assert manifest.labels == SEVEN
    assert split_counts(manifest) == {"train": 7, "val": 7, "test": 7}
    assert manifest.frame["id"].to_list() == [f"row {number}" for number in range(21)]
    assert skipped(manifest)["other files"][0] == 3


@pytest.mark.parametrize(
    "text", [fer2013("emotion,pixels"), fer2013().partition("\n")[2]], ids=["train.csv", "no header"]
)
def test_fer2013_in_part(text, make):
    manifest = collect.scan(make(texts={"a.csv": text}) / "a.csv")
    assert manifest.labels == SEVEN
    assert set(manifest.frame["label"][:3]) == {"angry", "disgust", "fear"}


def test_fer2013_in_folders(make):
    names = [f"{split}/{label}/{number}.jpg" for split in ("train", "test") for label in SEVEN for number in range(2)]
    manifest = scan_both(make(*names))
    assert manifest.labels == SEVEN
    assert split_counts(manifest) == {"train": 14, "test": 14}


def test_fer2013_with_contempt_is_ck_plus(make):
    text = fer2013(rows=7) + "7,1 2 3 4,Training\n"
    assert "contempt" in collect.scan(make(texts={"ckextended.csv": text}) / "ckextended.csv").labels


@pytest.mark.parametrize("given_", ["", "fer2013.csv"])
def test_votes_beside_fer2013(given_, make):
    root = make(texts={"fer2013.csv": fer2013(), "fer2013new.csv": ferplus()})
    manifest = collect.scan(root / given_) if given_ else scan_both(root)
    assert manifest.groups == tuple(f"ferplus_{vote}" for vote in VOTES)
    assert manifest.frame["ferplus_neutral"].to_list()[:3] == [7, 0, 0]
    assert manifest.frame["label"].to_list()[:3] == ["angry", "disgust", "fear"]


def test_votes_of_other_pictures_are_refused(make):
    root = make(texts={"fer2013.csv": fer2013(), "fer2013new.csv": ferplus(20)})
    assert "has 20 rows of votes, and the table beside it 21 rows" in refused(root)
    assert "has 20 rows of votes" in refused(root / "fer2013.csv")


FOLDERS = dict(zip(PARTS, ("FER2013Train", "FER2013Valid", "FER2013Test"), strict=True))


@pytest.mark.parametrize("given_", ["", "fer2013new.csv"])
def test_votes_beside_pictures(given_, make):
    names = [f"images/{FOLDERS[PARTS[number % 3]]}/fer{number:07}.png" for number in range(21)]
    root = make(*names, texts={"fer2013new.csv": ferplus() + "Training,,0,0,0,0,0,0,0,0,0,10\n"})
    manifest = collect.scan(root / given_) if given_ else scan_both(root)
    assert counts(manifest)["happy"] == 3
    assert set(manifest.labels) == {*SEVEN, "contempt"}
    assert split_counts(manifest.used) == {"train": 7, "val": 7, "test": 7}
    assert manifest.frame["aside"].drop_nulls().to_list() == ["no label"]
    assert "ferplus_nf" in manifest.groups


def test_votes_as_the_program_of_fer_plus_writes_them(make):
    names = [f"data/{FOLDERS[PARTS[number % 3]]}/fer{number:07}.png" for number in range(21)]
    lines = ferplus().splitlines()[1:]
    texts = {}
    for part, folder in FOLDERS.items():
        rows = [line.split(",", 2)[1:] for line in lines if line.startswith(part)]
        texts[f"data/{folder}/label.csv"] = "".join(f'{name},"(0, 0, 48, 48)",{votes}\n' for name, votes in rows)
    manifest = scan_both(make(*names, texts=texts))
    assert set(manifest.labels) == {*SEVEN, "contempt"}
    assert split_counts(manifest) == {"train": 7, "val": 7, "test": 7}
    assert manifest.skipped == ()


def test_votes_beside_class_folders(make):
    names = [f"{'happy' if number % 2 else 'sad'}/fer{number:07}.png" for number in range(6)]
    manifest = scan_both(make(*names, texts={"fer2013new.csv": ferplus()}))
    assert manifest.labels == ("happy", "sad")
    assert manifest.frame["ferplus_neutral"].to_list() == [0, 0, 0, 7, 0, 0]
    assert manifest.skipped == ()


def test_votes_beside_a_label_ride_along(make):
    root = make("a.png", "b.png")
    head = "path,label," + ",".join(f"ferplus_{vote}" for vote in VOTES) + "\n"
    (root / "t.csv").write_text(head + "a.png,happy,9,1,0,0,0,0,0,0,0,0\nb.png,sad,0,0,5,5,0,0,0,0,0,0\n")
    manifest = collect.scan(root / "t.csv")
    assert manifest.frame["label"].to_list() == ["happy", "sad"]
    assert manifest.frame["ferplus_neutral"].to_list() == [9, 0]
    assert manifest.omissions == ""


def test_a_tie_is_no_label(make):
    root = make("a.png", "b.png", "c.png", "d.png")
    head = "Image name," + ",".join(VOTES) + "\n"
    rows = [
        "a.png,5,5,0,0,0,0,0,0,0,0",
        "b.png,0,0,0,0,0,0,0,0,0,0",
        "c.png,0,0,0,9,0,0,0,0,0,0",
        "d.png,9,0,0,0,0,0,0,0,0,0",
    ]
    (root / "v.csv").write_text(head + "\n".join(rows))
    frame = collect.scan(root / "v.csv").frame
    assert frame["label"].to_list() == [None, None, "sad", "neutral"]
    assert frame["aside"].to_list() == ["more than one label", "no label", None, None]


# RAF-DB

RAF = ("surprise", "fear", "disgust", "happy", "sad", "angry", "neutral")


def raf_names(count=14):
    return [f"{'train' if number <= 8 else 'test'}_{number:05}" for number in range(1, count + 1)]


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("given_", ["", "basic/EmoLabel/list_patition_label.txt"])
def test_raf_db(both, given_, make):
    pictures = [f"basic/Image/aligned/{name}_aligned.jpg" for name in raf_names()]
    pictures += [f"basic/Image/original/{name}.jpg" for name in raf_names()] if both else []
    listed = "".join(f"{name}.jpg {number % 7 + 1}\n" for number, name in enumerate(raf_names()))
    root = make(*pictures, texts={"basic/EmoLabel/list_patition_label.txt": listed})
    manifest = collect.scan(root / given_) if given_ else scan_both(root)
    frame = manifest.frame
    listing = dict(zip(raf_names(), [*RAF, *RAF], strict=True))
    found = frame.select(pl.col("path").str.extract(r"((?:train|test)_\d+)"), "label")
    assert dict(found.iter_rows()) == listing
    assert split_counts(manifest) == {"train": 8, "test": 6}
    assert all(path.endswith("_aligned.jpg") for path in frame["path"])
    if both and not given_:
        assert skipped(manifest)["pictures of which nothing is said"][0] == 14


@pytest.mark.parametrize("given_", ["", "train_labels.csv"])
def test_raf_db_of_kaggle(given_, make):
    rows = {name: number % 7 + 1 for number, name in enumerate(raf_names())}
    pictures = [f"DATASET/{name.split('_')[0]}/{number}/{name}_aligned.jpg" for name, number in rows.items()]
    tables = {
        f"{split}_labels.csv": "image,label\n"
        + "".join(f"{name}_aligned.jpg,{number}\n" for name, number in rows.items() if name.startswith(split))
        for split in ("train", "test")
    }
    root = make(*pictures, texts=tables)
    manifest = collect.scan(root / given_) if given_ else scan_both(root)
    assert set(manifest.labels) == set(RAF)
    assert split_counts(manifest) == ({"train": 8} if given_ else {"train": 8, "test": 6})
    by_name = dict(manifest.frame.select(pl.col("id").str.extract(r"((?:train|test)_\d+)"), "label").iter_rows())
    assert all(by_name[name] == RAF[number - 1] for name, number in rows.items() if name in by_name)


# AffectNet

AFFECT = ("neutral", "happy", "sad", "surprise", "fear", "disgust", "angry", "contempt")
HEADER = "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal\n"
ROWS = "".join(f"{n % 3 + 1}/{n:03}.jpg,1,1,9,9,{';'.join(['1.5'] * 136)},{n % 11},0.1,-0.2\n" for n in range(22))


@pytest.mark.parametrize("header", [HEADER, ""])
@pytest.mark.parametrize("given_", ["", "lists/training.csv"])
def test_affectnet_s_table(header, given_, make):
    names = [f"Manually_Annotated_Images/{number % 3 + 1}/{number:03}.jpg" for number in range(22)]
    root = make(*names, texts={"lists/training.csv": header + ROWS})
    manifest = collect.scan(root / given_) if given_ else scan_both(root)
    assert counts(manifest) == dict.fromkeys(AFFECT, 2)
    assert manifest.omissions == "Set aside: no label (6)."  # none of them, uncertain, no face
    assert manifest.frame["valence"].to_list() == [0.1] * 22


@pytest.mark.parametrize(
    "change", [(b"}", b"("), (b"'", b"\\"), (b"(),", b"(9,"), (b"NUMPY\1", b"NUMPY\3"), (b"<U1", b"O  ")]
)
def test_a_damaged_array_is_no_label(change):
    """Found by bench/table_flips.py: NumPy reads the header with Python's own tokenizer."""
    file = io.BytesIO()
    np.save(file, np.array("7"))
    assert _scalar(file.getvalue()) == "7"
    assert _scalar(file.getvalue().replace(*change)) is None


def test_affectnet_s_arrays(make):
    def array(value):
        file = io.BytesIO()
        np.save(file, np.array(value))
        return file.getvalue()

    names = [f"{split}/images/{number}.jpg" for split in ("train_set", "val_set") for number in range(9)]
    texts = {}
    for name in names:
        stem = name.replace("images", "annotations").removesuffix(".jpg")
        number = int(stem.rpartition("/")[2])
        texts |= {f"{stem}_exp.npy": array(str(number)), f"{stem}_val.npy": array(0.5)}
    texts["val_set/annotations/7_exp.npy"] = b"\x93NUMPY damaged"
    manifest = scan_both(make(*names, texts=texts))
    assert counts(manifest) == {**dict.fromkeys(AFFECT, 2), "contempt": 1}
    assert manifest.omissions.endswith("Set aside: no label (3).")
    assert split_counts(manifest) == {"train": 9, "val": 9}


@pytest.mark.parametrize("wrapper", ["AffectNet", "data/affect-net 8"])
def test_affectnet_s_folders_of_numbers(wrapper, make):
    names = [f"{wrapper}/{split}/{number}/a.jpg" for split in ("train", "val", "test") for number in range(8)]
    manifest = scan_both(make(*names))
    assert counts(manifest) == dict.fromkeys(AFFECT, 3)
    assert manifest.frame.filter(pl.col("id") == "train/1/a.jpg")["label"].to_list() == ["happy"]


def test_numbers_stay_numbers_where_nothing_says_what_they_are(make):
    names = [f"{split}/{number}/a.jpg" for split in ("train", "val") for number in range(8)]
    assert scan_both(make(*names)).labels == tuple("01234567")


YAML = [
    "train: ../train/images\nnc: 2\nnames: ['Anger', \"Happy\"]\n",
    "names:\n  0: Anger\n  1: 'Happy' # the mouth\nroboflow:\n  x: 1\n",
    "names:\n- Anger\n- Happy\n",
    "names: {0: Anger, 1: Happy}\n",
]


@pytest.mark.parametrize("yaml", YAML)
@pytest.mark.parametrize("form", ["{split}/{kind}/f{number}", "{kind}/{split}/f{number}", "Y/{split}/{kind}/f{number}"])
def test_boxes_in_the_form_of_yolo(yaml, form, make):
    names, texts = [], {"data.yaml": yaml}
    for split in ("train", "valid", "test"):
        for number in range(5):
            names.append(form.format(split=split, kind="images", number=number) + ".png")
            boxes = ["0 .5 .5 .9 .9\n", "1 .5 .5 .9 .9\n1 .1 .1 .1 .1\n", "", "0 .5 .5 .9 .9\n1 .5 .5 .9 .9\n"]
            if number < 4:
                texts[form.format(split=split, kind="labels", number=number) + ".txt"] = boxes[number]
    manifest = scan_both(make(*names, texts=texts))
    assert counts(manifest) == {"Anger": 3, "Happy": 3}
    assert split_counts(manifest) == {"train": 5, "val": 5, "test": 5}
    assert manifest.omissions == "Set aside: no label (6); more than one label (3)."


pieces = st.sampled_from(
    [
        "Emotion/S005/001/S005_001_00000003_emotion.txt",
        "S005/001/S005_001_00000003.png",
        "images/1.jpg",
        "labels/1.txt",
        "annotations/1_exp.npy",
        "data.yaml",
        "classes.txt",
        "fer2013new.csv",
        "fer2013.csv",
        "list_patition_label.txt",
        "train_00001.jpg",
        "1/train_00001_aligned.jpg",
        "2/test_00002_aligned.jpg",
        "label.csv",
        "metadata.jsonl",
        "x.png",
    ]
)
bodies = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(
        [b"3.0\n", b"nan", b"0 1 1 1 1\n", b"names: [a, b]", b"names:\n- a\n- b\n", ferplus(2).encode(), b"inf"]
    ),
    st.sampled_from(
        [fer2013(rows=2, side=2).encode(), b"train_00001.jpg 5\n", b'{"file_name": "x.png", "label": 1}', b"1e400"]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(pieces, bodies, min_size=1, max_size=8))
def test_any_pieces_of_known_data_sets(tmp_path_factory, texts):
    """Whatever their files hold: a manifest, or a sentence."""
    root = tmp_path_factory.mktemp("known")
    for number, (name, body) in enumerate(texts.items()):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(picture(number) if name.endswith(("png", "jpg")) else body)
    manifest = scanned(root)
    assert manifest is None or len(manifest.labels) >= 2
