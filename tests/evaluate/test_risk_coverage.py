"""Risk against coverage: by hand, against a plain loop, and with everything equally sure."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import evaluate
from mien.core.errors import ModelFileError
from mien.core.prediction_sets import SetRule

LABELS = ("happy", "sad")


def rows_of(top: np.ndarray) -> np.ndarray:
    return np.stack([top, 1 - top], axis=1)


def measured(truth, top, **options):
    return evaluate.risk_coverage(truth, rows_of(np.asarray(top)), LABELS, SetRule(0.9), **options)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(51, 99)), min_size=1, max_size=30))
def test_the_area_is_the_mean_risk_over_all_orders_of_equals(samples):
    truth, top = np.array([int(wrong) for wrong, _ in samples]), np.array([level / 100 for _, level in samples])
    expected, draw = [], np.random.default_rng(0)
    for _ in range(300):  # any order among those that are equally sure
        order = np.lexsort((draw.random(len(top)), -top))
        expected.append((np.cumsum(truth[order]) / np.arange(1, len(top) + 1)).mean())
    found = measured(truth, top)
    if len(set(top)) == len(top):
        assert found.aurc.value == pytest.approx(expected[0], abs=1e-12)
    assert abs(found.aurc.value - np.mean(expected)) <= 5 * np.std(expected) / np.sqrt(300) + 1e-9
    assert 0 <= found.aurc.low <= found.aurc.value <= found.aurc.high <= 1
    assert found.best <= found.aurc.value + 1e-12
    assert found.points[-1].right.value == pytest.approx(1 - truth.mean())


def test_sureness_that_tells_nothing_is_as_good_as_guessing():
    found = measured([0, 1, 1, 0] * 25, [0.95] * 100)
    assert found.aurc.value == pytest.approx(found.guessing) == pytest.approx(0.5)
    assert found.sure.coverage == 1
    assert [round(point.right.value, 6) for point in found.points] == [0.5] * 10


def test_the_point_of_sure_and_the_sentence():
    found = measured([0, 0, 0, 1], [0.95, 0.92, 0.6, 0.55])
    assert (found.sure.coverage, found.sure.right.value) == (0.5, 1.0)
    assert found.sentence.startswith("It is sure of 50 in 100, and right on 100 (")
    assert measured([0, 0], [0.6, 0.7]).sentence.startswith("It is sure of none; of all on 100 (")
    assert evaluate.RiskCoverage.from_dict(found.to_dict()) == found


def test_samples_of_one_person_are_one_witness():
    draw = np.random.default_rng(1)
    truth, top = (draw.random(400) < 0.3).astype(int), draw.uniform(0.5, 1, 400)
    truth[:200] = 0
    alone, people = measured(truth, top), measured(truth, top, clusters=np.arange(400) // 100)
    assert people.aurc.high - people.aurc.low > 1.5 * (alone.aurc.high - alone.aurc.low)
    assert measured([0, 0], [0.9, 0.8], clusters=["a", "a"]).aurc == evaluate.Estimate(0.0, 0.0, 1.0)


def test_rounds_make_intervals_wider():
    truth, top = np.arange(200) % 3 == 0, np.linspace(0.5, 1, 200)
    one, five = (measured(truth.astype(int), top, rounds=rounds).aurc for rounds in (0, 5))
    assert five.high - five.low == pytest.approx(1.5 * (one.high - one.low))


def test_damaged_scores_are_a_sentence():
    with pytest.raises(ModelFileError, match="damaged"):
        evaluate.RiskCoverage.from_dict({"aurc": 0.9})
