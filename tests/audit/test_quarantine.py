from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mien import audit
from mien.audit import _quarantine
from mien.audit._log import Move, append, read
from mien.audit._moves import move_out, put_back
from mien.core.errors import StorageError
from mien.core.types import Manifest

GONE = {
    "happy/empty.jpg",
    "happy/cut.png",
    "happy/page.jpg",
    "happy/drawing.svg",
    "happy/huge.png",
    "happy/copy of 1.png",
    "happy/3.png",
    "sad/3 again.png",
}


def _tree(folder: Path) -> dict[str, tuple[object, ...]]:
    """Every file with its bytes and time, every link with its target."""
    found: dict[str, tuple[object, ...]] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = ("link", path.readlink())
        elif path.is_file():
            found[name] = (path.read_bytes(), path.stat().st_mtime_ns)
    return found


def _fix(folder: Path, manifest_of, **options):
    manifest = manifest_of(folder)
    return audit.quarantine(manifest, audit.check(manifest).findings, folder, **options)


def test_moves_what_clean_sets_aside_and_undo_restores_every_byte(dirty, manifest_of):
    before = _tree(dirty)
    log = _fix(dirty, manifest_of)
    folder = dirty.with_name("faces.quarantine")
    assert log == folder / "log.jsonl"
    assert set(_tree(folder)) == GONE | {"log.jsonl"}
    assert set(_tree(dirty)) == set(before) - GONE
    assert {name: what for name, what in _tree(folder).items() if name in GONE} == {n: before[n] for n in GONE}
    assert audit.undo(dirty) == len(GONE)
    assert _tree(dirty) == before
    assert not folder.exists()


def test_the_log_says_its_format_and_why(dirty, manifest_of):
    lines = [json.loads(line) for line in _fix(dirty, manifest_of).read_text().splitlines()]
    assert lines[0] == {"mien": "quarantine", "format": 1}
    assert {line["place"]: line["why"] for line in lines[1:]}["happy/cut.png"] == "truncated"


def test_undo_takes_the_quarantine_folder_too(dirty, manifest_of):
    before = _tree(dirty)
    assert audit.undo(_fix(dirty, manifest_of).parent) == len(GONE)
    assert _tree(dirty) == before


def test_nothing_to_move_makes_nothing(faces, manifest_of):
    assert _fix(faces, manifest_of) is None
    assert [path.name for path in faces.parent.iterdir()] == ["faces"]


def test_undo_without_a_quarantine_says_where_it_looked(faces):
    with pytest.raises(StorageError, match=r"no quarantine of .*faces.quarantine"):
        audit.undo(faces)


def test_undo_never_replaces_what_stands_there_now(dirty, manifest_of):
    before = _tree(dirty)
    _fix(dirty, manifest_of)
    (dirty / "happy" / "cut.png").write_bytes(b"new")
    with pytest.raises(StorageError, match=r"7 files are back, 1 are still in .*'happy/cut.png'"):
        audit.undo(dirty)
    assert (dirty / "happy" / "cut.png").read_bytes() == b"new"
    (dirty / "happy" / "cut.png").unlink()
    assert audit.undo(dirty) == 1
    assert _tree(dirty) == before


def test_undo_makes_a_class_folder_again_that_was_removed(dirty, manifest_of):
    before = _tree(dirty)
    _fix(dirty, manifest_of)
    shutil.rmtree(dirty / "happy")
    audit.undo(dirty)
    assert {name: what for name, what in _tree(dirty).items() if name in GONE} == {n: before[n] for n in GONE}


def test_a_second_fix_keeps_the_first_ones_files(faces, manifest_of):
    bad = faces / "sad" / "bad.png"
    for number in (1, 2, 3):
        bad.write_bytes(b"bad" * number)
        log = _fix(faces, manifest_of)
    kept = [path.read_bytes() for path in sorted(log.parent.rglob("bad.png"))]
    assert sorted(kept) == [b"bad", b"badbad", b"badbadbad"]
    with pytest.raises(StorageError, match="1 files are back, 2 are still"):
        audit.undo(faces)


