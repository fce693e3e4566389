"""What is called a change is one: no more false alarms than promised, and real changes found."""

from __future__ import annotations

import numpy as np
import pytest

from mien import evaluate, kinds
from mien.core.answer_counts import ANSWERS, CONFIDENCE, SURE
from mien.watch._changes import compare, explained
from mien.watch._population import estimate

PICTURE = kinds.kind("picture")


def test_where_nothing_has_changed_alarms_are_as_rare_as_promised(answered, counted, made_of):
    alarms = 0
    for seed in range(150):
        before = made_of(*answered(400, seed))
        _, rows = answered(200, 1000 + seed)
        scores = rows.max(1) if seed % 2 else None
        alarms += any(one.found for one in compare(before, counted(rows), PICTURE, scores=scores))
    assert alarms <= 14  # 7.5 are promised; more come once in a hundred


def test_more_unsure_answers_are_found_with_their_interval(answered, counted, made_of):
    before = made_of(*answered(800, 1))
    found = {one.name: one for one in compare(before, counted(answered(400, 2, blur=0.5)[1]), PICTURE)}
    words = found[SURE]
    assert words.found
    assert "not sure" in words.share
    assert words.was < words.low <= words.value <= words.high
    assert not found[ANSWERS].found


def test_what_could_be_found_is_said(answered, counted, made_of):
    before, draw = made_of(*answered(2000, 3)), np.random.default_rng(4)
    least = {one.name: one for one in compare(before, counted(answered(300, 5)[1]), PICTURE)}[SURE].least
    unsure = before.shares(SURE, 4)[0][2:].sum()
    powers = []
    for _ in range(300):
        now = draw.binomial(300, unsure + least)
        level = 0.05 / 4  # four things are compared
        powers.append(evaluate.shares_test([now, 300 - now], [2000 * unsure, 2000 * (1 - unsure)]) < level)
    assert 0.7 < np.mean(powers) < 0.92


def test_scores_are_compared_as_they_are_where_they_are_known(answered, counted, made_of):
    before = made_of(*answered(800, 6))
    rows = answered(400, 7, blur=0.12)[1]
    binned, exact = (compare(before, counted(rows), PICTURE, scores=scores) for scores in (None, rows.max(1)))
    p = {one.name: one.p for one in exact}[CONFIDENCE]
    assert p < 0.05
    assert p != {one.name: one.p for one in binned}[CONFIDENCE]


def test_people_with_many_samples_are_worth_less(answered, made_of):
    truth, rows = answered(600, 8)
    alone = made_of(truth, rows).shares(SURE, 4)
    order = np.argsort(rows.max(1))
    people = np.empty(600, int)
    people[order] = np.arange(600) // 20  # thirty people, each about equally sure
    together = made_of(truth, rows, people).shares(SURE, 4)
    np.testing.assert_allclose(alone[0], together[0])
    assert alone[1] == pytest.approx(599, abs=2)
    assert together[1] < 80


def test_other_shares_of_the_classes_are_told_from_another_world(answered, counted, made_of):
    before = made_of(*answered(1500, 9))
    other = counted(answered(600, 10, shares=(0.15, 0.45, 0.4))[1])
    assert {one.name: one for one in compare(before, other, PICTURE)}[ANSWERS].found
    shares, ends = estimate(before, other.tables[ANSWERS])
    assert shares.sum() == pytest.approx(1)
    assert (ends[0] <= [0.15, 0.45, 0.4]).all()
    assert (ends[1] >= [0.15, 0.45, 0.4]).all()
    assert explained(before, other, None, shares)
    blurred = counted(answered(600, 11, blur=0.3)[1])
    assert not explained(before, blurred, None, estimate(before, blurred.tables[ANSWERS])[0])


def test_where_shares_are_not_known_other_shares_are_no_alarm(answered, counted, made_of):
    before = made_of(*answered(1500, 12), known=False)
    found = compare(before, counted(answered(500, 13, shares=(0.2, 0.2, 0.6))[1]), PICTURE)
    assert ANSWERS not in {one.name for one in found}
    assert not any(one.found for one in found)
    assert any(one.found for one in compare(before, counted(answered(500, 14, blur=0.3)[1]), PICTURE))


def test_a_class_that_validation_hardly_has_leaves_the_population_open(answered, made_of):
    truth, rows = answered(300, 15)
    assert estimate(made_of(np.where(truth == 2, 0, truth), rows), [10, 20, 30]) is None


def test_each_further_look_costs(answered, counted, made_of):
    before, now = made_of(*answered(500, 16)), counted(answered(200, 17)[1])
    once, later = (compare(before, now, PICTURE, looks=looks) for looks in (1, 12))
    assert all(b.p == pytest.approx(min(12 * a.p, 1)) and b.least > a.least for a, b in zip(once, later, strict=True))


def test_quality_and_missing_faces_are_compared_where_both_are_known(answered, counted, made_of):
    before, now = made_of(*answered(300, 18)), counted(answered(300, 18)[1])
    before.looked_at["nothing"] = np.zeros(200, int), np.arange(200)
    before.looked_at["brightness"] = np.repeat([1, 2, 3], [20, 150, 30]), np.arange(200)
    now.nothing, now.quality["brightness"] = 90, [10, 180, 60, 20, 0]
    found = {one.name: one for one in compare(before, now, PICTURE)}
    assert found["brightness"].found
    assert found["brightness"].share == ("dark",)
    assert found["nothing"].found
    assert found["nothing"].was == 0
    assert "contrast" not in found
    before.looked_at["brightness"] = np.repeat([1, 2, 3], [20, 150, 30]), np.arange(200) // 40  # five people's
    few = {one.name: one for one in compare(before, now, PICTURE)}["brightness"]
    assert few.n_before < 12
    assert few.p > found["brightness"].p
