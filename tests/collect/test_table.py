"""Tables of paths, tables of pictures, the contest's own, and what Mien saved."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import collect, media
from mien.collect._splits import canonical
from mien.core.errors import SourceError
from mien.core.types import Manifest

from .conftest import picture, refused, scanned, write


def test_paths_and_labels(folder):
    table = write(
        folder, f"path,label,person,age\n1.png,happy,007,30\n./deep/2 é.png,sad,,31\n{folder}/3.png,sad,8,x\n"
    )
    manifest = collect.scan(table)
    frame = manifest.frame
    assert frame["id"].to_list() == ["1.png", "./deep/2 é.png", f"{folder}/3.png"]
    assert frame["label"].to_list() == ["happy", "sad", "sad"]
    assert frame["container"].null_count() == 3
    assert manifest.groups == ("age",)
    assert frame["content"][0] == hashlib.sha256((folder / "1.png").read_bytes()).hexdigest()
    assert all(media.sniff(media.read(path)) == "png" for path in frame["path"])


@pytest.mark.parametrize(
    "header", ["path,label", "Image,Emotion", "filename;class", "file\ttarget", "\ufeffpath,label"]
)
def test_other_names_and_separators(header, folder):
    mark = next(mark for mark in "\t;," if mark in header)
    table = write(folder, f"{header}\n1.png{mark}happy\n3.png{mark}sad\n")
    assert collect.scan(table).labels == ("happy", "sad")


def test_parquet_of_paths(folder):
    pl.DataFrame({"path": ["1.png", "3.png"], "label": [0, 1], "votes": [[1, 2], [3]]}).write_parquet(
        folder / "a.parquet"
    )
    manifest = collect.scan(folder / "a.parquet")
    assert manifest.labels == ("0", "1")
    assert manifest.frame["votes"].to_list() == [[1, 2], [3]]


@pytest.mark.parametrize("person", ["person", "Actor", "subject", "speaker"])
def test_person_and_split(person, folder):
    table = write(folder, f"path,label,{person},Usage\n1.png,a,p1,Training\n3.png,b,p2,PublicTest\n")
    frame = collect.scan(table).frame
    assert frame["person"].to_list() == ["p1", "p2"]
    assert frame["split"].to_list() == ["train", "test"]


def test_a_file_named_twice_and_rows_without(folder):
    table = write(folder, "path,label\n1.png,a\n1.png,b\n3.png,\n,b\ngone.png,b\n")
    frame = collect.scan(table).frame
    assert frame["id"].to_list() == ["1.png (row 0)", "1.png (row 1)", "3.png", " (row 3)", "gone.png"]
    assert frame["content"][0] == frame["content"][1]
    assert frame["content"][4] == "unreadable:gone.png"
    assert frame["aside"].to_list() == [None, None, "no label", "no path", None]


def fer2013(path, usages=("Training", "PublicTest", "PrivateTest"), header="emotion,pixels,Usage"):
    """A table like the contest's, three rows for each of the seven numbers."""
    order = header.replace(" ", "").split(",")
    lines = [header]
    for number in range(21):
        pixels = " ".join(str((number * 7 + cell) % 256) for cell in range(2304))
        cells = {"emotion": str(number % 7), "pixels": pixels, "Usage": usages[number % len(usages)]}
        lines.append(",".join(cells[name] for name in order))
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize("header", ["emotion,pixels,Usage", "emotion, Usage, pixels"])
def test_the_original_fer2013(header, tmp_path):
    manifest = collect.scan(fer2013(tmp_path / "fer2013.csv", header=header))
    frame = manifest.frame
    words = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]
    assert frame["label"].to_list() == words * 3
    assert frame["split"].to_list() == ["train", "val", "test"] * 7
    assert frame["id"].to_list() == [f"row {number}" for number in range(21)]
    assert manifest.groups == ()
    data = media.read(frame["path"][20], frame["container"][20])
    assert hashlib.sha256(data).hexdigest() == frame["content"][20]
    assert media.decode(data)[0, 0].tolist() == [140] * 3


def test_fer2013_without_its_private_part(tmp_path):
    frame = collect.scan(fer2013(tmp_path / "a.csv", ("Training", "PublicTest"))).frame
    assert set(frame["split"]) == {"train", "test"}


def test_numbers_mean_feelings_only_in_fer2013(tmp_path):
    (tmp_path / "a.csv").write_text("emotion,pixels,age\n0,1 2 3 4,5\n1,1 2 3 5,6\n")
    manifest = collect.scan(tmp_path / "a.csv")
    assert manifest.labels == ("0", "1")
    assert manifest.frame["age"].to_list() == [5, 6]


