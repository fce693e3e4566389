"""Planted defects are each what `defects.csv` says, judged by content."""

from __future__ import annotations

import io
from collections import Counter

import cv2
import numpy as np
import polars as pl
import pytest
from PIL import Image

from mien.samples.faces import LABELS, write_faces
from mien.samples.faces._dirty import DEFECTS, kinds

JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG"


@pytest.fixture(scope="module")
def dirty(tmp_path_factory):
    """Folder, table, and defect -> list of (path, detail)."""
    folder = tmp_path_factory.mktemp("dirty")
    table = write_faces(folder, 60, 5, size=48, dirty=True)
    defects = pl.read_csv(folder / "defects.csv", infer_schema=False)
    return folder, table, {kind: defects.filter(pl.col("defect") == kind).rows() for kind in DEFECTS}


def test_every_kind_is_planted_and_every_file_is_accounted_for(dirty):
    folder, table, defects = dirty
    assert all(defects.values())
    files = {path.relative_to(folder).as_posix() for path in folder.glob("*/*")}
    planted = {row[0] for rows in defects.values() for row in rows}
    assert files == planted | set(table["path"])
    assert len(files) == 60 + len(planted)
    assert {path.name for path in folder.glob("*.*")} == {"faces.csv", "faces.json", "defects.csv"}


def test_wrong_ending(dirty):
    folder, _, defects = dirty
    for path, _, _ in defects["wrong_ending"]:
        assert path.endswith(".jpg")
        assert (folder / path).read_bytes().startswith(PNG)


def test_files_that_are_no_pictures(dirty):
    folder, _, defects = dirty
    for path, _, _ in defects["svg"]:
        assert path.endswith(".svg")
        assert b"<svg" in (folder / path).read_bytes()
    for path, _, _ in defects["empty"]:
        assert (folder / path).stat().st_size == 0
    for path, _, _ in defects["text"]:
        assert path.endswith(".jpg")
        assert cv2.imdecode(np.frombuffer((folder / path).read_bytes(), np.uint8), cv2.IMREAD_COLOR) is None


def test_truncated(dirty):
    folder, _, defects = dirty
    for path, _, _ in defects["truncated"]:
        data = (folder / path).read_bytes()
        assert data.startswith(JPEG)
        with pytest.raises(OSError, match=r"(?i)truncated"):
            Image.open(io.BytesIO(data)).load()


def test_animated_gif(dirty):
    folder, _, defects = dirty
    for path, _, _ in defects["animated_gif"]:
        with Image.open(folder / path) as picture:
            assert picture.n_frames == 2


@pytest.mark.parametrize(("kind", "same_class"), [("twin", True), ("twin_other_label", False)])
def test_twins(dirty, kind, same_class):
    folder, table, defects = dirty
    for path, _, original in defects[kind]:
        assert (folder / path).read_bytes() == (folder / original).read_bytes()
        assert (path.split("/")[0] == original.split("/")[0]) is same_class
        people = table.filter(pl.col("path").is_in([path, original]))["person"]
        assert len(people) == 2
        assert people.n_unique() == 1


def test_wrong_label(dirty):
    folder, table, defects = dirty
    for path, _, detail in defects["wrong_label"]:
        truth = detail.removeprefix("shows ")
        assert truth in LABELS
        assert table.filter(pl.col("path") == path)["label"].item() == path.split("/")[0] != truth
        assert cv2.imread(str(folder / path)) is not None


def test_clean_part_is_the_clean_set(dirty, tmp_path):
    folder, table, _ = dirty
    clean = write_faces(tmp_path, 60, 5, size=48)
    assert table.head(60).equals(clean)
    assert all((folder / path).read_bytes() == (tmp_path / path).read_bytes() for path in clean["path"][:5])


def test_second_run_changes_nothing(dirty):
    folder, table, _ = dirty
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert write_faces(folder, 60, 5, size=48, dirty=True).equals(table)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_share_of_defects():
    counted = Counter(kinds(1200, 4))
    assert 0.08 <= sum(counted.values()) / 1200 <= 0.10
    assert set(counted) == set(DEFECTS)
    assert "wrong_label" not in kinds(1200, 1)


def test_without_the_list_of_its_defects_a_dirty_set_is_made_again(tmp_path):
    write_faces(tmp_path, 4, dirty=True, size=32)
    before = (tmp_path / "defects.csv").read_bytes()
    (tmp_path / "defects.csv").unlink()
    write_faces(tmp_path, 4, dirty=True, size=32)
    assert (tmp_path / "defects.csv").read_bytes() == before
