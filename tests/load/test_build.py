import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from mien import load
from mien.core.errors import SettingError, SourceError, StorageError
from mien.core.types import InputContract, Manifest


class Count:
    """A progress that says how many pictures were decoded; it can stop like Ctrl-C."""

    def __init__(self, stop_after=None):
        self.seen, self.stop_after = 0, stop_after

    def __call__(self, items, *, total, what):
        for item in items:
            yield item
            self.seen += 1
            if self.seen == self.stop_after:
                raise KeyboardInterrupt


def build(manifest, folder, size=16, stop_after=None):
    count = Count(stop_after)
    return load.build(manifest, InputContract(("happy", "sad"), size), folder, progress=count), count.seen


def names(folder):
    return sorted(path.name.partition(".")[2] for path in folder.glob("pictures-*"))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "a folder" / "cache"


def test_a_second_call_decodes_nothing_and_needs_no_source(faces, folder, tmp_path):
    first, decoded = build(faces, folder)
    assert decoded == 30
    shutil.rmtree(tmp_path / "faces")
    second, decoded = build(faces, folder)
    assert decoded == 0
    np.testing.assert_array_equal(first.array(faces), second.array(faces))
    assert names(folder) == ["parquet", "u8"]


def test_the_manifests_order_does_not_matter(faces, folder):
    first, _ = build(faces, folder)
    turned = Manifest(faces.frame.reverse())
    second, decoded = build(turned, folder)
    assert (decoded, second.path) == (0, first.path)


def test_another_size_is_another_cache(faces, folder):
    build(faces, folder)
    cache, decoded = build(faces, folder, size=8)
    assert decoded == 30
    assert cache.array(faces).shape == (30, 8, 8, 3)


def test_twins_are_decoded_once(lay, png, tmp_path, folder):
    manifest = lay(tmp_path / "twins", {"happy-1.png": png(1), "sad-1.png": png(1), "sad-2.png": png(2)})
    cache, decoded = build(manifest, folder)
    assert decoded == len(cache) == 2
    assert cache.rows(manifest)[0] == cache.rows(manifest)[1]


def test_rows_set_aside_are_left_out(faces, folder):
    cache, decoded = build(faces.set_aside({"sad-0.png": "blank"}), folder)
    assert decoded == len(cache) == 29


def test_part_of_a_cache_is_taken_from_it(faces, folder, tmp_path):
    whole, _ = build(faces, folder)
    part, decoded = build(Manifest(faces.frame[5:9]), folder)
    assert (decoded, part.path) == (0, whole.path)
    np.testing.assert_array_equal(part.array(Manifest(faces.frame[5:9])), whole.array(faces)[5:9])


def test_only_new_pictures_are_decoded(faces, folder):
    build(Manifest(faces.frame[:12]), folder)
    build(Manifest(faces.frame[10:20]), folder)
    cache, decoded = build(faces, folder)
    assert decoded == 10
    clean, _ = build(faces, folder.parent / "other")
    np.testing.assert_array_equal(cache.array(faces), clean.array(faces))


def test_ctrl_c_keeps_what_is_done(faces, folder):
    with pytest.raises(KeyboardInterrupt):
        build(faces, folder, stop_after=13)
    assert names(folder) == ["u8.done", "u8.part"]
    cache, decoded = build(faces, folder)
    assert decoded <= 30 - 12
    assert names(folder) == ["parquet", "u8"]
    clean, _ = build(faces, folder.parent / "other")
    np.testing.assert_array_equal(cache.array(faces), clean.array(faces))


def test_a_row_without_its_word_in_the_journal_is_not_trusted(faces, folder):
    with pytest.raises(KeyboardInterrupt):
        build(faces, folder, stop_after=13)
    part, journal = next(folder.glob("*.part")), next(folder.glob("*.done"))
    done = np.frombuffer(journal.read_bytes(), np.uint8)
    pixels = np.memmap(part, np.uint8, "r+").reshape(30, -1)
    pixels[done == 0, : pixels.shape[1] // 2] = 77  # torn: half a row
    del pixels
    cache, _ = build(faces, folder)
    clean, _ = build(faces, folder.parent / "other")
    np.testing.assert_array_equal(cache.array(faces), clean.array(faces))


@pytest.mark.parametrize("damage", ["part cut", "part gone", "journal cut", "journal foreign", "journal gone"])
def test_a_damaged_partial_file_is_begun_anew(faces, folder, damage):
    with pytest.raises(KeyboardInterrupt):
        build(faces, folder, stop_after=13)
    what, how = damage.split()
    path = next(folder.glob("*.part" if what == "part" else "*.done"))
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + (b"x" if how == "foreign" else b""))
    cache, decoded = build(faces, folder)
    assert decoded == 30
    clean, _ = build(faces, folder.parent / "other")
    np.testing.assert_array_equal(cache.array(faces), clean.array(faces))


def test_a_kill_between_the_two_renames_loses_nothing(faces, folder):
    cache, _ = build(faces, folder)
    expected = cache.array(faces)
    cache.path.rename(cache.path.with_suffix(".u8.part"))
    cache.path.with_suffix(".u8.done").write_bytes(b"\1" * 30)
    again, decoded = build(faces, folder)
    assert decoded == 0
    np.testing.assert_array_equal(again.array(faces), expected)


