"""Folders of class folders, with everything that lies about in them."""

from __future__ import annotations

import hashlib
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import collect, media
from mien.core.errors import SettingError, SourceError


def test_a_row_for_every_file(make, rows):
    root = make("happy/a.png", "happy/deep/er/b.png", "sad/c.png", "README.md", "happy/notes.txt")
    manifest = collect.scan(root)
    assert rows(manifest) == {
        "happy/a.png": "happy",
        "happy/deep/er/b.png": "happy",
        "happy/notes.txt": "happy",
        "sad/c.png": "sad",
    }
    row = manifest.frame.row(0, named=True)
    data = (root / "happy/a.png").read_bytes()
    assert row["content"] == hashlib.sha256(data).hexdigest()
    assert row["path"] == str(root / "happy/a.png")
    assert media.read(row["path"], row["container"]) == data
    assert row["kind"] == "picture"
    assert {row[name] for name in ("split", "person", "aside", "container")} == {None}


def test_a_relative_path_becomes_absolute(make, monkeypatch):
    root = make("happy/a.png", "sad/b.png")
    monkeypatch.chdir(root.parent)
    assert collect.scan("faces").frame.equals(collect.scan(root).frame)


def test_hidden_and_left_behind(make, rows):
    junk = (
        ".DS_Store",
        "happy/.hidden.png",
        "happy/Thumbs.db",
        "__MACOSX/happy/x.png",
        ".git/objects/a",
        "sad/._b.png",
    )
    assert list(rows(collect.scan(make("happy/a.png", "sad/b.png", *junk)))) == ["happy/a.png", "sad/b.png"]


SIDES = {"train": "train", "Training": "train", "val": "val", "valid": "val", "Validation": "val", "testing": "test"}


@pytest.mark.parametrize("names", [("train", "val", "testing"), ("Training", "Validation"), ("train", "valid")])
def test_ready_made_splits(make, names):
    root = make(*(f"{name}/{label}/{number}.png" for name in names for label in ("x", "y") for number in range(2)))
    frame = collect.scan(root).frame
    assert frame.height == 4 * len(names)
    assert frame["split"].to_list() == [SIDES[name.split("/")[0]] for name in frame["id"]]
    assert frame["label"].to_list() == [name.split("/")[1] for name in frame["id"]]


def test_names_of_any_kind(make, rows):
    names = (
        "un heureux/é à.png",
        "悲しい/写真 1.png",
        "#1 & co/a'b\".png",
        "-x/new\nline.png",
        "happy/..png.png",
        "A/a.PNG",
        "A/A.png",
    )
    manifest = collect.scan(make(*names))
    assert set(rows(manifest)) == set(names) - {"happy/..png.png"}
    for path in manifest.frame["path"]:
        assert media.sniff(media.read(path)) == "png"


def test_both_ways_to_write_an_accent_are_two_files(make, rows):
    assert len(rows(collect.scan(make("x/\u00e9.png", "x/e\u0301.png", "y/a.png")))) == 3


def test_names_that_are_no_text(make, rows):
    root = make("happy/a.png", "sad/b.png")
    Path(os.fsdecode(os.fsencode(root) + b"/happy/\xe9.png")).write_bytes(b"1")
    folder = Path(os.fsdecode(os.fsencode(root) + b"/tr\xefste"))
    folder.mkdir()
    (folder / "c.png").write_bytes(b"2")
    manifest = collect.scan(root)
    assert rows(manifest) == {
        "happy/a.png": "happy",
        "happy/\\xe9.png": "happy",
        "sad/b.png": "sad",
        "tr\\xefste/c.png": "tr\\xefste",
    }
    found = {media.read(path) for path in manifest.frame["path"]}
    assert {b"1", b"2"} < found
    (root / "happy/\\xe9.png").write_bytes(b"3")
    again = collect.scan(root).frame
    assert again.height == 5
    assert again["aside"].drop_nulls().to_list() == ["its name cannot be written as text"]


def test_links(make, rows, tmp_path):
    root = make("happy/a.png", "sad/b.png")
    outside = make("c.png", "more/d.png", folder=tmp_path / "outside")
    (root / "happy/in.png").symlink_to("../sad/b.png")
    (root / "happy/out.png").symlink_to(outside / "c.png")
    (root / "happy/gone.png").symlink_to("nothing.png")
    (root / "happy/circle").symlink_to("..")
    (root / "happy/self").symlink_to("self")
    (root / "fear").symlink_to(outside / "more")
    (root / "again").symlink_to("happy")
    manifest = collect.scan(root)
    aside = dict(manifest.frame.drop_nulls("aside").select("id", "aside").iter_rows())
    assert aside == dict.fromkeys(("fear/(folder)", "happy/out.png"), "a link that leads out of the data's folder")
    assert set(rows(manifest.used)) == {"happy/a.png", "happy/gone.png", "happy/in.png", "happy/self", "sad/b.png"}
    content = dict(manifest.frame.select("id", "content").iter_rows())
    assert content["happy/in.png"] == content["sad/b.png"]
    assert content["happy/gone.png"] == "unreadable:happy/gone.png"
    assert content["happy/self"] == "unreadable:happy/self"


def test_a_linked_source(make, rows, tmp_path):
    root = make("happy/a.png", "sad/b.png")
    (tmp_path / "alias").symlink_to(root)
    assert rows(collect.scan(tmp_path / "alias")) == rows(collect.scan(root))


