"""The face model in the box is one of a run's rivals, wherever its classes cover the data's and it is a fair one."""

from __future__ import annotations

import json

import polars as pl
import pytest

from mien import pipeline, samples
from mien.core.lineage import Lineage
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Manifest
from mien.pipeline import _rivals

RECIPE = Recipe(folds=1, model="svm", size=24, components=12, features=("hog",))


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drawn") / "faces"
    samples.draw(folder, samples=160)
    return folder


@pytest.fixture(scope="module")
def run(drawn, tmp_path_factory) -> Run:
    return pipeline.run(drawn, RECIPE, folder=tmp_path_factory.mktemp("runs") / "drawn")


def test_the_box_is_measured_on_the_same_pictures(run):
    found = json.loads(run.scores.read_text())
    assert found["baselines"]["box"]["n"] == found["test"]["n"] == len(Manifest.read(run.manifest).of("test"))
    assert "the face model in the box gives" in pipeline.summary(run)["sentence"]
    assert "the face model in the box" in run.report.read_text()


def test_a_box_that_has_seen_some_of_them_is_no_rival(run, monkeypatch):
    test = Manifest.read(run.manifest).of("test")
    known = Lineage.of(test.with_frame(test.frame.with_columns(split=pl.lit("train"))))
    monkeypatch.setattr(_rivals, "_lineage", lambda text: known)
    work = pipeline.RunContext(run, Recipe.read(run.recipe), pipeline.Reporter())
    assert _rivals.box_answers(work, test) is None
