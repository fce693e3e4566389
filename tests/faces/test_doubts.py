"""What forbids to be sure of a face: each reason by itself, on drawn faces made so."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from mien import Predictor, faces
from mien.core.answer import verdict
from mien.faces import Face
from mien.faces._doubts import doubts_of
from mien.kinds import kind
from mien.samples.faces import draw, sample_parameters


@pytest.fixture(scope="module")
def plain():
    return np.stack([draw(sample_parameters(4, number, "happy"), 96) for number in range(8)])


def shrunk(rows: np.ndarray, share: float, level: float) -> np.ndarray:
    grey = np.random.default_rng(0).normal(level, 1, rows.shape[:3])[..., None]
    return np.clip(grey + (rows.astype(np.float32) - rows.mean((1, 2, 3), keepdims=True)) * share, 0, 255).astype(
        np.uint8
    )


def test_a_good_picture_has_no_doubts(plain):
    assert faces.doubts(plain) == [()] * 8
    assert faces.doubts(plain[:0]) == []
    assert faces.doubts((plain * 0.4).astype(np.uint8)) == [()] * 8


def test_dark_faint_and_blurred(plain):
    assert faces.doubts(shrunk(plain, 0.04, 12)) == [("dark",)] * 8
    assert faces.doubts(shrunk(plain, 0.04, 150)) == [("faint",)] * 8
    assert faces.doubts(np.stack([cv2.GaussianBlur(row, (0, 0), 7) for row in plain])) == [("blurred",)] * 8


def test_a_small_face_is_small_and_not_blurred_too(plain):
    soft = np.stack([cv2.GaussianBlur(row, (0, 0), 7) for row in plain[:2]])
    found = [Face((0, 0, 17, 30)), Face((0, 0, 18, 30))]
    assert faces.doubts(soft, 0.0, found) == [("small",), ("blurred",)]


def test_each_threshold_is_where_it_says():
    low = {name: value - 1e-6 for name, value in faces.DOUBTS.items()}
    good = np.array([[0.5, 0.2, -1.0, -1.0]])
    assert doubts_of(good) == [()]
    assert doubts_of(np.array([[low["dark"], low["faint"], -1, -1]])) == [("dark",)]
    assert doubts_of(np.array([[faces.DOUBTS["dark"], low["faint"], -1, -1]])) == [("faint",)]
    assert doubts_of(np.array([[low["dark"], faces.DOUBTS["faint"], -1, -1]])) == [()]
    assert doubts_of(np.array([[0.5, 0.2, low["blurred"], -1]])) == [("blurred",)]


def test_covered_stands_alone_and_is_said_by_itself():
    over = faces.DOUBTS["covered"] + 1e-6
    assert doubts_of(np.array([[0.5, 0.2, -1.0, over]])) == [("covered",)]
    assert doubts_of(np.array([[0.5, 0.2, -1.0, faces.DOUBTS["covered"]]])) == [()]
    assert doubts_of(np.array([[0.0, 0.0, -1.0, over]])) == [("dark",)]
    said = verdict({"happy": 0.95, "sad": 0.05}, doubts=["covered"])
    assert (said.sentence, said.words) == (
        "Probably happy; it is covered too much to be sure",
        "probably happy (covered too much)",
    )


def test_a_mask_over_the_mouth_is_seen_and_sunglasses_are_not():
    rows = np.stack([draw(sample_parameters(4, number, "happy"), 48) for number in range(12)])
    made = {one.name: one for one in kind("picture").corruptions()}
    shares = {
        name: np.mean([found == ("covered",) for found in faces.doubts(made[name].apply(rows, strength))])
        for name, strength in (("mask", 5), ("sunglasses", 3))
    }
    assert shares["mask"] > 0.9
    assert shares["sunglasses"] < 0.1


def test_the_answer_stays_and_is_not_sure(plain):
    predictor = Predictor("face-int8", inputs="faces", threads=1)
    dark = shrunk(plain, 0.12, 14)[0]
    row = cv2.GaussianBlur(plain[0], (0, 0), 7)
    answers = [
        predictor.predict(one) for one in (dark, row) if predictor.accepts(cv2.resize(one, (48, 48))[None]).all()
    ]
    doubted = [one for one in answers if one.doubts]
    for answer in doubted:
        assert not answer.sure
        assert answer.sentence.endswith(f"; it is too {' and '.join(answer.doubts)} to be sure")
        assert answer.to_json()["doubts"] == [*answer.doubts]
    assert doubted
    assert predictor.predict(plain[0]).doubts == ()
    assert predictor.with_options(inputs="whole").predict(row).doubts == ()
