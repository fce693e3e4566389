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
from mien.core.errors import SettingError, SourceError
from mien.core.types import Manifest

from .conftest import picture, refused, scanned


@pytest.fixture
def folder(make):
    return make("1.png", "deep/2 é.png", "3.png")


def write(folder, text, name="table.csv"):
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


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


# What spreadsheets and programs write

THREE = "path,label\n1.png,happy\n3.png,sad\ndeep/2 é.png,sad\n"
FOUND = {"1.png": "happy", "3.png": "sad", "deep/2 é.png": "sad"}


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_codings_separators_and_line_ends(coding, mark, end, folder, rows):
    text = THREE.replace(",", mark).replace("\n", end)
    (folder / "t.txt").write_bytes(text.encode(coding))
    assert rows(collect.scan(folder / "t.txt")) == FOUND


@pytest.mark.parametrize("text", ["sep=;\n" + THREE.replace(",", ";"), "\n\n" + THREE, THREE + ",\n,,\n"])
def test_what_excel_adds(text, folder, rows):
    found = rows(collect.scan(write(folder, text)).used)
    assert found == FOUND


@pytest.mark.parametrize(
    ("coding", "labels"),
    [
        ("cp1252", ("fröhlich", "traurig")),
        ("mac_roman", ("fröhlich", "wütend")),
        ("cp932", ("悲しい", "笑顔")),
        ("cp1251", ("весёлый", "грусть")),
    ],
)
def test_tables_that_are_not_utf_8(coding, labels, folder):
    text = f"path,label\n1.png,{labels[0]}\n3.png,{labels[1]}\n"
    (folder / "t.csv").write_bytes(text.encode(coding))
    assert collect.scan(folder / "t.csv").labels == labels


def test_a_coding_that_cannot_be_told_is_not_guessed(folder):
    (folder / "t.csv").write_bytes("path,label\n1.png,행복\n3.png,슬픔\n".encode("cp949"))
    assert "is not UTF-8, and in which coding it is cannot be told" in refused(folder / "t.csv")


@pytest.mark.parametrize("index", [",", "Unnamed: 0,", "unnamed: 0,"])
def test_the_row_numbers_of_pandas(index, folder):
    text = f"{index}path,label\n0,1.png,happy\n1,3.png,sad\n"
    manifest = collect.scan(write(folder, text))
    assert manifest.labels == ("happy", "sad")
    assert manifest.groups == ()
    ages = collect.scan(write(folder, text.replace("\n0,", "\n7,")))
    assert len(ages.groups) == 1  # these are no row numbers


@pytest.mark.parametrize("numbers", [("0.0", "1.0"), ("0,0", "1,0"), ("0.00", "1.0"), ("0", "1")])
def test_labels_that_became_floats(numbers, folder):
    table = write(folder, f"path;label\n1.png;{numbers[0]}\n3.png;{numbers[1]}\n")
    assert collect.scan(table).labels == ("0", "1")


def test_labels_that_are_fractions_stay_so(folder):
    assert collect.scan(write(folder, "path,label\n1.png,0.5\n3.png,1.0\n")).labels == ("0.5", "1.0")


EMPTY = [
    "",
    " ",
    "NaN",
    "nan",
    "NA",
    "N/A",
    "n/a",
    "#N/A",
    "null",
    "NULL",
    "None",
    "none",
    "<NA>",
    "-",
    "?",
    "-nan",
    "#NA",
]


@pytest.mark.parametrize("empty", EMPTY)
@pytest.mark.parametrize("words", [("happy", "sad"), ("0.0", "1.0")])
def test_empty_labels_in_all_their_spellings(empty, words, folder):
    manifest = collect.scan(write(folder, f"path,label\n1.png,{words[0]}\n3.png,{words[1]}\ndeep/2 é.png,{empty}\n"))
    assert manifest.labels == (words if words[0] == "happy" else ("0", "1"))
    assert manifest.omissions == "Set aside: no label (1)."
    chosen = collect.scan(folder / "table.csv", labels=manifest.labels)
    assert chosen.omissions == manifest.omissions


def test_floats_of_parquet_with_holes(folder):
    frame = pl.DataFrame({"path": ["1.png", "3.png", "deep/2 é.png"], "label": [0.0, 1.0, float("nan")]})
    frame.write_parquet(folder / "a.parquet")
    manifest = collect.scan(folder / "a.parquet")
    assert manifest.labels == ("0", "1")
    assert manifest.omissions == "Set aside: no label (1)."


def test_nobody_is_called_nan_but_na_may_be_a_name(folder):
    table = write(folder, "path,label,person\n1.png,happy,NaN\n3.png,sad,NA\ndeep/2 é.png,sad,\n")
    assert collect.scan(table).frame["person"].to_list() == [None, "NA", None]


