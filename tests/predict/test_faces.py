"""A model that was made for faces looks for them, and answers for each."""

from __future__ import annotations

import io
import json
import math
import subprocess
import sys

import numpy as np
import onnx
import pytest
from onnx import helper
from PIL import Image

from mien import Predictor, faces, media
from mien.core.errors import MediaError, SettingError, StorageError
from mien.core.types import InputContract
from mien.predict import uses_detector


@pytest.fixture(scope="module")
def predictor(tints):
    return Predictor(tints)


@pytest.fixture(scope="module")
def couple(clear_face, photo):
    """A small blue face before a large red one, uint8 [400, 560, 3]."""
    return photo((clear_face(0, 130, "blue"), 30, 40), (clear_face(1, 240, "red"), 260, 120))


@pytest.fixture(scope="module")
def nobody(photo):
    return photo()


def probabilities_of(answer):
    return np.array(list(answer.probabilities.values()))


def test_the_run_wrote_a_contract_that_asks_for_faces(predictor):
    assert (predictor.contract.inputs, predictor.contract.margin, predictor.contract.format) == ("faces", 0.0, 2)
    assert predictor.detector.name == "fcos"


def test_what_are_face_crops_already_was_learnt_whole(tints):
    caches = (tints.parents[1] / "cache").glob("*.u8")
    assert [path.name.partition("-")[0] for path in caches] == ["pictures"]


def test_several_faces_are_answered_largest_first(predictor, couple):
    answer = predictor.predict(couple, name="couple")
    assert [face.label for face in answer.faces] == ["red", "blue"]
    assert (answer.path, answer.detector, answer.reason, answer.error) == ("couple", "fcos", None, None)
    large, small = answer.faces
    assert (answer.label, answer.probabilities) == (large.label, large.probabilities)
    assert large.box[2] * large.box[3] > small.box[2] * small.box[3]
    assert large.box[0] > 260 > small.box[0] + small.box[2]
    for face in answer.faces:
        assert list(face.probabilities) == ["blue", "grey", "red"]
        assert math.isclose(sum(face.probabilities.values()), 1, abs_tol=1e-5)
        assert face.label == max(face.probabilities, key=face.probabilities.get)
        assert all(isinstance(value, int) for value in face.box)
    assert answer.faces == predictor.faces(couple)


def test_each_face_is_answered_as_its_crop_is(predictor, couple):
    found = faces.detector("fcos").find(couple)
    crops = np.stack([faces.crop(couple, face, predictor.contract.size) for face in found])
    for face, row in zip(predictor.faces(couple), predictor.probabilities(crops), strict=True):
        np.testing.assert_allclose(list(face.probabilities.values()), row, atol=1e-6)


def test_the_margin_of_the_contract_is_cut(tints, couple, tmp_path):
    wide = Predictor(changed(tints, tmp_path / "wide.onnx", margin=0.5))
    (face, *_) = faces.detector("fcos").find(couple)
    np.testing.assert_array_equal(wide.model_input(couple), faces.crop(couple, face, 24, 0.5))
    assert not np.array_equal(wide.model_input(couple), faces.crop(couple, face, 24))


def test_a_file_its_bytes_and_its_array_are_one_picture(predictor, couple, tmp_path):
    file = io.BytesIO()
    turned = Image.fromarray(np.rot90(couple))
    exif = turned.getexif()
    exif[0x0112] = 6  # seen, it is the couple again: boxes are measured there
    turned.save(file, "PNG", exif=exif)
    (tmp_path / "couple.png").write_bytes(file.getvalue())
    answers = [predictor.predict(it) for it in (couple, file.getvalue(), tmp_path / "couple.png")]
    assert [answer.faces for answer in answers] == [answers[0].faces] * 3
    assert len(answers[0].faces) == 2


def test_without_a_face_there_is_a_reason_and_no_guess(predictor, nobody):
    answer = predictor.predict(nobody, name="wall.jpg")
    assert (answer.label, answer.probabilities, answer.faces, answer.error) == (None, None, (), None)
    assert answer.detector == "fcos"
    assert answer.reason == "No face was found in the picture. To judge the whole picture all the same: --inputs whole."


