"""A small folder through the command line and through Python: one report, one model file, the same answers."""

import json
import signal

import numpy as np
import polars as pl
import pytest

import mien as api
from mien.core.run import Run

SETTINGS = ["--folds", 1, "--model", "report", "--size", 24, "--epochs", 3, "--batch", 8, "--patience", 0, "--seed", 5]


@pytest.fixture(scope="module")
def done(mien, small_faces, tmp_path_factory):
    folder = tmp_path_factory.mktemp("story") / "runs" / "first"
    return folder, mien("run", small_faces, *SETTINGS, "--out", folder, "--json")


def predictions(folder):
    return pl.read_parquet(folder / "predictions.parquet")


def test_one_command_makes_a_report_and_a_model_file(done, mien_here, small_faces):
    folder, process = done
    assert process.returncode == 0, process.stderr
    made = json.loads(process.stdout)
    assert (made["run"], made["report"]) == (str(folder), str(folder / "report.html"))
    assert (folder / "report.html").stat().st_size > 10_000
    answered = mien_here("predict", small_faces / "sad" / "00.png", "--model", made["model"], "--json")
    assert answered.returncode == 0
    assert set(json.loads(answered.stdout)["probabilities"]) == {"angry", "happy", "sad"}


def test_it_tells_how_it_goes(done):
    _, process = done
    told = [line.partition(":")[0] for line in process.stderr.splitlines()]
    stages = ["collect", "audit", "split", "train", "evaluate"]
    assert [word for word in told if word in stages] == stages
    assert sum(word.startswith("epoch") for word in told) == 3
    assert "Traceback" not in process.stderr
    assert "Warning" not in process.stderr


def test_python_tells_the_same_story_with_the_same_words(done, small_faces, tmp_path):
    folder, _ = done
    recipe = api.Recipe(folds=1, model="report", size=24, epochs=3, batch=8, patience=0, seed=5)
    manifest = api.collect.scan(small_faces)
    manifest = api.audit.clean(*api.audit.check(manifest))
    manifest = api.split.assign(manifest)
    recipe = api.models.resolve(recipe)
    contract = api.models.contract(recipe, manifest.labels)
    cache = api.load.build(manifest, contract, tmp_path / "cache")
    sides = {name: cache.batches(manifest.of(name), labels=contract.labels, batch=64) for name in ("val", "test")}
    sides["train"] = cache.training(manifest.of("train"), recipe, labels=contract.labels)
    model = api.models.build(contract, recipe)
    api.train.fit(model, sides["train"], sides["val"], recipe, Run(tmp_path / "run"))
    pixels, targets = next(sides["test"].epoch(0))
    path = api.export.write(model, contract, tmp_path / "model.onnx")
    scores = api.evaluate.score(targets.argmax(1), api.Predictor(path).probabilities(pixels), contract.labels)
    heat = api.explain.occlusion(api.Predictor(path).probabilities, pixels[0])
    assert heat.shape == (24, 24)
    frame = predictions(folder)
    assert manifest.of("test").frame["id"].to_list() == frame["id"].to_list()
    assert scores.accuracy.value == pytest.approx((frame["label"] == frame["predicted"]).mean())


def test_the_same_seed_gives_the_same_predictions(done, small_faces, tmp_path):
    folder, _ = done
    recipe = api.Recipe(folds=1, model="report", size=24, epochs=3, batch=8, patience=0, seed=5)
    again = api.pipeline.run(small_faces, recipe, folder=tmp_path / "again")
    assert predictions(again.folder).equals(predictions(folder))
    other = api.pipeline.run(
        small_faces, api.Recipe(folds=1, model="report", size=24, epochs=1, batch=8, seed=6), folder=tmp_path / "other"
    )
    assert not predictions(other.folder).equals(predictions(folder))


def test_ctrl_c_leaves_a_run_that_goes_on(mien_here, begin_mien, done, small_faces, tmp_path):
    folder, _ = done
    process = begin_mien("run", small_faces, *SETTINGS, "--out", tmp_path / "run")
    seen = []
    for line in process.stderr:
        seen.append(line.decode())
        if seen[-1].startswith("epoch"):
            process.send_signal(signal.SIGINT)
            break
    seen.append(process.communicate()[1].decode())
    assert process.returncode == 130
    assert "Traceback" not in "".join(seen)
    assert "What was finished is kept; go on with: mien run --resume RUN" in seen[-1].splitlines()[-1]
    assert not (tmp_path / "run" / "model.onnx").exists()

    resumed = mien_here("run", "--resume", tmp_path / "run", "--quiet")
    assert (resumed.returncode, resumed.stderr) == (0, "")
    assert Run.open(tmp_path / "run").done("report")
    found, wanted = predictions(tmp_path / "run"), predictions(folder)
    assert found["predicted"].equals(wanted["predicted"])
    probabilities = [frame.select(pl.selectors.starts_with("p:")).to_numpy() for frame in (found, wanted)]
    np.testing.assert_array_equal(*probabilities)


def test_train_then_export_is_run_in_two_sittings(mien_here, small_faces, tmp_path):
    trained = mien_here("train", small_faces, *SETTINGS[:6], "--epochs", 1, "--out", tmp_path / "run")
    assert trained.returncode == 0, trained.stderr
    assert "conv_1" in trained.stdout
    assert not (tmp_path / "run" / "model.onnx").exists()
    exported = mien_here("export", tmp_path / "run", "--quiet")
    assert exported.returncode == 0, exported.stderr
    assert (tmp_path / "run" / "report.html").exists()
    assert api.Predictor(tmp_path / "run" / "model.onnx").labels == ("angry", "happy", "sad")
