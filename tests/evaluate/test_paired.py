from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import evaluate
from mien.core.errors import SettingError


def answers(seed: int, n: int = 150, kinds: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, kinds, n)
    first, second = (np.where(draw.random(n) < share, truth, draw.integers(0, kinds, n)) for share in (0.7, 0.5))
    return truth, first, second


def test_counts_and_differences_by_hand():
    truth = [0, 0, 0, 1, 1, 1, 1, 1]
    first = [0, 0, 1, 1, 1, 1, 0, 0]
    second = [0, 1, 1, 1, 0, 0, 1, 0]
    found = evaluate.paired(truth, first, second)
    assert (found.both, found.only_first, found.only_second, found.neither) == (2, 3, 1, 2)
    assert found.accuracy.value == pytest.approx((5 - 3) / 8)
    assert found.balanced_accuracy.value == pytest.approx((2 / 3 + 3 / 5 - 1 / 3 - 2 / 5) / 2)
    assert found.mcnemar == found.p == pytest.approx(evaluate.mcnemar(3, 1))


@given(st.integers(0, 500), st.integers(1, 120), st.integers(1, 5), st.integers(0, 12))
@settings(max_examples=40, deadline=None)
def test_swapping_turns_the_signs_and_nothing_else(seed, n, kinds, people):
    truth, first, second = answers(seed, n, kinds)
    who = np.random.default_rng(seed).integers(0, people, n) if people else None
    here, there = (
        evaluate.paired(truth, first, second, clusters=who),
        evaluate.paired(truth, second, first, clusters=who),
    )
    assert here.accuracy == -there.accuracy
    assert here.balanced_accuracy == -there.balanced_accuracy
    assert (here.only_first, here.only_second) == (there.only_second, there.only_first)
    assert (here.p, here.mcnemar, here.error, here.units) == (there.p, there.mcnemar, there.error, there.units)


@given(st.integers(0, 500), st.integers(1, 120), st.integers(0, 12))
@settings(max_examples=40, deadline=None)
def test_neither_order_nor_names_of_persons_matter(seed, n, people):
    truth, first, second = answers(seed, n)
    draw = np.random.default_rng(seed)
    who = draw.integers(0, people, n) if people else None
    order = draw.permutation(n)
    renamed = None if who is None else [f"person {(7 * one) % 13}" for one in who[order]]
    here = evaluate.paired(truth, first, second, clusters=who)
    assert here == evaluate.paired(truth[order], first[order], second[order], clusters=renamed)