def test_one_picture_without_a_face_does_not_cost_the_others(predictor, couple, nobody):
    data = [media.encode_png(couple), media.encode_png(nobody), b"no picture"]
    answers = list(predictor.answers([("a", data[0]), ("b", data[1]), ("c", data[2])]))
    assert [answer.label for answer in answers] == ["red", None, None]
    assert [bool(answer.reason) for answer in answers] == [False, True, False]
    assert [bool(answer.error) for answer in answers] == [False, False, True]


@pytest.mark.parametrize("shape", [(1, 1), (1, 3000), (3000, 1)])
def test_a_picture_of_any_shape_is_looked_at(predictor, shape):
    assert predictor.predict(np.full((*shape, 3), 99, np.uint8)).reason


# The whole picture, all the same


def test_a_face_crop_is_taken_whole_where_that_is_asked(tints, clear_face, couple):
    whole = Predictor(tints, inputs="faces")
    assert whole.detector is None
    crop = clear_face(3, 100, "blue")[10:86, 8:84]
    answer = whole.predict(crop)
    assert (answer.label, answer.faces, answer.detector, answer.reason) == ("blue", (), None, None)
    np.testing.assert_array_equal(whole.model_input(crop), media.fit(crop, 24))
    assert whole.faces(couple) == ()


def test_who_is_given_a_scene_and_takes_it_whole_says_so(colours, tints, couple):
    said = "This model judges whole pictures; it did not look for faces. To look for them: --inputs photos."
    assert Predictor(colours).predict(couple).note == said
    assert Predictor(colours, inputs="photos").with_options().predict(couple).note == said
    for model, inputs in ((colours, "faces"), (colours, "photos"), (tints, "auto"), (tints, "faces")):
        assert Predictor(model, inputs=inputs).predict(couple).note is None
        assert Predictor(model).with_options(inputs=inputs).predict(couple).note is None


def test_a_model_for_whole_pictures_looks_for_faces_where_that_is_asked(colours, couple):
    assert Predictor(colours).predict(couple).faces == ()
    assert [face.label for face in Predictor(colours, inputs="photos").predict(couple).faces] == ["red", "blue"]


@pytest.mark.parametrize(
    ("made_for", "inputs", "looks"),
    [
        *(("faces", "auto", True), ("faces", "photos", True), ("faces", "faces", False), ("faces", "whole", False)),
        *(("whole", "auto", False), ("whole", "photos", True), ("whole", "faces", False), ("whole", "whole", False)),
    ],
)
def test_who_looks_for_faces(made_for, inputs, looks):
    assert uses_detector(InputContract(("happy", "sad"), 48, inputs=made_for), inputs) is looks


def test_another_word_is_answered_with_the_nearest(tints):
    with pytest.raises(SettingError, match=r"inputs = 'fase' is not known\. Did you mean 'faces'"):
        Predictor(tints, inputs="fase")
    with pytest.raises(SettingError, match=r"inputs = 'face' is not known\. Known: 'auto', 'photos', 'faces', 'whole'"):
        Predictor(tints, inputs="face")  # it was photos, and is nearest to faces
    with pytest.raises(SettingError, match=r"There is no detector 'fco'\. Did you mean 'fcos'"):
        Predictor(tints, detector="fco").predict(np.zeros((9, 9, 3), np.uint8))
    with pytest.raises(StorageError, match="MIEN_OFFLINE"):
        Predictor(tints, detector="yunet").predict(np.zeros((9, 9, 3), np.uint8))


def test_sees_is_what_decides(predictor, couple, nobody):
    seen = predictor.model_input(couple)
    assert (seen.shape, seen.dtype) == ((24, 24, 3), np.uint8)
    np.testing.assert_allclose(
        predictor.probabilities(seen[None])[0], probabilities_of(predictor.predict(couple)), atol=1e-6
    )
    np.testing.assert_array_equal(predictor.model_input(media.encode_png(couple)), seen)
    with pytest.raises(MediaError, match=r"No face was found in the picture\. Try --inputs whole") as caught:
        predictor.model_input(nobody)
    assert caught.value.issue == "faceless"


