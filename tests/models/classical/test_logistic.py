"""Logistic regression is scikit-learn's where nothing is given, and moves from what is given as far as it must."""

from __future__ import annotations

import numpy as np

from mien.models.classical import _logistic


def problem(count=60, width=5, seed=0, sure=3.0):
    random = np.random.default_rng(seed)
    rows, numbers = random.normal(size=(count, width)), random.integers(0, 3, count)
    return rows, sure * np.eye(3)[numbers] + random.normal(size=(count, 3)), numbers


def test_it_is_scikit_learn_s_where_nothing_is_given():
    from sklearn.linear_model import LogisticRegression

    rows, _, numbers = problem()
    rows[:, 0] += numbers
    found = _logistic.fit(rows, np.zeros((60, 3)), numbers, 2.0)
    with_ones = np.column_stack([rows, np.ones(60)])  # the bias is drawn to zero like the rest
    oracle = LogisticRegression(C=0.5, fit_intercept=False, tol=1e-10, max_iter=10_000).fit(with_ones, numbers)
    np.testing.assert_allclose(found - found.mean(1, keepdims=True), oracle.coef_.T, atol=1e-3)


def test_a_good_answer_is_left_as_it_is():
    """The features are noise: nothing is gained by learning on them."""
    learnt = _logistic.learn(*problem(sure=6.0), seed=0)
    assert learnt.strength == _logistic.INFINITE
    assert not learnt.weights.any()
    assert not learnt.bias.any()


def test_a_wrong_answer_is_mended():
    rows, given, numbers = problem(sure=0.0)
    rows[:, :3] += 3 * np.eye(3)[numbers]
    learnt = _logistic.learn(rows, given, numbers, seed=0)
    right = (given + rows @ learnt.weights + learnt.bias).argmax(1) == numbers
    assert right.mean() > (given.argmax(1) == numbers).mean() + 0.3
    assert learnt.strength == max(
        each for each, loss in learnt.losses.items() if loss <= learnt.losses[learnt.strength]
    )


def test_one_standard_error_goes_to_the_stronger_prior():
    rows, given, numbers = problem(sure=0.0)
    rows[:, :3] += 1.5 * np.eye(3)[numbers]
    strong, best = (_logistic.learn(rows, given, numbers, 0, reluctant=flag) for flag in (True, False))
    assert strong.strength > best.strength
    assert best.losses[best.strength] == min(best.losses.values())
    assert _logistic.INFINITE not in best.losses


def test_groups_count_alike_whatever_their_sizes():
    """A group of ten copies of a feature says what one such feature says."""
    rows, given, numbers = problem(sure=0.0, width=2)
    rows[:, 0] += numbers
    many = np.column_stack([np.repeat(rows[:, :1], 10, axis=1), rows[:, 1:]])
    one, ten = (
        _logistic.learn(each, given, numbers, 0, groups=groups) for each, groups in ((rows, (1, 1)), (many, (10, 1)))
    )
    assert one.strength == ten.strength
    np.testing.assert_allclose(rows @ one.weights + one.bias, many @ ten.weights + ten.bias, atol=1e-3)


def test_folds_spread_every_class_evenly():
    numbers = np.array([0] * 20 + [1] * 10 + [2])
    folds = _logistic._folds(numbers, 3)
    assert np.bincount(folds[:20]).tolist() == [4] * 5
    assert np.bincount(folds[20:30]).tolist() == [2] * 5
    assert not np.array_equal(folds, _logistic._folds(numbers, 4))