def test_pictures_in_parquet(tmp_path):
    pictures = [picture(number) for number in range(4)]
    frame = pl.DataFrame(
        {
            "png": pictures,
            "label": list("aabb"),
            "id": ["w", "x", "y", "z"],
            "path": list("1234"),
            "votes": [1, 2, 3, 4],
        }
    )
    frame.write_parquet(tmp_path / "a.parquet")
    manifest = collect.scan(tmp_path / "a.parquet")
    assert manifest.frame["id"].to_list() == ["w", "x", "y", "z"]
    assert manifest.groups == ("table_path", "votes")
    assert manifest.frame["content"].to_list() == [hashlib.sha256(data).hexdigest() for data in pictures]
    assert [media.read(*row) for row in manifest.frame.select("path", "container").rows()] == pictures


def test_ids_that_stand_twice_ride_along(tmp_path):
    pl.DataFrame({"png": [b"1", b"2"], "label": ["a", "b"], "id": ["x", "x"]}).write_parquet(tmp_path / "a.parquet")
    frame = collect.scan(tmp_path / "a.parquet").frame
    assert frame["id"].to_list() == ["row 0", "row 1"]
    assert frame["table_id"].to_list() == ["x", "x"]


def test_hugging_face(tmp_path):
    image = [{"bytes": picture(number), "path": None} for number in range(2)]
    pl.DataFrame({"image": image, "label": [0, 1]}).write_parquet(tmp_path / "a.parquet")
    manifest = collect.scan(tmp_path / "a.parquet")
    assert manifest.groups == ()
    assert media.sniff(media.read(*manifest.frame.select("path", "container").row(1))) == "png"


def test_pictures_under_any_name(tmp_path):
    face = [{"bytes": picture(number), "path": None} for number in range(2)]
    pl.DataFrame({"face": face, "label": [0, 1]}).write_parquet(tmp_path / "a.parquet")
    manifest = collect.scan(tmp_path / "a.parquet")
    assert media.sniff(media.read(*manifest.frame.select("path", "container").row(1))) == "png"


def test_empty_cells_are_kept(tmp_path):
    pl.DataFrame({"png": [b"1", None, b""], "label": ["a", "b", "b"]}).write_parquet(tmp_path / "a.parquet")
    content = collect.scan(tmp_path / "a.parquet").frame["content"].to_list()
    assert content[1:] == ["unreadable:row 1", "unreadable:row 2"]


def test_what_mien_saved_comes_back(make, tmp_path, monkeypatch):
    manifest = collect.scan(make("happy/a.png", "sad/b.png")).set_aside({"happy/a.png": "twin"})
    manifest.save(tmp_path / "clean.parquet")
    with pytest.raises(SourceError, match="only the class 'sad'"):
        collect.scan(tmp_path / "clean.parquet")
    whole = collect.scan(tmp_path / "faces")
    whole.save(tmp_path / "clean.parquet")
    assert collect.scan(tmp_path / "clean.parquet").frame.equals(whole.frame)
    here = whole.frame.with_columns(path=pl.col("path").str.strip_prefix(f"{tmp_path}/"))
    Manifest(here).save(tmp_path / "moved.parquet")
    assert collect.scan(tmp_path / "moved.parquet").frame.equals(whole.frame)


BAD = [
    ("file,lbael\n1.png,a\n3.png,b\nx.png,c\ny.png,d\nz.png,e\n", "Did you mean 'lbael'"),
    ("pahtt,label\nx,a\n", "Did you mean 'pahtt'"),
    ("path,age,size\n1.png,3,9\n3.png,4,9\n", "a column label, or one column for each class"),
    ("path,faces\n1.png,1\n3.png,2\n", "says what the pictures show"),
    ("url,label\nhttps://x.org/q.png,a\nhttps://x.org/r.png,b\n", "names web addresses"),
    ("a,b\nc,d\n", "says where the pictures are"),
    ("path,label\n", "no rows"),
    ("path,label\n1.png,a\n", "only the class 'a'"),
    ("path,label\n1.png,a\n3.png,A\n", "differ only in case"),
    ("path,label,split\n1.png,a,trian\n3.png,b,test\n", "Did you mean 'train'"),
    ("path,label\nx.png,a\ny.png,b\n", "None of the 2 files is there"),
    ("path,label\n1.png,\n3.png,\n", "no labelled sample"),
]


