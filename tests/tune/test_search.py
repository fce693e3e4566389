"""Whole searches: what they leave, that they repeat, what they refuse."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib

import polars as pl
import pytest

from mien import pipeline, tune
from mien.core.errors import SettingError, SourceError, StorageError, TrainingError
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Manifest
from mien.train import History

QUICK = tune.Plan(trials=2, repeats=0)


@pytest.fixture
def begun(small_faces, small, tmp_path):
    """Begin a search that is not trained yet."""

    def begin(**settings):
        return tune.begin(small_faces, small(**settings), tmp_path / "runs" / "tuned")

    return begin


def test_it_leaves_what_the_docs_name(searched):
    names = {path.name for path in searched.folder.iterdir()}
    assert {"run.json", "recipe.toml", "manifest.parquet", "study.db", "best.toml", "tune.html", "trials"} <= names
    assert "workers" not in names  # nobody crashed
    assert searched.run.state().done == ("collect", "audit", "split", "load")
    assert [(trial.number, trial.state) for trial in searched.trials] == [(n, "done") for n in range(4)]
    assert searched.trials[0].settings == {"learning_rate": 0.001, "batch": 8}
    assert searched.trials[0].first
    for trial in searched.trials:
        place = Run(searched.folder / trial.place)
        assert History.read(place.history).best.val_balanced_accuracy == trial.score
        assert Recipe.read(place.recipe).learning_rate == trial.settings["learning_rate"]
        assert not place.checkpoints.exists()
        assert [path.name[:6] for path in place.tensorboard.iterdir()] == ["events"]


def test_the_data_is_read_once_and_the_pictures_decoded_once(searched):
    cache = searched.folder.parent / "cache"
    assert len(list(cache.glob("*.u8"))) == 1
    assert searched.validation == (4, 4, 4)


def test_the_best_is_the_best_and_was_trained_again(searched):
    assert searched.best.score == max(trial.score for trial in searched.trials)
    assert len(searched.again) == 1
    made = tune.summary(searched)
    assert made["luck"].startswith(f"Trained again from another seed: {searched.again[0]:.1%}. That is ")
    assert "only the test figure" in made["note"]
    assert made["sentence"].startswith(f"{searched.best.score:.1%} right on 12 validation pictures")
    json.dumps(made)


def test_the_best_recipe_says_where_it_comes_from_and_is_what_was_tried(searched):
    text = searched.best_recipe.read_text()
    head = [line for line in text.splitlines() if line.startswith("#")]
    assert head[0] == "# mien run faces --recipe best.toml"
    assert f"# from: trial {searched.best.number} of a search by mien tune" in text
    assert f"# score: {searched.best.score:.1%} on 12 validation pictures" in text
    values = tomllib.loads(text)
    assert values.items() >= {"model": "report", "size": 24, "epochs": 2, **searched.best.settings}.items()
    assert not any(isinstance(value, dict) for value in values.values())


def test_the_best_recipe_runs_and_scores_as_it_did_in_the_search(searched, small_faces, mien_here, tmp_path):
    mien_here("train", small_faces, "--recipe", searched.best_recipe, "--out", tmp_path / "run", "--quiet")
    run = Run.open(tmp_path / "run")
    assert History.read(run.history).best.val_balanced_accuracy == searched.best.score
    columns = ["id", "split"]
    ours, theirs = (Manifest.read(one.manifest).frame.select(columns).sort("id") for one in (run, searched.run))
    assert ours.equals(theirs)


def test_the_same_seed_searches_the_same(searched, seen, small_faces, tmp_path):
    again = tune.begin(small_faces, tune_recipe(searched), tmp_path / "again")
    tune.resume(again, tune.Plan(trials=4, repeats=0))
    assert seen(again) == seen(searched)


def tune_recipe(study):
    """The recipe that a search began with, as it was typed."""
    return Recipe.from_dict(study.run.state().tune)


def test_more_trials_can_be_asked_for_and_fewer_change_nothing(searched, seen, tmp_path):
    shutil.copytree(searched.folder.parent, tmp_path / "runs")
    study = tune.Study.open(tmp_path / "runs" / "tuned")
    tune.resume(study, tune.Plan(trials=2, repeats=0))
    assert seen(study) == seen(searched)
    told = []
    tune.resume(study, tune.Plan(trials=5, repeats=0), recipe=tune_recipe(searched), watch=told.append)
    assert seen(study)[:4] == seen(searched)
    assert [trial.state for trial in study.trials] == ["done"] * 5
    assert [progress.news.number for progress in told if progress.news] == [4]
    assert (told[-1].ended, told[-1].asked, told[-1].running) == (5, 5, ())
    assert study.store.note("trials") == 5


def test_the_test_side_is_not_touched(begun):
    study = begun()
    pipeline.resume(study.run, until="load")
    frame = Manifest.read(study.run.manifest).frame
    lost = pl.when(pl.col("split") == "test").then(pl.lit("0" * 64)).otherwise(pl.col("content"))
    Manifest(frame.with_columns(content=lost)).save(study.run.manifest)
    with pytest.raises(SourceError):  # whoever asks for the test side now is found out
        pipeline.RunContext(study.run, study.recipe, pipeline.Reporter()).side("test")
    assert tune.resume(study, tune.Plan(trials=1, repeats=1)).best is not None


def test_settings_that_cannot_go_together_fail_that_trial_alone(begun):
    study = begun(search={"optimizer": ["adam", "adamw"], "weight_decay": [0.1, 0.2], "learning_rate": [0.001, 0.002]})
    tune.resume(study, tune.Plan(trials=6, repeats=0))
    by_optimizer = {(trial.settings["optimizer"], trial.state) for trial in study.trials}
    assert by_optimizer == {("adam", "failed"), ("adamw", "done")}
    failed = next(trial for trial in study.trials if trial.state == "failed")
    assert failed.why.startswith("weight_decay = 0.")
    assert "optimizer = 'adam'" in failed.why
    assert study.best.settings["optimizer"] == "adamw"


def test_a_loss_that_is_no_number_fails_that_trial_alone(begun):
    study = begun(precision="mixed_float16", search={"learning_rate": [0.001, 10.0]})
    tune.resume(study, tune.Plan(trials=4, repeats=0))
    states = {trial.settings["learning_rate"]: trial for trial in study.trials}
    assert states[0.001].state == "done"
    assert states[10.0].state == "failed"
    assert states[10.0].why.startswith("The loss became nan in epoch 1")


def test_when_all_trials_fail_the_first_reason_is_told(begun):
    study = begun(search={"size": [16, 20]})  # the report's network needs 22
    with pytest.raises(TrainingError, match=r"None of 2 trials .* trial 0 failed: size = \d\d is too small"):
        tune.resume(study, QUICK)
    assert not study.best_recipe.exists()
    assert [trial.state for trial in study.trials] == ["failed", "failed"]


def test_size_and_epochs_can_be_searched(begun):
    study = begun(search={"size": [24, 32], "epochs": [1, 3]})
    tune.resume(study, tune.Plan(trials=5, repeats=0))
    assert {trial.settings["size"] for trial in study.trials} == {24, 32}
    assert {trial.state for trial in study.trials} <= {"done", "pruned"}
    caches = {path.name[:11] for path in (study.folder.parent / "cache").glob("*.u8")}
    assert caches == {"pictures-24", "pictures-32"}
    for trial in study.trials:
        if trial.state == "done":
            assert trial.epochs == trial.settings["epochs"]


def test_batches_larger_than_the_data_are_left_out(searched):
    assert searched.run.state().tune["search"]["batch"] == [8, 16, 64]
    assert searched.space["batch"] == [8, 16]


def test_a_space_of_which_nothing_is_left_is_a_sentence(begun):
    with pytest.raises(SettingError, match="There is nothing to search: all that was to be tried is larger"):
        tune.resume(begun(search={"batch": [64, 128]}), QUICK)


# What cannot be gone on with


@pytest.fixture
def copied(searched, tmp_path):
    shutil.copytree(searched.folder.parent, tmp_path / "runs")
    return tune.Study.open(tmp_path / "runs" / "tuned")


def test_another_recipe_is_refused_and_the_difference_told(copied):
    other = Recipe.from_dict({**copied.run.state().tune, "epochs": 3})
    with pytest.raises(SettingError, match=r"began with: epochs = 3 instead of 2\. Leave --recipe"):
        tune.resume(copied, QUICK, recipe=other)


def test_a_folder_that_is_no_search_is_refused(tmp_path, small_faces):
    with pytest.raises(SettingError, match=r"is not a search\. Expected: a folder with study\.db"):
        tune.Study.open(tmp_path / "nothing")
    with pytest.raises(SettingError, match="is a run, not a search"):
        tune.Study.open(pipeline.begin(small_faces, Recipe(), tmp_path / "run").folder)


def test_a_damaged_study_is_refused(copied):
    copied.database.write_bytes(b"\0" * 9000)
    with pytest.raises(StorageError, match="is damaged"):
        tune.resume(tune.Study.open(copied.folder), QUICK)


def test_pictures_that_are_gone_are_told_once_they_are_needed(small_faces, small, tmp_path):
    shutil.copytree(small_faces, tmp_path / "faces")
    study = tune.begin(tmp_path / "faces", small(), tmp_path / "runs" / "tuned")
    pipeline.resume(study.run, until="load")
    shutil.rmtree(tmp_path / "faces")
    assert tune.resume(study, tune.Plan(trials=1, repeats=0)).best is not None  # the cache holds them
    shutil.rmtree(tmp_path / "runs" / "cache")
    with pytest.raises(SourceError):
        tune.resume(study, tune.Plan(trials=2, repeats=0))
    assert [trial.state for trial in study.trials] == ["done"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"trials": 0}, "trials = 0 came. Expected: at least 1"),
        ({"jobs": 0}, "jobs = 0 came. Expected: at least 1"),
        ({"repeats": -1}, "repeats = -1 came. Expected: at least 0"),
        ({"minutes": -1.0}, "minutes = -1.0 came"),
        ({"minutes": float("nan")}, "minutes = nan came"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(wrong, words):
    with pytest.raises(SettingError, match=words):
        tune.Plan(**wrong)


def test_a_search_space_that_is_none_is_refused_before_anything_is_made(small_faces, small, tmp_path):
    with pytest.raises(SettingError, match=r"search\.lerning_rate is no setting"):
        small(search={"lerning_rate": [0.1]})
    with pytest.raises(SettingError, match="cannot be searched"):
        tune.begin(small_faces, small(search={"seed": [1, 2]}), tmp_path / "tuned")
    assert list(tmp_path.iterdir()) == []


def test_a_source_that_is_not_there_leaves_no_folder(small, tmp_path):
    with pytest.raises(SourceError, match="There is nothing at"):
        tune.resume(tune.begin(tmp_path / "nowhere", small(), tmp_path / "runs" / "tuned"), QUICK)
    assert not (tmp_path / "runs" / "tuned").exists()


def test_without_optuna_it_says_what_to_install(tmp_path):
    code = (
        "import sys; sys.modules['optuna'] = None\n"
        "from mien import tune; from mien.core.recipe import Recipe\n"
        "try: tune.begin('faces', Recipe(), sys.argv[1])\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "t"], capture_output=True, text=True, check=True)
    assert done.stdout == "MissingPartError A search needs optuna. Install it: pip install 'mien[train]'.\n"
