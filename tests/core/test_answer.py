"""The one rule of words. That the page has the same: tests/app/browser/test_words.py."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.core.answer import Answer, FaceAnswer, adjective, summary, verdict
from mien.core.prediction_sets import CONFIDENCE, SetRule

LABELS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")


def of(*shares: float) -> dict[str, float]:
    return dict(zip(("happy", "fear", "surprise", "angry"), shares, strict=False))


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ((1.0, 0.0), "Looks happy"),
        ((0.9, 0.1), "Looks happy"),
        ((0.05, 0.95), "Looks afraid"),
        ((0.89, 0.11), "Probably happy"),
        ((0.86, 0.09, 0.05), "Probably happy"),  # not "between"
        ((0.85, 0.05, 0.05, 0.05), "Probably happy"),
        ((0.5, 0.24, 0.26), "Not sure"),  # not twice the next
        ((0.5, 0.24, 0.24, 0.02), "Probably happy"),
        ((0.49, 0.2, 0.2, 0.11), "Not sure"),  # not half
        ((0.55, 0.42, 0.03), "Between happy and afraid"),
        ((0.45, 0.46, 0.09), "Between afraid and happy"),
        ((0.6, 0.31, 0.09), "Between happy and afraid"),
        ((0.62, 0.3, 0.08), "Probably happy"),
        ((0.45, 0.42, 0.13), "Not sure"),  # close, but the truth may well be a third
        ((0.25, 0.25, 0.25, 0.25), "Not sure"),
    ],
)
def test_one_rule_of_words(shares, sentence):
    found = verdict(of(*shares))
    assert found.sentence == sentence
    assert found.words == sentence[0].lower() + sentence[1:]
    assert found.sure == sentence.startswith("Looks")


@given(st.lists(st.sampled_from(["dark", "faint", "small", "blurred"]), min_size=1, max_size=2, unique=True))
def test_what_is_doubted_is_never_sure_and_says_why(doubts):
    found = verdict(of(0.99, 0.01), doubts=doubts)
    why = " and ".join(doubts)
    assert (found.kind, found.sure, found.words) == ("probably", False, f"probably happy (too {why})")
    assert found.sentence == f"Probably happy; it is too {why} to be sure"
    assert verdict(of(0.4, 0.3, 0.3), doubts=doubts).sentence.startswith("Not sure; it is too ")


@st.composite
def rows(draw: st.DrawFn) -> dict[str, float]:
    counts = draw(st.lists(st.integers(0, 1000), min_size=2, max_size=7).filter(any))
    return {label: count / sum(counts) for label, count in zip(LABELS, counts, strict=False)}


@given(rows())
def test_what_is_said_is_never_more_than_the_probabilities_allow(found):
    said = verdict(found)
    first, second = sorted(found.values(), reverse=True)[:2]
    held = [found[label] for label in said.prediction_set]
    assert sum(held) >= CONFIDENCE - 1e-9
    assert len(held) == 1 or sum(held[:-1]) < CONFIDENCE  # none of them can go
    assert held == sorted(held, reverse=True)
    if said.kind == "looks":
        assert first >= CONFIDENCE
    if said.kind == "probably":
        assert first >= 0.5
        assert first > 2 * second
    if said.kind == "between":
        assert len(held) == 2
        assert first <= 2 * second
    assert said.sure == (len(said.prediction_set) == 1)


def test_the_confidence_decides_how_many_classes_are_held():
    assert verdict(of(0.6, 0.3, 0.1), SetRule(0.95)).prediction_set == ("happy", "fear", "surprise")
    assert verdict(of(0.6, 0.3, 0.1), SetRule(0.5)).to_json() == {
        "prediction_set": ["happy"],
        "sure": True,
        "confidence": 0.5,
        "sentence": "Looks happy",
    }


def test_thresholds_of_the_model_decide_what_is_held():
    rule = SetRule(0.9, {"happy": 0.3, "fear": 0.05, "surprise": 0.5}, "each class")
    assert verdict(of(0.85, 0.04, 0.11), rule).sentence == "Probably happy"  # alone in its set, but not as probable
    assert verdict(of(0.92, 0.02, 0.06), rule).sentence == "Looks happy"
    assert verdict(of(0.92, 0.06, 0.02), rule).sentence == "Probably happy"  # fear may well be the truth
    assert verdict(of(0.45, 0.15, 0.4), rule).sentence == "Between happy and afraid"
    assert Answer("a", "happy", of(0.92, 0.06, 0.02), rule=rule).prediction_set == ("happy", "fear")
    answer = Answer("a", "happy", of(0.9, 0.1), (FaceAnswer((0, 0, 9, 9), "happy", of(0.9, 0.1), rule),), rule=rule)
    assert "rule" not in json.dumps(answer.to_json())


@pytest.mark.parametrize(
    ("label", "word"),
    [
        *[("fear", "afraid"), ("Fear", "afraid"), ("FEARFUL", "afraid"), ("surprise", "surprised"), ("joy", "happy")],
        *[("disgust", "disgusted"), ("anger", "angry"), ("Happiness", "happy"), (" sadness ", "sad")],
        *[("Happy", "happy"), ("neutral", "neutral"), ("contempt", "contemptuous"), ("surprised", "surprised")],
        *[("smiling", "smiling"), ("No mask", "No mask"), ("0", "0"), ("", "")],
    ],
)
def test_a_class_is_said_as_an_adjective(label, word):
    assert adjective(label) == word


SURE, MAYBE, SAD, OPEN = (0.95, 0.05), (0.8, 0.1, 0.1), (0.02, 0.0, 0.0, 0.98), (0.4, 0.3, 0.3)


@pytest.mark.parametrize(
    ("faces", "line"),
    [
        ([SURE], "Looks happy"),
        ([SURE, SURE], "Both look happy"),
        ([SURE] * 3, "All 3 look happy"),
        ([MAYBE] * 2, "Both probably look happy"),
        ([MAYBE] * 3, "All 3 probably look happy"),
        ([SURE] * 21 + [OPEN] * 2, "21 of 23 look happy"),
        ([SURE] * 18 + [MAYBE] * 3 + [OPEN] * 2, "18 of 23 look happy, 3 more probably"),
        ([SURE, OPEN], "1 of 2 looks happy"),
        ([MAYBE, OPEN, OPEN], "1 of 3 probably looks happy"),
        ([SURE, SAD], "1 of 2 looks angry; 1 looks happy"),
        ([SAD, SURE, MAYBE], "1 of 3 looks happy, 1 more probably; 1 looks angry"),
        ([OPEN, OPEN], "Not sure of either face"),
        ([OPEN] * 3, "Not sure of any of the 3 faces"),
    ],
)
def test_a_group_has_one_line(faces, line):
    assert summary([verdict(of(*shares)) for shares in faces]) == line


@given(st.lists(rows(), min_size=2, max_size=12))
def test_the_numbers_of_a_group_are_those_of_its_faces(found):
    verdicts = [verdict(one) for one in found]
    line = summary(verdicts)
    named = [one for one in verdicts if one.kind in {"looks", "probably"}]
    assert line.startswith("Not sure of") == (not named)
    numbers = [int(number) for number in re.findall(r"\d+", line)]
    assert max(numbers, default=0) <= len(verdicts)
    assert "100" not in line


def test_an_answer_carries_its_words_and_its_json_does_too():
    faces = (FaceAnswer((1, 2, 3, 4), "happy", of(*SURE)), FaceAnswer((5, 6, 7, 8), "happy", of(*MAYBE)))
    found = Answer("a.jpg", "happy", of(*SURE), faces, "yunet")
    assert (found.sentence, found.sure, found.prediction_set) == ("Looks happy", True, ("happy",))
    assert found.summary == "1 of 2 looks happy, 1 more probably"
    read = json.loads(json.dumps(found.to_json()))
    assert read["faces"][1] == {
        "box": [5, 6, 7, 8],
        "label": "happy",
        "probabilities": of(*MAYBE),
        "prediction_set": ["happy", "fear"],
        "sure": False,
        "confidence": 0.9,
        "sentence": "Probably happy",
        "doubts": [],
    }
    assert read["prediction_set"] == ["happy"]
    assert (read["sure"], read["confidence"], read["sentence"]) == (True, 0.9, "Looks happy")


@pytest.mark.parametrize(
    ("found", "sentence"),
    [(Answer("a.jpg", error="Damaged."), None), (Answer("a.jpg", detector="fcos", reason="None."), "No face found")],
)
def test_without_an_answer_nothing_is_sure(found, sentence):
    read = found.to_json()
    assert (read["sentence"], read["summary"]) == (sentence, sentence)
    assert (read["prediction_set"], read["sure"], read["label"]) == ([], False, None)