@pytest.mark.parametrize(("text", "words"), BAD)
def test_bad_tables(text, words, folder):
    assert words in refused(write(folder, text))


def test_what_is_no_data_set(tmp_path):
    (tmp_path / "a.png").write_bytes(picture(1))
    assert "one picture, not a data set" in refused(tmp_path / "a.png")
    (tmp_path / "empty.zip").touch()
    assert "is empty" in refused(tmp_path / "empty.zip")
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\0")
    assert "a PDF document" in refused(tmp_path / "a.pdf")
    assert "Did you mean 'empty.zip'" in refused(tmp_path / "emty.zip")
    (tmp_path / "gone").symlink_to("nowhere")
    assert "leads nowhere" in refused(tmp_path / "gone")
    assert "The source is ''" in refused("")
    assert "The source is" in refused("a\0b")


def features(names):
    told = {"info": {"features": {"emotion": {"names": names, "_type": "ClassLabel"}, "image": {"_type": "Image"}}}}
    return {"huggingface": json.dumps(told)}


def test_class_names_that_a_parquet_file_carries(tmp_path):
    image = [{"bytes": picture(number), "path": None} for number in range(4)]
    frame = pl.DataFrame({"image": image, "emotion": [0, 1, 1, -1]})
    frame.write_parquet(tmp_path / "a.parquet", metadata=features(["happy", "sad"]))
    manifest = collect.scan(tmp_path / "a.parquet")
    assert manifest.frame["label"].to_list() == ["happy", "sad", "sad", None]
    assert collect.scan(tmp_path / "a.parquet", names=["-1=nobody", "0=froh", "1=matt"]).labels == (
        "froh",
        "matt",
        "nobody",
    )
    frame.rename({"emotion": "which"}).write_parquet(
        tmp_path / "a.parquet",
        metadata={"huggingface": features(["happy", "sad"])["huggingface"].replace("emotion", "which")},
    )
    assert collect.scan(tmp_path / "a.parquet").labels == ("happy", "sad")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"info": 1}', '{"info": {"features": {"emotion": 3}}}', features([])["huggingface"]]
)
def test_other_metadata_does_no_harm(text, tmp_path):
    frame = pl.DataFrame({"png": [b"1", b"2"], "emotion": [0, 1]})
    frame.write_parquet(tmp_path / "a.parquet", metadata={"huggingface": text})
    assert collect.scan(tmp_path / "a.parquet").labels == ("0", "1")


NAMED = [
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel or other Office file", "CSV UTF-8"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "Unpack it"),
    (b"Rar!\x1a\x07", "a RAR archive", "Unpack it"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file", "Unpack it"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file", "Parquet"),
    (b"\x80\x04\x95", "a Python pickle", "CSV or Parquet"),
    (b"SQLite format 3\0", "an SQLite database", "CSV or Parquet"),
    (b"ARROW1\0\0", "an Arrow file", "Parquet"),
    (b"\x93NUMPY", "a NumPy array", "class folders"),
]


@pytest.mark.parametrize(("head", "what", "todo"), NAMED, ids=[what for _, what, _ in NAMED])
def test_what_is_not_read_is_called_by_its_name(head, what, todo, tmp_path):
    (tmp_path / "x").write_bytes(head + bytes(60))
    words = refused(tmp_path / "x")
    assert what in words
    assert todo in words


def test_splits():
    assert canonical(["Train", "VALID", "dev", "testing", None, " "]) == {
        "Train": "train",
        "VALID": "val",
        "dev": "val",
        "testing": "test",
        " ": None,
    }


HEADERS = ["", "path,label\n", "emotion,pixels,Usage\n", "path;label;split\n", "sep=;\n", "path,happy,sad\n", "{", "[{"]


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=200),
    st.sampled_from(
        [*HEADERS, "Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF\n"]
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"]),
)
def test_any_text(tmp_path_factory, text, header, coding):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes((header + text).encode(coding, "replace"))
    manifest = scanned(path)
    assert manifest is None or len(manifest.labels) >= 2


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), min_size=1, max_size=6))
def test_any_cells(tmp_path_factory, cells):
    folder: Path = tmp_path_factory.getbasetemp()
    frame = pl.DataFrame(
        {"pixels": ["1 2 3 4"] * len(cells), "label": [a for a, _ in cells], "note": [b for _, b in cells]}
    )
    frame.write_csv(folder / "cells.csv")
    manifest = scanned(folder / "cells.csv")
    assert manifest is None or (len(manifest.labels) >= 2 and len(manifest) == len(cells))
