"""Pictures with a table beside them, in a folder or an archive."""

from __future__ import annotations

import io
import json
import tarfile

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import collect, media

from .conftest import picture, refused, scan_both, scanned, skipped, split_counts, zipped

LABELS = "path,label\nimages/0.png,happy\nimages/1.png,sad\n"
IMAGES = ("images/0.png", "images/1.png")


@pytest.mark.parametrize("prefix", ["images/", "", "/content/drive/data/images/", "C:\\me\\images\\"])
@pytest.mark.parametrize("place", ["labels.csv", "annotations/labels.csv", "images/labels.txt", "images/labels.csv.gz"])
def test_one_table_for_one_folder_of_pictures(prefix, place, make, rows):
    import gzip

    text = LABELS.replace("images/", prefix)
    root = make(*IMAGES, texts={place: gzip.compress(text.encode()) if place.endswith("gz") else text, "notes.md": "1"})
    manifest = scan_both(root)
    assert rows(manifest) == {"images/0.png": "happy", "images/1.png": "sad"}
    assert manifest.omissions == "Passed over: other files (1: notes.md)."


def test_pictures_that_the_table_does_not_name_are_counted(make):
    manifest = scan_both(make(*IMAGES, "images/2.png", texts={"labels.csv": LABELS}))
    assert skipped(manifest) == {"pictures of which nothing is said": (1, ("images/2.png",))}


@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_imagefolder_of_hugging_face(ending, make):
    names = [f"{split}/{number}.png" for split in ("train", "test") for number in range(2)]
    rows = [{"file_name": "0.png", "label": "happy", "age": 3}, {"file_name": "1.png", "label": "sad", "age": 4}]
    text = (
        "\n".join(map(json.dumps, rows)) if ending == "jsonl" else "file_name,label,age\n0.png,happy,3\n1.png,sad,4\n"
    )
    manifest = scan_both(make(*names, texts={f"{split}/metadata.{ending}": text for split in ("train", "test")}))
    assert manifest.frame["label"].to_list() == ["happy", "sad"] * 2
    assert manifest.frame["age"].to_list() == [3, 4, 3, 4]
    assert split_counts(manifest) == {"train": 2, "test": 2}
    assert manifest.skipped == ()


def test_metadata_beside_class_folders_rides_along(make):
    names = ["train/happy/0.png", "train/sad/1.png"]
    texts = {"train/metadata.csv": "file_name,subject,age,label\nhappy/0.png,p1,3,x\nsad/1.png,p2,4,y\n"}
    frame = scan_both(make(*names, texts=texts)).frame
    assert frame["label"].to_list() == ["happy", "sad"]
    assert frame["person"].to_list() == ["p1", "p2"]
    assert frame["age"].to_list() == [3, 4]


def test_multi_label_export_of_roboflow(make):
    text = "filename, happy, sad\n0.png, 1, 0\n1.png, 0, 1\n2.png, 1, 1\n3.png, 0, 0\n" + "".join(
        f"{number}.png, 1, 0\n" for number in range(4, 20)
    )
    splits = ("train", "valid", "test")
    names = [f"{split}/{number}.png" for split in splits for number in range(20)]
    manifest = scan_both(make(*names, texts={f"{split}/_classes.csv": text for split in splits}))
    assert manifest.labels == ("happy", "sad")
    assert split_counts(manifest) == {"train": 20, "val": 20, "test": 20}
    assert manifest.omissions == "Set aside: more than one label (3); no label (3)."


def test_one_table_for_each_split(make):
    texts = {
        "train.csv": "file,emotion\n0.png,happy\n",
        "test_labels.csv": "file,emotion\n1.png,sad\n",
        "all.csv": LABELS,
    }
    manifest = scan_both(make(*IMAGES, texts=texts))
    assert dict(manifest.frame.select("id", "split").iter_rows()) == {"images/0.png": "train", "images/1.png": "test"}
    assert skipped(manifest) == {"other files": (1, ("all.csv",))}


def test_one_table_called_test_is_all_there_is(make):
    assert split_counts(scan_both(make(*IMAGES, texts={"test.csv": LABELS}))) == {None: 2}


def test_two_tables_of_the_same_pictures_are_named(make):
    root = make(*IMAGES, texts={"a.csv": LABELS, "b.csv": LABELS})
    assert "holds several tables that say what the pictures show: 'a.csv', 'b.csv'" in refused(root)
    assert "Pack it with one of them alone" in refused(zipped(root))


def test_tables_of_pixels_for_each_split(make):
    texts = {
        f"{split}.csv": "emotion,pixels\nhappy,1 2 3 4\nsad,2 3 4 5\n" for split in ("train", "test_with_emotions")
    }
    texts["test.csv"] = "pixels\n1 2 3 4\n"
    manifest = scan_both(make(texts=texts))
    assert split_counts(manifest) == {"train": 2, "test": 2}
    assert manifest.frame["id"][0] == "test_with_emotions.csv row 0"
    assert media.read(*manifest.frame.select("path", "container").row(1)) == b"2 3 4 5"


