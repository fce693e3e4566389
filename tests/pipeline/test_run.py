"""The whole story in Python: what a run holds, and that it says the truth about itself."""

import csv
import json
import sys

import numpy as np
import polars as pl
import pytest

from mien import Predictor, evaluate, pipeline, split
from mien.core.errors import MissingPartError, SettingError
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Manifest

NAMES = [name for name, value in vars(Run).items() if isinstance(value, property)]


def seal(path):
    """What stands there: a file's bytes, or a folder's files."""
    if path.is_dir():
        return {one.relative_to(path): one.read_bytes() for one in path.rglob("*") if one.is_file()}
    return path.read_bytes() if path.exists() else None


def test_a_run_holds_all_that_the_design_names(small_run):
    for path in (
        small_run.recipe,
        small_run.manifest,
        small_run.findings,
        small_run.contract,
        small_run.history,
        small_run.tensorboard,
        small_run.checkpoints,
        small_run.scores,
        small_run.report,
        small_run.environment,
        small_run.model,
    ):
        assert path.exists(), path
    assert small_run.state().done == tuple(pipeline.STAGES)
    assert not list(small_run.folder.rglob(".writing-*"))


def test_each_stage_takes_what_is_there_and_leaves_what_it_says(small_faces, tmp_path):
    recipe = Recipe(model="svm", size=24, folds=1)
    run = pipeline.begin(small_faces, recipe, tmp_path / "run")
    there = {"source", "recipe", "lineage"}  # given, or of earlier models, where there are any
    for word, stage in pipeline.STAGES.items():
        assert set(stage.takes) <= there, word
        before = {name: seal(getattr(run, name)) for name in NAMES}
        pipeline.resume(run, until=word)
        changed = {name for name in NAMES if seal(getattr(run, name)) != before[name]}
        assert changed <= set(stage.leaves), word
        assert all(getattr(run, name).exists() for name in stage.leaves), word
        there |= set(stage.leaves)


@pytest.mark.parametrize(
    ("model", "library"), [("compact", "keras"), ("svm", "sklearn"), ("probe", "onnx"), ("auto", "sklearn")]
)
def test_without_its_libraries_a_family_is_refused_at_the_start(model, library, small_faces, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, library, None)  # as if it were not installed
    with pytest.raises(MissingPartError, match=rf"needs {library}, not installed here.*pip install 'mien\[train\]'"):
        pipeline.begin(small_faces, Recipe(model=model), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_the_recipe_it_holds_is_whole(small_run):
    recipe = Recipe.read(small_run.recipe)
    assert (recipe.model, recipe.size, recipe.epochs, recipe.batch) == ("report", 24, 4, 8)
    assert recipe.optimizer == "adam"  # the family's
    assert len(list(csv.DictReader(small_run.history.read_text().splitlines()))) == 4


def test_test_samples_were_never_seen(small_run):
    manifest = Manifest.read(small_run.manifest)
    proof = split.prove(manifest)
    assert proof.holds
    assert (proof.train, proof.val, proof.test) == (42, 12, 6)


def test_the_scores_follow_from_the_predictions(small_run):
    frame = pl.read_parquet(small_run.folder / "predictions.parquet")
    labels = Predictor(small_run.model).labels
    assert frame.columns == ["id", "content", "label", "fold", "predicted", *(f"p:{label}" for label in labels)]
    assert set(frame["id"]) == set(Manifest.read(small_run.manifest).of("test").frame["id"])
    truth = np.array([labels.index(label) for label in frame["label"]])
    probabilities = frame.select(f"p:{label}" for label in labels).to_numpy()
    np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-5)
    found = json.loads(small_run.scores.read_text())
    basis = evaluate.Basis("pictures", evaluate.NEW, unit="pictures")
    assert evaluate.score(truth, probabilities, labels, basis=basis).to_dict() == found["test"]
    assert set(found["baselines"]) == {"commonest", "nearest_neighbour"}
    assert found["baselines"]["commonest"]["accuracy"]["value"] == pytest.approx(1 / 3)


def test_the_model_file_answers_as_the_run_was_measured(small_run):
    manifest = Manifest.read(small_run.manifest).of("test").frame
    frame = pl.read_parquet(small_run.folder / "predictions.parquet").join(manifest, on="id", maintain_order="left")
    predictor = Predictor(small_run.model)
    for row in frame.iter_rows(named=True):
        answer = predictor.predict(row["path"])
        for label in predictor.labels:
            assert answer.probabilities[label] == pytest.approx(row[f"p:{label}"], abs=1e-4)


def test_the_summary_says_what_was_measured(small_run):
    made = pipeline.summary(small_run)
    found = json.loads(small_run.scores.read_text())
    assert made["accuracy"] == found["test"]["accuracy"]["value"]
    assert made["sentence"].startswith("Right on ")
    assert made["proof"].startswith("0 of 6 test samples share a picture or a person with training.")
    assert set(made["seconds"]) == set(pipeline.STAGES)
    json.dumps(made)


def test_the_report_is_one_page_of_this_run(small_run):
    page = small_run.report.read_text()
    assert page.lstrip().lower().startswith("<!doctype html>")
    for words in ("angry", "0 of 6 test samples", "mien predict"):
        assert words in page


def test_a_finished_run_is_left_as_it_is(small_run):
    before = {path: path.read_bytes() for path in small_run.folder.rglob("*") if path.is_file()}
    pipeline.resume(Run.open(small_run.folder))
    assert {path: path.read_bytes() for path in small_run.folder.rglob("*") if path.is_file()} == before


def test_an_unknown_stage_is_answered_with_a_sentence(small_run):
    with pytest.raises(SettingError, match=r"There is no stage 'bake'. Expected: collect, audit"):
        pipeline.resume(small_run, until="bake")


def test_labels_choose_classes_and_their_order(small_faces, tmp_path):
    recipe = Recipe(folds=1, model="report", size=24, labels=("sad", "angry"))
    run = pipeline.resume(pipeline.begin(small_faces, recipe, tmp_path / "run"), until="load")
    assert pipeline.contract(run).labels == ("sad", "angry")
    assert Manifest.read(run.manifest).labels == ("angry", "sad")
