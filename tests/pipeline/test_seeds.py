"""Several seeds in one run: a mean, a spread, and one file that answers for all."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from mien import pipeline
from mien.core import artifacts
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.predict import Predictor


@pytest.fixture(scope="module")
def many(small_faces, tmp_path_factory):
    recipe = Recipe(folds=1, model="report", size=24, epochs=2, batch=8, patience=0, seeds=3, seed=4)
    return pipeline.run(small_faces, recipe, folder=tmp_path_factory.mktemp("runs") / "many")


def probabilities(run):
    return pl.read_parquet(run.predictions).select(pl.selectors.starts_with("p:")).to_numpy()


def test_each_seed_is_a_model_of_its_own(many):
    members = [many.member(seed) for seed in (4, 5, 6)]
    answers = [probabilities(member) for member in members]
    assert not np.allclose(answers[0], answers[1])
    assert not np.allclose(answers[1], answers[2])
    for member in members:
        assert member.history.exists()
        assert (member.checkpoints / "best.npz").exists()


def test_mean_and_spread_are_over_the_seeds(many):
    found = json.loads(many.scores.read_text())
    assert [member["seed"] for member in found["members"]] == [4, 5, 6]
    for member in found["members"]:
        frame = pl.read_parquet(many.member(member["seed"]).predictions)
        assert member["accuracy"] == pytest.approx((frame["label"] == frame["predicted"]).mean())
    alone = [member["accuracy"] for member in found["members"]]
    sentence = pipeline.summary(many)["sentence"]
    assert f"{np.mean(alone):.1%} on average, give or take {np.std(alone, ddof=1):.1%} by seed." in sentence


def test_the_file_answers_with_the_calibrated_mean(many, small_faces):
    mean = np.mean([probabilities(many.member(seed)) for seed in (4, 5, 6)], axis=0)
    np.testing.assert_allclose(probabilities(many), artifacts.read_calibration(many).apply(mean), atol=1e-5)
    frame = pl.read_parquet(many.predictions)
    predictor = Predictor(many.model)
    for name, wanted in zip(frame["id"], probabilities(many), strict=True):
        answer = predictor.predict(small_faces / name)
        np.testing.assert_allclose(list(answer.probabilities.values()), wanted, atol=1e-4)


def test_the_split_is_the_same_for_all_and_for_a_run_of_one_seed(many, small_run):
    one, other = (pl.read_parquet(run.manifest).select("id", "split") for run in (many, small_run))
    assert one.equals(other)


def test_a_run_killed_between_two_seeds_goes_on_with_the_next(many, small_faces, tmp_path):
    recipe = Recipe.read(many.recipe)
    begun = pipeline.begin(small_faces, recipe, tmp_path / "again")

    def stop(text):
        if text.startswith("train: seed 6"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipeline.resume(begun, reporter=pipeline.Reporter(say=stop))
    before = begun.member(5).history.stat().st_mtime_ns
    done = pipeline.resume(Run.open(begun.folder))
    assert begun.member(5).history.stat().st_mtime_ns == before
    np.testing.assert_array_equal(probabilities(done), probabilities(many))