@given(st.integers(0, 500), st.integers(1, 80), st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_intervals_hold_their_figure_and_stay_in_range(seed, n, people):
    truth, first, second = answers(seed, n)
    who = np.random.default_rng(seed).integers(0, people, n) if people else None
    found = evaluate.paired(truth, first, second, clusters=who)
    for one in (found.accuracy, found.balanced_accuracy):
        assert -1 <= one.low <= one.value <= one.high <= 1
        assert one.low < one.high  # never a claim of knowing exactly


def test_a_model_against_itself_is_no_difference_but_not_certain_either():
    truth, first, _ = answers(0)
    found = evaluate.paired(truth, first, first)
    assert (found.accuracy.value, found.p, found.needed()) == (0.0, 1.0, None)
    assert found.accuracy.high == -found.accuracy.low == pytest.approx(3.8415 / 153.8415, rel=1e-4)  # Wilson: 0 of 150


def test_all_for_one_model_is_no_proof_of_always():
    found = evaluate.paired([0] * 10, [0] * 10, [1] * 10)
    assert found.accuracy.value == 1.0
    assert found.accuracy.low == pytest.approx(2 * 0.7225 - 1, abs=0.001)


def test_one_person_tells_nothing_of_others():
    truth, first, second = answers(0)
    found = evaluate.paired(truth, first, second, clusters=["Ann"] * len(truth))
    assert (found.units, found.p, found.accuracy.low, found.accuracy.high) == (1, 1.0, -1.0, 1.0)


def test_without_a_name_a_sample_stands_alone():
    truth, first, second = answers(0)
    alone = evaluate.paired(truth, first, second)
    assert evaluate.paired(truth, first, second, clusters=[None] * len(truth)) == alone
    assert evaluate.paired(truth, first, second, clusters=[float("nan")] * len(truth)) == alone
    some = evaluate.paired(truth, first, second, clusters=["Ann", "Ann", *[None] * (len(truth) - 2)])
    assert some.units == len(truth) - 1


# Simulated models whose true difference is known


def drawn(draw: np.random.Generator, n: int, gap: float, people: int, habit: float):
    """Two models that share how hard a picture is; each has its own luck with every person."""
    who = draw.integers(0, people, n) if people else None
    hard = draw.normal(0, 1, n)
    rights = []
    for edge in (0.5 + gap, 0.5):
        own = draw.normal(0, habit, people)[who] if people else 0.0
        rights.append((hard + own + draw.normal(0, 1, n) < edge).astype(int))
    spread = NormalDist(0, np.sqrt(2 + habit**2 * (people > 0)))
    return who, *rights, spread.cdf(0.5 + gap) - spread.cdf(0.5)


@pytest.mark.parametrize(
    ("n", "gap", "people", "habit"),
    [(60, 0.3, 0, 0.0), (400, 0.2, 0, 0.0), (120, 0.3, 12, 0.8), (60, 0.0, 5, 0.8), (300, 0.3, 30, 0.8)],
)
def test_the_interval_holds_the_truth_95_times_in_100(n, gap, people, habit):
    draw, hits = np.random.default_rng(n + people), 0
    for _ in range(300):
        who, first, second, truth = drawn(draw, n, gap, people, habit)
        found = evaluate.paired(np.ones(n, int), first, second, clusters=who).accuracy
        hits += found.low <= truth <= found.high
    assert 0.91 <= hits / 300 <= 0.985  # 0.95 give or take three standard errors, 0.0126 each


@pytest.mark.parametrize(("n", "people", "habit"), [(150, 0, 0.0), (120, 10, 0.8)])
def test_equal_models_are_seldom_told_apart(n, people, habit):
    draw, told, naive = np.random.default_rng(5), 0, 0
    for _ in range(300):
        who, first, second, _ = drawn(draw, n, 0.0, people, habit)
        found = evaluate.paired(np.ones(n, int), first, second, clusters=who)
        told += found.p < 0.05
        naive += found.mcnemar < 0.05
    assert told / 300 <= 0.085
    if people:  # what the persons are for: faces as witnesses of their own would tell equal models apart
        assert naive / 300 > 0.15


def test_with_as_many_samples_as_it_asks_for_four_tests_of_five_tell_the_difference():
    draw = np.random.default_rng(2)
    _, first, second, _ = drawn(draw, 200_000, 0.15, 0, 0.0)
    found = evaluate.paired(np.ones(200_000, int), first, second)
    n = found.needed()
    told = 0
    for _ in range(300):
        _, one, two, _ = drawn(draw, n, 0.15, 0, 0.0)
        told += evaluate.paired(np.ones(n, int), one, two).p < 0.05
    assert 0.72 <= told / 300 <= 0.87


def test_the_smallest_tellable_difference_needs_as_many_samples_as_there_are():
    truth, first, second = answers(4, 500)
    found = evaluate.paired(truth, first, second)
    assert found.needed() == pytest.approx(found.n * (found.tellable() / found.accuracy.value) ** 2, abs=1)
    assert found.needed(0.05 / 10) > found.needed()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([0, 1], [0], [0, 1]), "Wrong number of answers: 1"),
        (([0, 1], [0, 1], [0.5, 1.0]), "whole class numbers"),
        (([], [], []), "at least 1"),
        (([0, -1], [0, 1], [0, 1]), "class numbers from -1"),
    ],
)
def test_what_does_not_fit_is_refused(arguments, words):
    with pytest.raises(SettingError, match=words):
        evaluate.paired(*arguments)


def test_clusters_that_do_not_fit_are_refused():
    with pytest.raises(SettingError, match="Wrong number of clusters: 1"):
        evaluate.paired([0, 1], [0, 1], [1, 1], clusters=["Ann"])
