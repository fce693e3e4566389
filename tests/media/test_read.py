"""Bytes from wherever they lie, bounded."""

from __future__ import annotations

import io
import os
import random
import tarfile
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import media
from mien.core.errors import MediaError, SourceError
from mien.media._files import bounded
from mien.media._read import _Forward

FILES = {f"faces/{number:03d} \u00e9.bin": bytes([number % 256]) * (number + 1) for number in range(700)}


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    folder = tmp_path_factory.mktemp("archives")
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for name, data in FILES.items():
            archive.writestr(name, data)
    for kind in ("", ":gz", ":bz2", ":xz"):
        with tarfile.open(folder / f"a{kind[1:]}.tar", "w" + kind) as archive:
            for name, data in FILES.items():
                header = tarfile.TarInfo(name)
                header.size = len(data)
                archive.addfile(header, io.BytesIO(data))
    cells = list(FILES.values())
    pl.DataFrame({"png": cells}).write_parquet(folder / "a.parquet", row_group_size=100)
    pl.DataFrame({"image": [{"bytes": cell, "path": "x"} for cell in cells]}).write_parquet(folder / "hf.parquet")
    return folder


def issue_of(path, container=None):
    with pytest.raises(MediaError) as caught:
        media.read(str(path), None if container is None else str(container))
    return caught.value.issue


ARCHIVES = ("a.zip", "a.tar", "agz.tar", "abz2.tar", "axz.tar", "a.parquet", "hf.parquet")


@pytest.mark.parametrize("name", ARCHIVES)
def test_any_order(name, archives):
    """In the archive's order, backwards, shuffled, twice, and with holes: the same bytes for the same row."""
    container = str(archives / name)
    rows = [(str(row) if "parquet" in name else path, data) for row, (path, data) in enumerate(FILES.items())]
    shuffled = random.Random(0).sample(rows, len(rows))  # noqa: S311 - a test's own order
    for order in (rows, rows[::-1], shuffled, rows[::90], [rows[5]] * 3):
        found = media.read_many([(path, container) for path, _ in order])
        assert list(found) == [data for _, data in order]


@pytest.mark.parametrize("name", ARCHIVES)
def test_what_is_not_there(name, archives):
    container = str(archives / name)
    first = "0" if "parquet" in name else next(iter(FILES))
    asked = ["9999", first, "no such", "9998"]
    found = list(media.read_many([(path, container) for path in asked]))
    assert [getattr(one, "issue", one) for one in found] == ["missing", b"\0", "missing", "missing"]
    assert issue_of("x", archives / ("no such " + name)) == "missing"