# Some of the classes


def test_some_classes_share_what_all_had(predictor, tints, couple):
    pixels = np.random.default_rng(0).integers(0, 256, (40, 24, 24, 3), np.uint8)
    all_probabilities = predictor.probabilities(pixels)
    two = Predictor(tints, labels=("red", "blue"))
    assert two.labels == ("red", "blue")
    shares = all_probabilities[:, [2, 0]]
    np.testing.assert_allclose(two.probabilities(pixels), shares / shares.sum(1, keepdims=True), atol=1e-6)
    assert two.probabilities(pixels[:0]).shape == (0, 2)
    answer = two.predict(couple)
    assert list(answer.probabilities) == ["red", "blue"]
    assert [face.label for face in answer.faces] == ["red", "blue"]
    whole = predictor.predict(couple).faces[1].probabilities
    assert answer.faces[1].probabilities["blue"] == pytest.approx(
        whole["blue"] / (whole["red"] + whole["blue"]), rel=1e-4
    )


def test_all_classes_in_another_order_keep_their_probabilities(predictor, tints, couple):
    turned = Predictor(tints, labels=("red", "grey", "blue")).predict(couple)
    assert list(turned.probabilities) == ["red", "grey", "blue"]
    assert turned.probabilities == pytest.approx(predictor.predict(couple).probabilities, abs=1e-5)


def test_classes_of_no_probability_at_all_share_evenly(tints, monkeypatch):
    two = Predictor(tints, labels=("red", "blue"))
    sure = np.array([[0, 1, 0]], np.float32)
    monkeypatch.setattr(two, "_session", type("Sure", (), {"run": staticmethod(lambda *_: [sure])})())
    np.testing.assert_allclose(two.probabilities(np.zeros((1, 24, 24, 3), np.uint8)), [[0.5, 0.5]])


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        (("red", "blu"), "The model does not know the class 'blu'. Did you mean 'blue'"),
        (("red",), "The classes asked for are red. Expected: two different ones or more"),
        (("red", "blue", "red"), "The classes asked for are red, blue, red. Expected: two different ones or more"),
    ],
)
def test_classes_that_leave_no_choice_are_answered_with_a_sentence(tints, labels, words):
    with pytest.raises(SettingError, match=words):
        Predictor(tints, labels=labels)


# Files of before


def changed(file, path, **values):
    """Write a copy with another contract; None takes a field away."""
    model = onnx.load(file)
    properties = {item.key: item.value for item in model.metadata_props}
    fields = json.loads(properties["mien.contract"]) | values
    kept = {name: value for name, value in fields.items() if value is not None}
    helper.set_model_props(model, properties | {"mien.contract": json.dumps(kept)})
    onnx.save(model, path)
    return path


def test_a_file_from_before_faces_takes_pictures_whole(tints, couple, tmp_path):
    older = Predictor(changed(tints, tmp_path / "older.onnx", format=1, crop=None, margin=None))
    assert older.detector is None
    answer = older.predict(couple)
    assert (answer.faces, answer.detector) == ((), None)
    np.testing.assert_allclose(probabilities_of(answer), older.probabilities(media.fit(couple, 24)[None])[0], atol=1e-6)


def test_looking_for_faces_loads_no_more_than_opencv(tints, couple, tmp_path):
    (tmp_path / "couple.png").write_bytes(media.encode_png(couple))
    code = (
        "import sys; from mien import Predictor\n"
        f"print(Predictor({str(tints)!r}).predict({str(tmp_path / 'couple.png')!r}).label)\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    label, modules = done.stdout.splitlines()
    assert label == "red"
    heavy = {"fastapi", "keras", "onnx", "polars", "pydantic", "rich", "tensorflow", "typer"}
    assert heavy & set(modules.split()) == set()
