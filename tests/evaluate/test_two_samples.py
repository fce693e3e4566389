from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from mien import evaluate
from mien.core.errors import SettingError
from mien.evaluate._two_samples import chi_squared_tail, fisher_exact

COUNTS = st.lists(st.integers(0, 60), min_size=2, max_size=6)


@given(st.floats(0, 400), st.integers(1, 60))
def test_the_tail_is_scipy_s(value, freedom):
    assert chi_squared_tail(value, freedom) == pytest.approx(stats.chi2.sf(value, freedom), rel=1e-9, abs=1e-300)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_the_exact_test_is_scipy_s(a, b, c, d):
    if a + b and c + d:
        expected = stats.fisher_exact([[a, b], [c, d]]).pvalue
        assert fisher_exact(a, a + b, c, c + d) == pytest.approx(expected, rel=1e-6)


@given(st.lists(st.tuples(st.integers(20, 90), st.integers(20, 90)), min_size=2, max_size=6))
def test_shares_are_tested_as_scipy_does(pairs):
    first, second = np.array(pairs).T
    expected = stats.chi2_contingency([first, second], correction=False).pvalue
    assert evaluate.shares_test(first, second) == pytest.approx(expected, rel=1e-9)


@given(COUNTS)
def test_the_order_and_the_side_do_not_matter(counts):
    other = [*reversed(counts)]
    found = evaluate.shares_test(counts, other)
    assert 0 <= found <= 1
    assert evaluate.shares_test(other, counts) == pytest.approx(found, rel=1e-9)


def test_rare_categories_are_joined():
    few = evaluate.shares_test([500, 480, 1, 0, 2], [510, 470, 0, 1, 0])
    assert few > 0.5
    assert evaluate.shares_test([3, 1, 0, 0], [1, 3, 0, 0]) == pytest.approx(
        stats.fisher_exact([[3, 1], [1, 3]]).pvalue
    )
    assert evaluate.shares_test([0, 0], [4, 5]) == 1.0
    assert evaluate.shares_test([9, 0], [4, 0]) == 1.0


@pytest.mark.parametrize("second", [[1, -2], [np.nan, 1]])
def test_what_are_no_counts(second):
    with pytest.raises(SettingError, match="counts of 0 or more"):
        evaluate.shares_test([1, 2], second)


def test_scores_are_tested_as_scipy_does():
    draw = np.random.default_rng(1)
    first, second = draw.beta(5, 2, 400).round(2), draw.beta(5, 2.6, 300).round(2)
    expected = stats.ks_2samp(first, second, method="asymp")
    distance = evaluate.ks_distance(first, second)
    assert distance == pytest.approx(expected.statistic, rel=1e-12)
    p = evaluate.ks_test(distance, 400, 300)
    assert p == pytest.approx(stats.kstwobign.sf(np.sqrt(400 * 300 / 700) * distance), rel=1e-9)
    assert p == pytest.approx(expected.pvalue, rel=0.25)
    assert evaluate.ks_test(0.0, 10, 10) == 1.0


def test_a_weight_of_two_is_the_sample_twice():
    draw = np.random.default_rng(2)
    first, second, twice = draw.random(50), draw.random(40), draw.integers(1, 3, 40)
    expected = stats.ks_2samp(first, np.repeat(second, twice)).statistic
    assert evaluate.ks_distance(first, second, twice) == pytest.approx(expected)