@pytest.mark.parametrize(
    "damage", ["short", "long", "no pixels", "no index", "index cut", "foreign", "old", "other set"]
)
def test_a_damaged_or_foreign_cache_is_made_anew(faces, folder, damage):
    cache, _ = build(faces, folder)
    expected = cache.array(faces)
    pixels, index = cache.path, cache.path.with_suffix(".parquet")
    frame, meta = pl.read_parquet(index), pl.read_parquet_metadata(index)["mien.cache"]
    if damage in ("short", "long"):
        os.truncate(pixels, pixels.stat().st_size + (1 if damage == "long" else -1))
    elif damage in ("no pixels", "no index"):
        (pixels if damage == "no pixels" else index).unlink()
    elif damage == "index cut":
        os.truncate(index, index.stat().st_size // 2)
    elif damage == "other set":
        frame.with_columns(content="x" + pl.col("content")).write_parquet(index, metadata={"mien.cache": meta})
    else:
        old = meta.replace('"format": 1', '"format": 0')
        frame.write_parquet(index, metadata={"mien.cache": old} if damage == "old" else {})
    again, decoded = build(faces, folder)
    assert decoded == 30
    np.testing.assert_array_equal(again.array(faces), expected)


def test_pictures_that_cannot_be_decoded_are_named(faces, lay, png, tmp_path, folder):
    bad = lay(tmp_path / "bad", {"sad-x.png": png(50)[:60], "sad-y.png": b"", "happy-z.png": b"not a picture"})
    both = Manifest(pl.concat([faces.frame, bad.frame]))
    cache, _ = build(both, folder)
    assert sorted(cache.failed) == ["happy-z.png", "sad-x.png", "sad-y.png"]
    assert all(why.endswith((".", "?")) for why in cache.failed.values())
    with pytest.raises(SourceError, match="3 of 33 samples are not in the cache"):
        cache.rows(both)
    rest = both.set_aside(cache.failed).used
    assert cache.array(rest).shape == (30, 16, 16, 3)
    again, decoded = build(both, folder)
    assert (decoded, again.failed) == (0, cache.failed)


def test_a_missing_picture_is_tried_again_once_it_is_back(faces, folder, tmp_path):
    gone = tmp_path / "faces" / "sad-0.png"
    gone.rename(tmp_path / "aside.png")
    cache, _ = build(faces, folder)
    assert list(cache.failed) == ["sad-0.png"]
    assert build(faces, folder)[1] == 0
    (tmp_path / "aside.png").rename(gone)
    again, decoded = build(faces, folder)
    assert (decoded, again.failed) == (1, {})
    assert again.array(faces).shape == (30, 16, 16, 3)


def test_a_picture_that_changed_since_is_not_stored_under_its_old_name(faces, folder, tmp_path, png):
    (tmp_path / "faces" / "sad-0.png").write_bytes(png(77))
    cache, _ = build(faces, folder)
    assert "changed since it was collected" in cache.failed["sad-0.png"]


def test_only_unreadable_pictures_are_answered(lay, tmp_path, folder):
    manifest = lay(tmp_path / "bad", {"sad-1.png": b"x", "sad-2.png": b"yy"})
    with pytest.raises(SourceError, match="None of 2 pictures could be decoded"):
        build(manifest, folder)


def test_no_pictures_are_answered(faces, folder):
    with pytest.raises(SourceError, match="No picture is in use"):
        build(Manifest(faces.frame[:0]), folder)


def test_sounds_are_answered(faces, folder):
    with pytest.raises(SettingError, match="asked for sounds"):
        build(Manifest(faces.frame.with_columns(kind=pl.lit("sound"))), folder)


def test_too_little_space_is_said_before_the_work(faces, folder):
    with pytest.raises(StorageError, match=r"30 pictures of 1000000 px .* needs 90,000,000.0 MB, and .* MB are free"):
        build(faces, folder, size=1_000_000)
    assert names(folder) == []


def test_a_place_that_cannot_be_written_is_answered(faces):
    with pytest.raises(StorageError, match="'/dev/full/cache' could not be written"):
        build(faces, Path("/dev/full/cache"))


def test_a_write_that_the_system_refuses_is_answered(faces, folder, tmp_path):
    faces.save(tmp_path / "faces.parquet")
    code = (
        "import resource, sys; from mien import load; from mien.core.types import InputContract, Manifest\n"
        "from mien.core.errors import StorageError\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "try: load.build(Manifest.read(sys.argv[1]), InputContract(('happy', 'sad'), 16), sys.argv[2])\n"
        "except StorageError as error: print(error)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "faces.parquet"), str(folder)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "could not be written: a file may not grow that large here" in said
    assert names(folder) == []


def test_two_processes_at_once_make_one_cache(faces, folder, tmp_path):
    faces.save(tmp_path / "faces.parquet")
    code = (
        "import sys; from mien import load; from mien.core.types import InputContract, Manifest\n"
        "manifest = Manifest.read(sys.argv[1])\n"
        "cache = load.build(manifest, InputContract(('happy', 'sad'), 16), sys.argv[2])\n"
        "print(cache.array(manifest).sum())"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "faces.parquet"), str(folder)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = {process.communicate()[0] for process in both}
    assert [process.returncode for process in both] == [0, 0]
    assert said == {f"{build(faces, folder)[0].array(faces).sum()}\n"}


def test_a_killed_build_goes_on(faces, folder, tmp_path):
    faces.save(tmp_path / "faces.parquet")
    code = (
        "import sys, time; from mien import load; from mien.core.types import InputContract, Manifest\n"
        "import mien.load._store as store; store._SAVE_EVERY = 0\n"
        "def slow(items, **_):\n"
        "    for number, item in enumerate(items): yield item; number != 4 or time.sleep(600)\n"
        "load.build(Manifest.read(sys.argv[1]), InputContract(('happy', 'sad'), 16), sys.argv[2], progress=slow)"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "faces.parquet"), str(folder)])
    while not any(path.read_bytes().count(1) == 5 for path in folder.glob("pictures-*.done")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    cache, decoded = build(faces, folder)
    assert decoded == 25
    clean, _ = build(faces, folder.parent / "other")
    np.testing.assert_array_equal(cache.array(faces), clean.array(faces))
