"""Which of several equal pictures stay in use."""

from __future__ import annotations

import io

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from mien import audit
from mien.core.types import Findings, Manifest


@pytest.fixture
def table(tmp_path, picture):
    """Make a manifest of table rows from (id, label, split, which picture)."""

    def make(*rows: tuple[str, str, str | None, int]) -> Manifest:
        path = tmp_path / "faces.parquet"
        pl.DataFrame({"png": [picture(row[3]) for row in rows]}).write_parquet(path)
        return Manifest.build(
            {
                "id": [row[0] for row in rows],
                "content": [f"{row[3]:064x}" for row in rows],
                "path": [str(number) for number in range(len(rows))],
                "container": [str(path)] * len(rows),
                "label": [row[1] for row in rows],
                "split": pl.Series([row[2] for row in rows], dtype=pl.String),
            }
        )

    return make


def _aside(manifest: Manifest) -> dict[str, str | None]:
    clean = audit.clean(*audit.check(manifest))
    return dict(clean.frame.select("id", "aside").iter_rows())


def test_of_copies_the_first_by_id_is_kept(table):
    manifest = table(("c", "sad", None, 1), ("a", "sad", None, 1), ("b", "sad", None, 1), ("d", "sad", None, 2))
    assert _aside(manifest) == {"a": None, "b": "twin", "c": "twin", "d": None}


def test_of_two_labels_none_is_kept(table):
    manifest = table(("a", "sad", None, 1), ("b", "sad", None, 1), ("c", "happy", None, 1), ("d", "sad", None, 2))
    assert _aside(manifest) == {"a": "twin-labels", "b": "twin-labels", "c": "twin-labels", "d": None}


def test_two_labels_name_a_counterpart_under_another_label(table):
    manifest = table(("b", "sad", None, 1), ("c", "happy", None, 1), ("a", "sad", None, 1))
    found = audit.check(manifest).findings.frame
    assert dict(found.select("id", "other").iter_rows()) == {"a": "c", "b": "c", "c": "a"}


def test_a_ready_made_test_side_stays_whole(table):
    manifest = table(
        ("a", "sad", "test", 1), ("b", "sad", "test", 1), ("c", "sad", "test", 2), ("d", "happy", "test", 2)
    )
    assert set(_aside(manifest).values()) == {None}
    assert len(audit.check(manifest).findings) == 3


def test_within_a_ready_made_side_the_first_is_kept_and_across_sides_the_split_decides(table):
    manifest = table(
        ("a", "sad", "train", 1), ("b", "sad", "train", 1), ("c", "sad", "test", 1), ("d", "sad", "val", 1)
    )
    assert _aside(manifest) == {"a": None, "b": "twin", "c": None, "d": None}
    found = {row["id"]: row for row in audit.check(manifest).findings.frame.iter_rows(named=True)}
    assert set(found) == {"a", "b", "d"}
    assert (found["a"]["other"], found["b"]["other"], found["d"]["other"]) == ("c", "a", "c")


def test_two_labels_across_ready_made_sides_leave_only_the_test_side(table):
    manifest = table(("a", "sad", "train", 1), ("b", "happy", "test", 1), ("c", "sad", "val", 1))
    assert _aside(manifest) == {"a": "twin-labels", "b": None, "c": "twin-labels"}


def test_the_same_pixels_saved_anew_are_twins(tmp_path, manifest_of):
    pixels = np.random.default_rng(5).integers(0, 256, (10, 12, 3), np.uint8)
    (tmp_path / "sad").mkdir()
    Image.fromarray(pixels).save(tmp_path / "sad" / "a.png")
    Image.fromarray(pixels).save(tmp_path / "sad" / "b.bmp")
    Image.fromarray(pixels.reshape(12, 10, 3)).save(tmp_path / "sad" / "c.png")
    manifest, found = audit.check(manifest_of(tmp_path))
    assert found.frame["why"].to_list() == [
        "'sad/b.bmp' is pixel for pixel the same picture as 'sad/a.png', both under 'sad'."
    ]
    clean = audit.clean(manifest, found).frame
    links = dict(clean.select("id", "pixels").iter_rows())
    assert links["sad/a.png"] == links["sad/b.bmp"]
    assert links["sad/c.png"] not in (None, links["sad/a.png"])


