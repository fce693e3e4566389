"""Balanced sampling: every class equally often, every sample in its turn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mien.load._batches import order

LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=120).map(np.array)


@given(LABELS, st.integers(0, 2**31), st.integers(0, 99))
def test_balanced_draws_are_even_over_classes_and_within_them(numbers, seed, epoch):
    draws = order("balanced", numbers, seed, epoch)
    assert len(draws) == len(numbers) == len(set(draws))  # no draw twice, so no two look alike
    places = draws % len(numbers)
    counts = np.bincount(numbers[places], minlength=5)[np.unique(numbers)]
    assert counts.max() - counts.min() <= 1
    for label in np.unique(numbers):
        times = np.bincount(places, minlength=len(numbers))[numbers == label]
        assert times.max() - times.min() <= 1


def test_every_sample_of_a_common_class_comes_in_some_epoch():
    numbers = np.array([0] * 90 + [1] * 10)
    seen = {int(place) % 100 for epoch in range(12) for place in order("balanced", numbers, 0, epoch)}
    assert seen == set(range(100))


@pytest.mark.parametrize("how", ["once", "balanced"])
def test_order_follows_from_seed_and_epoch(how):
    numbers = np.arange(40) % 3
    one, two = order(how, numbers, 1, 2), order(how, numbers, 1, 2)
    np.testing.assert_array_equal(one, two)
    assert order(how, numbers, 1, 3).tolist() != one.tolist() != order(how, numbers, 2, 2).tolist()
