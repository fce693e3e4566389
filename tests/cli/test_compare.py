"""`mien compare` from end to end: two trainings of the real pipeline, the command, the page and the JSON."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from mien import pipeline
from mien.core.recipe import Recipe
from mien.core.run import Run


@pytest.fixture(scope="module")
def trained(small_faces: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Run]:
    """Two finished runs over the same faces: one model, and two seeds of another recipe."""
    folder = tmp_path_factory.mktemp("runs")
    recipe = Recipe(folds=1, model="report", size=24, epochs=1, batch=8, patience=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Keras's variables on NumPy 2; theirs to mend
        one = pipeline.run(small_faces, recipe, folder=folder / "small")
        two = pipeline.run(small_faces, replace(recipe, batch=16, seeds=2), folder=folder / "other")
    return one, two


def test_the_command_says_who_is_better_and_writes_the_page(command, trained, tmp_path):
    small, other = trained
    done = command("compare", small.folder, other.folder, "--out", tmp_path / "page.html", "--speed")
    assert done.exit_code == 0
    tested = pl.read_parquet(small.predictions).height
    for words in ("run", "right of 100", "small", "other", " ms", f"Compared on {tested} pictures", "page.html"):
        assert words in done.stdout
    assert "small was trained from one seed" in done.stdout
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "One against another" in page


def test_json_is_for_programs(command, trained):
    small, other = trained
    done = command("compare", small.folder, other.folder, "--json", "--quiet")
    found = json.loads(done.stdout)
    assert {run["name"] for run in found["runs"]} == {"small", "other"}
    each = {run["name"]: run for run in found["runs"]}
    assert len(each["other"]["seeds"]) == 2
    assert each["small"]["scores"]["accuracy"] == json.loads(small.scores.read_text())["test"]["accuracy"]
    members = json.loads(other.scores.read_text())["members"]
    assert [row["accuracy"] for row in each["other"]["seeds"]] == [row["accuracy"] for row in members]
    names = {row["name"] for row in found["settings"]}
    assert {"batch", "seeds"} <= names


def test_a_run_and_itself_is_a_sentence_and_exit_code_2(mien_here, trained):
    small, _ = trained
    done = mien_here("compare", small.folder, small.folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert "given twice" in done.stderr


def test_without_a_page_it_says_how_to_get_one(command, trained):
    small, other = trained
    assert "--out compare.html" in command("compare", small.folder, other.folder).stdout