def test_a_data_file_named_like_the_log_is_moved_beside_it(tmp_path):
    root, folder = tmp_path / "faces", tmp_path / "faces.quarantine"
    root.mkdir()
    (root / "log.jsonl").write_bytes(b"data")
    move_out({"log.jsonl": "unreadable"}, root, folder)
    assert audit.undo(root) == 1
    assert (root / "log.jsonl").read_bytes() == b"data"


def test_a_link_is_moved_as_a_link(faces, manifest_of, tmp_path):
    (tmp_path / "elsewhere.png").write_bytes(b"not a picture \x00")
    (faces / "sad" / "link.png").symlink_to("../../elsewhere.png")
    before = _tree(faces)
    log = _fix(faces, manifest_of)
    assert (log.parent / "sad" / "link.png").is_symlink()
    assert (tmp_path / "elsewhere.png").exists()
    audit.undo(faces)
    assert _tree(faces) == before


def test_of_a_file_and_a_link_to_it_the_file_stays(faces, manifest_of):
    (faces / "sad" / "0 first by name.png").symlink_to("0.png")
    log = _fix(faces, manifest_of)
    assert set(_tree(log.parent)) == {"log.jsonl", "sad/0 first by name.png"}


def test_a_file_that_a_link_in_use_leads_to_stays(faces, manifest_of):
    (faces / "happy" / "zero.png").symlink_to("../sad/0.png")
    manifest = manifest_of(faces)
    sides = ["test" if name == "happy/zero.png" else "train" for name in manifest.frame["id"]]
    manifest = manifest_of(faces, split=sides)
    found = audit.check(manifest).findings
    assert audit.clean(manifest, found).frame.drop_nulls("aside")["id"].to_list() == ["sad/0.png"]
    assert audit.quarantine(manifest, found, faces) is None
    assert (faces / "happy" / "zero.png").read_bytes()


def test_a_source_given_through_a_link_or_dots_is_the_same_source(dirty, manifest_of, monkeypatch):
    (dirty.parent / "alias").symlink_to(dirty)
    manifest = manifest_of(dirty)
    found = audit.check(manifest).findings
    log = audit.quarantine(manifest, found, dirty.parent / "alias")
    assert log.parent == dirty.with_name("faces.quarantine")
    monkeypatch.chdir(dirty / "happy")
    assert audit.undo("..") == len(GONE)


def test_a_relative_manifest_works_from_where_it_was_made(dirty, manifest_of, monkeypatch):
    monkeypatch.chdir(dirty.parent)
    assert _fix(Path("faces"), manifest_of).parent.name == "faces.quarantine"
    assert audit.undo("faces") == len(GONE)


def test_a_file_name_that_is_no_text_is_moved_and_restored(faces, manifest_of):
    raw = os.fsencode(faces) + b"/sad/caf\xe9.png"
    Path(os.fsdecode(raw)).write_bytes(b"bad")
    manifest = manifest_of(faces / "happy")
    row = {"id": "sad/caf\\xe9.png", "content": "0", "path": f"{faces}/sad/caf\\xe9.png", "label": "sad"}
    manifest = Manifest.build({name: [value] for name, value in row.items()})
    audit.quarantine(manifest, audit.check(manifest).findings, faces)
    assert not Path(os.fsdecode(raw)).exists()
    assert audit.undo(faces) == 1
    assert Path(os.fsdecode(raw)).read_bytes() == b"bad"


def test_a_torn_last_line_is_passed_over_and_cut_before_the_next(tmp_path):
    log = tmp_path / "q" / "log.jsonl"
    log.parent.mkdir()
    first, second = Move("a.png", "a.png", "empty"), Move("b.png", "b.png", "empty")
    append(log, [first])
    with log.open("ab") as file:
        file.write(b'{"place": "c.p')
    assert read(log) == [first]
    append(log, [second])
    assert read(log) == [first, second]


def test_a_log_torn_in_its_first_line_starts_anew(tmp_path):
    log = tmp_path / "q" / "log.jsonl"
    log.parent.mkdir()
    log.write_bytes(b'{"mien": "quar')
    assert read(log) == []
    append(log, [Move("a.png", "a.png", "empty")])
    assert len(read(log)) == 1


