"""A new run in an old one's place: nothing is lost before the new one has its data, and nothing is left behind."""

import pytest

from mien import pipeline
from mien.core.errors import MienError, SettingError
from mien.core.recipe import Recipe
from mien.core.run import Run

RECIPE = Recipe(folds=1, model="report", size=24, epochs=1, batch=16)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "runs" / "mine"


@pytest.fixture
def earlier(folder):
    """Something that looks like a finished run, with a file that would be missed."""
    run = Run.create(folder)
    run.model.write_bytes(b"dear to someone")
    return run


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("fault", ["nowhere", "one class", "too few"])
def test_a_bad_source_leaves_nothing_behind(folder, lay_faces, tmp_path, fault):
    source = tmp_path / "faces"
    if fault == "one class":
        lay_faces(source, ("happy",), each=4)
    if fault == "too few":
        lay_faces(source, ("happy", "sad"), each=2)
    with pytest.raises(MienError):
        pipeline.run(source, RECIPE, folder=folder)
    assert not folder.exists()
    assert names(folder.parent) == []


def test_a_bad_source_does_not_cost_the_run_that_was_to_be_replaced(folder, earlier, tmp_path):
    with pytest.raises(MienError, match="There is nothing at"):
        pipeline.run(tmp_path / "nowhere", RECIPE, folder=folder, replace=True)
    assert earlier.model.read_bytes() == b"dear to someone"
    assert names(folder.parent) == ["mine"]


def test_a_full_disk_does_not_cost_it_either(folder, earlier, small_faces, no_room):
    for room in (20, 200, 4000):
        with no_room(room), pytest.raises(MienError, match="could not be written"):
            pipeline.run(small_faces, RECIPE, folder=folder, replace=True)
        assert earlier.model.read_bytes() == b"dear to someone"
        assert names(folder.parent) == ["mine"]


def test_with_its_data_ready_the_new_run_takes_the_place(folder, earlier, small_faces):
    run = pipeline.begin(small_faces, RECIPE, folder, replace=True)
    assert names(folder.parent) == [".mine.replaced", "mine"]
    pipeline.resume(run, until="load")
    assert names(folder.parent) == ["cache", "mine"]
    assert not earlier.model.exists()


def test_ctrl_c_leaves_a_run_that_goes_on(folder, earlier, small_faces):
    def interrupt(items, *, total, what):
        raise KeyboardInterrupt

    run = pipeline.begin(small_faces, RECIPE, folder, replace=True)
    with pytest.raises(KeyboardInterrupt):
        pipeline.resume(run, until="load", reporter=pipeline.Reporter(progress=interrupt))
    assert Run.open(folder).state().done == ()
    # Whoever begins again instead may still fail, and has the earlier run back.
    with pytest.raises(MienError):
        pipeline.run("nowhere", RECIPE, folder=folder, replace=True)
    assert earlier.model.read_bytes() == b"dear to someone"


def test_only_runs_are_replaced(folder):
    folder.mkdir(parents=True)
    (folder / "holiday.jpg").write_bytes(b"mine")
    for replace in (True, False):
        with pytest.raises(SettingError, match=r"is not empty. Expected: a new folder"):
            pipeline.begin("faces", RECIPE, folder, replace=replace)
    assert names(folder) == ["holiday.jpg"]


def test_a_run_is_not_replaced_unasked(folder, earlier):
    with pytest.raises(SettingError, match="or --replace it"):
        pipeline.begin("faces", RECIPE, folder)
    assert earlier.model.exists()


def test_a_run_that_has_its_data_stays_after_an_error(folder, small_faces, no_room):
    run = pipeline.resume(pipeline.begin(small_faces, RECIPE, folder), until="load")
    with no_room(30_000), pytest.raises(MienError, match="could not be written"):
        pipeline.resume(run)
    assert Run.open(folder).done("load")
    assert not list(folder.parent.rglob(".writing-*"))
    pipeline.resume(run, until="train")
    assert run.done("train")
