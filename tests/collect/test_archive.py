"""Archives: the same rows as the folder they were packed from, and nothing that could do harm."""

from __future__ import annotations

import io
import tarfile
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import collect, media
from mien.core.errors import SourceError

from .conftest import picture, refused, skipped

NAMES = ("happy/a.png", "happy/deep/é 2.png", "sad/b.png", "README.md", "happy/.hidden", "__MACOSX/happy/x")
KINDS = ("zip", "tar", "tar.gz", "tar.bz2", "tar.xz")


def pack(path, files, kind):
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return path
    with tarfile.open(path, "w:" + kind[4:]) as archive:
        for name, data in files.items():
            header = tarfile.TarInfo(name)
            header.size = len(data)
            archive.addfile(header, io.BytesIO(data))
    return path


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrapper", ["", "faces/", "./", "./a/b/"])
def test_the_same_rows_as_the_folder(kind, wrapper, make, tmp_path):
    root = make(*NAMES)
    files = {wrapper + name: (root / name).read_bytes() for name in NAMES}
    manifest = collect.scan(pack(tmp_path / "wrong.ending", files, kind))
    expected = collect.scan(root)
    assert manifest.frame.select("id", "content", "label").equals(expected.frame.select("id", "content", "label"))
    places = manifest.frame.select("path", "container").rows()
    read = [media.read(*place) for place in places]
    assert read == [(root / name).read_bytes() for name in expected.frame["id"]]
    assert {container for _, container in places} == {str(tmp_path / "wrong.ending")}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["faces", "wrong.ending"]  # nothing unpacked


def test_ready_made_splits_in_an_archive(tmp_path):
    files = {f"data/{side}/{label}/{n}.png": picture(n) for side in ("train", "test") for label in "xy" for n in (1, 2)}
    frame = collect.scan(pack(tmp_path / "a.zip", files, "zip")).frame
    assert dict(frame.group_by("split").len().iter_rows()) == {"train": 4, "test": 4}
    assert frame["id"][0] == "train/x/1.png"


def test_a_table_beside_the_class_folders(tmp_path):
    table = b"path,person\nx/1.png,p1\ny/2.png,p2\n"
    files = {"data/faces.csv": table, "data/x/1.png": picture(1), "data/y/2.png": picture(2)}
    for kind in ("zip", "tar.gz"):
        assert collect.scan(pack(tmp_path / kind, files, kind)).frame["person"].to_list() == ["p1", "p2"]


def test_backslashes_of_old_programs(tmp_path):
    files = {"x\\1.png": picture(1), "y\\deep\\2.png": picture(2)}
    manifest = collect.scan(pack(tmp_path / "a.zip", files, "zip"))
    assert manifest.frame["id"].to_list() == ["x/1.png", "y/deep/2.png"]
    assert media.read(*manifest.frame.select("path", "container").row(1)) == picture(2)


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
@pytest.mark.parametrize(
    "name", ["../x.png", "a/../../x.png", "/etc/x.png", "C:\\x.png", "c:/x.png", "..\\x", "\\\\host\\x"]
)
def test_no_path_may_escape(kind, name, tmp_path):
    words = refused(pack(tmp_path / "a", {"x/1.png": picture(1), "y/2.png": picture(2), name: b"1"}, kind))
    assert "outside of its folder" in words
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [(tarfile.SYMTYPE, "link"), (tarfile.LNKTYPE, "link"), (tarfile.FIFOTYPE, "pipe"), (tarfile.CHRTYPE, "device")],
)
def test_links_and_devices_in_a_tar(kind, words, tmp_path):
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        header = tarfile.TarInfo("x/1.png")
        header.type, header.linkname = kind, "/etc/passwd"
        archive.addfile(header)
    assert words in refused(tmp_path / "a.tar")


def test_links_in_a_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        link = zipfile.ZipInfo("x/1.png")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert "is a link" in refused(tmp_path / "a.zip")


