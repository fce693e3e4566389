from __future__ import annotations

import io
import shutil
from pathlib import Path

import polars as pl
import pytest
from PIL import Image

from mien import audit
from mien.core.errors import SourceError
from mien.core.types import FINDING_COLUMNS, SEVERITIES, Findings, Manifest


def _issues(findings: Findings) -> set[tuple[str, str]]:
    return {(row["id"], row["issue"]) for row in findings.frame.iter_rows(named=True)}


def test_finds_each_defect_once_and_nothing_else(dirty, manifest_of):
    found = audit.check(manifest_of(dirty)).findings
    assert _issues(found) == {
        ("happy/empty.jpg", "empty"),
        ("happy/cut.png", "truncated"),
        ("happy/page.jpg", "unreadable"),
        ("happy/drawing.svg", "unsupported"),
        ("happy/huge.png", "bomb"),
        ("happy/ending.jpg", "wrong-ending"),
        ("happy/copy of 1.png", "twin"),
        ("happy/3.png", "twin-labels"),
        ("sad/3 again.png", "twin-labels"),
        ("sad/blank.png", "blank"),
        ("sad/film.gif", "animated"),
    }
    assert len(found) == 11


def test_every_finding_is_a_sentence_that_names_the_file(dirty, manifest_of):
    found = audit.check(manifest_of(dirty)).findings.frame
    assert found.columns[: len(FINDING_COLUMNS)] == list(FINDING_COLUMNS)
    for row in found.iter_rows(named=True):
        assert row["why"].startswith(f"'{row['id']}'")
        assert row["why"].endswith(".")
        assert row["todo"].endswith(".")
        assert row["severity"] in SEVERITIES
        assert row["score"] == 1.0
        if row["other"]:
            assert f"'{row['other']}'" in row["why"]


def test_a_clean_folder_has_no_findings_and_stays_as_it_is(faces, manifest_of):
    manifest = manifest_of(faces)
    found = audit.check(manifest).findings
    assert len(found) == 0
    assert audit.clean(manifest, found).used.frame.equals(manifest.frame)


def test_an_empty_manifest_has_no_findings():
    manifest = Manifest.build({"id": [], "content": [], "path": [], "label": []})
    found = audit.check(manifest).findings
    assert len(found) == 0
    with pytest.raises(SourceError, match="None of the 0"):
        audit.require_usable(audit.clean(manifest, found))


def test_a_file_that_has_gone_is_missing(faces, manifest_of):
    manifest = manifest_of(faces)
    (faces / "sad" / "0.png").unlink()
    found = audit.check(manifest).findings
    assert _issues(found) == {("sad/0.png", "missing")}
    assert audit.clean(manifest, found).frame.filter(id="sad/0.png")["aside"].item() == "missing"


def test_a_broken_zip_makes_every_member_a_finding(faces, manifest_of):
    manifest = manifest_of(faces)
    bad = faces.parent / "bad.zip"
    bad.write_bytes(b"PK\3\4 and then nothing")
    frame = manifest.frame.with_columns(container=pl.lit(str(bad)))
    assert len(audit.check(Manifest(frame)).findings) == len(manifest)


def test_pictures_in_a_zip_are_checked_like_loose_ones(dirty, manifest_of):
    loose = manifest_of(dirty)
    archive = shutil.make_archive(str(dirty.parent / "faces"), "zip", dirty)
    frame = loose.frame.with_columns(path="id", container=pl.lit(archive))
    assert _issues(audit.check(Manifest(frame)).findings) == _issues(audit.check(loose).findings)


def test_pixels_in_a_table_have_no_ending_to_be_wrong(tmp_path, picture):
    table = tmp_path / "faces.parquet"
    pl.DataFrame({"png": [picture(1), picture(1), b""], "label": ["a", "a", "b"]}).write_parquet(table)
    columns = {"id": ["0", "1", "2"], "content": ["x", "x", "y"], "path": ["0", "1", "2"], "label": ["a", "a", "b"]}
    found = audit.check(Manifest.build({**columns, "container": [str(table)] * 3})).findings
    assert _issues(found) == {("1", "twin"), ("2", "empty")}


def test_rows_set_aside_already_are_not_looked_at(dirty, manifest_of):
    manifest = manifest_of(dirty)
    once = audit.clean(*audit.check(manifest))
    again = audit.check(once).findings
    assert set(again.frame["issue"]) == {"wrong-ending", "blank", "animated"}


