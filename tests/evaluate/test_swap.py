from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mien import evaluate
from mien.core.errors import SettingError


@given(st.integers(0, 400), st.integers(0, 400))
@settings(max_examples=200, deadline=None)
def test_mcnemar_is_the_sign_test_of_scipy(first, second):
    expected = stats.binomtest(first, first + second, 0.5).pvalue if first + second else 1.0
    assert evaluate.mcnemar(first, second) == pytest.approx(expected, rel=1e-9)
    assert evaluate.mcnemar(first, second) == evaluate.mcnemar(second, first)


def test_mcnemar_of_many_samples_stays_exact():
    assert evaluate.mcnemar(50_700, 50_000) == pytest.approx(stats.binomtest(50_000, 100_700, 0.5).pvalue, rel=1e-7)
    assert evaluate.mcnemar(2000, 0) == 0.5**1999 == 0.0 or evaluate.mcnemar(2000, 0) < 1e-300


@given(st.lists(st.integers(-6, 6), min_size=1, max_size=11))
@settings(max_examples=100, deadline=None)
def test_every_way_to_swap_is_counted(differences):
    observed = abs(sum(differences))
    ways = [abs(sum(sign * d for sign, d in zip(signs, differences, strict=True))) for signs in _signs(differences)]
    assert evaluate.swap_test(differences) == pytest.approx(np.mean([way >= observed for way in ways]), abs=1e-9)


def _signs(differences):
    return product((-1, 1), repeat=len(differences))


@given(st.lists(st.integers(-1, 1), min_size=1, max_size=300))
@settings(max_examples=60, deadline=None)
def test_with_one_sample_a_cluster_it_is_mcnemar(differences):
    given_ = np.array(differences)
    assert evaluate.swap_test(given_) == evaluate.mcnemar(int((given_ > 0).sum()), int((given_ < 0).sum()))


def test_the_wave_agrees_with_the_sign_test_where_both_can_be_asked():
    # Doubling every cluster changes no order of the ways, but takes the other road.
    given_ = np.repeat([1, -1], [60, 35])
    assert evaluate.swap_test(2 * given_) == pytest.approx(evaluate.mcnemar(60, 35), rel=1e-9)


def test_no_p_value_is_smaller_than_the_clusters_allow():
    assert evaluate.swap_test([7] * 80) == 2.0**-79


def test_many_large_clusters_are_quick_and_sane():
    draw = np.random.default_rng(0)
    assert 0 < evaluate.swap_test(draw.integers(-40, 41, 3000)) <= 1


def test_holm_by_hand():
    assert evaluate.holm([0.01, 0.02, 0.03, 0.005]) == pytest.approx([0.03, 0.04, 0.04, 0.02])
    assert evaluate.holm([]) == []
    assert evaluate.holm([0.9, 0.8]) == [1.0, 1.0]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.randoms())
def test_holm_only_raises_keeps_order_and_forgets_places(values, shuffle):
    found = evaluate.holm(values)
    assert all(value <= one <= 1 for value, one in zip(values, found, strict=True))
    order = list(range(len(values)))
    shuffle.shuffle(order)
    assert evaluate.holm([values[place] for place in order]) == [found[place] for place in order]


def test_what_is_no_count_is_refused():
    with pytest.raises(SettingError, match="counts of 0 or more"):
        evaluate.mcnemar(-1, 3)
    with pytest.raises(SettingError, match="one whole number a cluster"):
        evaluate.swap_test([0.5])
