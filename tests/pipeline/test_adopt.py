"""A model of another maker on the roads of Mien's own: measured, explained, made one file; what was guessed is said."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import polars as pl
import pytest
from PIL import Image

from mien import collect, pipeline
from mien.core.errors import ModelFileError, SettingError
from mien.core.foreign import Foreign
from mien.evaluate import UNKNOWN
from mien.export.foreign import Reading
from mien.pipeline import ForeignModel
from mien.pipeline._known_labels import known_labels
from mien.pipeline._try_readings import apart, divided
from mien.predict import Predictor

SIDE, EACH = 24, 40
COLOURS = {"blue": (30, 40, 200), "dim": (50, 40, 45), "red": (210, 50, 40)}


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    """Blue, dim or red, of pictures in BGR, 0..1, colours first: read in any other way it is mostly wrong."""
    from onnx import TensorProto, helper, numpy_helper

    sharp = 40 * np.array([[1, -1 / 3, -0.6], [-0.6, -1 / 3, -0.6], [-0.6, -1 / 3, 1]], np.float32)  # of B, G, R
    nodes = [
        helper.make_node("GlobalAveragePool", ["given"], ["means"]),
        helper.make_node("Flatten", ["means"], ["flat"]),
        helper.make_node("MatMul", ["flat", "sharp"], ["product"]),
        helper.make_node("Add", ["product", "level"], ["scores"]),
    ]
    graph = helper.make_graph(
        nodes,
        "theirs",
        [helper.make_tensor_value_info("given", TensorProto.FLOAT, ["N", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", 3])],
        [numpy_helper.from_array(sharp, "sharp"), numpy_helper.from_array(np.float32([0, 14, 0]), "level")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    path = tmp_path_factory.mktemp("theirs") / "theirs.onnx"
    path.write_bytes(model.SerializeToString())
    return path


@pytest.fixture(scope="module")
def colours(tmp_path_factory):
    folder = tmp_path_factory.mktemp("colours")
    draw = np.random.default_rng(0)
    for label, colour in COLOURS.items():
        (folder / label).mkdir()
        for number in range(EACH):
            # Each with clouds of its own, or they would be near copies of each other and go together.
            field = draw.normal(0, 25, (6, 6)).astype(np.float32)
            clouds = np.asarray(Image.fromarray(field).resize((SIDE, SIDE), 2))[..., None]
            pixels = np.array(colour) + clouds + draw.normal(0, 4, (SIDE, SIDE, 3))
            Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(folder / label / f"{number}.png")
    return folder


@pytest.fixture(scope="module")
def measured(theirs, colours):
    return pipeline.measure(pipeline.foreign_model(theirs, Foreign(classes="blue,dim,red")), colours)


def test_the_reading_that_fits_is_found_and_its_score_is_of_pictures_that_did_not_choose_it(measured):
    tried = measured.adopted.tried
    assert str(tried.best) == "BGR 0..1"
    shares = {str(reading): share for reading, share in tried.shares}
    assert shares["BGR 0..1"] > 0.95
    assert shares["RGB 0..1"] < 0.7
    assert tried.samples + measured.scores.n == measured.samples
    assert tried.samples <= measured.samples // 2
    assert measured.scores.accuracy.value > 0.95


def test_that_nobody_knows_what_it_has_seen_is_said(measured):
    assert measured.scores.basis.seen == UNKNOWN
    assert "It cannot be known whether it was trained on some of them." in measured.sentence
    assert measured.to_dict()["known"] is False
    json.dumps(measured.to_dict())


def test_what_is_said_is_not_tried_and_everything_is_measured(theirs, colours):
    said = Foreign(classes="blue,dim,red", scale="0..1", colour="rgb")
    found = pipeline.measure(pipeline.foreign_model(theirs, said), colours)
    assert found.adopted.tried is None
    assert found.scores.n == found.samples
    assert found.scores.accuracy.value < 0.7


def test_too_few_pictures_choose_nothing(theirs, colours, tmp_path):
    for label in COLOURS:
        (tmp_path / label).mkdir()
        for number in range(5):
            (tmp_path / label / f"{number}.png").write_bytes((colours / label / f"{number}.png").read_bytes())
    found = pipeline.measure(pipeline.foreign_model(theirs), tmp_path)
    assert found.adopted.tried is None
    assert any("0..1: most usual, and no more than that" in note for note in found.adopted.notes)


def test_grey_pictures_do_not_tell_the_order_of_colours(theirs):
    model = pipeline.foreign_model(theirs)
    grey, red = np.full((2, SIDE, SIDE, 3), 90, np.uint8), np.full((1, SIDE, SIDE, 3), (200, 1, 1), np.uint8)
    assert len(apart(model, [grey, red])) == 10
    left = apart(model, [grey, grey])
    assert [reading.scale for reading in left] == ["0..1", "-1..1", "0..255", "imagenet", "caffe", "standard"]
    assert left[0] == model.guess.reading


def test_the_two_parts_share_nobody_and_are_the_same_each_time(colours):
    manifest = collect.scan(colours)
    people = pl.Series([str(number // 3) for number in range(len(manifest))])
    manifest = manifest.with_frame(manifest.frame.with_columns(person=people))
    first, rest = divided(manifest)
    assert not set(first.frame["person"]) & set(rest.frame["person"])
    assert len(manifest) // 2 - 3 <= len(first) <= len(manifest) // 2
    assert divided(manifest)[0].frame["id"].to_list() == first.frame["id"].to_list()


def test_classes_are_those_of_the_data_in_order_where_nobody_named_them(theirs, colours):
    model = pipeline.foreign_model(theirs)
    assert model.named(["red", "dim", "blue"]).labels == ("blue", "dim", "red")
    assert "in the order of the alphabet" in model.named(["red", "dim", "blue"]).notes[-1]
    with pytest.raises(SettingError, match=r"gives 3 scores, and 0 class names came.*The data has 2 classes"):
        model.named(["red", "blue"])


def test_a_list_beside_the_file_names_them(theirs, tmp_path):
    (tmp_path / "net.onnx").write_bytes(theirs.read_bytes())
    (tmp_path / "labels.txt").write_text("0 Blue\n1 Dim\n2 Red\n")
    model = pipeline.foreign_model(tmp_path / "net.onnx")
    assert model.labels == ("Blue", "Dim", "Red")
    assert any("labels.txt: Blue, Dim, Red" in note for note in model.notes)
    assert pipeline.foreign_model(tmp_path / "net.onnx", Foreign(classes="a,b,c")).labels == ("a", "b", "c")
    (tmp_path / "labels.txt").write_text("Blue\nDim\n")
    with pytest.raises(SettingError, match=r"gives 3 scores, and 2 class names came: Blue, Dim, from .*labels\.txt"):
        pipeline.foreign_model(tmp_path / "net.onnx")


@pytest.mark.parametrize(
    ("came", "labels", "matched"),
    [
        (("anger", "happiness", "other"), ("Angry", "Happy"), {"anger": "Angry", "happiness": "Happy"}),
        (("ANGRY", "happy"), ("angry", "happy"), {"ANGRY": "angry"}),
        (("anger", "rage"), ("angry", "happy"), None),  # both could be meant
        (("angry", "rage", "happy"), ("angry", "happy"), {}),
    ],
)
def test_classes_match_by_words_for_the_same_expression(colours, came, labels, matched):
    manifest = collect.scan(colours)
    names = [came[number % len(came)] for number in range(len(manifest))]
    manifest = manifest.with_frame(manifest.frame.with_columns(label=pl.Series(names)))
    if matched is None:
        with pytest.raises(SettingError, match="some of angry, happy"):
            known_labels(manifest, labels)
        return
    found, pairs = known_labels(manifest, labels)
    assert pairs == matched
    assert set(found.labels) == set(labels)


def test_its_mien_file_answers_as_it_does_and_says_who_made_it(theirs, tmp_path):
    model = pipeline.foreign_model(theirs, Foreign(classes="blue,dim,red", scale="0..1", colour="bgr"))
    file = model.write(tmp_path / "mine.onnx", "faces")
    predictor = Predictor(file, inputs="faces")
    pixels = np.full((1, SIDE, SIDE, 3), COLOURS["red"], np.uint8)
    assert predictor.labels[int(predictor.probabilities(pixels).argmax())] == "red"
    assert predictor.contract.inputs == "faces"
    assert "that Mien did not make" in predictor.card
    assert "Made by: unknown" in predictor.card
    assert pipeline.foreign_model(file) == file


def test_a_grey_square_of_a_face_s_size_is_given_faces(theirs):
    model = pipeline.foreign_model(theirs, Foreign(classes="a,b,c"))
    assert model.contract().inputs == "whole"
    assert isinstance(model, ForeignModel)
    assert model.guess.reading == Reading("0..1", "rgb", "nchw")


def test_settings_for_others_do_not_come_with_mien_s_own(colours):
    for model in ("face", str(colours)):
        with pytest.raises(SettingError, match="says itself how it reads pictures"):
            pipeline.foreign_model(model, Foreign(scale="0..1"))


def test_an_error_in_the_other_process_is_the_same_sentence(tmp_path):
    from mien.pipeline._adopt import _error

    (tmp_path / "bad.h5").write_bytes(b"\x89HDF\r\n\x1a\n no more")
    pipeline.read_foreign(str(tmp_path / "bad.h5"), "hdf5", str(tmp_path), "")
    error = _error(json.loads((tmp_path / "error.json").read_text()))
    assert isinstance(error, ModelFileError)
    assert "is damaged, or not what it looks like" in str(error)


def test_mien_s_own_files_load_neither_tensorflow_nor_onnx():
    code = (
        "import sys; from mien import pipeline; from mien.predict import model_file;"
        "pipeline.foreign_model(model_file('face'));"
        "print(*{name.partition('.')[0] for name in sys.modules} & {'keras', 'tensorflow', 'onnx', 'h5py', 'tf2onnx'})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_a_process_that_dies_or_hangs_is_a_sentence(monkeypatch):
    from mien.pipeline import _in_tensorflow

    for code, seconds, sentence in (
        ("import os; os.abort()", 60, "ended of signal 6"),
        ("import time; time.sleep(60)", 0.2, "has not come to an end"),
    ):
        monkeypatch.setattr(_in_tensorflow, "CODE", code)
        with pytest.raises(ModelFileError, match=sentence):
            _in_tensorflow.in_tensorflow("read_foreign", seconds=seconds)


# The doors


def test_evaluate_shows_how_it_was_read_and_what_it_is_worth(mien_here, theirs, colours):
    done = mien_here("evaluate", theirs, colours, "--quiet")
    assert done.returncode == 0, done.stderr
    for words in (
        *(
            "24 x 24 px, colour, nchw; it gives 3 scores without bounds",
            "So 10 ways were tried on",
            "--scale 0..1 --colour bgr",
        ),
        *("The figures below are of the others alone", "It cannot be known whether", "No class names came with it"),
    ):
        assert words in done.stdout
    said = json.loads(mien_here("evaluate", theirs, colours, "--quiet", "--json").stdout)
    assert said["adopted"]["tried"]["readings"][0]["reading"] == "BGR 0..1"


def test_explain_and_export_take_it_too(mien_here, theirs, colours, tmp_path):
    said = ("--classes", "blue,dim,red", "--scale", "0..1", "--colour", "bgr")
    picture = colours / "red" / "0.png"
    drawn = mien_here("explain", theirs, picture, "--out", tmp_path / "why.png", *said)
    assert drawn.returncode == 0, drawn.stderr
    assert "Read as 0..1: as asked for; bgr: as asked for" in drawn.stderr
    assert (tmp_path / "why.png").exists()
    made = mien_here("export", theirs, "--out", tmp_path / "mine.onnx", *said)
    assert made.returncode == 0, made.stderr
    assert "It answers as the model itself, to 0.0001" in made.stderr
    again = mien_here("evaluate", tmp_path / "mine.onnx", colours, "--quiet")
    assert again.stdout.startswith("Right on")
    assert "It cannot be known whether" in again.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "came without a place for its Mien file"),
        (("--out", "x.onnx", "--int8"), "--int8 came with"),
        (("--out", "x", "--to", "web"), "--to web came with"),
    ],
)
def test_export_of_another_maker_s_is_the_one_file(mien_here, theirs, arguments, sentence):
    done = mien_here("export", theirs, "--classes", "a,b,c", *arguments)
    assert done.returncode == 2
    assert sentence in done.stderr


def test_a_keras_file_is_read_in_a_process_of_its_own(mien, tmp_path):
    import h5py

    with h5py.File(tmp_path / "net.h5", "w") as file:
        file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": [{"class_name": "Lambda"}]})
    done = mien("export", tmp_path / "net.h5", "--out", tmp_path / "mine.onnx")
    assert done.returncode == 2
    assert "a layer of the class Lambda, which runs code" in done.stderr
    assert "Traceback" not in done.stderr