def test_every_copy_in_use_shares_its_marks_with_the_others(table):
    manifest = table(("a", "sad", "train", 1), ("b", "sad", "test", 1), ("c", "sad", "val", 1), ("d", "sad", "val", 3))
    clean = audit.clean(*audit.check(manifest)).frame
    assert clean.filter(pl.col("id") != "d")["pixels"].n_unique() == 1
    assert clean.filter(pl.col("id") != "d")["copies"].null_count() == 0
    assert clean.filter(id="d")["copies"].item() is None


def test_files_that_cannot_be_read_are_no_twins(tmp_path, manifest_of):
    for label in ("happy", "sad"):
        (tmp_path / label).mkdir()
        (tmp_path / label / "a.png").write_bytes(b"")
    assert set(audit.check(manifest_of(tmp_path)).findings.frame["issue"]) == {"empty"}


def test_clean_heeds_only_the_findings_it_is_given(table):
    manifest = table(("a", "sad", None, 1), ("b", "sad", None, 1), ("c", "sad", None, 2), ("d", "happy", None, 2))
    found = audit.check(manifest).findings
    kept = audit.clean(manifest, Findings(found.frame.filter(pl.col("issue") != "twin"))).frame
    assert dict(kept.select("id", "aside").iter_rows()) == {
        "a": None,
        "b": None,
        "c": "twin-labels",
        "d": "twin-labels",
    }


def test_clean_takes_errors_of_findings_made_by_hand(table):
    manifest = table(("a", "sad", None, 1), ("b", "sad", None, 2), ("c", "happy", None, 3))
    rows = [
        {"id": "a", "issue": "no face", "severity": "error", "score": 0.9, "why": "x", "todo": "y"},
        {"id": "b", "issue": "dark", "severity": "warning", "score": 0.9, "why": "x", "todo": "y"},
        {"id": "gone", "issue": "dark", "severity": "error", "score": 0.9, "why": "x", "todo": "y"},
    ]
    clean = audit.clean(manifest, Findings.build(rows)).frame
    assert clean["aside"].to_list() == ["no face", None, None]


def test_a_reason_that_is_there_already_stays(table):
    manifest = table(("a", "sad", None, 1), ("b", "sad", None, 1))
    found = audit.check(manifest).findings
    marked = audit.clean(manifest.set_aside({"b": "by hand"}), found)
    assert marked.frame.filter(id="b")["aside"].item() == "by hand"


_ROWS = st.lists(
    st.tuples(st.sampled_from(["happy", "sad"]), st.sampled_from([None, "train", "val", "test"]), st.integers(0, 3)),
    min_size=1,
    max_size=12,
)


@given(_ROWS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_rules_hold_for_any_arrangement(table, rows):
    manifest = table(*((f"{number:02d}", *row) for number, row in enumerate(rows)))
    clean = audit.clean(*audit.check(manifest))
    assert clean.frame["id"].equals(manifest.frame["id"])
    test = clean.frame.filter(pl.col("split") == "test")
    assert test["aside"].null_count() == test.height
    used = clean.used.frame.filter(pl.col("split").ne_missing(pl.lit("test")))
    # In each side a picture stands once, and never under a label that contradicts one anywhere in the data.
    assert used.select(pl.struct("split", "content").is_unique().all()).item()
    labels = manifest.frame.group_by("content").agg(pl.col("label").n_unique())
    assert (used.join(labels, on="content")["label_right"] == 1).all()
    # A picture with one label never vanishes.
    one = set(labels.filter(pl.col("label") == 1)["content"])
    assert one == one & set(clean.used.frame["content"])


def test_a_picture_of_one_pixel_is_checked(tmp_path, manifest_of):
    file = io.BytesIO()
    Image.new("RGB", (1, 1)).save(file, "PNG")
    (tmp_path / "sad").mkdir()
    (tmp_path / "sad" / "a.png").write_bytes(file.getvalue())
    assert set(audit.check(manifest_of(tmp_path)).findings.frame["issue"]) == {"blank"}