@pytest.mark.parametrize(
    "lines",
    [
        b'{"mien": "quarantine", "format": 1}\nnot json\n',
        b'{"mien": "quarantine", "format": 2}\n',
        b'{"mien": "something"}\n',
        b"[1]\n",
        b'{"mien": "quarantine", "format": 1}\n{"place": "a"}\n',
        b'{"mien": "quarantine", "format": 1}\n{"place": "../../etc", "kept": "a", "why": ""}\n',
        b'{"mien": "quarantine", "format": 1}\n{"place": "/etc/x", "kept": "a", "why": ""}\n',
        b"\xff\xfe\n",
    ],
)
def test_a_damaged_or_newer_log_moves_nothing(faces, lines):
    folder = faces.with_name("faces.quarantine")
    folder.mkdir()
    (folder / "log.jsonl").write_bytes(lines)
    (folder / "a").write_bytes(b"kept")
    with pytest.raises(StorageError, match=r"log\.jsonl"):
        audit.undo(faces)
    assert (folder / "a").read_bytes() == b"kept"


@given(st.binary(max_size=80))
@settings(deadline=None)
def test_any_bytes_as_a_log_give_moves_or_a_sentence(tmp_path_factory, data):
    log = tmp_path_factory.mktemp("log") / "log.jsonl"
    log.write_bytes(data)
    with suppress(StorageError):
        assert isinstance(read(log), list)


def test_a_move_that_fails_puts_back_what_was_moved(faces, manifest_of):
    before = _tree(faces)
    places = {"happy/1.png": "twin", "sad/0.png": "twin", "sad/not there.png": "twin"}
    with pytest.raises(FileNotFoundError):
        move_out(places, faces, faces.with_name("faces.quarantine"))
    assert _tree(faces) == before
    assert not faces.with_name("faces.quarantine").exists()


def test_a_failed_move_is_told_in_a_sentence(dirty, manifest_of):
    manifest = manifest_of(dirty)
    found = audit.check(manifest).findings
    (dirty / "happy" / "page.jpg").unlink()
    before = _tree(dirty)
    with pytest.raises(StorageError, match=r"page\.jpg.*could not be moved"):
        audit.quarantine(manifest, found, dirty)
    assert _tree(dirty) == before


def test_missing_files_need_no_moving(faces, manifest_of):
    manifest = manifest_of(faces)
    (faces / "sad" / "0.png").unlink()
    assert audit.quarantine(manifest, audit.check(manifest).findings, faces) is None


_KILLED = """
import os, signal, sys
from pathlib import Path
from mien.audit import _moves
calls, rename = [], _moves._rename
def dies(old, new):
    if len(calls) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    calls.append(old)
    rename(old, new)
_moves._rename = dies
root = Path(sys.argv[1])
names = sorted(str(path.relative_to(root)) for path in root.rglob("*.png"))
_moves.move_out(dict.fromkeys(names, "twin"), root, root.with_name("faces.quarantine"))
"""


@pytest.mark.parametrize("moved", [0, 3])
def test_a_kill_halfway_loses_nothing(faces, moved):
    before = _tree(faces)
    done = subprocess.run([sys.executable, "-c", _KILLED, str(faces), str(moved)], check=False)
    assert done.returncode == -9
    assert len(_tree(faces)) == len(before) - moved
    assert audit.undo(faces) == moved
    assert _tree(faces) == before
    assert not faces.with_name("faces.quarantine").exists()


def test_an_archive_gets_a_clean_manifest_and_stays_as_it_is(dirty, manifest_of):
    archive = Path(shutil.make_archive(str(dirty.parent / "set"), "zip", dirty))
    before = archive.read_bytes()
    manifest = Manifest(manifest_of(dirty).frame.with_columns(path="id", container=pl.lit(str(archive))))
    written = audit.quarantine(manifest, audit.check(manifest).findings, archive)
    assert written == dirty.parent / "set.zip.clean.parquet"
    clean = Manifest.read(written)
    assert set(clean.frame.filter(pl.col("aside").is_not_null())["id"]) == GONE
    assert archive.read_bytes() == before