@pytest.mark.parametrize("name", ARCHIVES)
def test_half_an_archive(name, archives, tmp_path):
    half = tmp_path / name
    half.write_bytes((archives / name).read_bytes()[: (archives / name).stat().st_size // 2])
    first = "0" if "parquet" in name else next(iter(FILES))
    found = list(media.read_many([(first, str(half)), ("699", str(half)), (list(FILES)[-1], str(half))]))
    assert found[0] == b"\0" or found[0].issue == "unreadable"
    assert {one.issue for one in found[1:]} <= {"unreadable", "truncated", "missing"}
    assert any(one.issue == "unreadable" for one in found if isinstance(one, MediaError))


def test_mixed_rows_keep_their_order(archives, tmp_path):
    loose = tmp_path / "a b.png"
    loose.write_bytes(b"loose")
    name = list(FILES)[3]
    rows = [(str(loose), None), (name, str(archives / "a.zip")), ("3", str(archives / "a.parquet")), ("gone", None)]
    found = list(media.read_many(iter(rows)))
    assert found[:3] == [b"loose", FILES[name], FILES[name]]
    assert found[3].issue == "missing"


def test_loose_files(tmp_path):
    (tmp_path / "empty").touch()
    assert media.read(str(tmp_path / "empty")) == b""
    (tmp_path / "link").symlink_to("empty")
    assert media.read(str(tmp_path / "link")) == b""
    assert issue_of(tmp_path / "none") == "missing"
    assert issue_of(tmp_path / "empty" / "below") == "missing"
    assert issue_of(tmp_path) == "unreadable"
    assert issue_of("a\0b") == "missing"
    assert issue_of("x" * 5000) == "unreadable"
    (tmp_path / "circle").symlink_to("circle")
    assert issue_of(tmp_path / "circle") == "unreadable"


def test_pipes_and_devices_are_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert issue_of(tmp_path / "pipe") == "unreadable"
    assert issue_of("/dev/zero") == "unreadable"
    with pytest.raises(SourceError, match="pipe"):
        media.container_kind(tmp_path / "pipe")


def test_a_file_of_a_terabyte(tmp_path):
    with (tmp_path / "large").open("wb") as file:
        file.truncate(1 << 40)
    assert issue_of(tmp_path / "large") == "bomb"


def test_a_name_that_is_no_text(tmp_path):
    raw = os.fsencode(tmp_path) + b"/caf\xe9.png"
    Path(os.fsdecode(raw)).write_bytes(b"bytes")
    assert media.read(f"{tmp_path}/caf\\xe9.png") == b"bytes"
    (tmp_path / "caf\\xe9.png").write_bytes(b"backslash")
    assert media.read(f"{tmp_path}/caf\\xe9.png") == b"backslash"


def test_a_member_larger_than_allowed(tmp_path, monkeypatch):
    monkeypatch.setattr("mien.media._files.MAX_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("large", bytes(5000))
        archive.writestr("small", b"1")
    found = list(media.read_many([(name, str(tmp_path / "a.zip")) for name in ("large", "small")]))
    assert found[0].issue == "bomb"
    assert found[1] == b"1"


def test_a_zip_that_declares_less_than_it_holds(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(1_000_000))
    data = (tmp_path / "a.zip").read_bytes().replace((1_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    (tmp_path / "a.zip").write_bytes(data)
    assert issue_of("a", tmp_path / "a.zip") == "unreadable"


def test_a_locked_zip(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a", b"1")
    data = bytearray((tmp_path / "a.zip").read_bytes())
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(MediaError, match="Pack the archive again without a password"):
        media.read("a", str(tmp_path / "a.zip"))


def test_a_tar_header_that_asks_for_gigabytes(tmp_path):
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 7 << 30
    (tmp_path / "a.tar").write_bytes(header.tobuf(tarfile.GNU_FORMAT) + bytes(2048))
    with pytest.raises(MediaError, match="a header is too large"):
        media.read("a", str(tmp_path / "a.tar"))


def test_a_file_that_is_longer_than_it_says(monkeypatch):
    monkeypatch.setattr("mien.media._files.MAX_BYTES", 1000)
    assert bounded(io.BytesIO(b"x" * 900), "a", 10) == b"x" * 900
    with pytest.raises(MediaError, match="'a' is larger"):
        bounded(io.BytesIO(b"x" * 9000), "a", 10)


def test_rows_that_are_not_there_do_not_cost_a_walk_each():
    walks = []

    def walk(container):
        walks.append(container)
        return ((str(number), lambda: b"1") for number in range(1000))

    found = list(_Forward("a", walk).read_many(iter(["999", *(f"no {number}" for number in range(500)), "0"])))
    assert [found[0], found[-1]] == [b"1", b"1"]
    assert {error.issue for error in found[1:-1]} == {"missing"}
    assert len(walks) <= 2


def test_cells(tmp_path):
    table = tmp_path / "a.csv"
    table.write_text('emotion,pixels,Usage\n0,1 2 3 4,Training\n1,,Training\n\n2,"5 6\n7 8",Training\n3\n')
    found = list(media.read_many([(str(row), str(table)) for row in range(4)]))
    assert found[0] == b"1 2 3 4"
    assert found[2].split() == b"5 6 7 8".split()
    assert [found[1].issue, found[3].issue] == ["empty", "empty"]
    semicolons = tmp_path / "b.csv"
    semicolons.write_text("\ufeffpixels;label\n9 9;a\n", encoding="utf-8")
    assert media.read("0", str(semicolons)) == b"9 9"


def test_lists_of_numbers(tmp_path):
    frame = pl.DataFrame({"pixels": [[[0, 255], [255, 0]], None]}, schema={"pixels": pl.List(pl.List(pl.UInt8))})
    frame.write_parquet(tmp_path / "a.parquet")
    assert media.decode(media.read("0", str(tmp_path / "a.parquet")))[:, :, 0].tolist() == [[0, 255], [255, 0]]
    assert issue_of("1", tmp_path / "a.parquet") == "empty"


def test_which_column():
    pick = media.pixel_column
    pictures = pl.Struct({"bytes": pl.Binary, "path": pl.String})
    assert pick({"id": pl.String, "Image": pictures, "label": pl.Int64}) == "Image"
    assert pick({"blob": pl.Binary, "label": pl.String}) == "blob"
    assert pick({"blob": pl.Binary, "label": pl.String, "path": pl.String}) is None
    assert pick({"a": pl.Binary, "b": pl.Binary}) is None
    assert pick({"image": pl.String, "label": pl.String}) is None
    assert pick({"pixels": pl.Array(pl.UInt8, (48, 48))}) == "pixels"
    assert pick({"pixels": pl.List(pl.String)}) is None
    assert pick({"image": pl.Float32, "png": pl.Binary}) == "png"
    assert pick({}) is None


@settings(max_examples=100, deadline=None)
@given(
    data=st.binary(max_size=300),
    start=st.sampled_from([b"", b"PK\3\4", b"PAR1", b"BZh9", b"\x1f\x8b\x08", b"pixels\n"]),
)
def test_any_container(tmp_path_factory, data, start):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(start + data)
    found = list(media.read_many([("0", str(path)), ("a", str(path))]))
    assert len(found) == 2
    assert all(isinstance(one, bytes | MediaError) for one in found)
