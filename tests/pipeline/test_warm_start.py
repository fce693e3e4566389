"""Starting from an earlier run: its weights come along, and nothing it has seen is measured on."""

from __future__ import annotations

import shutil

import numpy as np
import polars as pl
import pytest
from PIL import Image

from mien import models, pipeline, train
from mien.core.errors import SettingError, SourceError
from mien.core.lineage import Lineage
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import InputContract, Manifest
from mien.pipeline import _warm_start

SMALL = {"model": "report", "size": 24, "epochs": 1, "batch": 8}


def variables(model):
    return [np.asarray(variable) for variable in model.variables]


@pytest.fixture
def earlier(small_run, tmp_path):
    """A copy that may be written to."""
    return Run(shutil.copytree(small_run.folder, tmp_path / "earlier"))


def test_the_weights_come_along_and_the_earlier_run_may_vanish(earlier, small_faces, tmp_path):
    contract = InputContract.from_json(earlier.contract.read_text())
    before = models.build(contract, Recipe.read(earlier.recipe))
    train.load_best(before, earlier)
    recipe = Recipe(folds=1, **SMALL, learning_rate=0.0, warm_start=str(earlier.folder))
    begun = pipeline.begin(small_faces, recipe, tmp_path / "new")
    shutil.rmtree(earlier.folder)
    done = pipeline.resume(begun)
    after = models.build(contract, recipe)
    train.load_best(after, done)
    for one, two in zip(variables(before), variables(after), strict=True):
        np.testing.assert_array_equal(one, two)
    third = pipeline.begin(small_faces, Recipe(folds=1, **SMALL, warm_start=str(done.folder)), tmp_path / "third")
    assert third.base().base().recipe.exists()


def test_other_classes_keep_all_but_the_last_layer(earlier, small_faces, tmp_path):
    recipe = Recipe(folds=1, **SMALL, learning_rate=0.0, warm_start=str(earlier.folder), labels=("happy", "sad"))
    done = pipeline.run(small_faces, recipe, folder=tmp_path / "new")
    contract = InputContract.from_json(earlier.contract.read_text())
    before = models.build(contract, Recipe.read(earlier.recipe))
    train.load_best(before, earlier)
    after = models.build(pipeline.contract(done), recipe)
    train.load_best(after, done)
    ours, theirs = variables(after), variables(before)
    assert all(np.array_equal(one, two) for one, two in zip(ours[:-2], theirs[:-2], strict=True))
    assert ours[-1].shape == (2,)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"size": 32}, r"of another architecture: 'report' with .* for 24 px, and 'report' here has .* for 32 px"),
        ({"model": "compact"}, r"of another architecture: 'report' .* Take the model and size of the earlier run"),
    ],
)
def test_weights_that_do_not_fit_are_refused_before_any_work(earlier, small_faces, tmp_path, settings, said):
    with pytest.raises(SettingError, match=said):
        pipeline.begin(
            small_faces, Recipe(folds=1, **{**SMALL, **settings}, warm_start=str(earlier.folder)), tmp_path / "new"
        )
    assert not (tmp_path / "new").exists()


def test_a_run_that_is_not_trained_or_no_run_is_refused(small_faces, tmp_path):
    with pytest.raises(SettingError, match=r"'.*nowhere' is not a run"):
        pipeline.begin(small_faces, Recipe(folds=1, **SMALL, warm_start=str(tmp_path / "nowhere")), tmp_path / "new")
    pipeline.begin(small_faces, Recipe(folds=1, **SMALL), tmp_path / "begun")
    with pytest.raises(SettingError, match=r"of --from is not trained yet. Finish it: mien run --resume"):
        pipeline.begin(small_faces, Recipe(folds=1, **SMALL, warm_start=str(tmp_path / "begun")), tmp_path / "new")


def test_nothing_that_the_earlier_model_saw_is_measured_on(earlier, small_faces, tmp_path):
    known = Manifest.read(earlier.manifest).frame
    recipe = Recipe(
        folds=1, **SMALL, warm_start=str(earlier.folder), split_seed=7
    )  # another split of the same pictures
    done = pipeline.resume(pipeline.begin(small_faces, recipe, tmp_path / "new"), until="split")
    manifest = Manifest.read(done.manifest)
    trained, chosen = (set(known.filter(split=side)["content"]) for side in ("train", "val"))
    assert len(manifest.of("test")) > 0
    assert not set(manifest.of("test").frame["content"]) & (trained | chosen)
    assert not set(manifest.of("val").frame["content"]) & trained
    assert manifest.frame["aside"].drop_nulls().unique().to_list() == [f"{_warm_start.SEEN} (the same file)"]


def test_copies_of_what_the_earlier_model_saw_are_not_measured_on(earlier, small_faces, tmp_path):
    """The same pixels in another format, and pictures that were resized and saved again."""
    for number, path in enumerate(sorted(small_faces.rglob("*.png"))):
        place = tmp_path / "copies" / path.parent.name / f"{number:02}"
        place.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(path) as picture:
            if number % 2:
                picture.save(place.with_suffix(".bmp"))
            else:
                picture.convert("RGB").resize((44, 44)).save(place.with_suffix(".jpg"), quality=85)
    recipe = Recipe(folds=1, **SMALL, warm_start=str(earlier.folder), split_seed=7)
    done = pipeline.resume(pipeline.begin(tmp_path / "copies", recipe, tmp_path / "new"), until="split")
    reasons = Manifest.read(done.manifest).frame["aside"].drop_nulls().unique()
    assert set(reasons) == {f"{_warm_start.SEEN} (the same pixels)", f"{_warm_start.SEEN} (a near copy)"}
    left = Manifest.read(done.manifest)
    unseen = Manifest.read(earlier.manifest).of("test").frame["pixels"]
    assert set(left.of("test").frame.filter(pl.col("path").str.ends_with(".bmp"))["pixels"]) <= set(unseen)


def test_the_same_split_loses_nothing(earlier, small_faces, tmp_path):
    recipe = Recipe(folds=1, **SMALL, warm_start=str(earlier.folder))
    done = pipeline.resume(pipeline.begin(small_faces, recipe, tmp_path / "new"), until="split")
    frame = Manifest.read(done.manifest).frame
    assert frame.select("id", "split").equals(Manifest.read(earlier.manifest).frame.select("id", "split"))


def test_what_grandparents_saw_is_remembered(earlier, small_faces, tmp_path):
    parent = pipeline.run(
        small_faces, Recipe(folds=1, **SMALL, warm_start=str(earlier.folder)), folder=tmp_path / "parent"
    )
    begun = pipeline.begin(small_faces, Recipe(folds=1, **SMALL, warm_start=str(parent.folder)), tmp_path / "child")
    frame = Manifest.read(earlier.manifest).frame
    seen = set(Lineage.read(begun.lineage).frame["content"])
    assert seen >= set(frame.filter(pl.col("split") != "test")["content"])
    assert not seen & set(frame.filter(split="test")["content"])


def test_a_source_that_was_all_seen_is_answered_with_a_sentence(earlier, small_faces, tmp_path):
    frame = Manifest.read(earlier.manifest).frame.with_columns(split=pl.lit("train"))
    Manifest(frame).save(earlier.manifest)
    begun = pipeline.begin(small_faces, Recipe(folds=1, **SMALL, warm_start=str(earlier.folder)), tmp_path / "new")
    with pytest.raises(SourceError, match=r"has seen every picture of the (val|test) split"):
        pipeline.resume(begun, until="split")
