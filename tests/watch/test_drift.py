"""`mien watch` as a person types it: on a log, on a folder, against a file and against a run."""

from __future__ import annotations

import json
import re
import shutil

import numpy as np
import onnx
import polars as pl
import pytest
from PIL import Image, ImageFilter

from mien import Predictor, collect, watch
from mien.core import artifacts
from mien.core.errors import ModelFileError, SettingError
from mien.core.recipe import Recipe
from mien.core.run import Run
from mien.core.types import Predictions
from mien.core.validation_answers import VALIDATION_KEY, ValidationAnswers
from mien.predict import model_file


@pytest.fixture(scope="module")
def crops(tmp_path_factory, golden_faces):
    """Forty drawn faces, cut out already, as class folders."""
    from mien.samples.faces import draw, sample_parameters

    folder = tmp_path_factory.mktemp("crops")
    for label in ("angry", "happy"):
        (folder / label).mkdir()
        for index in range(20):
            Image.fromarray(draw(sample_parameters(3, index, label), 64)).save(folder / label / f"{index:02}.png")
    return folder


@pytest.fixture(scope="module")
def blurred(tmp_path_factory, crops):
    folder = tmp_path_factory.mktemp("blurred")
    for number, path in enumerate(sorted(crops.rglob("*.png"))):
        dim = Image.open(path).filter(ImageFilter.GaussianBlur(3)).point(lambda value: value // 3)
        dim.save(folder / f"{number:02}.png")
    (folder / "notes.txt").write_text("no picture")
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory, crops):
    """What a run of the box's model over these faces would have left."""
    run = Run.create(tmp_path_factory.mktemp("runs") / "mine")
    shutil.copy(model_file("face"), run.model)
    manifest = collect.scan(crops)
    artifacts.write_manifest(run, manifest.with_frame(manifest.frame.with_columns(split=pl.lit("val"))))
    artifacts.write_recipe(run, Recipe(inputs="faces"))
    return run


def test_a_log_without_a_change_ends_with_0(mien_here, log, hours, tmp_path):
    page = tmp_path / "page.html"
    done = mien_here("watch", log(hours(4)), "--against", "face", "--out", page)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("The answers look as they did when the model was made: 1,000 answers, compared in 4")
    assert "would have been found four times of five" in done.stdout
    assert "how frequent the classes were" not in done.stdout
    text = page.read_text()
    assert "no change was found" in text
    assert not re.search(r"(src|href)=\"(?!#|data:)", text)


def test_a_file_that_does_not_know_how_frequent_its_classes_were_says_so(mien_here, log, hours, tmp_path):
    model = onnx.load(model_file("face"))
    said = {item.key: item.value for item in model.metadata_props}
    said[VALIDATION_KEY] = json.dumps({**json.loads(said[VALIDATION_KEY]), "drawn_of": []})
    onnx.helper.set_model_props(model, said)
    (tmp_path / "face.onnx").write_bytes(model.SerializeToString())
    done = mien_here("watch", log(hours(4)), "--against", tmp_path / "face.onnx")
    assert done.returncode == 0, done.stderr
    assert "1,000 answers, compared in 3" in done.stdout
    assert "does not say how frequent the classes were" in done.stdout


def test_a_change_ends_with_1_and_says_when_what_and_what_next(mien_here, log, hours):
    path = log(hours(5, unsure=2))
    done = mien_here("watch", path, "--against", "face")
    assert done.returncode == 1, done.stderr
    assert re.match(r"On 2026-05-05, more answers are unsure than when the model was made: \d+\s% instead", done.stdout)
    assert "Other shares of the classes do not explain it by themselves" in done.stdout
    assert "mien evaluate face LABELLED/" in done.stdout
    found = json.loads(mien_here("watch", path, "--against", "face", "--json").stdout)
    assert [one["changed"] for one in found["periods"]] == [False, False, False, True, True]
    assert found["changed"]
    assert found["population"]["explains"] is False
    before = mien_here("watch", path, "--against", "face", "--since", "2026-05-04", "--json")
    assert len(json.loads(before.stdout)["periods"]) == 2


def test_a_change_that_has_passed_is_told_too(log, hours):
    lines = hours(5)
    found = watch.drift(log([*lines[:2], hours(3, unsure=1)[2], *lines[3:]]), "face")
    assert found.changed
    assert found.judged.begin.startswith("2026-05-03")
    assert "Later, from 2026-05-05 on, no change was found any more." in found.sentences()


def test_a_log_that_is_looked_at_every_day_alarms_as_rarely_as_promised(box, hours, log):
    alarms = 0
    for seed in range(5):
        alarms += watch.drift(log(hours(6, 200, seed=seed)), "face").changed
    assert alarms <= 1  # of five lives of six days each, a quarter of one is promised


def test_later_periods_may_spend_less(hours, log):
    (line,) = hours(1, 300, unsure=1)
    found = watch.drift(log([line, line.replace("2026-05-01", "2026-05-02")]), "face").periods
    for first, second in zip(*(period.changes for period in found), strict=True):
        assert second.p == pytest.approx(min(3 * first.p, 1), rel=1e-9, abs=0)  # 2 * 3 looks instead of 1 * 2
        assert second.least > first.least


