"""A run without options looks at its pictures and decides; any option overrides it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from PIL import Image

from mien import collect, faces, pipeline, samples
from mien.core.files import read_json, write_json
from mien.core.lineage import Lineage
from mien.core.recipe import AUTO, Recipe
from mien.core.run import Run
from mien.core.types import InputContract, Manifest
from mien.pipeline import _bout, _decide, _rivals, _usual

OPEN = Recipe(model=AUTO)


def begun(source, folder, recipe=OPEN, until="split") -> Run:
    return pipeline.resume(pipeline.begin(source, recipe, folder), until=until)


@pytest.fixture(scope="module")
def photos(tmp_path_factory, clear_face, photo):
    """Two classes of photos; every third shows no face."""
    folder = tmp_path_factory.mktemp("photos")
    for number in range(24):
        label = ("happy", "sad")[number % 2]
        place = folder / label / f"{number:02}.png"
        place.parent.mkdir(exist_ok=True)
        faces = [] if number % 3 == 2 else [(clear_face(number, 140), 200, 90)]
        Image.fromarray(photo(*faces, wall=number)).save(place)
    return folder


@pytest.fixture(scope="module")
def crops(tmp_path_factory, pictures):
    """Small squares, as FER2013's."""
    folder = tmp_path_factory.mktemp("crops")
    for number, label in enumerate(("happy", "sad")):
        (folder / label).mkdir()
        for index, pixels in enumerate(pictures(number, 24, 48)):
            Image.fromarray(pixels).save(folder / label / f"{index}.png")
    return folder


@pytest.fixture(scope="module")
def both(photos, tmp_path_factory):
    """A run without options over them, as far as its pixels."""
    return begun(photos, tmp_path_factory.mktemp("both") / "run", until="load")


def test_photos_with_and_without_faces_are_learnt_both_ways(both):
    recipe, reasons = Recipe.read(both.recipe), both.state().decided
    assert (recipe.model, recipe.inputs, recipe.folds) == ("probe", "both", 5)
    assert "the face is learnt where there is one, and the whole picture elsewhere" in reasons[0]
    assert "a probe learns most" in reasons[1]
    assert "knows these expressions" in reasons[1]
    assert both.lineage.exists()  # what the box has learnt from may not be measured


def test_small_squares_are_face_crops_already(crops, tmp_path):
    run = begun(crops, tmp_path / "run")
    recipe = Recipe.read(run.recipe)
    assert (recipe.model, recipe.inputs) == ("probe", "faces")
    assert "face crops already" in run.state().decided[0]


def test_pictures_without_faces_are_learnt_whole(tmp_path, photo):
    for number in range(24):
        place = tmp_path / "things" / ("cat", "dog")[number % 2] / f"{number}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(photo(wall=number)).save(place)
    run = begun(tmp_path / "things", tmp_path / "run")
    assert Recipe.read(run.recipe).inputs == "whole"
    assert "if not all of these classes" in run.state().decided[1]


def test_drawn_faces_are_learnt_as_they_are(tmp_path):
    samples.draw(tmp_path / "drawn", samples=120)
    run = begun(tmp_path / "drawn", tmp_path / "run")
    recipe = Recipe.read(run.recipe)
    assert (recipe.model, recipe.inputs) == ("compact", "whole")
    assert "drawn these faces itself" in run.state().decided[0]


def test_an_option_of_training_leaves_nothing_to_decide(crops, tmp_path):
    run = begun(crops, tmp_path / "run", Recipe(model=AUTO, epochs=3))
    assert Recipe.read(run.recipe).model == "compact"
    assert not run.state().decided


def test_a_crop_that_was_asked_for_is_kept(photos, tmp_path):
    run = begun(photos, tmp_path / "run", Recipe(model=AUTO, inputs="photos"))
    assert Recipe.read(run.recipe).inputs == "photos"
    assert run.state().decided[0] == "You asked for inputs = photos."


def test_a_run_of_the_release_before_goes_on(photos, tmp_path):
    run = begun(photos, tmp_path / "run", Recipe(model=AUTO, inputs="photos"), until="audit")
    recipe, state = run.recipe.read_text(), read_json(run.folder / "run.json")
    assert ('inputs = "photos"' in recipe, state["typed"]) == (True, ["model", "inputs"])
    run.recipe.write_text(recipe.replace('inputs = "photos"', 'crop = "face"'))  # as it stood there then
    write_json(run.folder / "run.json", {**state, "typed": ["model", "crop"]})
    with pytest.warns(DeprecationWarning, match="The setting 'crop' is now called 'inputs'"):
        pipeline.resume(run, until="load")
    assert Recipe.read(run.recipe).inputs == "photos"
    assert run.state().decided[0] == "You asked for inputs = photos."
    assert read_json(run.contract)["crop"] == "face"


def test_without_options_the_command_decides_and_with_a_family_it_does_not(mien_here, crops, tmp_path):
    done = mien_here("run", crops, "--folds", 1, "--out", tmp_path / "open")
    assert done.returncode == 0, done.stderr
    assert "decide: The pictures are face crops already" in done.stderr
    page = (tmp_path / "open" / "report.html").read_text()
    assert "What was decided, and why" in page
    assert "What the usual recipe would have claimed" in page
    typed = pipeline.begin(crops, Recipe(model="svm"), tmp_path / "typed")
    assert Recipe.read(typed.recipe).model == "svm"


