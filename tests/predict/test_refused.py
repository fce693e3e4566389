"""What does not look like a face is not judged as one, unless somebody asks for that."""

from __future__ import annotations

import numpy as np
import pytest

from mien import Predictor, pipeline
from mien.core.errors import MediaError
from mien.faces import Face
from mien.media import encode_png
from mien.predict._sample import NOBODY, NOT_A_FACE
from mien.samples.faces import draw, sample_parameters
from mien.serve.api._schema import answer_json


@pytest.fixture(scope="module")
def predictor():
    return Predictor("face-int8", inputs="faces", threads=1)


@pytest.fixture(scope="module")
def noise():
    return np.random.default_rng(2).integers(0, 256, (60, 60, 3)).astype(np.uint8)


def face(number: int = 0, label: str = "happy") -> np.ndarray:
    return draw(sample_parameters(5, number, label), 60)


def test_a_crop_that_is_no_face_has_no_label_and_a_reason(predictor, noise):
    answer = predictor.predict(noise)
    assert (answer.label, answer.probabilities, answer.reason) == (None, None, NOT_A_FACE)
    assert (answer.sentence, answer.sure, answer.faces) == ("No face found", False, ())
    assert "--inputs whole" in answer.to_json()["reason"]
    assert "inputs=whole" in answer_json(answer)["reason"]
    with pytest.raises(MediaError, match="does not look like a face"):
        predictor.model_input(noise)
    assert predictor.predict(face()).label


def test_it_is_judged_where_that_is_asked_for(predictor, noise):
    assert predictor.with_options(inputs="whole").predict(noise).label


def test_a_server_prepares_no_row_of_it(predictor, noise):
    sample = predictor.prepare(encode_png(noise))
    assert (sample.refused, len(sample.rows)) == (True, 0)
    assert predictor.answer(sample, predictor.probabilities(sample.rows)).reason == NOT_A_FACE


def test_models_of_whole_pictures_judge_everything(colours, plain_picture):
    assert Predictor(colours, inputs="faces").predict(plain_picture("red", 3)).label == "red"
    assert Predictor(colours).accepts(plain_picture("red", 3)[None]).all()


def test_evaluate_measures_all_and_says_how_many_get_no_answer(tmp_path, noise):
    for label in ("happy", "sad"):
        (tmp_path / label).mkdir()
        for number in range(4):
            (tmp_path / label / f"{number}.png").write_bytes(encode_png(face(number, label)))
    for number in range(2):
        (tmp_path / "sad" / f"noise{number}.png").write_bytes(encode_png(np.roll(noise[::-1], number * 9, axis=number)))
    found = pipeline.measure("face-int8", tmp_path, inputs="faces", labels=("happy", "sad"))
    assert (found.scores.n, found.refused) == (10, 2)
    words = "2 of these 10 do not look like faces to the face check and get no answer; of those that get one, "
    assert f"{words}{found.answered} of 100 are right, of all {found.scores.accuracy}." in found.sentence
    assert found.to_dict()["refused"] == 2
    assert found.to_dict()["answered"]["value"] == pytest.approx(found.answered.value)


class Sees:
    """A detector by the name of one of ours that sees a face on the left and one on the right."""

    name = "fcos"

    def find(self, pixels: np.ndarray) -> tuple[Face, ...]:
        side = pixels.shape[0]
        return Face((5, 4, side - 10, side - 10)), Face((side + 5, 4, side - 10, side - 10))


def test_a_false_detection_is_no_face_of_the_answer(noise):
    predictor = Predictor("face-int8", detector=Sees(), threads=1)
    answer = predictor.predict(np.concatenate([face(), noise], axis=1))
    assert [one.box for one in answer.faces] == [(5, 4, 50, 50)]
    nobody = predictor.predict(np.concatenate([noise, noise], axis=1))
    assert (nobody.label, nobody.faces, nobody.reason) == (None, (), NOBODY)
