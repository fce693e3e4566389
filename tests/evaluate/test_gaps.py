from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from mien import evaluate
from mien.evaluate import _gaps, _shuffled
from mien.evaluate._shuffled import ROUNDS, movable, shuffled

LABELS = ("happy", "sad")


def answered(truth: np.ndarray, right: np.ndarray) -> np.ndarray:
    given = np.where(right, truth, 1 - truth)
    return np.eye(2)[given] * 0.8 + 0.1


def simulate(draw: np.random.Generator, *, gap: float = 0.0, columns: int = 2, persons: int = 0) -> tuple:
    """400 samples; `gap` is that of the first column. With persons, whole persons are in a group, and some are hard."""
    truth, person = draw.integers(0, 2, 400), draw.integers(0, persons or 1, 400)
    halves = [draw.permutation(persons) % 2 for _ in range(columns)]
    codes = [half[person] if persons else draw.integers(0, 2, 400) for half in halves or [0] * columns]
    hard = draw.uniform(-0.15, 0.15, persons or 1)[person] if persons else 0
    right = draw.random(400) < 0.7 + hard + gap * (codes[0] - codes[0].mean())
    groups = {f"column {number}": [f"g{code}" for code in one] for number, one in enumerate(codes)}
    return truth, answered(truth, right), groups, person if persons else None


def found(*simulated: object) -> tuple[evaluate.Gap, ...]:
    truth, probabilities, groups, clusters = simulated
    return evaluate.gaps(truth, probabilities, LABELS, groups, clusters=clusters)


@pytest.fixture
def quick(monkeypatch):
    """Fewer shufflings, where many looks are taken."""
    monkeypatch.setattr(_shuffled, "ROUNDS", 999)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("persons", [0, 30])
def test_alarms_are_false_about_as_often_as_promised(persons):
    draw = np.random.default_rng(3)
    looks = [found(*simulate(draw, persons=persons)) for _ in range(25)]
    alarms = sum(any(one.accuracy.beyond_chance for one in look) for look in looks)
    assert alarms <= 4  # 1 is expected, and more than 4 have a chance of 7 in 1,000


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("persons", [0, 30])
def test_a_gap_of_the_least_detectable_size_is_told_four_times_of_five(persons):
    draw, one = np.random.default_rng(4), {"columns": 1, "persons": persons}
    size = np.mean([found(*simulate(draw, **one))[0].detectable for _ in range(10)])
    told = sum(found(*simulate(draw, gap=size, **one))[0].accuracy.beyond_chance for _ in range(30))
    assert 17 <= told <= 29  # 24 are expected, give or take 2.2


def test_a_large_gap_is_found_and_named_and_the_even_column_is_not():
    gap, even = found(*simulate(np.random.default_rng(5), gap=0.3))
    assert gap.accuracy.beyond_chance
    assert not even.accuracy.beyond_chance
    assert (gap.accuracy.best, gap.accuracy.worst) == ("g1", "g0")
    assert gap.accuracy.gap.low < 0.3 < gap.accuracy.gap.high
    assert gap.accuracy.gap.value == pytest.approx(gap.accuracy.of_best - gap.accuracy.of_worst)


def test_p_is_corrected_for_the_columns_that_were_looked_at():
    many = found(*simulate(np.random.default_rng(9), gap=0.12, columns=4))
    assert [one.columns for one in many] == [4] * 4
    assert [one.accuracy.corrected for one in many] == evaluate.holm([one.accuracy.p for one in many])
    classes = [min(2 * one.recall.p, 1.0) for one in many]
    assert [one.recall.corrected for one in many] == evaluate.holm(classes)


def test_the_least_detectable_gap_counts_what_it_adds_to_the_spread():
    gap = _gaps._least(0.1, 2.5, 40)
    assert gap == pytest.approx(2.5 * np.sqrt(0.1**2 + gap**2 / 40) + 0.8416 * 0.1, rel=1e-4)
    assert np.isinf(_gaps._least(0.1, 2.5, 6))  # six persons could never reach it


def test_p_is_that_of_all_ways_to_deal_whole_persons():
    hits = np.array([9, 8, 9, 7, 8, 5, 6, 8, 4, 6])  # right answers of ten a person; five persons a group
    right = (np.arange(10) < hits[:, None]).reshape(-1)
    truth, persons = np.zeros(100, int), np.repeat(np.arange(10), 10)
    groups = {"light": ["day"] * 50 + ["lamp"] * 50}
    (gap,) = evaluate.gaps(truth, answered(truth, right), LABELS, groups, clusters=persons)
    sums = np.array([hits[list(chosen)].sum() for chosen in combinations(range(10), 5)])
    exact = (np.abs(2 * sums - hits.sum()) >= abs(2 * hits[:5].sum() - hits.sum())).mean()
    assert gap.accuracy.p == pytest.approx(exact, abs=4 * np.sqrt(exact / ROUNDS))


def test_samples_of_a_person_in_several_groups_stay_with_the_person():
    # One person is always right and mostly in the first group, the other always wrong and mostly in the second.
    right = np.repeat([True, False], 20)
    codes = np.array([0] * 16 + [1] * 4 + [1] * 16 + [0] * 4)
    dealt = shuffled(right, np.repeat([0, 1], 20), codes)
    assert np.ptp(dealt, axis=0).max() == 0  # nothing that changes places makes a difference
    assert movable(np.repeat([0, 1], 20), codes).tolist() == [20, 20]


