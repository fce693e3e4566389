"""The arithmetic of the split against brute force: what can be met must be met."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from mien.split import _placing as placing

PART = np.array([0.7, 0.2, 0.1])
EVERY = np.eye(3)[np.array(list(itertools.product(range(3), repeat=8)))]  # all 6,561 ways to place 8 units


def cells(sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    unit, label = np.nonzero(sizes)
    return unit.astype(np.int64), label.astype(np.int64), sizes[unit, label].astype(np.int64)


def badness(held: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """100 for each empty cell, and the worst distance from the target in largest units; at most 1 is kept."""
    gap = np.abs(held - np.outer(PART, sizes.sum(axis=0))) / sizes.max(axis=0)
    return 100 * (held == 0).sum(axis=(-2, -1)) + gap.max(axis=(-2, -1))


def people(seed: int) -> np.ndarray:
    """How many samples 8 people have of 3 classes; everyone has some, each class at least 3 people."""
    draw = np.random.default_rng(seed)
    while True:
        sizes = draw.integers(0, 6, (8, 3)) * (draw.random((8, 3)) < 0.7)
        if sizes.sum(axis=1).all() and ((sizes > 0).sum(axis=0) >= 3).all():
            return sizes


@pytest.mark.parametrize("seed", range(60))
def test_where_some_placing_meets_the_promise_one_is_found(seed):
    sizes = people(seed)
    possible = badness(np.einsum("nuk,uc->nkc", EVERY, sizes), sizes).min()
    side = placing.place(cells(sizes), PART, 0)
    found = badness(np.eye(3)[side].T @ sizes, sizes)
    assert found <= 1 or possible > 1


@pytest.mark.parametrize("seed", range(10))
def test_no_exchange_of_two_units_brings_the_counts_closer(seed):
    sizes = np.random.default_rng(seed).integers(1, 9, (30, 4)).astype(float)
    target = np.outer(PART, sizes.sum(axis=0))
    side = placing._repaired(np.zeros(30, dtype=np.int64), sizes, target, np.ones_like(sizes))

    def loss(sides: np.ndarray) -> float:
        return float(((np.eye(3)[sides].T @ sizes - target) ** 2).sum())

    for one, other in itertools.combinations(range(30), 2):
        swapped = side.copy()
        swapped[[one, other]] = side[[other, one]]
        assert loss(swapped) >= loss(side) - 1e-6


def test_single_samples_are_poured_evenly():
    nobody = np.zeros(3, dtype=bool)
    assert placing._pour(10, np.array([7.0, 2.0, 1.0]), nobody).tolist() == [7, 2, 1]
    assert placing._pour(4, np.array([6.0, 1.0, -3.0]), nobody).tolist() == [4, 0, 0]
    assert placing._pour(0, np.array([0.0, 0.0, 0.0]), nobody).tolist() == [0, 0, 0]
    assert placing._pour(3, np.array([2.1, 0.6, 0.3]), ~nobody).tolist() == [1, 1, 1]
