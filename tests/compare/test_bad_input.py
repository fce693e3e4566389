from __future__ import annotations

import json
import os

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mien import compare
from mien.core.errors import MienError, SettingError, StorageError
from mien.core.run import Run


def test_one_run_is_no_comparison(lay, tmp_path, recipe):
    lay(tmp_path / "a", recipe=recipe())
    with pytest.raises(SettingError, match=r"One run came. Expected: two or more. How good one is by itself"):
        compare.runs([tmp_path / "a"])
    with pytest.raises(SettingError, match="No run came"):
        compare.runs([])


def test_the_same_run_twice_is_refused_however_it_is_written(lay, tmp_path, recipe):
    lay(tmp_path / "a", recipe=recipe())
    (tmp_path / "link").symlink_to(tmp_path / "a")
    for again in (tmp_path / "a", tmp_path / "x" / ".." / "a", tmp_path / "link"):
        with pytest.raises(SettingError, match="given twice"):
            compare.runs([tmp_path / "a", again])


def test_what_is_no_run_is_said_to_be_none(lay, tmp_path, recipe):
    lay(tmp_path / "a", recipe=recipe())
    for other in (tmp_path, tmp_path / "gone", tmp_path / "a" / "model.onnx"):
        with pytest.raises(SettingError, match="is not a run"):
            compare.runs([tmp_path / "a", other])


def test_a_run_that_stopped_half_way_says_how_to_finish_it(lay, tmp_path, recipe):
    lay(tmp_path / "a", recipe=recipe())
    run = lay(tmp_path / "b", recipe=recipe())
    run.update(done=["collect", "audit", "split", "load", "train"])
    with pytest.raises(SettingError, match=f"not finished: it has not been measured.*mien run --resume {run.folder}"):
        compare.runs([tmp_path / "a", tmp_path / "b"])


def test_a_run_without_a_model_file_is_compared_all_the_same(lay, tmp_path, recipe):
    lay(tmp_path / "a", recipe=recipe())
    lay(tmp_path / "b", recipe=recipe(epochs=9)).model.unlink()
    found = compare.runs([tmp_path / "a", tmp_path / "b"])
    assert sorted((entry.name, entry.model_bytes) for entry in found.entries) == [("a", 1_000_000), ("b", None)]


def test_runs_of_a_single_shared_class_are_refused(lay, tmp_path, recipe):
    lay(tmp_path / "a", recipe=recipe(), labels=("angry", "happy"))
    lay(tmp_path / "b", recipe=recipe(), labels=("happy", "sad"))
    with pytest.raises(SettingError, match=r"share 1 of their classes \(a: angry, happy; b: happy, sad\)"):
        compare.runs([tmp_path / "a", tmp_path / "b"])


def test_runs_that_share_no_picture_say_what_to_do(lay, tmp_path, recipe, data):
    lay(tmp_path / "a", recipe=recipe())
    lay(tmp_path / "b", recipe=recipe(), data=data(salt="other"))
    words = "share no test picture that is new to all of them.*72 left out because not every run.*mien evaluate"
    with pytest.raises(SettingError, match=words):
        compare.runs([tmp_path / "a", tmp_path / "b"])


def test_runs_that_learnt_each_other_s_test_side_say_so(lay, tmp_path, recipe):
    lay(tmp_path / "a", recipe=recipe())
    turned = {row: "train" if row % 10 >= 7 else "test" for row in range(120)}
    lay(tmp_path / "b", recipe=recipe(), sides=turned)
    with pytest.raises(SettingError, match="120 left out because one of the runs was trained"):
        compare.runs([tmp_path / "a", tmp_path / "b"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: frame.drop("content"), "it has no column content"),
        (lambda frame: frame.drop("p:happy", "p:sad"), "it holds 36 samples and 1 classes"),
        (lambda frame: frame.head(0), "it holds 0 samples"),
        (lambda frame: frame.with_columns(pl.lit(0.7).alias("p:sad")), "add up to 1"),
        (lambda frame: frame.with_columns(pl.lit(None, pl.Float64).alias("p:sad")), "add up to 1"),
        (lambda frame: frame.with_columns(pl.lit(float("nan")).alias("p:sad")), "add up to 1"),
        (lambda frame: frame.with_columns(pl.lit("much").alias("p:sad")), "damaged"),
        (lambda frame: frame.with_columns(pl.lit(None, pl.String).alias("label")), "add up to 1"),
    ],
)
def test_damaged_predictions_are_a_sentence_that_names_the_file(lay, tmp_path, recipe, change, words):
    lay(tmp_path / "a", recipe=recipe())
    run = lay(tmp_path / "b", recipe=recipe())
    change(pl.read_parquet(run.predictions)).write_parquet(run.predictions)
    with pytest.raises(StorageError) as caught:
        compare.runs([tmp_path / "a", tmp_path / "b"])
    assert words in str(caught.value)
    assert str(run.predictions) in str(caught.value)


def test_a_seed_s_missing_predictions_are_a_sentence(lay, tmp_path, recipe):
    lay(tmp_path / "a", recipe=recipe())
    run = lay(tmp_path / "b", recipe=recipe(seeds=2))
    run.member(1).predictions.unlink()
    with pytest.raises(StorageError, match=r"members/1/predictions.parquet' is damaged"):
        compare.runs([tmp_path / "a", tmp_path / "b"])


@pytest.fixture(scope="module")
def pair(lay, tmp_path_factory, recipe) -> tuple[Run, Run]:
    folder = tmp_path_factory.mktemp("pair")
    return lay(folder / "a", recipe=recipe()), lay(folder / "b", recipe=recipe(seeds=2))


FILES = ["run.json", "recipe.toml", "manifest.parquet", "predictions.parquet", "environment.json"]


@given(st.sampled_from(FILES), st.floats(0, 1, exclude_max=True), st.integers(0, 255), st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_run_damaged_anywhere_is_compared_or_refused_in_a_sentence(pair, name, where, byte, cut):
    file = pair[1].folder / name
    good = file.read_bytes()
    place, said = int(where * len(good)), "a comparison"
    try:
        file.write_bytes(good[:place] if cut else good[:place] + bytes([byte]) + good[place + 1 :])
        found = compare.runs([run.folder for run in pair])
        json.dumps(found.to_dict(), allow_nan=False)
    except MienError as error:  # a sentence, and no other kind of error
        said = str(error)
    finally:
        file.write_bytes(good)
    assert said


def test_names_tell_runs_of_the_same_folder_name_apart(lay, tmp_path, recipe):
    for place, epochs in (("one", 8), ("two", 9)):
        lay(tmp_path / place / "demo", recipe=recipe(epochs=epochs))
    lay(tmp_path / "third", recipe=recipe(epochs=10))
    found = compare.runs([tmp_path / "one" / "demo", tmp_path / "two" / "demo", tmp_path / "third"])
    assert {entry.name for entry in found.entries} == {"one/demo", "two/demo", "third"}


def test_a_run_may_be_named_from_inside(lay, tmp_path, recipe, monkeypatch):
    lay(tmp_path / "a", recipe=recipe())
    lay(tmp_path / "b", recipe=recipe(epochs=9))
    monkeypatch.chdir(tmp_path / "a")
    found = compare.runs([".", os.path.join("..", "b")])  # noqa: PTH118 - as it is typed
    assert {entry.name for entry in found.entries} == {"a", "b"}
