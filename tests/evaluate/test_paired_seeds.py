from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import evaluate
from mien.core.errors import SettingError


def models(draw: np.random.Generator, hard: np.ndarray, seeds: int, edge: float, by_seed: float) -> list[np.ndarray]:
    """Right answers of several seeds: each has its own quality, and its own luck with every picture."""
    edges = edge + draw.normal(0, by_seed, (seeds, 1))
    return list((hard + draw.normal(0, 0.7, (seeds, len(hard))) < edges).astype(int))


def test_means_and_spreads_by_hand():
    first = [np.array([1, 1, 1, 0]), np.array([1, 0, 1, 0])]
    second = [np.array([0, 1, 0, 0]), np.array([0, 0, 0, 0]), np.array([0, 1, 1, 0])]
    found = evaluate.paired_seeds([1, 1, 1, 1], first, second)
    assert (found.first.mean, found.first.seeds) == (0.625, 2)
    assert found.first.deviation == pytest.approx(np.std([0.75, 0.5], ddof=1))
    assert found.second.mean == pytest.approx(0.25)
    assert found.accuracy.value == pytest.approx(0.375)


@given(st.integers(0, 300), st.integers(2, 60), st.integers(2, 4), st.integers(2, 4), st.integers(0, 6))
@settings(max_examples=25, deadline=None)
def test_swapping_turns_the_signs_and_order_does_not_matter(seed, n, ones, twos, people):
    draw = np.random.default_rng(seed)
    hard, who = draw.normal(0, 1, n), draw.integers(0, people, n) if people else None
    first, second = models(draw, hard, ones, 0.5, 0.2), models(draw, hard, twos, 0.2, 0.2)
    truth, order = np.ones(n, int), draw.permutation(n)
    here = evaluate.paired_seeds(truth, first, second, clusters=who)
    there = evaluate.paired_seeds(truth, second, first, clusters=who)
    assert (here.accuracy, here.p, here.first) == (-there.accuracy, there.p, there.second)
    assert here.accuracy.low <= here.accuracy.value <= here.accuracy.high
    moved = None if who is None else who[order]
    again = evaluate.paired_seeds(truth, [one[order] for one in first], [one[order] for one in second], clusters=moved)
    assert (again.accuracy.value, again.first, again.second) == (here.accuracy.value, here.first, here.second)
    assert again.p == pytest.approx(here.p, abs=1e-9)


@pytest.mark.parametrize(
    ("n", "seeds", "by_seed", "gap"), [(200, 3, 0.1, 0.0), (200, 5, 0.1, 0.2), (1000, 3, 0.2, 0.0)]
)
def test_the_interval_holds_the_truth_over_pictures_and_seeds(n, seeds, by_seed, gap):
    draw, hits = np.random.default_rng(n + seeds), 0
    spread = NormalDist(0, np.sqrt(1.49 + by_seed**2))
    truth = spread.cdf(0.5 + gap) - spread.cdf(0.5)
    for _ in range(80):
        hard = draw.normal(0, 1, n)
        pair = models(draw, hard, seeds, 0.5 + gap, by_seed), models(draw, hard, seeds, 0.5, by_seed)
        found = evaluate.paired_seeds(np.ones(n, int), *pair).accuracy
        hits += found.low <= truth <= found.high
    assert hits / 80 >= 0.87  # 0.95 less three standard errors, 0.025 each


def test_a_lucky_seed_is_not_called_a_better_recipe():
    """Equal recipes: the best seed of one beats the worst of the other on pictures, yet not over seeds."""
    draw, told, lucky = np.random.default_rng(8), 0, 0
    for _ in range(80):
        hard = draw.normal(0, 1, 2000)
        first, second = (sorted(models(draw, hard, 3, 0.5, 0.2), key=np.sum) for _ in range(2))
        lucky += evaluate.paired(np.ones(2000, int), first[-1], second[0]).p < 0.05
        told += evaluate.paired_seeds(np.ones(2000, int), first, second).p < 0.05
    assert lucky / 80 > 0.6
    assert told / 80 <= 0.12


def test_models_that_never_differ_tell_nothing():
    same = [np.array([1, 0, 1, 1])] * 2
    found = evaluate.paired_seeds([1, 1, 1, 1], same, same)
    assert (found.accuracy.value, found.p, found.first.deviation) == (0.0, 1.0, 0.0)


def test_one_seed_knows_nothing_of_seeds():
    with pytest.raises(SettingError, match="Wrong number of seeds: 1"):
        evaluate.paired_seeds([1, 1], [np.array([1, 0])], [np.array([1, 0]), np.array([0, 0])])
