"""A model that takes both: a face is answered from its crop, what shows none from the whole, and the answer says so."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from mien import Predictor, faces, media
from mien.predict import Timeline, track, uses_detector
from mien.predict._sample import NO_FACE

SIZE = 24


@pytest.fixture(scope="module")
def predictor(two_heads):
    return Predictor(two_heads)


@pytest.fixture(scope="module")
def couple(clear_face, photo):
    return photo((clear_face(0, 130, "blue"), 30, 40), (clear_face(1, 240, "red"), 260, 120))


@pytest.fixture(scope="module")
def nobody(photo):
    return photo()


def said(answer):
    return np.array(list(answer.probabilities.values()))


def of(predictor, upper, lower):
    return predictor.probabilities(np.concatenate([upper, lower])[None])[0]


def black():
    return np.zeros((SIZE, SIZE, 3), np.uint8)


def test_each_face_is_answered_from_its_crop(predictor, couple):
    answer = predictor.predict(couple)
    found = faces.detector("fcos").find(couple)
    assert (len(answer.faces), answer.note, answer.detector) == (2, None, "fcos")
    for face, place in zip(answer.faces, found, strict=True):
        wanted = of(predictor, faces.crop(couple, place, SIZE), media.fit(couple, SIZE))
        np.testing.assert_allclose(list(face.probabilities.values()), wanted, atol=1e-6)


def test_without_a_face_the_whole_answers_and_the_answer_says_so(predictor, nobody):
    answer = predictor.predict(nobody)
    assert (answer.note, answer.faces, answer.detector, answer.reason) == (NO_FACE, (), "fcos", None)
    np.testing.assert_allclose(said(answer), of(predictor, black(), media.fit(nobody, SIZE)), atol=1e-6)
    assert predictor.faces(nobody) == ()


def test_the_whole_is_answered_where_that_is_asked(predictor, two_heads, couple):
    answer = Predictor(two_heads, inputs="whole").predict(couple)
    assert (answer.note, answer.faces, answer.detector) == (None, (), None)
    np.testing.assert_allclose(said(answer), of(predictor, black(), media.fit(couple, SIZE)), atol=1e-6)
    as_file = predictor.with_options(inputs="whole").predict(media.encode_png(couple))
    assert as_file.probabilities == answer.probabilities


def test_faces_alone_are_answered_where_that_is_asked(predictor, couple, nobody):
    alone = predictor.with_options(inputs="photos")
    assert alone.predict(couple) == predictor.predict(couple)
    answer = alone.predict(nobody)
    assert (answer.label, answer.note) == (None, None)
    assert answer.reason == "No face was found in the picture. To judge the whole picture all the same: --inputs whole."


def test_a_face_crop_is_a_face(predictor, clear_face):
    crop = clear_face(3, 100, "blue")[10:86, 8:84]
    whole = media.fit(crop, SIZE)
    np.testing.assert_allclose(
        said(predictor.with_options(inputs="faces").predict(crop)), of(predictor, whole, whole), atol=1e-6
    )


@pytest.mark.parametrize(("inputs", "looks"), [("auto", True), ("photos", True), ("whole", False), ("faces", False)])
def test_who_looks_for_faces(predictor, inputs, looks):
    assert uses_detector(predictor.contract, inputs) is looks


def test_it_crosses_to_another_process_as_it_was_asked(predictor, nobody):
    for inputs in ("auto", "whole", "photos"):
        asked = predictor.with_options(inputs=inputs)
        again = pickle.loads(pickle.dumps(asked))  # noqa: S301 - written here
        assert again.predict(nobody) == asked.predict(nobody)


def test_a_video_follows_faces_and_answers_for_no_empty_frame(predictor, couple, nobody):
    line = Timeline()
    for result in track(
        predictor, [media.Frame(number, number / 10, one) for number, one in enumerate((couple, nobody))]
    ):
        line.add(result)
    assert (line.frames, line.faceless, len(line.tracks)) == (2, 1, 2)