@pytest.mark.parametrize("kind", ["zip", "tar.gz"])
def test_a_bomb(kind, tmp_path, monkeypatch):
    monkeypatch.setattr("mien.collect._archive.FREE_BYTES", 1 << 20)
    zeros = bytes(3 << 20)
    if kind == "zip":
        with zipfile.ZipFile(tmp_path / "a", "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(4):
                archive.writestr(f"{number % 2}/{number}.png", zeros)
    else:
        pack(tmp_path / "a", {f"{number % 2}/{number}.png": zeros for number in range(4)}, kind)
    assert "decompression bomb" in refused(tmp_path / "a")


def test_too_many_members(tmp_path, monkeypatch):
    monkeypatch.setattr("mien.collect._archive.MAX_MEMBERS", 10)
    assert "decompression bomb" in refused(pack(tmp_path / "a", {f"x/{number}": b"1" for number in range(11)}, "zip"))


def test_one_member_too_large_is_one_bad_row(tmp_path, monkeypatch):
    monkeypatch.setattr("mien.media._files.MAX_BYTES", 1000)
    files = {"x/1.png": picture(1), "x/large": bytes(2000), "y/2.png": picture(2)}
    for kind in ("zip", "tar"):
        content = collect.scan(pack(tmp_path / kind, files, kind)).frame["content"].to_list()
        assert content[1] == "unreadable:x/large"
        assert len(content[2]) == 64


def test_a_locked_zip(tmp_path):
    data = bytearray(pack(tmp_path / "a.zip", {"x/1.png": b"1"}, "zip").read_bytes())
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    assert "password" in refused(tmp_path / "a.zip")


@pytest.mark.parametrize("kind", KINDS)
def test_half_an_archive(kind, tmp_path):
    files = {f"{label}/{number}.png": picture(number) for label in "xy" for number in range(100)}
    whole = pack(tmp_path / "a", files, kind).read_bytes()
    (tmp_path / "a").write_bytes(whole[: len(whole) // 2])
    assert "cannot be read" in refused(tmp_path / "a") or "damaged" in refused(tmp_path / "a")


def test_an_archive_that_holds_nothing(tmp_path):
    for kind in ("zip", "tar"):
        assert "is empty" in refused(pack(tmp_path / kind, {}, kind)) or kind == "tar"
    assert "no class folders" in refused(pack(tmp_path / "b", {"a.png": b"1"}, "zip"))
    assert "only the class 'x'" in refused(pack(tmp_path / "c", {"x/a.png": b"1"}, "zip"))


# How names are coded


def without_flag(path, names, coding):
    """Pack names in a coding that the archive does not name, as old programs do."""
    files = {name: picture(number) for number, name in enumerate(names)}
    data = pack(
        path,
        {f"{number:03}" + "x" * (len(name.encode(coding)) - 3): files[name] for number, name in enumerate(names)},
        "zip",
    ).read_bytes()
    for number, name in enumerate(names):
        raw = name.encode(coding)
        data = data.replace(f"{number:03}".encode() + b"x" * (len(raw) - 3), raw)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("coding", "labels"),
    [
        ("utf-8", ("fröhlich", "悲しい")),
        ("cp437", ("fröhlich", "wütend")),
        ("cp1252", ("fröhlich", "wütend")),
        ("cp932", ("悲しい", "笑顔")),
        ("cp866", ("весёлый", "грусть")),
        ("gbk", ("悲伤", "愤怒")),
    ],
)
def test_names_without_the_mark_for_utf_8(coding, labels, tmp_path):
    names = [f"{label}/{number}.png" for label in labels for number in range(2)]
    manifest = collect.scan(without_flag(tmp_path / "a.zip", names, coding))
    assert manifest.labels == tuple(sorted(labels))
    assert manifest.frame["id"].to_list() == names
    assert [media.read(*row) for row in manifest.frame.select("path", "container").rows()] == list(
        map(picture, range(4))
    )


def test_names_with_the_mark_are_never_read_otherwise(tmp_path):
    names = ("Å╬èτ/a.png", "ö▀é╡/b.png", "fröhlich/c.png")
    manifest = collect.scan(pack(tmp_path / "a.zip", {name: picture(1) for name in names}, "zip"))
    assert set(manifest.labels) == {"Å╬èτ", "ö▀é╡", "fröhlich"}


def test_names_that_can_be_read_in_two_ways(tmp_path):
    path = without_flag(tmp_path / "a.zip", ["행복/0.png", "슬픔/1.png"], "cp949")
    words = refused(path)
    assert "in which coding they are cannot be told" in words
    assert "Unpack it, and give the folder" in words
    files = without_flag(tmp_path / "b.zip", ["happy/행복.png", "sad/슬픔.png"], "cp949")
    assert collect.scan(files).labels == ("happy", "sad")  # the names of files are no labels


def test_names_in_a_tar_that_are_no_text(tmp_path):
    with tarfile.open(tmp_path / "a.tar", "w", encoding="latin-1", format=tarfile.GNU_FORMAT) as archive:
        for number, name in enumerate(("tr\xefste/a.png", "happy/\xe9.png")):
            header = tarfile.TarInfo(name)
            header.size = len(picture(number))
            archive.addfile(header, io.BytesIO(picture(number)))
    frame = collect.scan(tmp_path / "a.tar").frame
    assert frame["id"].to_list() == ["tr\\xefste/a.png", "happy/\\xe9.png"]
    assert [media.read(*row) for row in frame.select("path", "container").rows()] == [picture(0), picture(1)]


# What is no archive of pictures, and what lies in one


PROGRAMS = [
    (("[Content_Types].xml", "xl/workbook.xml"), "an Excel workbook", "CSV UTF-8"),
    (("mimetype", "content.xml"), "an OpenDocument file", "CSV UTF-8"),
    (("[Content_Types].xml", "word/document.xml"), "a Word document", "pictures"),
    (("a.npy", "b.npy"), "NumPy arrays (.npz)", "class folders"),
    (("config.json", "model.weights.h5", "metadata.json"), "a Keras model", "trained on"),
]


@pytest.mark.parametrize(("names", "what", "todo"), PROGRAMS, ids=[what for _, what, _ in PROGRAMS])
def test_other_programs_files_are_called_by_their_names(names, what, todo, tmp_path):
    words = refused(pack(tmp_path / "x.xlsx", dict.fromkeys(names, b"1"), "zip"))
    assert what in words
    assert todo in words


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_in_an_archive_is_named(kind, tmp_path):
    inner = pack(tmp_path / "inner.zip", {"happy/a.png": b"1", "sad/b.png": b"2"}, "zip").read_bytes()
    words = refused(pack(tmp_path / "outer", {"data/inner.zip": inner, "README": b"1"}, kind))
    assert "but the archive 'data/inner.zip'" in words
    manifest = collect.scan(pack(tmp_path / "both", {"x/a.png": b"1", "y/b.png": b"2", "inner.zip": inner}, kind))
    assert skipped(manifest) == {"files beside the class folders": (1, ("inner.zip",))}


def test_empty_folders_of_an_archive(tmp_path):
    files = {"happy/a.png": b"1", "sad/b.png": b"2", "fear/": b"", "happy/": b"", "__MACOSX/": b""}
    assert skipped(collect.scan(pack(tmp_path / "a.zip", files, "zip"))) == {"empty folders": (1, ("fear",))}
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for name in ("happy/a.png", "sad/b.png", "fear"):
            header = tarfile.TarInfo(name)
            header.type = tarfile.REGTYPE if "." in name else tarfile.DIRTYPE
            archive.addfile(header)
    assert skipped(collect.scan(tmp_path / "a.tar")) == {"empty folders": (1, ("fear",))}


def test_two_members_of_one_name_are_one_row(tmp_path):
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for name in ("x/1", "y/2", "x/1"):
            archive.addfile(tarfile.TarInfo(name))
    assert sorted(collect.scan(tmp_path / "a.tar").frame["id"]) == ["x/1", "y/2"]


names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=30)


@settings(max_examples=80, deadline=None)
@given(st.dictionaries(names, st.binary(max_size=5), min_size=1, max_size=5), st.sampled_from(["zip", "tar", "tar.gz"]))
def test_any_names(tmp_path_factory, files, kind):
    """Whatever the members are called: rows that stay inside and can be read, or a sentence."""
    path = tmp_path_factory.getbasetemp() / "any.archive"
    pack(path, files, kind)
    rows = []
    try:
        rows = collect.scan(path).frame.rows(named=True)
    except SourceError as error:
        rows = []
        assert_sentence(error)
    for row in rows:
        assert ".." not in row["id"].split("/")
        assert not row["id"].startswith("/")
        assert row["content"].startswith("unreadable") or isinstance(media.read(row["path"], row["container"]), bytes)


def assert_sentence(error):
    assert str(error).rstrip().endswith((".", "?", "!", ":"))


@settings(max_examples=80, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"PK\3\4", b"PK\5\6", b"PAR1", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0"]),
)
def test_any_bytes(tmp_path_factory, data, start):
    path = tmp_path_factory.getbasetemp() / "any.bytes"
    path.write_bytes(start + data)
    with pytest.raises(SourceError) as caught:
        collect.scan(path)
    assert_sentence(caught.value)