def test_shards_of_parquet(make):
    def shard(start):
        file = io.BytesIO()
        image = [{"bytes": picture(start + number), "path": None} for number in range(2)]
        pl.DataFrame({"image": image, "label": [0, 1]}).write_parquet(file)
        return file.getvalue()

    names = [f"data/{split}-0000{number}-of-00002.parquet" for split in ("train", "test") for number in range(2)]
    root = make(texts={name: shard(10 * number) for number, name in enumerate(names)})
    manifest = collect.scan(root)
    assert split_counts(manifest) == {"train": 4, "test": 4}
    assert media.sniff(media.read(*manifest.frame.select("path", "container").row(7))) == "png"
    assert "a Parquet table, which is not read inside an archive" in refused(zipped(root))


def test_folders_that_are_buckets_yield_to_the_table(make):
    names = [f"pics/{bucket}/{number}.png" for bucket in (1, 2) for number in range(4)]
    text = "file,label\n" + "".join(f"{name},{'happy' if number % 2 else 'sad'}\n" for number, name in enumerate(names))
    assert scan_both(make(*names, texts={"labels.csv": text})).labels == ("happy", "sad")


@pytest.mark.parametrize("labels", ["cat,dog", "siam,poodle", "x,x"])
def test_folders_that_are_classes_do_not(labels, make):
    first, second = labels.split(",")
    text = f"file,label\ncat/0.png,{first}\ndog/0.png,{second}\n"
    manifest = scan_both(make("cat/0.png", "dog/0.png", texts={"labels.csv": text}))
    assert manifest.labels == ("cat", "dog")
    assert skipped(manifest) == {"files beside the class folders": (1, ("labels.csv",))}


def test_a_long_list_of_which_a_part_is_here(make):
    text = LABELS + "".join(f"images/{number}.png,happy\n" for number in range(100, 160))
    manifest = scan_both(make(*IMAGES, texts={"labels.csv": text}))
    assert len(manifest) == 62
    assert manifest.frame["content"].str.starts_with("unreadable").sum() == 60


def test_a_table_in_an_archive_that_is_packed_otherwise(make, tmp_path):
    with tarfile.open(tmp_path / "a.tar.xz", "w:xz") as archive:
        for name, data in {"x/README": b"1", "x/a.csv": b"emotion,pixels\nhappy,1 2 3 4\nsad,5 6 7 8\n"}.items():
            header = tarfile.TarInfo(name)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    frame = collect.scan(tmp_path / "a.tar.xz").frame
    assert frame["container"][0] == str(tmp_path / "a.tar.xz/x/a.csv")
    read = list(media.read_many(frame.select("path", "container").rows()[::-1]))
    assert read == [b"5 6 7 8", b"1 2 3 4"]


def test_a_table_of_pictures_that_lie_elsewhere(make, tmp_path):
    elsewhere = make(*IMAGES, folder=tmp_path / "elsewhere")
    root = make(texts={"labels.csv": LABELS.replace("images/", f"{elsewhere}/images/"), "README.md": "1"})
    frame = collect.scan(root).frame
    assert frame["label"].to_list() == ["happy", "sad"]
    assert frame["path"].to_list() == [f"{elsewhere}/{name}" for name in IMAGES]


def test_rows_are_in_the_order_of_the_archive(make, rows):
    names = [f"images/{number}.png" for number in range(5)]
    text = "path,label\n" + "".join(f"{name},{'happy' if number % 2 else 'sad'}\n" for number, name in enumerate(names))
    lines = text.splitlines()
    root = make(*names, texts={"labels.csv": "\n".join([lines[0], *lines[:0:-1], "gone.png,sad"])})
    assert list(rows(scan_both(root))) == [*names, "gone.png"]


def test_what_is_no_table_does_no_harm(make):
    texts = {"a.csv": b"\xff\xfe\x00", "b.json": "{", "c.parquet": b"PAR1", "d.txt": "", "labels.csv": LABELS}
    manifest = collect.scan(make(*IMAGES, texts=texts))
    assert manifest.labels == ("happy", "sad")
    assert skipped(manifest)["other files"][0] == 4


cells = st.sampled_from(
    ["0.png", "images/1.png", "happy", "sad", "", "NaN", "1", "0", "a b", '"', "train", "é", "x/y\\z.png"]
)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.lists(cells, max_size=4), max_size=6),
    st.sampled_from([",", ";", "\t", " "]),
    st.sampled_from(["labels.csv", "train.csv", "images/metadata.csv", "faces.csv", "a.txt"]),
)
def test_any_table(tmp_path_factory, lines, mark, name):
    root = tmp_path_factory.mktemp("any")
    (root / "images").mkdir()
    for number in range(2):
        (root / f"images/{number}.png").write_bytes(picture(number))
    (root / name).write_text("\n".join(mark.join(line) for line in lines), encoding="utf-8")
    manifest = scanned(root)
    assert manifest is None or len(manifest.labels) >= 2