def test_where_the_box_has_learnt_from_the_pictures_nothing_builds_on_it(crops, tmp_path, monkeypatch):
    run = begun(crops, tmp_path / "audited", until="audit")
    known = Lineage.of(_as_training(Manifest.read(run.manifest)))
    monkeypatch.setattr(_rivals, "_lineage", lambda text: known)
    pipeline.resume(run, until="split")
    assert Recipe.read(run.recipe).model == "svm"
    assert "has learnt from 100% of these pictures" in run.state().decided[1]


def _as_training(manifest: Manifest) -> Manifest:
    return manifest.with_frame(manifest.frame.with_columns(split=pl.lit("train")))


def test_two_that_are_close_are_both_tried(crops, tmp_path, monkeypatch):
    monkeypatch.setattr(_decide, "NEAR", (10, 100))
    monkeypatch.setitem(_decide.RIVALS, ("probe", "faces"), "svm")
    run = begun(crops, tmp_path / "run", Recipe(model=AUTO, folds=1), until="report")
    state = run.state()
    assert [row["name"] for row in state.bout] == ["probe", "svm"]
    best = max(state.bout, key=lambda row: row["accuracy"])["name"]
    assert Recipe.read(run.recipe).model == best
    assert f"so {best} stays" in state.decided[-1]
    assert not (run.folder / "bout").exists()
    assert "Right answers on validation" in run.report.read_text()
    frame = pl.read_parquet(run.predictions)
    assert frame.height == len(Manifest.read(run.manifest).of("test"))


def test_a_bout_is_held_once(crops, tmp_path, monkeypatch):
    monkeypatch.setattr(_bout, "_tried", None)
    run = begun(crops, tmp_path / "run", Recipe(model="svm", folds=1), until="load")
    run.update(candidates=["probe", "svm"], bout=[{"name": "svm", "accuracy": 1.0, "low": 0.5, "high": 1.0}])
    _bout.compare(pipeline.RunContext(run, Recipe.read(run.recipe), pipeline.Reporter()))


def test_looking_takes_the_same_pictures_each_time(photos):
    manifest = collect.scan(photos)
    first, again = (_decide.look(manifest, faces.detector("fcos")) for _ in range(2))
    assert first == again
    assert first.pictures == 24
    assert 0.4 <= first.faces <= 0.8
    assert not first.cropped


# The inflated number.


@pytest.fixture(scope="module")
def copied(tmp_path_factory, pictures):
    """Each picture three times: as it is, and twice saved again."""
    folder = tmp_path_factory.mktemp("copied") / "faces"
    for number, label in enumerate(("happy", "sad")):
        (folder / label).mkdir(parents=True)
        noise = np.random.default_rng(number).integers(0, 255, (16, 12, 12, 3), np.uint8)
        for index, pixels in enumerate(noise):
            whole = np.kron(pixels, np.ones((8, 8, 1), np.uint8))
            for quality in (95, 80, 60):
                Image.fromarray(whole).save(folder / label / f"{index}-{quality}.jpg", quality=quality)
    return folder


def test_copies_that_cross_are_what_the_usual_recipe_is_right_about(copied, tmp_path):
    recipe = Recipe(model="svm", size=24, components=12, features=("hog",), folds=3)
    run = pipeline.run(copied, recipe, folder=tmp_path / "run")
    scores = pipeline.summary(run)
    usual = _scores(run)["usual"]
    assert usual["how"] == "again"
    assert usual["crossing"] == usual["n"] == 96
    assert usual["accuracy"] >= scores["accuracy"] + 0.2
    assert "is true. 96 of 96 pictures share a picture or a person with another one" in run.report.read_text()
    assert not (run.folder / "usual").exists()


def test_without_copies_there_is_no_difference(small_run):
    usual = _scores(small_run)["usual"]
    assert (usual["how"], usual["crossing"]) == ("same", 0)
    assert "No difference here" in small_run.report.read_text()


def test_a_network_is_not_trained_again(copied, tmp_path):
    recipe = Recipe(model="report", size=24, epochs=2, batch=8, folds=1)
    run = pipeline.run(copied, recipe, folder=tmp_path / "run")
    usual = _scores(run)["usual"]
    assert usual["how"] == "copies"
    assert not usual["people"]
    assert usual["accuracy"] >= _scores(run)["test"]["accuracy"]["value"]


def test_what_crosses_by_people_alone_is_told_from_copies():
    frame = pl.DataFrame({"content": ["a", "b"], "pixels": [None] * 2, "copies": [None] * 2, "person": ["x", "x"]})
    assert _usual._by_people_alone(frame)
    assert not _usual._by_people_alone(frame.with_columns(copies=pl.lit("one")))
    assert not _usual._by_people_alone(frame.with_columns(person=pl.Series(["x", "y"])))


def test_the_expected_share_of_copies():
    frame = pl.DataFrame({"content": ["a", "b", "c", "d"], "pixels": [None] * 4, "copies": ["x", "x", None, None]})
    assert _usual._expected(frame, 0.7) == pytest.approx((0.7 + 0.7) / 4)


def _scores(run: Run) -> dict:
    import json

    return json.loads(run.scores.read_text())


def test_a_contract_of_both_is_what_a_decided_run_eats(both):
    assert InputContract.from_json(both.contract.read_text()).shape == (96, 48, 3)