def test_progress_counts_every_file(dirty, manifest_of):
    seen: list[object] = []

    def progress(items, *, total, what):
        seen.append(total)
        for item in items:
            seen.append(what)
            yield item

    manifest = manifest_of(dirty)
    audit.check(manifest, progress=progress)
    assert seen[: len(manifest) + 1] == [len(manifest)] + ["checking pictures"] * len(manifest)


def test_a_wrong_ending_of_a_picture_that_cannot_be_used_is_told_too(faces, manifest_of):
    (faces / "sad" / "x.png").write_bytes(b"<svg></svg>")
    assert _issues(audit.check(manifest_of(faces)).findings) == {
        ("sad/x.png", "unsupported"),
        ("sad/x.png", "wrong-ending"),
    }


@pytest.mark.parametrize(
    ("ending", "kind"), [(".JPG", "JPEG"), (".jfif", "JPEG"), (".tif", "TIFF"), (".dib", "BMP"), (".pgm", "PPM")]
)
def test_all_spellings_of_an_ending_are_right(tmp_path, manifest_of, picture, ending, kind):
    (tmp_path / "sad").mkdir()
    (tmp_path / "sad" / f"a{ending}").write_bytes(picture(1, kind))
    (tmp_path / "sad" / "no ending").write_bytes(picture(2, kind))
    (tmp_path / "sad" / "Mr. Smith").write_bytes(picture(3, kind))
    assert len(audit.check(manifest_of(tmp_path)).findings) == 0


@pytest.mark.parametrize(("spread", "blank"), [(0, True), (8, True), (9, False)])
def test_a_flat_picture_is_blank_up_to_eight_grey_levels(tmp_path, manifest_of, spread, blank):
    image = Image.new("RGB", (40, 40), (100, 100, 100))
    image.putpixel((3, 5), (100, 100 + spread, 100))
    (tmp_path / "sad").mkdir()
    image.save(tmp_path / "sad" / "a.png")
    assert len(audit.check(manifest_of(tmp_path)).findings) == blank


def test_a_page_of_a_tiff_is_no_film(tmp_path, manifest_of, picture):
    pages = [Image.open(io.BytesIO(picture(n))) for n in range(2)]
    (tmp_path / "sad").mkdir()
    pages[0].save(tmp_path / "sad" / "a.tif", save_all=True, append_images=pages[1:])
    assert len(audit.check(manifest_of(tmp_path)).findings) == 0


def test_many_small_files_come_back_in_order(tmp_path: Path, manifest_of, picture):
    for number in range(300):
        file = tmp_path / "sad" / f"{number:03d}.png"
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"" if number % 7 == 0 else picture(number, side=3))
    found = audit.check(manifest_of(tmp_path)).findings
    assert found.frame["id"].to_list() == [f"sad/{number:03d}.png" for number in range(0, 300, 7)]


def test_only_unreadable_files_are_refused_with_what_is_wrong(tmp_path, manifest_of):
    (tmp_path / "sad").mkdir()
    for number in range(3):
        (tmp_path / "sad" / f"{number}.jpg").write_bytes(b"" if number else b"<svg></svg>")
    manifest = manifest_of(tmp_path)
    clean = audit.clean(*audit.check(manifest))
    with pytest.raises(SourceError, match="None of the 3 pictures can be used: 2 empty, 1 unsupported"):
        audit.require_usable(clean)


def test_summary_counts_errors_first(dirty, manifest_of):
    lines = audit.summary(audit.check(manifest_of(dirty)).findings)
    assert [(line.issue, line.pictures, line.aside) for line in lines] == [
        ("empty", 1, 1),
        ("truncated", 1, 1),
        ("unreadable", 1, 1),
        ("unsupported", 1, 1),
        ("bomb", 1, 1),
        ("twin-labels", 2, 2),
        ("twin", 1, 1),
        ("blank", 1, 0),
        ("wrong-ending", 1, 0),
        ("animated", 1, 0),
    ]
    assert all(line.about.endswith(".") and line.todo.endswith(".") and line.title for line in lines)


def test_findings_survive_the_disk(dirty, manifest_of, tmp_path):
    manifest = manifest_of(dirty)
    found = audit.check(manifest).findings
    again = Findings.read(found.save(tmp_path / "findings.parquet"))
    assert audit.clean(manifest, again).frame.equals(audit.clean(manifest, found).frame)
