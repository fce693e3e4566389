"""From photos to faces: one command finds them, says where there is none, and the model file looks for them itself."""

from __future__ import annotations

import csv
import io
import json
import re

import polars as pl
import pytest
from PIL import Image

from mien import Predictor, faces, media
from mien.core.answer import verdict
from mien.core.run import Run

SETTINGS = ["--folds", 1, "--model", "report", "--size", 24, "--epochs", 30, "--batch", 8, "--patience", 0]
TINTS = {"blue": "blue", "grey": "none", "red": "red"}  # class to tint


@pytest.fixture(scope="module")
def take(clear_face, photo):
    """A photo with one drawn face: uint8 [240, 320, 3]."""

    def one(label, number):
        side = 120 + 5 * (number % 9)
        place = 20 + 9 * (number % 13), 20 + 3 * (number % 14)
        wall = 100 * list(TINTS).index(label) + number
        return photo((clear_face(number, side, TINTS[label]), *place), height=240, width=320, wall=wall)

    return one


@pytest.fixture(scope="module")
def photos(take, photo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("photos")
    for label in TINTS:
        (folder / label).mkdir()
        for number in range(14):
            Image.fromarray(take(label, number)).save(folder / label / f"{number:02}.png")
    for number, label in enumerate(("grey", "red")):  # two walls
        Image.fromarray(photo(height=240, width=320 + number)).save(folder / label / "wall.png")
    return folder


@pytest.fixture(scope="module")
def done(mien_here, photos, tmp_path_factory):
    folder = tmp_path_factory.mktemp("story") / "runs" / "faces"
    process = mien_here("run", photos, *SETTINGS, "--inputs", "photos", "--out", folder)
    assert process.returncode == 0, process.stderr
    return Run(folder), process


@pytest.fixture(scope="module")
def others(take, photo, tmp_path_factory):
    """Photos that the model has not seen, each of another size than those; and a wall."""
    folder = tmp_path_factory.mktemp("others")
    for label in TINTS:
        (folder / label).mkdir()
        for number in range(4):
            Image.fromarray(take(label, 40 + number)[:, 10:]).save(folder / label / f"new{number}.png")
    Image.fromarray(photo(height=240, width=330)).save(folder / "red" / "wall.png")
    return folder


def found(process):
    assert process.returncode == 0, process.stderr
    return json.loads(process.stdout)


def counts(scores):
    """How many were measured or are near copies of what was trained on, and how many had no face."""
    return scores["n"] + scores["left_out"], scores["faceless"]


def test_pictures_without_a_face_are_listed_and_set_aside(done):
    run, process = done
    frame = pl.read_parquet(run.findings).filter(pl.col("issue") == "faceless")
    assert frame["id"].sort().to_list() == ["grey/wall.png", "red/wall.png"]
    assert frame["why"].unique().to_list() == ["The detector 'fcos' saw no face in it."]
    assert frame["severity"].unique().to_list() == ["warning"]
    manifest = pl.read_parquet(run.manifest)
    assert manifest.filter(pl.col("aside") == "faceless")["id"].sort().to_list() == ["grey/wall.png", "red/wall.png"]
    assert "load: no face was found in 2 pictures; they were set aside" in process.stderr
    assert "faceless" in run.report.read_text()


def test_the_run_remembers_who_looked(done):
    run, _ = done
    assert run.state().detector == "fcos"
    assert {"crop": "face", "margin": 0.0}.items() <= json.loads(run.contract.read_text()).items()
    assert len(list((run.folder.parent / "cache").glob("faces-24-fcos-0-*.u8"))) == 1


def test_a_photo_gets_its_answer_and_its_box(mien_here, done, others):
    run, _ = done
    picture = others / "blue" / "new1.png"
    process = mien_here("predict", picture, "--model", run.folder, "--json")
    answer = found(process)
    assert answer["label"] == "blue"
    assert (answer["detector"], answer["reason"], answer["error"]) == ("fcos", None, None)
    (face,) = answer["faces"]
    (seen,) = faces.detector("fcos").find(media.decode(picture.read_bytes()))
    said = verdict(answer["probabilities"], Predictor(run.model).rule).to_json()
    shares = answer["probabilities"]
    assert face == {"box": list(seen.box), "label": "blue", "probabilities": shares, "doubts": [], **said}
    assert (answer["sentence"], answer["summary"], answer["note"]) == (said["sentence"], said["sentence"], None)
    assert "docs/predict.md" not in process.stderr


def test_csv_and_the_table_say_how_many_faces_and_why_there_is_no_answer(
    mien_here, done, others, photo, clear_face, tmp_path
):
    run, _ = done
    two = photo((clear_face(0, 130, "blue"), 30, 40), (clear_face(1, 240, "red"), 260, 120))
    Image.fromarray(two).save(tmp_path / "two.png")
    asked = [tmp_path / "two.png", others / "red" / "wall.png", "--model", run.model]
    process = mien_here("predict", *asked, "--csv")
    assert process.returncode == 0  # both could be read
    both, wall = csv.DictReader(io.StringIO(process.stdout))
    columns = ["path", "label", "blue", "grey", "red", "faces", "box", "reason", "error"]
    assert list(both) == [*columns, "sentence", "sure", "confidence", "prediction_set", "summary"]
    assert (both["sentence"], both["prediction_set"].split("|")[0]) != ("", "")
    assert (wall["sentence"], wall["summary"], wall["sure"]) == ("No face found", "No face found", "")
    assert (both["label"], both["faces"], both["reason"]) == ("red", "2", "")
    assert len([int(value) for value in both["box"].split(" ")]) == 4
    assert (wall["label"], wall["red"], wall["faces"], wall["box"], wall["error"]) == ("", "", "0", "", "")
    assert wall["reason"].startswith("No face was found in the picture.")
    table = mien_here("predict", *asked).stdout
    assert re.search(r"two\.png +2 faces +\S.*\n +face 1 .*\n +face 2 ", table)
    assert both["summary"] in table
    assert "no face found" in table
    assert "--inputs whole" in table


def test_a_face_crop_needs_no_detector(mien_here, done, clear_face, tmp_path):
    run, _ = done
    crop = clear_face(1, 120, "red")[14:104, 14:104]
    Image.fromarray(crop).save(tmp_path / "crop.png")
    process = mien_here(
        "predict", tmp_path / "crop.png", "--model", run.model, "--inputs", "faces", "--labels", "red,blue", "--json"
    )
    answer = found(process)
    assert (answer["label"], answer["faces"], answer["detector"]) == ("red", [], None)
    assert list(answer["probabilities"]) == ["red", "blue"]
    assert sum(answer["probabilities"].values()) == pytest.approx(1, abs=1e-6)


def test_the_model_is_measured_on_faces_and_says_where_it_saw_none(mien_here, done, others):
    run, _ = done
    scores = found(mien_here("evaluate", run.folder, others, "--json"))
    assert counts(scores) == (12, 1)
    assert scores["accuracy"]["value"] > 0.9
    assert "In 1 more no face was found; they have no answer." in scores["sentence"]
    some = found(mien_here("evaluate", run.folder, others, "--labels", "blue,grey", "--json"))
    assert (counts(some), some["labels"]) == ((8, 0), ["blue", "grey"])
    whole = found(mien_here("evaluate", run.folder, others, "--inputs", "faces", "--json"))
    assert counts(whole) == (13, 0)
    assert whole["accuracy"]["value"] < scores["accuracy"]["value"]


def test_what_moved_the_answer_is_drawn_on_the_face(mien_here, done, others, tmp_path):
    run, _ = done
    picture = others / "red" / "new0.png"
    process = mien_here("explain", run.model, picture, "--out", tmp_path / "why.png")
    assert process.returncode == 0, process.stderr
    assert re.search(r"new0\.png': (Looks|Probably) red \(red \d", process.stdout)
    drawn = media.decode((tmp_path / "why.png").read_bytes())
    assert drawn.shape[1] == 768  # two squares of 24 px, 16 times as large, and below them the key
    pixels = media.decode(picture.read_bytes())
    face = faces.crop(pixels, faces.detector("fcos").find(pixels)[0], 24)
    assert (drawn[5:384:16, 5:384:16] == face).all()
    wall = mien_here("explain", run.model, others / "red" / "wall.png", "--out", tmp_path / "wall.png")
    assert wall.returncode == 2
    assert "No face was found in the picture. Try --inputs whole" in wall.stderr
    assert not (tmp_path / "wall.png").exists()