def test_what_cannot_be_told_ends_with_2(mien_here, log, hours, tmp_path):
    few = mien_here("watch", log(hours(1, each=130)), "--against", "face")
    assert few.returncode == 2
    assert "has 130 answers. Expected: at least 200. Wait for more." in few.stderr
    day = mien_here("watch", log(hours(1)), "--against", "face", "--since", "May")
    assert "The day came as 'May'. Expected: one such as 2026-05-03." in day.stderr
    other = mien_here("watch", log(hours(1)), "--against", "voice")
    assert other.returncode == 2
    assert "Expected: those of the model, angry, calm" in other.stderr
    assert mien_here("watch", tmp_path / "none", "--against", "face").returncode == 2


def test_a_model_that_does_not_say_what_it_answered_is_a_sentence(two_heads, crops):
    with pytest.raises(ModelFileError, match=r"does not hold what it answered when it was made\. Name the run"):
        watch.drift(crops, two_heads, inputs="whole")


def test_a_folder_is_answered_and_compared_with_the_run_s_own_pictures(run, crops, blurred):
    same = watch.drift(crops, run.folder, inputs="faces")
    quality = {one.name: one for one in same.judged.changes}
    assert not quality["sharpness"].found
    assert quality["sharpness"].before == quality["sharpness"].now
    found = watch.drift(blurred, run.folder, inputs="faces")
    told = " ".join(found.sentences())
    assert found.changed
    assert "Brightness: more faces count as black than when the model was made" in told
    assert "1 more file could not be read." in told
    assert "do not lie beside" not in told
    names = {one.name for one in found.judged.changes if one.found}
    assert {"brightness", "sharpness"} <= names


def test_a_folder_of_few_is_refused(tmp_path, crops):
    shutil.copytree(crops / "happy", tmp_path / "few")
    next(iter((tmp_path / "few").glob("*.png"))).unlink()
    with pytest.raises(SettingError, match=r"has 19 answers\. Expected: at least 20"):
        watch.drift(tmp_path / "few", "face", inputs="faces")


def test_the_test_answers_stand_in_where_validation_is_not_known(run, tmp_path, crops):
    import onnx

    older = Run.create(tmp_path / "older")
    model = onnx.load(run.model)
    for number in [n for n, one in enumerate(model.metadata_props) if one.key == VALIDATION_KEY]:
        del model.metadata_props[number]
    onnx.save(model, older.model)
    manifest = artifacts.read_manifest(run)
    artifacts.write_manifest(older, manifest)
    artifacts.write_recipe(older, Recipe(inputs="faces"))
    labels = Predictor(older.model).labels
    rows = manifest.frame.with_columns(fold=pl.lit(1))
    draw = np.random.default_rng(0).dirichlet(np.ones(7), len(rows))
    artifacts.write_predictions(older, Predictions.build(rows, labels, draw))
    found = watch.drift(crops, older.folder, inputs="faces")
    assert found.basis == "test pictures"
    assert found.shares_known


def test_clips_are_watched_like_pictures(hearing, talk, tmp_path):
    import soundfile

    run = Run.create(tmp_path / "voices")
    shutil.copy(hearing, run.model)
    artifacts.write_recipe(run, Recipe())
    levels = {"then": 0.2, "later": 0.02}
    for name, level in levels.items():
        for seed in range(24):
            path = tmp_path / name / ("ab"[seed % 2]) / f"{seed:02}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, talk(1.0, level, seed), 16_000)
    soundfile.write(tmp_path / "later" / "silence.wav", np.zeros(16_000), 16_000)
    manifest = collect.scan(tmp_path / "then")
    artifacts.write_manifest(run, manifest.with_frame(manifest.frame.with_columns(split=pl.lit("test"))))
    predictor = Predictor(run.model)
    rows = manifest.frame.with_columns(fold=pl.lit(1), label=pl.lit(predictor.labels[0]))
    said = [[*answer.probabilities.values()] for answer in predictor.answers(manifest.frame["path"].to_list())]
    artifacts.write_predictions(run, Predictions.build(rows, predictor.labels, np.array(said)))
    assert not watch.drift(tmp_path / "then", run.folder).changed
    found = watch.drift(tmp_path / "later", run.folder)
    assert "level" in {one.name for one in found.judged.changes if one.found}
    assert found.judged.counts.nothing == 1
    assert any("Level: more clips count as" in line for line in found.sentences())


def test_a_page_of_a_change_has_its_parts_and_escapes_names(log, hours, tmp_path):
    path = log(hours(4, unsure=1)).rename(tmp_path / "<b>log.jsonl")
    text = watch.write_page(watch.drift(path, "face"), tmp_path / "page.html").read_text()
    assert "<b>log" not in text
    for part in ("What was found", "The answers", "Over time", "How it was compared", "a change"):
        assert part in text


def test_a_file_knows_how_frequent_its_classes_were():
    truth = np.repeat([0, 1], [6000, 500])
    answers = ValidationAnswers.build(("a", "b"), truth, np.full((6500, 2), 0.5), np.arange(6500))
    again = ValidationAnswers.from_text(answers.to_text())
    assert again.drawn_of == (6000, 500)
    assert again.weights[again.truth == 0].sum() / again.weights.sum() == pytest.approx(6000 / 6500)
    before = json.loads(answers.to_text())
    del before["drawn_of"]
    assert ValidationAnswers.from_text(json.dumps(before)).weights is None
    with pytest.raises(ModelFileError, match="damaged"):
        ValidationAnswers.from_text(json.dumps({**before, "drawn_of": [1, -1]}))
