"""A run over small data: measured in rounds, and the model that ships is trained on all of them."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import polars as pl
import pytest

from mien import compare, evaluate, pipeline, tune
from mien.core.errors import SettingError
from mien.core.lineage import Lineage
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Manifest
from mien.predict import Predictor

RECIPE = Recipe(model="svm", size=24, components=12, features=("hog",))


@pytest.fixture(scope="module")
def rounds(small_faces, tmp_path_factory) -> Run:
    return pipeline.run(small_faces, RECIPE, folder=tmp_path_factory.mktemp("runs") / "rounds")


@pytest.fixture(scope="module")
def found(rounds) -> dict:
    return json.loads(rounds.scores.read_text())


def test_small_data_is_measured_in_five_rounds(rounds, found):
    assert Recipe.read(rounds.recipe).folds == 5
    assert (found["test"]["n"], found["proof"]["test"], found["proof"]["rounds"]) == (60, 60, 5)
    summary = pipeline.summary(rounds)
    assert "in five rounds: each was measured once, by a model that had not seen it" in summary["sentence"]
    assert summary["proof"].startswith("In 5 rounds 60 samples were measured once each; 0 of them")


def test_each_picture_is_answered_once_by_its_own_round(rounds):
    frame = pl.read_parquet(rounds.predictions)
    assert frame["id"].n_unique() == frame.height == 60
    for number, part in frame.group_by("fold"):
        manifest = Manifest.read(rounds.fold(number[0]).manifest)
        assert set(part["id"]) == set(manifest.of("test").frame["id"])
        assert not set(part["content"]) & set(manifest.of("train").frame["content"])


def test_the_file_that_ships_learnt_from_all(rounds):
    manifest = Manifest.read(rounds.manifest)
    assert len(manifest.of("train")) + len(manifest.of("val")) == 60
    known = Lineage.from_text(Predictor(rounds.model, inputs="faces").lineage)
    assert known.seen(manifest, None).is_not_null().all()


def test_scores_and_baselines_are_of_the_same_pictures(rounds, found):
    frame = pl.read_parquet(rounds.predictions)
    labels = Predictor(rounds.model).labels
    truth = np.array([labels.index(label) for label in frame["label"]])
    answers = frame.select(f"p:{label}" for label in labels).to_numpy().argmax(1)
    assert found["test"]["accuracy"]["value"] == pytest.approx((answers == truth).mean())
    asked = {name: value["n"] for name, value in found["baselines"].items()}
    asked.pop("box", None)  # a rival where the detector takes one of these patterns for a face
    assert asked == {"commonest": 60, "nearest_neighbour": 60}
    assert found["baselines"].get("box", {"n": 60})["n"] == 60


def test_a_run_that_was_stopped_between_rounds_ends_the_same(rounds, small_faces, tmp_path):
    made = pipeline.begin(small_faces, RECIPE, tmp_path / "run")
    heard = []

    def say(words):
        heard.append(words)
        if words == "train: round 3 of 5" and heard.count(words) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipeline.resume(made, reporter=pipeline.Reporter(say=say))
    before = {path: path.stat().st_mtime_ns for path in made.fold(1).checkpoints.iterdir()}
    pipeline.resume(Run.open(made.folder))
    assert {path: path.stat().st_mtime_ns for path in made.fold(1).checkpoints.iterdir()} == before
    assert pl.read_parquet(made.predictions).equals(pl.read_parquet(rounds.predictions))


def test_several_seeds_answer_in_every_round(small_faces, tmp_path):
    recipe = Recipe(model="report", size=24, epochs=1, batch=8, seeds=2, folds=2)
    run = pipeline.run(small_faces, recipe, folder=tmp_path / "run")
    found = json.loads(run.scores.read_text())
    assert len(found["members"]) == 2
    whole = pl.read_parquet(run.predictions)
    alone = [pl.read_parquet(run.member(seed).predictions) for seed in (0, 1)]
    assert all(one["id"].equals(whole["id"]) for one in alone)
    assert run.model.exists()


def test_rounds_and_one_split_can_be_compared(rounds, small_run):
    page = compare.runs([rounds.folder, small_run.folder])
    assert len(page.entries) == 2


def test_one_split_is_kept_where_it_is_asked_for(small_run):
    assert Recipe.read(small_run.recipe).folds == 1
    assert not small_run.fold(1).folder.exists()
    assert evaluate.Basis.from_dict(json.loads(small_run.scores.read_text())["test"]["basis"]).rounds == 0


def test_a_search_chooses_on_one_split(small_faces, tmp_path):
    with pytest.raises(SettingError, match="a search chooses on one validation split"):
        tune.begin(small_faces, dataclasses.replace(RECIPE, folds=3), tmp_path / "search")


def test_the_report_says_so(rounds):
    page = rounds.report.read_text()
    assert "in five rounds" in page
    assert "Nothing leaks" in page
    assert "The split does not hold" not in page
