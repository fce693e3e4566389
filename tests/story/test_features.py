"""The families that are no networks go the same way: one command, one report, one small file."""

from __future__ import annotations

import json
from html import unescape

import numpy as np
import onnx
import polars as pl
import pytest

from mien import html, pipeline
from mien.core import artifacts
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Manifest
from mien.media import decode, read
from mien.predict import Predictor


def answers_again(run, source):
    """Ask the model file about the test side, as if the run had never been."""
    ids = Manifest.read(run.manifest).of("test").frame["id"]
    predictor = Predictor(run.model)
    paths = [source / name for name in ids]
    pixels = np.stack([decode(read(str(path)), predictor.contract.size) for path in paths])
    return predictor.labels, predictor.probabilities(pixels)


def test_one_command_fits_measures_and_exports_an_svm(mien_here, small_faces, tmp_path):
    folder = tmp_path / "run"
    settings = ("--folds", 1, "--model", "svm", "--size", 24, "--components", 20, "--cost", 10)
    done = mien_here("run", small_faces, *settings, "--out", folder, "--json")
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "Warning" not in done.stderr
    made = json.loads(done.stdout)
    assert made["accuracy"] > 0.4  # guessing gives a third
    run = Run(folder)
    assert run.report.stat().st_size > 10_000
    assert run.model.stat().st_size < 5_000_000
    assert json.loads(run.scores.read_text())["temperature"] > 0
    assert list(run.explanations.glob("*.webp"))
    frame = pl.read_parquet(run.predictions)
    labels, found = answers_again(run, small_faces)
    assert [labels[number] for number in found.argmax(1)] == frame["predicted"].to_list()
    answered = mien_here("predict", small_faces / "sad" / "00.png", "--model", folder, "--json")
    assert set(json.loads(answered.stdout)["probabilities"]) == {"angry", "happy", "sad"}
    by_name = json.loads(mien_here("explain", folder, "--features", "--json").stdout)
    assert by_name == artifacts.read_feature_report(run)  # as the run measured it
    features = artifacts.read_recipe(run).features
    assert {one["name"] for one in by_name["groups"]} == set(features)
    page = unescape(run.report.read_text())
    assert "By named features" in page
    assert (
        f"It is right on {html.percent(by_name['accuracy'])} of {by_name['samples']} validation pictures; shuff" in page
    )
    refused = mien_here("explain", run.model, "--features")
    assert "is no folder of a run, and --features needs its validation samples" in refused.stderr


@pytest.mark.parametrize("family", ["svm", "forest"])
def test_it_learns_from_what_an_earlier_network_sees(small_run, small_faces, family, tmp_path):
    settings = {"size": 24, "features": ("embedding",), "components": 8}
    recipe = Recipe(folds=1, model=family, **settings, warm_start=str(small_run.folder))
    done = pipeline.run(small_faces, recipe, folder=tmp_path / "run")
    file = onnx.load(done.model)
    assert any(node.op_type == "Conv" for node in file.graph.node)  # the network travels in the file
    before, after = (json.loads(run.scores.read_text())["test"]["accuracy"]["value"] for run in (small_run, done))
    assert after >= before - 0.2
    frame = pl.read_parquet(done.predictions)
    labels, found = answers_again(done, small_faces)
    assert [labels[number] for number in found.argmax(1)] == frame["predicted"].to_list()
    again = pipeline.run(small_faces, recipe, folder=tmp_path / "again")
    assert pl.read_parquet(again.predictions).equals(frame)


def test_what_makes_no_sense_is_answered_before_any_work(mien_here, small_faces, tmp_path):
    done = mien_here("run", small_faces, "--model", "svm", "--loss", "focal", "--out", tmp_path / "run")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("mien: 'svm' does not take loss = 'focal'.")
    assert not (tmp_path / "run").exists()
