"""Tables written as text: codings, separators, headers; and files by paths that go through an archive."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import media
from mien.core.errors import MediaError, SourceError
from mien.media import OLD_TABLE, OLD_ZIP, guess_coding, json_records, read_whole, text_table
from mien.media._inside import split_path
from mien.media._text import csv_separator


def table(tmp_path, data):
    (tmp_path / "t").write_bytes(data if isinstance(data, bytes) else data.encode())
    return text_table(str(tmp_path / "t"))


@pytest.mark.parametrize(
    ("lines", "mark"),
    [
        (["path;label"], ";"),
        (["emotion,pixels,Usage"], ","),
        (['"a;b;c",label'], ","),
        (["a/b.jpg,1,2;3;4;5;6,0"], ","),
        (["a.jpg 5", "b.jpg 2"], " "),
        (["a.jpg 5 x", "b.jpg 2 y"], " "),
        (["one word and more", "another"], ","),
        (["name"], ","),
        ([], ","),
    ],
)
def test_what_parts_the_columns(lines, mark):
    assert csv_separator(lines) == mark


@pytest.mark.parametrize(
    ("text", "names", "rows"),
    [
        ("a,b\n1,2\n", ("a", "b"), [["1", "2"]]),
        ("x.png,2\ny.png,3\n", ("column 1", "column 2"), [["x.png", "2"], ["y.png", "3"]]),
        ("sep=;\na;b\n1;2\n", ("a", "b"), [["1", "2"]]),
        ("\n\na,b\n\n1,2\n\n", ("a", "b"), [["1", "2"]]),
        ('a,b\n"1\n2",3\n', ("a", "b"), [["1\n2", "3"]]),
        ("a\tb\r1\t2\r", ("a", "b"), [["1", "2"]]),
        ("  x.png   5 \ny.png\t6\n", ("column 1", "column 2"), [["x.png", "5"], ["y.png", "6"]]),
        ("s_01,1\ns_02,2\n", ("column 1", "column 2"), [["s_01", "1"], ["s_02", "2"]]),
        ("3," + "7 " * 20 + ",Training\n", ("column 1", "pixels", "column 3"), [["3", "7 " * 20, "Training"]]),
        ("", (), []),
    ],
)
def test_names_and_rows(text, names, rows, tmp_path):
    found = table(tmp_path, text)
    assert found.names == names
    assert list(found.rows()) == rows


def test_a_line_without_an_end_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr("mien.media._text.MAX_BYTES", 1 << 21)
    found = table(tmp_path, "a,b\n" + "x" * (1 << 22))
    with pytest.raises(MediaError) as caught:
        list(found.rows())
    assert caught.value.issue == "bomb"


def test_a_table_is_read_whole_up_to_a_limit(tmp_path):
    (tmp_path / "t.gz").write_bytes(gzip.compress(bytes(10_000)))
    assert len(read_whole(str(tmp_path / "t.gz"), 10_000)) == 10_000
    with pytest.raises(MediaError) as caught:
        read_whole(str(tmp_path / "t.gz"), 9_999)
    assert caught.value.issue == "bomb"


MEMBERS = {"x/a.csv": b"emotion,pixels\n0,1 2 3 4\n1,5 6 7 8\n", "b.json": b'[{"pixels": "1 2 3 4"}]', "x/c.txt": b"1"}


def pack(path):
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in MEMBERS.items():
                archive.writestr(name, data)
        return path
    with tarfile.open(path, f"w:{path.suffix[1:]}") as archive:
        for name, data in MEMBERS.items():
            header = tarfile.TarInfo(name)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return path


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz", "a.tar.bz2", "a.tar.xz"])
def test_paths_that_go_through_an_archive(name, tmp_path):
    archive = pack(tmp_path / name)
    assert split_path(f"{archive}/x/a.csv") == (str(archive), "x/a.csv")
    assert media.container_kind(f"{archive}/x/a.csv") == "csv"
    assert media.container_kind(f"{archive}/b.json") == "json"
    assert read_whole(f"{archive}/x/a.csv") == MEMBERS["x/a.csv"]
    rows = [
        ("1", f"{archive}/x/a.csv"),
        ("0", f"{archive}/x/a.csv"),
        ("0", f"{archive}/b.json"),
        ("x/c.txt", str(archive)),
    ]
    assert list(media.read_many(rows)) == [b"5 6 7 8", b"1 2 3 4", b"1 2 3 4", b"1"]
    gone = list(
        media.read_many([("0", f"{archive}/no.csv"), ("9", f"{archive}/x/a.csv"), ("0", f"{tmp_path}/no.zip/x")])
    )
    assert [one.issue for one in gone] == ["unreadable", "missing", "missing"]
    with pytest.raises(SourceError, match=r"holds no 'no\.csv'"):
        media.container_kind(f"{archive}/no.csv")


def test_a_folder_called_like_an_archive_is_a_folder(tmp_path):
    (tmp_path / "a.zip").mkdir()
    (tmp_path / "a.zip" / "t.csv").write_bytes(MEMBERS["x/a.csv"])
    assert split_path(f"{tmp_path}/a.zip/t.csv") == (f"{tmp_path}/a.zip/t.csv", None)
    assert media.read("1", f"{tmp_path}/a.zip/t.csv") == b"5 6 7 8"


@pytest.mark.parametrize("packed", [gzip.compress, bz2.compress, lzma.compress])
def test_what_is_packed_alone(packed, tmp_path):
    (tmp_path / "a").write_bytes(packed(MEMBERS["x/a.csv"]))
    assert media.container_kind(tmp_path / "a") == "csv"
    assert media.read("0", str(tmp_path / "a")) == b"1 2 3 4"
    (tmp_path / "b").write_bytes(packed(pack(tmp_path / "a.zip").read_bytes()))
    with pytest.raises(SourceError, match="a compressed zip file"):
        media.container_kind(tmp_path / "b")


GERMAN = ("fröhlich", "glücklich", "wütend", "überrascht", "Ärger", "traurig/müde")
FRENCH = ("naïve", "café", "garçon", "été", "colère", "dégoût")


@pytest.mark.parametrize("words", [GERMAN, FRENCH, ("señor", "mañana")])
def test_latin_words(words):
    for word in words:
        assert guess_coding([word.encode("cp437")], OLD_ZIP) == "cp437"
        assert guess_coding([word.encode("cp1252")], OLD_ZIP) == "cp1252"
        assert guess_coding([word.encode("cp1252")], OLD_TABLE) == "cp1252"
        assert guess_coding([word.encode()], OLD_ZIP) == "utf-8"


@pytest.mark.parametrize(
    ("coding", "words"),
    [
        ("cp932", ("笑顔", "悲しい", "怒り", "スマイル", "ハッピー", "驚き", "無表情", "test写真")),
        ("gbk", ("快乐", "悲伤", "愤怒", "惊讶")),
        ("big5", ("快樂", "憤怒")),
        ("cp866", ("весёлый", "грусть", "Злость")),
        ("cp1251", ("весёлый", "грусть", "Злость")),
    ],
)
def test_other_scripts(coding, words):
    assert guess_coding([word.encode(coding) for word in words], OLD_ZIP) == coding


@pytest.mark.parametrize("words", [(b"\xff\xfe\x80",), tuple(word.encode("cp949") for word in ("행복", "슬픔"))])
def test_what_can_be_read_in_two_ways_is_not_guessed(words):
    assert guess_coding(words, OLD_ZIP) is None


@given(st.lists(st.binary(max_size=20), max_size=5))
def test_any_words(words):
    coding = guess_coding(words, OLD_ZIP)
    assert coding is None or all(isinstance(word.decode(coding), str) for word in words if not word.isascii())


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"sep=;\n", b"\xff\xfe", b"a,pixels\n", b"{", b'[{"pixels":', b"\x1f\x8b"]),
)
def test_any_bytes(tmp_path_factory, data, start):
    """Whatever the bytes: rows, or an error that says which."""
    path = tmp_path_factory.getbasetemp() / "any.table"
    path.write_bytes(start + data)
    for read in (lambda: list(text_table(str(path)).rows()), lambda: json_records(str(path))):
        try:
            assert isinstance(read(), list)
        except MediaError as error:
            assert error.issue in ("unreadable", "missing", "bomb")  # noqa: PT017 - anything else is raised
    found = list(media.read_many([("0", str(path))]))
    assert isinstance(found[0], bytes | MediaError)
