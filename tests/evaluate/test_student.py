from __future__ import annotations

import pytest
from scipy import stats

from mien.evaluate import _student


@pytest.mark.parametrize("freedom", [1, 1.5, 2, 3.7, 9, 60, 1000, 9999])
@pytest.mark.parametrize("t", [0.0, 0.3, 1.0, 2.0, 4.5, 12.0])
def test_the_tail_is_that_of_scipy(t, freedom):
    assert _student.tail(t, freedom) == pytest.approx(stats.t.sf(t, freedom), abs=1e-6)


@pytest.mark.parametrize("freedom", [1, 2, 3.7, 9, 60, 9999, 50_000])
@pytest.mark.parametrize("chance", [0.025, 0.1, 0.001])
def test_the_quantile_is_that_of_scipy(freedom, chance):
    assert _student.quantile(freedom, chance) == pytest.approx(stats.t.isf(chance, freedom), rel=1e-4)


def test_few_units_are_cut_further_out():
    shares = [_student.tail_share(units) for units in (3, 5, 10, 30, 1000)]
    assert shares == sorted(shares)
    assert shares[0] < 0.001
    assert shares[-1] == pytest.approx(0.025, abs=0.0005)