def test_what_cannot_be_read_is_kept(make):
    root = make("happy/a.png", "sad/b.png")
    os.mkfifo(root / "happy/pipe")
    (root / "sad/empty.png").touch()
    with (root / "sad/large.png").open("wb") as file:
        file.truncate(media.MAX_BYTES + 1)
    content = dict(collect.scan(root).frame.select("id", "content").iter_rows())
    assert content["happy/pipe"] == "unreadable:happy/pipe"
    assert content["sad/large.png"] == "unreadable:sad/large.png"
    assert content["sad/empty.png"] == hashlib.sha256(b"").hexdigest()


@pytest.fixture
def deep(make):
    """Make folders below each other, deeper than Python's own limits or the system's."""
    root = make("sad/b.png")

    def dig(name, levels):
        before = Path.cwd()
        os.chdir(root)
        for _ in range(levels):
            Path(name).mkdir()
            os.chdir(name)
        Path("a.png").write_bytes(b"1")
        os.chdir(before)
        return root

    yield dig
    subprocess.run(["rm", "-rf", root], check=True)


def test_very_deep(deep, rows):
    assert rows(collect.scan(deep("d", 1200))) == {"d/" * 1200 + "a.png": "d", "sad/b.png": "sad"}


def test_a_folder_that_cannot_be_read(deep):
    with pytest.raises(SourceError, match="cannot be read"):
        collect.scan(deep("d" * 100, 50))  # 5000 letters: longer than a path may be


def test_labels_asked_for(make):
    root = make("happy/a.png", "sad/b.png", "fear/c.png")
    assert collect.scan(root, labels=["sad", "fear", "sad"]).labels == ("fear", "sad")
    with pytest.raises(SettingError, match="Did you mean 'happy'"):
        collect.scan(root, labels=["hapy", "sad"])
    with pytest.raises(SourceError, match="You asked for only the class 'sad'"):
        collect.scan(root, labels=["sad"])


def test_progress(make):
    seen = []

    def progress(items, *, total, what):
        seen.append((total, what))
        return items

    collect.scan(make(*(f"{label}/{number}.png" for label in "ab" for number in range(50))), progress=progress)
    assert seen == [(100, "fingerprinting files")]


def test_many_files_keep_their_order(make):
    root = make(*(f"{label}/{number:04d}.png" for label in "ab" for number in range(700)))
    frame = collect.scan(root).frame
    assert frame["id"].to_list() == sorted(frame["id"])
    sha = [hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in frame["path"]]
    assert frame["content"].to_list() == sha


BAD = [
    ((), "is empty"),
    (("a.png", "b.png"), "no class folders"),
    (("happy/a.png",), "only the class 'happy'"),
    (("happy/a.png", "Happy/b.png"), "differ only in case"),
    (("happy/a.png", "happy /b.png", "sad/c.png"), "differ only in case, spaces"),
    (("\u00e9/a.png", "e\u0301/b.png"), "differ only in case, spaces or accents"),
    (("train/happy/a.png", "test/Happy/b.png"), "differ only in case"),
    (("train/a.png", "test/b.png"), "no class folders"),
    (("train/happy/a.png", "train/sad/a.png", "extra/b.png"), "beside 'extra'"),
    ((".hidden/a.png", "Thumbs.db"), "is empty"),
]


@pytest.mark.parametrize(("names", "words"), BAD)
def test_bad_folders(names, words, make):
    root = make(*names)
    with pytest.raises(SourceError, match=words) as caught:
        collect.scan(root)
    assert "faces" in caught.value.came


def test_only_empty_class_folders(make):
    root = make()
    (root / "happy").mkdir()
    with pytest.raises(SourceError, match="is empty"):
        collect.scan(root)


def test_folders_that_are_all_links_out(make, tmp_path):
    outside = make("happy/a.png", "sad/b.png", folder=tmp_path / "outside")
    root = make()
    for name in ("happy", "sad"):
        (root / name).symlink_to(outside / name)
    with pytest.raises(SourceError, match="set aside, the first: a link that leads out"):
        collect.scan(root)


def test_a_table_beside_the_class_folders(make):
    root = make("happy/a.png", "happy/b.png", "sad/c.png")
    (root / "faces.csv").write_text(
        "path,label,person,skin_tone,split\nhappy/a.png,x,007,3,q\nsad/c.png,x,011,9,q\nno,x,1,1,q\n"
    )
    frame = collect.scan(root).frame
    assert frame["label"].to_list() == ["happy", "happy", "sad"]
    assert frame["skin_tone"].to_list() == [3, None, 9]
    assert frame["split"].null_count() == 3
    assert frame["person"].null_count() == 1
    (root / "faces.csv").write_text("name,age\na,1\n")
    assert collect.scan(root).groups == ()


names = st.text(
    st.characters(codec="utf-8", exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20
).filter(lambda name: not name.startswith(".") and len(name.encode()) < 200)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(names, st.lists(names, min_size=1, max_size=3, unique=True), min_size=2, max_size=4))
def test_any_names(tmp_path_factory, folders):
    """Whatever the names: every file is listed under its folder and can be read back, or a sentence says why not."""
    root = tmp_path_factory.mktemp("any")
    for label, files in folders.items():
        (root / label).mkdir(exist_ok=True)
        for name in files:
            (root / label / name).write_bytes(name.encode())
    found, sentence = None, ""
    try:
        found = collect.scan(root).frame
    except SourceError as error:
        sentence = str(error)
    if found is None:
        assert sentence
        return
    for row in found.iter_rows(named=True):
        assert row["id"].startswith(row["label"] + "/")
        assert row["id"] == f"{row['label']}/{media.read(row['path']).decode()}"
