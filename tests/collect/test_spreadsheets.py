"""What spreadsheets, pandas and Roboflow write: codings, headers, empty cells, one column a class."""

from __future__ import annotations

import polars as pl
import pytest

from mien import collect, media

from .conftest import refused, write

THREE = "path,label\n1.png,happy\n3.png,sad\ndeep/2 é.png,sad\n"
FOUND = {"1.png": "happy", "3.png": "sad", "deep/2 é.png": "sad"}


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_codings_separators_and_line_ends(coding, mark, end, folder, rows):
    text = THREE.replace(",", mark).replace("\n", end)
    (folder / "t.txt").write_bytes(text.encode(coding))
    assert rows(collect.scan(folder / "t.txt")) == FOUND


REMARKS = "# written by somebody, today, at noon\n# twice\n"


@pytest.mark.parametrize(
    "text",
    ["sep=;\n" + THREE.replace(",", ";"), "\n\n" + THREE, THREE + ",\n,,\n", REMARKS + THREE, "#" + THREE],
)
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
    "header",
    [
        "labels",
        "Klasse",
        "Étiquette",
        "Class",
        "emotion",
        "target",
        "category",
        "Expression",
        "y",
        "Facial Expression",
        "class_name",
    ],
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
        "path,happy,sad\n1.png,x,\n3.png,,X\n",
        "path,happy,sad\n1.png,yes,no\n3.png,no,yes\n",
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


def test_a_compressed_table(folder, rows):
    import gzip

    (folder / "t.csv.gz").write_bytes(gzip.compress(THREE.encode()))
    assert rows(collect.scan(folder / "t.csv.gz")) == FOUND
