"""What a run's file is bound to: by whose samples these are, and by what it started from."""

from __future__ import annotations

import json

import onnx
import polars as pl
import pytest

from mien import pipeline
from mien.core import artifacts
from mien.core.onnx_metadata import TERMS_KEY
from mien.core.recipe import Recipe
from mien.pipeline import Reporter, RunContext
from mien.pipeline._terms import terms


@pytest.fixture
def context(small_faces, tmp_path):
    run = pipeline.begin(small_faces, Recipe(folds=1, model="report", size=24, epochs=1), tmp_path / "run")
    pipeline.resume(run, until="collect")
    return RunContext(run, artifacts.read_recipe(run), Reporter())


def of_persons(context, persons):
    manifest = context.manifest
    context.write_manifest(manifest.with_frame(manifest.frame.with_columns(person=persons)))
    return context


def test_a_runs_file_says_what_it_is_bound_to(small_run):
    held = {item.key: item.value for item in onnx.load(small_run.model).metadata_props}
    assert json.loads(held[TERMS_KEY])["commercial"] == "unclear"
    assert list(held)[-1] == "mien.card"  # a file that was cut off lacks it


def test_persons_tell_whose_the_samples_are(context):
    number = pl.int_range(pl.len()) % 4
    found = terms(of_persons(context, pl.format("RAVDESS 0{}", number + 1)))
    assert (found.commercial, found.data, found.license) == ("no", ("RAVDESS",), "CC-BY-NC-SA-4.0")


def test_one_that_starts_from_the_box_is_bound_as_the_box_is(context):
    context.recipe = Recipe(model="face", weights="box")
    found = terms(context)
    assert (found.commercial, found.data) == ("unclear", ("FER2013", "FER+"))


def test_imagenet_counts_where_its_weights_are_taken(context):
    context.recipe = Recipe(model="transfer", weights="imagenet")
    assert terms(context).data == ("ImageNet",)
    context.recipe = Recipe(model="transfer", weights="none")
    assert terms(context).data == ()


def test_an_earlier_run_that_is_gone_is_said(context):
    context.recipe = Recipe(model="compact", warm_start="runs/gone")
    assert "'gone' that it learnt from is gone" in terms(context).why