@pytest.mark.parametrize(
    "text",
    [
        "1.png,happy\n3.png,sad\n",
        "happy,1.png\nsad,3.png\n",
        "0,1.png,happy\n1,3.png,sad\n",
        "1.png happy\n3.png\tsad\n",
        "0,1\n1.png,happy\n3.png,sad\n",
    ],
)
def test_no_header(text, folder, rows):
    manifest = collect.scan(write(folder, text, "list.txt"))
    assert rows(manifest) == {"1.png": "happy", "3.png": "sad"}
    assert manifest.groups == ()


def test_a_list_without_endings(make, rows):
    root = make("a/img_001.png", "a/img_002.png", "a/img_003.png")
    (root / "list.txt").write_text("img_001 0\nimg_002 1\nimg_003 1\n")
    assert rows(collect.scan(root / "list.txt")) == {"a/img_001.png": "0", "a/img_002.png": "1", "a/img_003.png": "1"}


@pytest.mark.parametrize(
    "header", ["labels", "Class", "emotion", "target", "category", "Expression", "y", "Facial Expression", "class_name"]
)
def test_names_of_the_column_of_labels(header, folder):
    table = write(folder, f"img_path,{header},age\n1.png,happy,3\n3.png,sad,4\n")
    manifest = collect.scan(table)
    assert (manifest.labels, manifest.groups) == (("happy", "sad"), ("age",))


@pytest.mark.parametrize(
    "header", ["images", "Image Name", "file_path", "img", "pth", "picture of a face", "subDirectory_filePath"]
)
def test_names_of_the_column_of_files(header, folder):
    assert collect.scan(write(folder, f"{header},label\n1.png,happy\n3.png,sad\n")).labels == ("happy", "sad")


def test_the_column_that_names_pictures_is_the_one_of_files(folder):
    table = write(folder, "image,filename,label\n7,1.png,happy\n8,3.png,sad\n")
    assert collect.scan(table).frame["path"][0] == f"{folder}/1.png"


@pytest.mark.parametrize("pair", ["class,class_name", "class_id,class_name", "label,label name", "labelid,labelname"])
def test_names_beside_numbers(pair, folder):
    manifest = collect.scan(write(folder, f"path,{pair}\n1.png,0,happy\n3.png,1,sad\n"))
    assert (manifest.labels, manifest.groups) == (("happy", "sad"), ())


def test_columns_that_may_be_a_split(folder):
    table = write(folder, "path,label,subset\n1.png,a,train\n3.png,b,test_set\n")
    assert collect.scan(table).frame["split"].to_list() == ["train", "test"]
    table = write(folder, "path,label,set\n1.png,a,A\n3.png,b,B\n")
    assert collect.scan(table).groups == ("set",)


@pytest.mark.parametrize(
    "text",
    [
        "path,happy,sad\n1.png,1,0\n3.png,0,1\n",
        "path, happy, sad\n1.png, 1, 0\n3.png, 0, 1\n",
        "path,label_happy,label_sad\n1.png,True,False\n3.png,False,True\n",
        "happy,path,sad,glasses,age\n1,1.png,0,1,30\n0,3.png,1,1,31\n",
    ],
)
def test_one_column_a_class(text, folder, rows):
    manifest = collect.scan(write(folder, text))
    assert rows(manifest) == {"1.png": "happy", "3.png": "sad"}
    assert manifest.groups == (("glasses", "age") if "glasses" in text else ())


def test_one_column_a_class_in_words_that_are_no_expressions(folder):
    assert collect.scan(write(folder, "path,cat,dog\n1.png,1,0\n3.png,0,1\n")).labels == ("cat", "dog")


def test_shares_of_expressions(folder):
    manifest = collect.scan(write(folder, "path,happy,sad\n1.png,.9,.1\n3.png,.2,.8\ndeep/2 é.png,.5,.5\n"))
    assert manifest.frame["label"].to_list() == ["happy", "sad", None]
    assert manifest.omissions == "Set aside: more than one label (1)."
    assert manifest.groups == ("happy", "sad")


def test_one_column_for_each_pixel(tmp_path):
    head = "emotion," + ",".join(f"pixel{number}" for number in range(64))
    rows = [
        f"{label},{','.join(str(number + at) for at in range(64))}" for number, label in enumerate(("happy", "sad"))
    ]
    (tmp_path / "a.csv").write_text("\n".join([head, *rows]))
    frame = collect.scan(tmp_path / "a.csv").frame
    assert media.read(*frame.select("path", "container").row(1)).split() == [str(1 + at).encode() for at in range(64)]


RECORDS = [{"image": "1.png", "emotion": "happy", "age": 3}, {"image": "3.png", "emotion": "sad", "age": None}]
COLUMNS = {name: [row[name] for row in RECORDS] for name in RECORDS[0]}
COCO = {
    "images": [{"id": 1, "file_name": "1.png"}, {"id": 2, "file_name": "3.png"}],
    "annotations": [{"image_id": 1, "category_id": 5}, {"image_id": 2, "category_id": 6}],
    "categories": [{"id": 5, "name": "happy"}, {"id": 6, "name": "sad"}],
}


