"""What people's folders look like: splits, wrappers, persons and notes around the classes; the same in archives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import collect
from mien.collect._expressions import expression_in, is_expression
from mien.collect._splits import canonical, parted, split_of, splits_of_folders
from mien.collect._system import is_system

from .conftest import refused, scan_both, scanned, skipped, split_counts


def classes(*folders, each=2):
    return [f"{folder}/{number}.png" for folder in folders for number in range(each)]


def around(splits, labels=("happy", "sad"), form="{split}/{label}"):
    return classes(*(form.format(split=split, label=label) for split in splits for label in labels))


SPLITS = [
    ("train_set", "val_set", "test_set"),
    ("trainset", "valset", "testset"),
    ("training_data", "validation_data", "testing_data"),
    ("Train", "Valid", "Test_Images"),
    ("01_train", "02_val", "03_test"),
    ("train", "dev", "test"),
    ("train", "eval", "test"),
    ("Training", "PublicTest", "PrivateTest"),
    ("Training", "Public_Test", "Private Test"),
    ("images_train", "images_val", "images_test"),
    ("TrainSet", "ValSet", "TestSet"),
    ("trn", "valid", "holdout"),
    ("train_48x48", "valid-v2", "Test Dataset v1.3"),
    ("my_train_small", "my_val_small", "my_test_small"),
    ("Trainingsdaten", "Validierungsdaten", "Testdaten"),
    ("entrenamiento", "validación", "prueba"),
    ("训练集", "验证集", "测试集"),
    ("学習データ", "検証データ", "テストデータ"),
]


@pytest.mark.parametrize("names", SPLITS, ids="-".join)
@pytest.mark.parametrize("form", ["{split}/{label}", "data/{split}/{label}", "a/b/{split}/{label}", "{label}/{split}"])
def test_splits_under_many_names(names, form, make):
    manifest = scan_both(make(*around(names, form=form)))
    assert manifest.labels == ("happy", "sad")
    assert split_counts(manifest) == {"train": 4, "val": 4, "test": 4}
    for name, split in zip(names, ("train", "val", "test"), strict=True):
        of = manifest.frame.filter(manifest.frame["id"].str.contains(name, literal=True))["split"]
        assert set(of) == {split}


@pytest.mark.parametrize(
    "form", ["FER2013{split}/{label}", "seg_{split}/{label}", "{label}_{split}", "{split} {label}"]
)
def test_splits_within_names(form, make):
    manifest = scan_both(make(*around(("Train", "Valid", "Test"), form=form)))
    assert manifest.labels == ("happy", "sad")
    assert split_counts(manifest) == {"train": 4, "val": 4, "test": 4}


@pytest.mark.parametrize("form", ["{split}/{split}/{label}", "{split}/images/{label}", "{split}/data/faces/{label}"])
def test_wrappers_within_splits(form, make):
    manifest = scan_both(make(*around(("train", "test"), form=form)))
    assert manifest.labels == ("happy", "sad")
    assert split_counts(manifest) == {"train": 4, "test": 4}


def test_one_class_in_one_split_is_no_wrapper(make):
    manifest = scan_both(make(*classes("train/angry", "train/happy", "train/sad", "test/happy/deep")))
    assert manifest.labels == ("angry", "happy", "sad")
    assert manifest.of("test").labels == ("happy",)


def test_a_split_that_is_called_otherwise_alone(make):
    assert split_counts(collect.scan(make(*around(("train", "eval"))))) == {"train": 4, "test": 4}


def test_a_single_split(make):
    assert split_counts(scan_both(make(*around(("training",))))) == {"train": 4}


def test_train_may_be_a_class(make):
    assert scan_both(make(*classes("train", "car", "bus"))).labels == ("bus", "car", "train")
    deeper = make(*classes("vehicles/train", "vehicles/car", "animals/cat"), folder=make().parent / "deeper")
    assert scan_both(deeper).labels == ("animals", "vehicles")


MIXED = [
    (classes("happy/train", "happy/test", "sad"), "the ready-made split 'happy/test' beside 'sad'"),
    (classes("happy", "happy/train", "happy/test", "sad/train", "sad/test"), "'happy/test' beside files in 'happy'"),
    (classes("happy", "happy/test", "sad", "sad/test"), "'happy/test' beside files in 'happy'"),
    (classes("seg_train/a", "seg_test/a", "seg_pred"), "the ready-made split 'seg_test' beside 'seg_pred'"),
    (classes("train/happy", "train/sad", "extra"), "the ready-made split 'train' beside 'extra'"),
]


@pytest.mark.parametrize(("names", "words"), MIXED)
def test_splits_that_cannot_be_meant_are_named(names, words, make):
    assert words in refused(make(*names))


def test_one_folder_called_test_in_one_class(make):
    assert split_counts(scan_both(make(*classes("happy", "happy/test", "sad")))) == {None: 6}
    assert split_counts(scan_both(make(*classes("a/test", "b", "c"), folder=make().parent / "other"))) == {None: 6}


@pytest.mark.parametrize("wrapper", ["fer", "archive/data", "Emotion Dataset/Images"])
def test_wrappers_are_taken_off_as_in_archives(wrapper, make, rows):
    root = make(*classes(f"{wrapper}/happy", f"{wrapper}/sad"), texts={"README.md": "1", f"{wrapper}/notes.txt": "1"})
    manifest = scan_both(root)
    assert list(rows(manifest)) == classes("happy", "sad")
    count, names = skipped(manifest)["files beside the class folders"]
    assert (count, set(names)) == (2, {"README.md", f"{wrapper}/notes.txt"})


def test_a_class_is_no_wrapper(make):
    words = refused(make(*classes("happy/mouth", "happy/eyes")))
    assert "only the class 'happy'" in words
    inside = classes("train/happy/mouth", "train/happy/eyes", "test/happy/mouth")
    assert "only the class 'happy'" in refused(make(*inside, folder=make().parent / "inside"))


SYSTEM = (
    "@eaDir",
    "lost+found",
    "__pycache__",
    "#recycle",
    "System Volume Information",
    "$RECYCLE.BIN",
    ".ipynb_checkpoints",
    ".Spotlight-V100",
    ".git",
    "node_modules",
    "__MACOSX",
    "FOUND.000",
    "@Recycle",
    "#snapshot",
    "faces.quarantine",
)


@pytest.mark.parametrize("name", SYSTEM)
def test_what_systems_leave_behind_at_any_depth(name, make, rows):
    root = make(*classes("happy", "sad"), *classes(name, f"happy/{name}", f"sad/deep/{name}/more"))
    manifest = scan_both(root)
    assert list(rows(manifest)) == classes("happy", "sad")
    assert skipped(manifest)["system files and folders"][0] == 3


def test_names_that_only_look_like_a_system_s():
    for name in ("recycled", "found", "git", "lost", "temporary", "quarantine", "testing.pyc.png", "thumbs"):
        assert not is_system(name)


def test_nothing_is_passed_over_in_silence(make):
    root = make(
        *classes("happy", "sad"),
        *("readme.png", "x.png"),
        texts={"README.md": "1", "docs/a.md": "1", "docs/deep/b.pdf": "1", "happy/Thumbs.db": "1", "fear/.keep": "1"},
    )
    (root / "angry" / "nothing").mkdir(parents=True)
    manifest = scan_both(root)
    assert skipped(manifest) == {
        "system files and folders": (2, ("fear/.keep", "happy/Thumbs.db")),
        "empty folders": (2, ("angry/nothing", "fear")),
        "files beside the class folders": (3, ("README.md", "readme.png", "x.png")),
        "files in folders without samples": (2, ("docs/a.md", "docs/deep/b.pdf")),
    }
    assert manifest.omissions == (
        "Passed over: system files and folders (2: fear/.keep, happy/Thumbs.db); empty folders (2: angry/nothing, "
        "fear); files beside the class folders (3: README.md, readme.png, x.png); files in folders without samples "
        "(2: docs/a.md, docs/deep/b.pdf)."
    )


def test_what_was_passed_over_goes_along(make, tmp_path):
    manifest = collect.scan(make(*classes("happy", "sad", "fear"), texts={"README.md": "1"}))
    kept = manifest.with_labels(["happy", "sad"]).set_aside({"happy/0.png": "dull"}).used.of("train")
    assert kept.skipped == manifest.skipped
    manifest.save(tmp_path / "m.parquet")
    assert collect.scan(tmp_path / "m.parquet").skipped == manifest.skipped


def test_files_in_a_class_are_rows_whatever_their_ending(make, rows):
    root = make(*classes("happy", "sad"), texts={"happy/notes.txt": "1", "sad/x.csv": "1"})
    assert {"happy/notes.txt", "sad/x.csv"} <= set(rows(scan_both(root)))


def test_a_class_of_notes_alone_is_named_where_only_one_is_left(make):
    words = refused(make(*classes("happy"), texts={"sad/list.txt": "1"}))
    assert "only the class 'happy'" in words
    assert "files in folders without samples (1: sad/list.txt)" in words


def test_folders_that_hold_notes_alone_are_still_classes(make):
    manifest = collect.scan(make(texts={"happy/a.txt": "1 2 3 4", "sad/b.txt": "5 6 7 8"}))
    assert manifest.labels == ("happy", "sad")


LEVELS = [
    ("S010/{label} S011/{label}", ("anger", "fear"), {"S010", "S011"}, None),
    ("Actor_01/{label} Actor_02/{label}", ("wut", "furcht"), {"Actor_01", "Actor_02"}, None),
    ("{label}/subject1 {label}/subject2", ("anger", "fear"), {"subject1", "subject2"}, None),
    ("NI/Dark/P001/{label} VL/Weak/P002/{label}", ("Anger", "Fear"), {"P001", "P002"}, {"NI/Dark", "VL/Weak"}),
    ("fer/{label} ck/{label}", ("anger", "fear"), {None}, {"fer", "ck"}),
    ("fer/train/{label} ck/train/{label}", ("anger", "fear"), {None}, {"fer", "ck"}),
    ("aia/aia_{label} ray/ray_{label}", ("anger", "fear"), {None}, {"aia", "ray"}),
    ("fold1/{label} fold2/{label}", ("wut", "furcht"), {None}, {"fold1", "fold2"}),
]


@pytest.mark.parametrize(("form", "labels", "persons", "folders"), LEVELS)
def test_persons_and_data_sets_around_the_classes(form, labels, persons, folders, make):
    folders_of = [part.format(label=label) for part in form.split() for label in labels]
    frame = scan_both(make(*classes(*folders_of))).frame
    assert set(frame["label"]) == set(labels)
    assert set(frame["person"]) == persons
    assert (set(frame["folder"]) if "folder" in frame.columns else None) == folders


@pytest.mark.parametrize("folders", [("cats/young", "cats/old", "dogs/young"), ("a/1", "b/1"), ("happy/1", "sad/1")])
def test_classes_stay_on_top_where_nothing_else_is_said(folders, make):
    assert scan_both(make(*classes(*folders))).labels == tuple(sorted({name.split("/")[0] for name in folders}))


def test_expressions_in_the_files_names(make, rows):
    root = make("train/happy_1.png", "train/12-sad.png", "test/Happy (3).png", texts={"notes.md": "1"})
    manifest = scan_both(root)
    assert rows(manifest) == {"test/Happy (3).png": "happy", "train/12-sad.png": "sad", "train/happy_1.png": "happy"}
    assert split_counts(manifest) == {"train": 2, "test": 1}
    assert "no class folders" in refused(make("other.png", "happy_2.png", folder=root.parent / "mixed"))


def test_archives_among_the_files_are_named(make):
    words = refused(make(texts={"happy.zip": "1", "sad.rar": "1"}))
    assert "the archive 'happy.zip' and others" in words
    assert "archives inside are not opened" in words


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("trainer", None),
        ("latest", None),
        ("contest", None),
        ("value", None),
        ("testimony", None),
        ("", None),
        ("train-00000-of-00002", "train"),
        ("Test", "test"),
        ("data" * 9 + "x", None),
        ("Validator", None),
    ],
)
def test_split_names(name, split):
    assert split_of(name) == split


def test_eval_is_validation_beside_a_test_split():
    assert canonical(["train", "eval", "test"])["eval"] == "val"
    assert canonical(["train", "evaluation"])["evaluation"] == "test"


@given(st.text(max_size=300))
def test_any_name(name):
    assert split_of(name) in (None, "train", "val", "test")
    found = parted(name)
    assert found is None or (found[0].strip() and found[1] in ("train", "val", "test"))
    assert isinstance(is_system(name), bool)
    word = expression_in(name)
    assert word is None or word in name
    assert not is_expression(name) or any(letter.isalpha() for letter in name)


parts = st.sampled_from(
    ["train", "test", "val", "happy", "sad", "Happy", "images", "S005", "P001", "1", "0", "data", "docs", "x_train"]
)
files = st.tuples(st.lists(parts, max_size=4), st.sampled_from(["a.png", "b.jpg", "c", "README", "t.txt", "m.csv"]))


@settings(max_examples=150, deadline=None)
@given(st.lists(files, min_size=1, max_size=8))
def test_any_folders(tmp_path_factory, found):
    """Whatever stands around whatever: each file is a row or counted, or a sentence says what is wrong."""
    root = tmp_path_factory.mktemp("any")
    for number, (folders, name) in enumerate(found):
        path = root.joinpath(*folders) / name
        if not path.exists() and not any(parent.is_file() for parent in path.parents):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes([number]))
    count = sum(path.is_file() for path in root.rglob("*"))
    manifest = scanned(root)
    if manifest is None:
        return
    assert len(manifest) + sum(one.count for one in manifest.skipped if one.what != "empty folders") == count


def test_splits_of_folders():
    import polars as pl

    folders = pl.Series(["a/train/x", "b", "test", "PublicTest/x"])
    assert splits_of_folders(folders).to_list() == ["train", None, "test", "val"]