def test_the_clean_manifest_goes_where_it_is_told(dirty, manifest_of, tmp_path):
    manifest = Manifest(manifest_of(dirty).frame.with_columns(container=pl.lit("x.zip")))
    written = audit.quarantine(manifest, audit.check(manifest).findings, tmp_path / "x.zip", out=tmp_path / "out")
    assert written == tmp_path / "out" / "x.zip.clean.parquet"
    assert written.exists()


def test_files_outside_the_source_are_not_moved(dirty, manifest_of, tmp_path):
    manifest = manifest_of(dirty)
    (tmp_path / "other").mkdir()
    written = audit.quarantine(manifest, audit.check(manifest).findings, tmp_path / "other")
    assert written.name == "other.clean.parquet"
    assert (dirty / "happy" / "cut.png").exists()


@pytest.fixture
def closed():
    """Run a function as a user who may not write everywhere; root may, so root becomes nobody for a moment."""

    def run(function, *args):
        if os.geteuid() != 0:
            return function(*args)
        os.setresuid(65534, 65534, 0)
        try:
            return function(*args)
        finally:
            os.setresuid(0, 0, 0)

    return run


@pytest.fixture
def shared(dirty, monkeypatch):
    """The dirty folder where another user can reach it, and an open place to stand in."""
    with tempfile.TemporaryDirectory() as name:
        base = Path(name)
        base.chmod(0o755)
        shutil.copytree(dirty, base / "data" / "faces")
        (base / "here").mkdir()
        (base / "here").chmod(0o777)
        monkeypatch.chdir(base / "here")
        yield base / "data" / "faces"
        monkeypatch.undo()
        for path in [base / "data", *base.rglob("*")]:
            path.chmod(0o755)


@pytest.mark.parametrize(("shut", "place"), [("faces", "data"), (".", "here")])
def test_a_read_only_source_gets_a_clean_manifest(shared, manifest_of, closed, shut, place):
    manifest = manifest_of(shared)
    found = audit.check(manifest).findings
    for path in (shared, shared.parent):
        path.chmod(0o777)
    (shared.parent / shut).chmod(0o555)
    before = _tree(shared)
    written = closed(audit.quarantine, manifest, found, shared)
    assert written == shared.parent.parent / place / "faces.clean.parquet"
    assert set(Manifest.read(written).frame.drop_nulls("aside")["id"]) == GONE
    assert _tree(shared) == before
    assert not shared.with_name("faces.quarantine").exists()


def test_one_closed_class_folder_stops_all_moves(shared, manifest_of, closed):
    manifest = manifest_of(shared)
    found = audit.check(manifest).findings
    for path in (shared.parent, shared, shared / "happy"):
        path.chmod(0o777)
    (shared / "sad").chmod(0o555)
    before = _tree(shared)
    assert closed(audit.quarantine, manifest, found, shared).name == "faces.clean.parquet"
    assert _tree(shared) == before
    assert not shared.with_name("faces.quarantine").exists()


_NAMES = st.text(
    st.characters(exclude_characters="/\0", codec=None, categories=["L", "N", "Zs", "Po", "Cs", "Sm"]),
    min_size=1,
    max_size=12,
).filter(lambda name: name not in (".", ".."))


def _encodable(name: str) -> bool:
    try:
        os.fsencode(name)
    except UnicodeEncodeError:  # a surrogate that stands for no byte
        return False
    return True


@given(
    st.dictionaries(
        st.tuples(st.sampled_from(["happy", "très sad", "a/b"]), _NAMES.filter(_encodable)),
        st.tuples(st.binary(max_size=20), st.integers(0, 2_000_000_000), st.booleans()),
        max_size=8,
    )
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_tree_comes_back_with_bytes_names_and_times(tmp_path_factory, files):
    root = tmp_path_factory.mktemp("any") / "faces"
    root.mkdir()
    going = {}
    for (folder, name), (data, when, moves) in files.items():
        path = root / folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, ns=(when * 10**9, when * 10**9 + 1))
        if moves:
            going[f"{folder}/{name}"] = "twin"
    before = _tree(root)
    if not going:
        return
    log = move_out(going, root, _quarantine._beside(root))
    assert set(_tree(root)) == set(before) - set(going)
    back, troubles = put_back(read(log), root, log.parent)
    assert (back, troubles) == (len(going), [])
    assert _tree(root) == before