@pytest.mark.parametrize(
    "value",
    [
        RECORDS,
        {"version": 1, "data": RECORDS},
        COLUMNS,
        {name: dict(zip("01", column, strict=True)) for name, column in COLUMNS.items()},
        {"columns": list(COLUMNS), "index": [0, 1], "data": [list(row.values()) for row in RECORDS]},
        {"1.png": "happy", "3.png": "sad"},
        {"1.png": {"label": "happy"}, "3.png": {"label": "sad"}},
        COCO,
    ],
)
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json(value, coding, folder, rows):
    (folder / "t.json").write_bytes(json.dumps(value, indent=1).encode(coding))
    manifest = collect.scan(folder / "t.json")
    assert rows(manifest) == {"1.png": "happy", "3.png": "sad"}
    if "age" in manifest.groups:
        assert manifest.frame["age"].to_list() == [3, None]


def test_json_lines(folder, rows):
    (folder / "t.jsonl").write_text("\n".join(map(json.dumps, [*RECORDS, {"image": "deep/2 é.png", "emotion": None}])))
    manifest = collect.scan(folder / "t.jsonl")
    assert rows(manifest.used) == {"1.png": "happy", "3.png": "sad"}
    assert manifest.omissions == "Set aside: no label (1)."


def test_pixels_in_json(tmp_path):
    (tmp_path / "t.json").write_text('[{"pixels": "1 2 3 4", "label": 0}, {"pixels": [[5, 6], [7, 8]], "label": 1}]')
    manifest = collect.scan(tmp_path / "t.json")
    assert [media.read(*row) for row in manifest.frame.select("path", "container").rows()] == [b"1 2 3 4", b"5 6 7 8"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[1, 2]", "says where"),
        ('{"a": 1, "b": [2]}', "not a table"),
        ('{"image": "1.png",', "is not JSON"),
        ("{}", "not a table"),
        ('[{"a": {"b": 1}}, {"a": [1]}]', "says where"),
        ('{"images": [], "annotations": [{}], "categories": []}', "is not JSON"),
        ("[" * 3000, "says where"),
        ('{"a":' * 3000, "is not JSON"),
    ],
)
def test_json_that_is_no_table(text, words, folder):
    assert words in refused(write(folder, text, "t.json"))


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


def test_a_compressed_table(folder, rows):
    import gzip

    (folder / "t.csv.gz").write_bytes(gzip.compress(THREE.encode()))
    assert rows(collect.scan(folder / "t.csv.gz")) == FOUND


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


# Names for numbers


def numbered(folder, *labels):
    files = ("1.png", "3.png", "deep/2 é.png")
    lines = [f"{name},{label}" for name, label in zip(files, labels, strict=False)]
    return write(folder, "path,label\n" + "\n".join(lines))


@pytest.mark.parametrize(
    ("labels", "names", "found"),
    [
        ((0, 1, 1), ("happy", "sad"), ("happy", "sad", "sad")),
        ((1, 2, 2), ("happy", "sad"), ("happy", "sad", "sad")),
        ((0, 2, 2), ("happy", "x", "sad"), ("happy", "sad", "sad")),
        (("0.0", "1.0", "1.0"), ("happy", "sad"), ("happy", "sad", "sad")),
        ((3, 9, 9), ("3=happy", "9=sad"), ("happy", "sad", "sad")),
        (("a", "b", "c"), ("a=happy", "b=sad", "c=sad"), ("happy", "sad", "sad")),
        ((0, 1, "NaN"), ("happy", "sad"), ("happy", "sad", None)),
    ],
)
def test_names(labels, names, found, folder):
    assert collect.scan(numbered(folder, *labels), names=names).frame["label"].to_list() == list(found)


@pytest.mark.parametrize(
    ("labels", "names", "words"),
    [
        ((1, 2, 2), ("a", "b", "c"), "Say which is which"),
        ((0, 1, 5), ("a", "b", "c"), "has the label 5"),
        ((0, 1, 2), ("a", "b"), "has the label 2"),
        (("happy", "sad", "sad"), ("a", "b"), "words already"),
        ((0, 1, 2), ("0=a", "1=b"), "The label '2'"),
        ((0, 1, 2), ("0=a", "b"), "all with a number, or none"),
    ],
)
def test_names_that_do_not_fit(labels, names, words, folder):
    with pytest.raises(SettingError, match=words):
        collect.scan(numbered(folder, *labels), names=names)


def test_names_in_the_place_of_a_data_set_s_own(tmp_path):
    table = fer2013(tmp_path / "fer2013.csv")
    assert collect.scan(table, names=list("abcdefg")).labels == tuple("abcdefg")


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


json_values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.sampled_from(["1.png", "happy", "sad", "\ud800"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(["path", "label", "image", "pixels", "data", "columns", "1.png", "0"]), inner, max_size=4
        ),
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(json_values, min_size=1, max_size=4), st.booleans())
def test_any_json(tmp_path_factory, values, by_line):
    path = tmp_path_factory.getbasetemp() / "any.json"
    path.write_text("\n".join(map(json.dumps, values)) if by_line else json.dumps(values[0]), encoding="utf-8")
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
