"""Groups of copies: found by the audit, kept together by the split, named across labels and ready-made sides."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from PIL import Image, ImageOps

from mien import audit, collect, samples, split
from mien.core.types import Manifest


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """Drawn faces of four people, and of each picture a smaller copy, saved again; of some a mirrored one too."""
    folder = tmp_path_factory.mktemp("copied") / "faces"
    manifest = collect.scan(samples.draw(folder, samples=48, seed=21))
    (folder / "faces.csv").unlink()  # nobody is named
    for number, path in enumerate(manifest.frame["path"]):
        with Image.open(path) as picture:
            small = picture.convert("RGB").resize((round(0.9 * picture.width), round(0.9 * picture.height)))
        where = manifest.frame["id"][number].rpartition(".")[0]
        small.save(folder / f"{where}-again.jpg", quality=85)
        if number % 3 == 0:
            ImageOps.mirror(small).save(folder / f"{where}-mirrored.jpg", quality=90)
    return folder


@pytest.fixture(scope="module")
def checked(copied):
    return audit.check(collect.scan(copied))


def stem(column: str) -> pl.Expr:
    return pl.col(column).str.replace(r"(-again|-mirrored)?\.\w+$", "")


def test_every_copy_is_in_the_group_of_its_original_and_in_no_other(checked):
    frame = checked.manifest.frame.with_columns(stem=stem("id"))
    assert frame["copies"].null_count() == 0
    assert frame.group_by("stem").agg(pl.col("copies").n_unique())["copies"].max() == 1
    assert frame.group_by("copies").agg(pl.col("stem").n_unique())["stem"].max() == 1


def test_each_copy_is_named_beside_what_it_is_a_copy_of(checked):
    found = checked.findings.frame.filter(pl.col("issue") == "near-copy")
    assert len(found) == 48 + 16
    named = found.select(stem("id") == stem("other"))
    assert named.to_series().all()
    assert found["sets_aside"].any() is False
    assert found["score"].is_between(0.5, 1).all()


def test_a_copy_under_another_label_is_named_as_such(copied, checked):
    frame = checked.manifest.frame
    moved = frame["id"].to_list()[1]
    other = pl.when(pl.col("id") == moved).then(pl.lit("another")).otherwise("label")
    found = audit.check(Manifest(frame.with_columns(label=other))).findings.frame
    rows = found.filter(pl.col("issue") == "near-copy-labels").rows(named=True)
    assert rows
    for row in rows:
        assert moved in (row["id"], row["other"])
        assert "labelled '" in row["why"]
        assert "' and '" in row["why"]


def test_a_copy_on_another_ready_made_side_is_named_as_such(checked):
    sides = ["train", "test"] * (len(checked.manifest) // 2)
    again = audit.check(Manifest(checked.manifest.frame.with_columns(split=pl.Series(sides)))).findings.frame
    assert again.filter(pl.col("why").str.contains("(one in train, one in test)", literal=True)).height > 0


def test_no_split_takes_copies_apart(checked):
    manifest = audit.clean(*checked)
    for seed in range(3):
        divided = split.assign(manifest, seed=seed)
        assert divided.frame.group_by("copies").agg(pl.col("split").n_unique())["split"].max() == 1
        assert split.prove(divided).holds


def test_without_the_groups_the_same_split_leaks(checked):
    """The guard itself: a split that does not know of copies puts them on two sides, and the proof says so."""
    blind = checked.manifest.frame.with_columns(copies=pl.lit(None, pl.String))
    divided = split.assign(Manifest(blind))
    seeing = Manifest(divided.frame.with_columns(copies=checked.manifest.frame["copies"]))
    assert split.prove(seeing).shared_copies > 0
    assert not split.prove(seeing).holds


def test_order_and_names_decide_nothing(checked, tmp_path, copied):
    frame = checked.manifest.frame
    mixed = frame.sample(fraction=1, shuffle=True, seed=4).with_columns(id="x" + pl.col("id").str.reverse())
    again = audit.check(Manifest(mixed)).manifest.frame
    assert again.sort("path")["copies"].to_list() == frame.sort("path")["copies"].to_list()


def test_drawn_faces_say_that_they_are_drawn(checked, tmp_path, manifest_of, picture):
    frame = checked.manifest.frame
    originals = frame.filter(~pl.col("id").str.contains("-again|-mirrored") & pl.col("id").str.ends_with(".jpg"))
    assert (originals["drawn"] == "true").all()
    assert (frame.filter(pl.col("id").str.contains("-again"))["drawn"] == "false").all()
    (tmp_path / "sad").mkdir()
    (tmp_path / "sad" / "a.png").write_bytes(picture(1))
    assert "drawn" not in audit.check(manifest_of(tmp_path)).manifest.frame.columns


def test_pictures_of_a_few_pixels_are_no_copies_of_each_other(tmp_path, manifest_of, picture):
    (tmp_path / "sad").mkdir()
    for number in range(40):
        (tmp_path / "sad" / f"{number}.png").write_bytes(picture(number, side=15))
    checked = audit.check(manifest_of(tmp_path))
    assert checked.manifest.frame["copies"].null_count() == 40
    assert checked.manifest.frame["pixels"].n_unique() == 40


def test_a_cut_copy_of_a_picture_on_white_is_found(tmp_path):
    """Cut on one side, the white around it is no frame any more: the picture is compared with its frame as well."""
    draw = np.random.default_rng(8)
    for label in ("happy", "sad"):
        (tmp_path / label).mkdir()
        for number in range(4):
            spots = Image.fromarray(draw.integers(0, 255, (5, 5, 3), np.uint8))
            spots = spots.resize((136, 136), Image.Resampling.BICUBIC)
            picture = ImageOps.expand(spots, 12, "white")
            picture.save(tmp_path / label / f"{number}.png")
            picture.crop((13, 13, 160, 160)).save(tmp_path / label / f"{number}-again.jpg", quality=92)
    frame = audit.check(collect.scan(tmp_path)).manifest.frame.with_columns(stem=stem("id"))
    assert frame["copies"].null_count() == 0
    assert frame.group_by("stem").agg(pl.col("copies").n_unique())["copies"].max() == 1
    assert frame.group_by("copies").agg(pl.col("stem").n_unique())["stem"].max() == 1