def test_shuffling_keeps_what_is_right_in_all():
    draw = np.random.default_rng(6)
    units, codes, right = draw.integers(0, 60, 300), draw.integers(0, 3, 300), draw.random(300) < 0.6
    codes[units < 30] = units[units < 30] % 3  # these lie in one group each
    sizes = np.bincount(codes)
    assert shuffled(right, units, codes).mean(axis=0) == pytest.approx(right.mean(), abs=0.02)
    alone = shuffled(right, np.arange(300), codes)
    assert alone @ sizes == pytest.approx(np.full(ROUNDS, right.sum()))


def test_of_many_units_the_sum_of_draws_is_as_that_of_each(monkeypatch):
    draw = np.random.default_rng(8)
    units, codes, right = np.repeat(np.arange(600), 4), draw.integers(0, 3, 2400), draw.random(2400) < 0.7
    quick = shuffled(right, units, codes)
    monkeypatch.setattr(_shuffled, "MANY", 600)
    one_by_one = shuffled(right, units, codes)
    assert quick.mean(axis=0) == pytest.approx(one_by_one.mean(axis=0), abs=0.001)
    assert np.cov(quick.T) == pytest.approx(np.cov(one_by_one.T), rel=0.15, abs=2e-6)


def test_unknown_and_small_groups_are_left_out_and_named():
    truth = np.zeros(40, int)
    values = ["a"] * 16 + ["b"] * 16 + ["c"] * 3 + [None] * 5
    (gap,) = evaluate.gaps(truth, answered(truth, np.arange(40) < 30), LABELS, {"x": values})
    assert {gap.accuracy.best, gap.accuracy.worst} == {"a", "b"}
    assert gap.small == ("c",)
    assert "Too small to compare: c." in evaluate.gap_sentence(gap)


def test_a_column_without_two_groups_has_no_gap():
    truth = np.zeros(8, int)
    assert evaluate.gaps(truth, answered(truth, truth == 0), LABELS, {"x": ["a"] * 4 + ["b"] * 4}) == ()


def test_too_few_to_see_anything_is_said():
    truth, groups = np.zeros(10, int), {"x": ["a"] * 5 + ["b"] * 5, "y": ["a", "b"] * 5, "z": ["b"] * 5 + ["a"] * 5}
    gap = evaluate.gaps(truth, answered(truth, np.arange(10) < 5), LABELS, groups)[0]
    assert gap.accuracy.p == pytest.approx(2 / 252, abs=0.005)  # all of one group right, and none of the other
    even = evaluate.gaps(truth, answered(truth, truth == 0), LABELS, groups)[0]
    assert even.detectable is None
    assert "too few to see any gap" in evaluate.gap_sentence(even)


def test_what_the_classes_alone_make_is_said():
    truth = np.array([0] * 90 + [1] * 10 + [0] * 10 + [1] * 90)  # the second class is hard, and lives in one group
    right = np.concatenate([np.arange(100) < 86, np.arange(100) < 50])
    right = np.where(truth == 0, np.arange(200) % 10 < 9, np.arange(200) % 10 < 4)
    (gap,) = evaluate.gaps(truth, answered(truth, right), LABELS, {"x": ["a"] * 100 + ["b"] * 100})
    assert gap.mix == pytest.approx(gap.accuracy.gap.value, abs=0.02)
    assert "classes the two groups hold would alone make 40 points" in evaluate.gap_sentence(gap)


def test_a_class_that_one_group_hides_is_found_behind_equal_accuracies():
    truth = np.tile([0, 1], 200)
    group = np.repeat([0, 1], 200)
    right = np.where(truth == group, True, np.arange(400) % 4 < 2)  # each group has another class that is hard
    (gap,) = evaluate.gaps(truth, answered(truth, right), LABELS, {"x": group.tolist()})
    assert not gap.accuracy.beyond_chance
    assert gap.recall is not None
    assert gap.recall.beyond_chance
    assert f"It recognises {gap.label} in 100 of 100" in evaluate.gap_sentence(gap)


def test_rounds_count_for_less():
    truth, probabilities, groups, _ = simulate(np.random.default_rng(5), gap=0.2)
    once, five = (evaluate.gaps(truth, probabilities, LABELS, groups, rounds=rounds)[0] for rounds in (0, 5))
    assert five.accuracy.p > once.accuracy.p
    assert five.detectable == pytest.approx(1.5 * once.detectable)


def test_a_gap_comes_back_from_json():
    for gap in found(*simulate(np.random.default_rng(5), gap=0.2)):
        assert evaluate.Gap.from_dict(gap.to_dict()) == gap


def test_sentences_name_figures_intervals_and_what_could_not_be_seen():
    gap, even = found(*simulate(np.random.default_rng(5), gap=0.3))
    assert "more than chance explains" in evaluate.gap_sentence(gap)
    assert "after correction for 2 columns" in evaluate.gap_sentence(gap)
    assert "which may be chance" in evaluate.gap_sentence(even)
    assert f"A gap under {100 * even.detectable:.0f} points could have been missed here." in evaluate.gap_sentence(even)
