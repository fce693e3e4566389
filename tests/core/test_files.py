"""Writing: a file is whole, or it is as it was. Failures here are the system's own, root or not."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mien.core.errors import StorageError
from mien.core.files import storage_error, write_bytes, write_text, writing

FULL = Path("/dev/full")  # Linux: every write fails with ENOSPC


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_with_its_folders(tmp_path):
    target = tmp_path / "runs" / "first" / "scores.json"
    assert write_bytes(target, b"{}") == target
    assert target.read_bytes() == b"{}"
    assert names(target.parent) == ["scores.json"]


def test_an_older_file_is_replaced(tmp_path):
    target = tmp_path / "a.txt"
    write_text(target, "old and longer")
    write_text(target, "new")
    assert target.read_text() == "new"
    assert names(tmp_path) == ["a.txt"]


@given(text=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_text_comes_back_as_it_was(tmp_path, text):
    assert write_text(tmp_path / "a.txt", text).read_bytes().decode("utf-8") == text


def test_the_file_has_the_usual_rights(tmp_path):
    before = os.umask(0o027)
    try:
        mode = write_bytes(tmp_path / "a", b"x").stat().st_mode
    finally:
        os.umask(before)
    assert mode & 0o777 == 0o640


def test_the_name_beside_keeps_the_ending(tmp_path):
    with writing(tmp_path / "model.onnx") as beside:
        assert beside.suffix == ".onnx"
        assert beside.parent == tmp_path
        beside.write_bytes(b"x")


@pytest.mark.parametrize("stop", [ValueError, KeyboardInterrupt, SystemExit])
def test_whoever_stops_half_way_leaves_the_old_file_and_nothing_else(tmp_path, stop):
    target = write_bytes(tmp_path / "a.txt", b"old")
    with pytest.raises(stop), writing(target) as beside:  # noqa: PT012 - the half is the point
        beside.write_bytes(b"half")
        raise stop
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


def test_a_full_disk_is_a_sentence_and_loses_nothing(tmp_path):
    target = write_bytes(tmp_path / "a.txt", b"old")
    with pytest.raises(StorageError, match=r"the disk is full") as caught, writing(target) as beside:  # noqa: PT012
        beside.write_bytes(b"half")
        FULL.write_bytes(b"the rest")
    assert isinstance(caught.value.__cause__, OSError)
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["a.txt"]


# The limit is the kernel's own and holds for root too. It needs a process of its own: it cannot be raised again.
TOO_LARGE = """
import resource, sys
from mien.core.errors import StorageError
from mien.core.files import write_bytes
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
try:
    write_bytes(sys.argv[1], b"x" * 100_000)
except StorageError as error:
    print(error)
"""


def test_a_file_that_may_not_grow_leaves_the_old_one(tmp_path):
    target = write_bytes(tmp_path / "a.bin", b"old")
    done = subprocess.run([sys.executable, "-c", TOO_LARGE, str(target)], capture_output=True, text=True, check=True)
    assert "could not be written" in done.stdout
    assert "What was there before is unchanged." in done.stdout
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]


def test_a_file_where_a_folder_should_be(tmp_path):
    write_bytes(tmp_path / "runs", b"a file")
    with pytest.raises(StorageError, match=r"'.*runs/x/a.txt' could not be written"):
        write_text(tmp_path / "runs" / "x" / "a.txt", "new")
    assert (tmp_path / "runs").read_bytes() == b"a file"


def test_a_folder_where_the_file_should_be(tmp_path):
    (tmp_path / "a.txt" / "inner").mkdir(parents=True)
    with pytest.raises(StorageError):
        write_text(tmp_path / "a.txt", "new")
    assert names(tmp_path) == ["a.txt"]
    assert names(tmp_path / "a.txt") == ["inner"]


def test_a_place_that_takes_no_files():
    with pytest.raises(StorageError, match=r"could not be written"):
        write_text("/proc/mien.txt", "new")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EACCES, "you may not write there"),
        (errno.EPERM, "you may not write there"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_each_reason_has_its_words(number, words):
    sentence = str(storage_error("a.txt", OSError(number, os.strerror(number))))
    assert sentence.startswith("'a.txt' could not be written: ")
    assert words in sentence
    assert sentence.endswith("What was there before is unchanged.")


def test_an_error_without_a_number_keeps_its_own_words():
    assert "something odd" in str(storage_error("a.txt", OSError("something odd")))


def test_a_reader_sees_the_old_file_or_the_new_one(tmp_path):
    target = tmp_path / "a.bin"
    wholes = [bytes([byte]) * 300_000 for byte in b"ab"]
    write_bytes(target, wholes[0])
    seen: set[bytes] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.add(target.read_bytes())

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(40):
        write_bytes(target, wholes[turn % 2])
    stop.set()
    reader.join()
    assert seen <= set(wholes)
    assert seen


def test_a_folder_is_held_by_one_process_and_the_second_waits_so_long(tmp_path):
    from mien.core.files import locked

    with locked(tmp_path), pytest.raises(TimeoutError), locked(tmp_path, 0.2):
        pass
    with locked(tmp_path, 0):
        pass
