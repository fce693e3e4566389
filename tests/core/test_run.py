"""The run's folder: one place for every file, a state that survives, and nothing removed that is not ours."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mien.core.errors import SettingError, StorageError
from mien.core.files import read_json, write_json
from mien.core.run import RUN_FORMAT, STATE, Run, RunState, environment

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
values = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | texts | st.lists(texts)


def test_a_new_run_holds_its_state_and_nothing_else(tmp_path):
    run = Run.create(tmp_path / "runs" / "first")
    assert [path.name for path in run.folder.iterdir()] == [STATE]
    assert run.state() == RunState()
    assert Run.open(run.folder) == run


def test_every_file_has_a_place_of_its_own_in_the_folder():
    run = Run(Path("here"))
    places = [place for name in vars(Run) if isinstance(place := getattr(run, name), Path)]
    assert all(place.parent == run.folder for place in places)
    assert len(set(places)) == len(places) == 19


def test_a_name_of_the_release_before_is_read(tmp_path):
    run = Run.create(tmp_path)
    (tmp_path / STATE).write_text('{"format": 1, "finder": "fcos"}')
    assert run.state().detector == "fcos"


def test_a_setting_that_the_release_before_called_crop_is_read(tmp_path):
    run = Run.create(tmp_path)
    (tmp_path / STATE).write_text('{"format": 1, "typed": ["model", "crop"], "tune": {"crop": "none", "epochs": 3}}')
    assert run.state().typed == ("model", "inputs")
    assert run.state().tune == {"inputs": "faces", "epochs": 3}
    run.update(detector="yunet")
    assert run.state().detector == "yunet"


def test_an_empty_folder_may_be_used(tmp_path):
    assert Run.create(tmp_path).state() == RunState()


def test_a_run_is_not_overwritten_by_chance(tmp_path):
    Run.create(tmp_path).update(source="faces")
    with pytest.raises(SettingError, match=r"is not empty.*--resume, or --replace it"):
        Run.create(tmp_path)
    assert Run.open(tmp_path).state().source == "faces"


def test_a_run_is_replaced_when_asked(tmp_path):
    old = Run.create(tmp_path / "x")
    old.update(source="faces")
    old.model.write_bytes(b"old")
    fresh = Run.create(tmp_path / "x", replace=True)
    assert fresh.state() == RunState()
    assert not fresh.model.exists()


def test_a_folder_that_is_no_run_is_never_removed(tmp_path):
    (tmp_path / "holiday.jpg").write_bytes(b"mine")
    with pytest.raises(SettingError, match=r"is not empty") as caught:
        Run.create(tmp_path, replace=True)
    assert "--replace" not in str(caught.value)
    assert (tmp_path / "holiday.jpg").read_bytes() == b"mine"


def test_a_place_under_a_file_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError):
        Run.create(tmp_path / "file" / "run")


def test_a_file_is_no_folder_and_stays(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SettingError, match=r"is a file"):
        Run.create(tmp_path / "file", replace=True)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_file_name_that_is_no_text_comes_back(tmp_path):
    name = os.fsdecode(b"/data/gl\xfccklich")
    assert read_json(write_json(tmp_path / "a.json", {"source": name})) == {"source": name}


def test_what_is_no_run_is_refused(tmp_path):
    for place in (tmp_path, tmp_path / "none"):
        with pytest.raises(SettingError, match=r"is not a run"):
            Run.open(place)


@pytest.mark.parametrize("found", [RUN_FORMAT + 1, "1", None, [1]])
def test_another_format_is_refused(tmp_path, found):
    write_json(tmp_path / STATE, {"format": found})
    with pytest.raises(SettingError, match=r"has format"):
        Run.open(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", '"x"', "{'a': 1}", "\x00", "[" * 100_000])
def test_a_damaged_state_is_refused_in_a_sentence(tmp_path, text):
    (tmp_path / STATE).write_text(text)
    with pytest.raises(StorageError):
        Run.open(tmp_path)


def test_stages_are_written_down_in_order(tmp_path):
    run = Run.create(tmp_path)
    assert not run.done("collect")
    run.finish("collect")
    run.finish("audit")
    assert Run.open(tmp_path).state().done == ("collect", "audit")
    assert run.done("audit")
    assert not run.done("split")


def test_the_state_grows_and_forgets_nothing(tmp_path):
    run = Run.create(tmp_path)
    run.update(source="faces")
    run.update(best_epoch=3)
    assert run.state() == RunState(source="faces", best_epoch=3)
    run.update(best_epoch=None)
    assert run.state().to_dict() == {"format": RUN_FORMAT, "source": "faces"}


def test_what_a_newer_mien_has_written_stays(tmp_path):
    run = Run.create(tmp_path)
    write_json(tmp_path / STATE, {"format": RUN_FORMAT, "mood": "good"})
    run.update(source="faces")
    assert read_json(tmp_path / STATE) == {"format": RUN_FORMAT, "mood": "good", "source": "faces"}
    with pytest.raises(TypeError):
        run.update(mood="bad")


@pytest.mark.parametrize("name", [item.name for item in dataclasses.fields(RunState)])
@pytest.mark.parametrize("value", [[1], 1.5])
def test_a_state_of_another_type_is_refused_in_a_sentence(tmp_path, name, value):
    with pytest.raises(StorageError, match=f"is damaged: {name} is"):
        RunState.from_dict({name: value})


def test_a_state_comes_back_as_it_was(tmp_path):
    run = Run.create(tmp_path)
    full = {
        "done": ["audit"],
        "seconds": {"audit": 1.5},
        "bout": [{"name": "svm"}],
        "tune": {"epochs": 3},
        "trained": True,
    }
    run.update(**full)
    assert run.state().to_dict() == {"format": RUN_FORMAT, **RunState.from_dict(full).to_dict()}
    assert run.state().seconds == {"audit": 1.5}


@given(value=st.dictionaries(texts, values, max_size=5))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_an_object_comes_back_as_it_was(tmp_path, value):
    assert read_json(write_json(tmp_path / "a.json", value)) == value


def test_what_is_not_there_cannot_be_read(tmp_path):
    with pytest.raises(StorageError):
        read_json(tmp_path / "none.json")


def test_labels_stay_readable_in_json(tmp_path):
    assert "fröhlich" in write_json(tmp_path / "a.json", {"label": "fröhlich"}).read_text(encoding="utf-8")


def test_the_state_of_the_repository_is_written_down_where_there_is_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert environment()["git"] is None
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], [*who, "commit", "-q", "--allow-empty", "-m", "one"]):
        subprocess.run(["git", *words], check=True)
    clean = environment()["git"]
    assert len(clean["commit"]) == 40
    assert clean["changed"] is False
    (tmp_path / "new").touch()
    assert environment()["git"] == {**clean, "changed": True}


def test_the_environment_names_versions_and_no_person():
    found = environment()
    parts = {"versions", "python", "machine", "processor", "cores", "memory_gb", "switches", "command", "git"}
    assert parts == set(found)
    assert {"mien", "numpy", "polars", "onnxruntime"} <= set(found["versions"])
    assert found["cores"] >= 1
    assert 0.1 < found["memory_gb"] < 100_000
    assert str(Path.home()) not in json.dumps({name: value for name, value in found.items() if name != "command"})
