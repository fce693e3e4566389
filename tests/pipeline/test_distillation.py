"""A small network learns from a larger one."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from mien import pipeline
from mien.core.errors import ModelFileError, SettingError
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Manifest
from mien.pipeline._distillation import Taught, taught
from mien.predict import Predictor

SMALL = {"model": "report", "epochs": 2, "batch": 8}


def test_labels_are_blended_with_answers_to_the_same_pixels(small_run, toys):
    teacher = Predictor(small_run.model)
    batches = toys(("sad", "happy"), 24, shuffle=True)
    lesson = Taught(batches, teacher, share=0.25, temperature=2.0)
    assert (lesson.labels, len(lesson), lesson.counts.tolist()) == (("sad", "happy"), len(batches), [16, 16])
    parts = list(zip(batches.epoch(1, 2), lesson.epoch(1, 2), strict=True))
    assert len(parts) == len(batches) - 2
    for (pixels, targets), (seen, blended) in parts:
        np.testing.assert_array_equal(pixels, seen)
        answers = teacher.probabilities(pixels)[:, [teacher.labels.index("sad"), teacher.labels.index("happy")]]
        soft = (answers / answers.sum(1, keepdims=True)) ** 0.5
        wanted = 0.25 * soft / soft.sum(1, keepdims=True) + 0.75 * targets
        np.testing.assert_allclose(blended, wanted, atol=1e-5)
        assert blended.dtype == np.float32


def test_a_teacher_of_another_size_is_shown_pictures_of_its_own(small_run, toys):
    batches = toys(("happy", "sad"), 32, each=8)
    lesson = Taught(batches, Predictor(small_run.model), share=1.0, temperature=1.0)
    assert all(np.isfinite(targets).all() for _, targets in lesson.epoch(0))


def test_without_a_teacher_the_batches_are_what_they_were(toys, tmp_path):
    batches = toys(("happy", "sad"), 24)
    assert taught(batches, Recipe(folds=1), Run(tmp_path)) is batches


def test_a_student_is_measured_on_nothing_that_its_teacher_saw(small_run, small_faces, tmp_path):
    recipe = Recipe(folds=1, **SMALL, size=32, teacher=str(small_run.folder), split_seed=7)
    done = pipeline.run(small_faces, recipe, folder=tmp_path / "student")
    frame = Manifest.read(small_run.manifest).frame
    seen = set(frame.filter(pl.col("split") != "test")["content"])
    assert not set(Manifest.read(done.manifest).of("test").frame["content"]) & seen
    assert done.teacher.read_bytes() == small_run.model.read_bytes()
    assert "report" in done.recipe.read_text()


def test_the_command_learns_from_the_teachers_pictures_on_its_split(mien_here, small_run, tmp_path):
    settings = ("--model", "report", "--size", 24, "--epochs", 1, "--batch", 8)
    done = mien_here("distil", small_run.folder, *settings, "--out", tmp_path / "student", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    ours, theirs = (Manifest.read(run.manifest).frame for run in (Run(tmp_path / "student"), small_run))
    assert ours.select("content", "split").sort("content").equals(theirs.select("content", "split").sort("content"))


@pytest.mark.parametrize(
    ("settings", "error", "said"),
    [
        ({"teacher": "nowhere.onnx"}, ModelFileError, r"There is no model file '.*nowhere.onnx'"),
        ({"labels": ("happy", "fear")}, SettingError, r"The teacher does not know the class 'fear'"),
    ],
)
def test_a_teacher_that_cannot_teach_is_refused_before_any_work(
    small_run, small_faces, tmp_path, settings, error, said
):
    recipe = Recipe(folds=1, **{**SMALL, "teacher": str(small_run.folder), **settings})
    with pytest.raises(error, match=said):
        pipeline.begin(small_faces, recipe, tmp_path / "student")
    assert not (tmp_path / "student").exists()


def test_a_teacher_that_is_not_finished_is_answered_with_a_sentence(mien_here, small_faces, tmp_path):
    pipeline.begin(small_faces, Recipe(folds=1, **SMALL, size=24), tmp_path / "begun")
    done = mien_here("distil", tmp_path / "begun", "--out", tmp_path / "student")
    assert done.returncode == 2
    assert "has no model file yet" in done.stderr


def test_a_teacher_of_both_is_refused_before_any_work(two_heads, small_faces, tmp_path):
    """Its student would be shown a face or a whole picture, never what the teacher answers to."""
    with pytest.raises(
        SettingError, match=r"The teacher takes the face and the whole picture.* Expected: a teacher of"
    ):
        pipeline.begin(small_faces, Recipe(model="compact", teacher=str(two_heads)), folder=tmp_path / "run")
