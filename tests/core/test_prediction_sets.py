"""Prediction sets hold the truth as often as they promise; the reference is MAPIE's."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.core import validation_answers
from mien.core.errors import ModelFileError, SettingError
from mien.core.prediction_sets import ALL, EACH, LEVELS, NOTHING, SetRule, level_of
from mien.core.validation_answers import ValidationAnswers

LABELS = ("angry", "happy", "sad", "surprise")
SHARES = np.array([0.1, 0.5, 0.3, 0.1])


def drawn(count: int, seed: int, sharp: float = 1.5) -> tuple[np.ndarray, np.ndarray]:
    """Truths of uneven classes, and answers that know two of them badly."""
    draw = np.random.default_rng(seed)
    truth = draw.choice(4, count, p=SHARES)
    logits = draw.normal(size=(count, 4)) + np.log(SHARES)
    logits[np.arange(count), truth] += np.array([0.5, 3.0, 1.0, 2.0])[truth] * sharp
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return truth, powers / powers.sum(1, keepdims=True)


def known(count: int, seed: int = 0, *, units: np.ndarray | None = None) -> ValidationAnswers:
    truth, rows = drawn(count, seed)
    return ValidationAnswers.build(LABELS, truth, rows, np.arange(count) if units is None else units)


def hits(rule: SetRule, truth: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return rule.members(LABELS, rows)[np.arange(len(truth)), truth]


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95])
def test_the_truth_is_in_the_set_as_often_as_promised_in_each_class(level):
    kept, by_class = [], []
    for seed in range(30):
        rule = known(1500, seed).rule(level)
        assert rule.holds == EACH
        truth, rows = drawn(4000, 1000 + seed)
        hit = hits(rule, truth, rows)
        kept.append(hit.mean())
        by_class.append([hit[truth == number].mean() for number in range(4)])
    assert np.mean(kept) >= level - 0.005
    assert min(np.mean(by_class, 0)) >= 1 - validation_answers.CLASS_SLACK * (1 - level) - 0.005
    plain = [hits(SetRule(level), *drawn(4000, seed))[drawn(4000, seed)[0] == 0].mean() for seed in range(5)]
    assert level < 0.8 or np.mean(plain) < np.mean(by_class, 0)[0]  # the sum alone forgets the class that is hard


def test_its_quantiles_are_those_of_mapie():
    from mapie.classification import SplitConformalClassifier
    from sklearn.base import BaseEstimator, ClassifierMixin

    class Given(ClassifierMixin, BaseEstimator):
        def fit(self, rows, truth):
            self.classes_, self.is_fitted_ = np.unique(truth), True
            return self

        def predict_proba(self, rows):
            return rows

        def predict(self, rows):
            return rows.argmax(1)

    truth, rows = drawn(400, 3)
    levels = [0.6, 0.8, 0.9, 0.95]
    theirs = SplitConformalClassifier(Given().fit(rows, truth), confidence_level=levels, conformity_score="lac")
    theirs.conformalize(rows, truth)
    scores = rows[np.arange(400), truth]
    ours = validation_answers._thresholds(scores, np.arange(400), levels)
    inside = rows[:, :, None] >= ours
    np.testing.assert_array_equal(inside, theirs.predict_set(rows)[1])


def test_a_person_with_many_samples_counts_once():
    """400 samples of one person who is always misunderstood must not move what 200 others say."""
    truth, rows = drawn(200, 0)
    many = np.concatenate([truth, np.zeros(400, int)])
    odd = np.concatenate([rows, np.tile([0.01, 0.97, 0.01, 0.01], (400, 1))])
    units = np.concatenate([np.arange(200), np.full(400, 200)])
    once = ValidationAnswers.build(LABELS, many, odd, units).rule(0.8)
    often = ValidationAnswers.build(LABELS, many, odd, np.arange(600)).rule(0.8)
    assert once.thresholds["angry"] > 0.02
    assert often.thresholds["angry"] < 0.011


def test_new_people_are_promised_what_new_samples_are_where_people_differ():
    """Speakers who are understood well or badly as a whole: the promise is kept for speakers never heard."""
    kept = []
    for seed in range(120):
        draw = np.random.default_rng(seed)
        who = np.repeat(np.arange(25), 12)
        truth, rows = drawn(300, seed)
        bad = draw.random(25)[who] < 0.15
        rows[bad] = 0.9 * rows[bad][:, [1, 2, 3, 0]] + 0.1 * rows[bad]
        apart = who >= 20
        rule = ValidationAnswers.build(LABELS, truth[~apart], rows[~apart], who[~apart]).rule(0.8)
        kept.append(hits(rule, truth[apart], rows[apart]).mean())
    assert np.mean(kept) >= 0.79


def test_too_few_samples_promise_less_and_say_so():
    truth, rows = drawn(60, 0)
    few = ValidationAnswers.build(LABELS, truth, rows, np.arange(60))
    assert few.rule(0.5).holds == EACH
    assert few.rule(0.95).holds == ALL  # 6 samples of a class cannot speak for 94 %
    assert known(8).rule(0.95) == SetRule(0.95, None, NOTHING)
    assert ValidationAnswers.build(LABELS, truth[:0], rows[:0], truth[:0]).rule(0.9).holds == NOTHING


def test_with_other_classes_the_answers_are_calibrated_anew_and_the_promise_holds():
    truth, rows = drawn(3000, 0)
    some, calibration = ValidationAnswers.build(LABELS, truth, rows, np.arange(3000)).restricted(("happy", "sad"))
    rule = some.rule(0.95)
    assert (rule.holds, set(rule.thresholds)) == (EACH, {"happy", "sad"})
    truth, rows = drawn(20_000, 1)
    of = (truth == 1) | (truth == 2)
    pair = rows[of][:, 1:3]
    answers = calibration.apply(pair / pair.sum(1, keepdims=True))
    inside = rule.members(("happy", "sad"), answers)
    hit = inside[np.arange(len(answers)), truth[of] - 1]
    assert hit.mean() >= 0.94
    right, sure = answers.argmax(1) == truth[of] - 1, answers.max(1)
    assert abs(right.mean() - sure.mean()) < 0.01


def test_one_answer_and_many_have_the_same_set():
    _, rows = drawn(200, 5)
    for rule in (SetRule(0.7), known(300).rule(0.7)):
        inside = rule.members(LABELS, rows)
        for row, mask in zip(rows, inside, strict=True):
            named = rule.of(dict(zip(LABELS, row, strict=True)))
            assert set(named) == {label for label, held in zip(LABELS, mask, strict=True) if held}
            assert named[0] == LABELS[row.argmax()]


@pytest.mark.parametrize(("asked", "level"), [(0.5, 0.5), (0.9, 0.9), (0.99, 0.99), (0.901, 0.91), (0.29 + 0.61, 0.9)])
def test_a_confidence_is_rounded_up_to_whole_per_cent(asked, level):
    assert level_of(asked) == level
    assert level in LEVELS


@pytest.mark.parametrize("asked", [0.49, 0.995, 1.0, 90, -1, float("nan")])
def test_other_confidences_are_refused(asked):
    with pytest.raises(SettingError, match=r"0.5 to 0.99"):
        level_of(asked)


def test_the_file_has_all_of_it_and_says_the_thresholds_of_every_level():
    whole = known(500)
    again = ValidationAnswers.from_text(whole.to_text())
    assert again.rules() == whole.rules()
    assert again.restricted(("sad", "angry"))[0].rule() == whole.restricted(("sad", "angry"))[0].rule()
    sets = json.loads(whole.sets_json())
    place = sets["levels"].index(0.9)
    assert dict(zip(sets["labels"], sets["thresholds"][place], strict=True)) == whole.rule(0.9).thresholds
    assert sets["units"] == whole.counts()


def test_many_samples_are_drawn_down_to_what_a_file_may_hold():
    truth, rows = drawn(30_000, 0)
    kept = ValidationAnswers.build(LABELS, truth, rows, np.arange(30_000))
    assert np.bincount(kept.truth).tolist() == [1000] * 4
    assert len(kept.to_text()) < 60_000


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_a_damaged_text_is_a_sentence(data):
    text = known(40).to_text()
    place = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="ascii"))
    for bad in (text[:place], text[:place] + other + text[place + 1 :]):
        try:
            found = ValidationAnswers.from_text(bad)
        except ModelFileError:
            continue
        assert found.probabilities.shape == (len(found.truth), len(found.labels))


def test_a_bomb_is_not_unpacked():
    import base64
    import zlib

    packed = base64.b64encode(zlib.compress(bytes(50_000_000))).decode()
    with pytest.raises(ModelFileError):
        ValidationAnswers.from_text(json.dumps({"format": 1, "labels": ["a", "b"], "n": 3, "data": packed}))
    with pytest.raises(ModelFileError):
        ValidationAnswers.from_text(json.dumps({"format": 1, "labels": ["a", "b"], "n": 10**12, "data": packed}))
