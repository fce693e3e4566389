from __future__ import annotations

import json
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from mien import evaluate
from mien.core.errors import ModelFileError, SettingError

LABELS = ("angry", "happy", "sad", "surprise")


def drawn(seed: int, n: int = 200, kinds: int = 4) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, kinds, n)
    probabilities = draw.dirichlet(np.ones(kinds), n)
    probabilities[np.arange(n), truth] += 0.3
    return truth, probabilities / probabilities.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("seed", range(5))
def test_every_figure_agrees_with_scikit_learn(seed):
    truth, probabilities = drawn(seed, n=37 + 40 * seed)
    scores = evaluate.score(truth, probabilities, LABELS)
    answers = probabilities.argmax(axis=1)
    assert scores.accuracy.value == pytest.approx(metrics.accuracy_score(truth, answers))
    assert scores.balanced_accuracy.value == pytest.approx(metrics.balanced_accuracy_score(truth, answers))
    assert scores.confusion.tolist() == metrics.confusion_matrix(truth, answers, labels=range(4)).tolist()
    assert scores.log_loss == pytest.approx(metrics.log_loss(truth, probabilities, labels=range(4)))
    assert scores.brier == pytest.approx(metrics.brier_score_loss(truth, probabilities, labels=range(4)))
    each = metrics.precision_recall_fscore_support(truth, answers, labels=range(4), zero_division=0)
    mine = [(row.precision.value, row.recall.value, row.f1.value, row.support) for row in scores.classes]
    np.testing.assert_allclose(np.array(mine).T, each)
    for name in ("macro", "weighted"):
        found = getattr(scores, name)
        expected = metrics.precision_recall_fscore_support(
            truth, answers, labels=range(4), average=name, zero_division=0
        )
        assert (found.precision.value, found.recall.value, found.f1.value) == pytest.approx(expected[:3])


def test_a_class_that_never_occurs_counts_nothing_and_says_so():
    truth, probabilities = np.array([0, 0, 1, 1]), np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1]] * 2)
    scores = evaluate.score(truth, probabilities, LABELS[:3])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert scores.balanced_accuracy.value == metrics.balanced_accuracy_score(truth, probabilities.argmax(axis=1))
    assert scores.classes[2] == evaluate.ClassScores(
        "sad", *[evaluate.Estimate(0.0, 0.0, 1.0)] * 3, support=0
    )  # no sample, no knowledge


def test_calibration_error_by_hand():
    # Sure 0.95 and right half the time; sure 0.55 and always right: gaps that chance cannot make.
    probabilities = [[0.95, 0.05]] * 200 + [[0.55, 0.45]] * 200
    truth = [0, 1] * 100 + [0] * 200
    found = evaluate.score(truth, probabilities, ("a", "b"))
    assert found.reliability.counted == pytest.approx((0.45 + 0.45) / 2)
    assert found.calibration_error == pytest.approx(0.45, abs=0.001)
    assert [(one.n, round(one.sure, 3), one.right) for one in found.reliability.bins] == [
        (200, 0.55, 1),
        (200, 0.95, 0.5),
    ]


@pytest.mark.parametrize(("n", "counted"), [(120, 0.08), (1000, 0.03)])
def test_chance_alone_is_no_calibration_error(n, counted):
    """What is counted on few samples of a perfect model is large; what is said of it is not."""
    draw, found = np.random.default_rng(0), []
    for _ in range(40):
        rows = draw.dirichlet([0.6] * 4, n)
        truth = (rows.cumsum(1) > draw.random((n, 1))).argmax(1)
        found.append(evaluate.score(truth, rows, "abcd").reliability)
    assert np.mean([one.counted for one in found]) > counted
    assert np.mean([one.error for one in found]) < 0.4 * np.mean([one.counted for one in found])
    assert np.mean([one.by_class for one in found]) < 0.6 * counted
    assert np.mean([one.low == 0 for one in found]) > 0.9


def test_what_is_too_sure_is_found_out_and_the_interval_holds_it():
    draw, inside = np.random.default_rng(1), []
    rows = draw.dirichlet([0.6] * 4, 60_000)
    truth = (rows.cumsum(1) > draw.random((len(rows), 1))).argmax(1)
    sharp = evaluate.apply_temperature(rows, 0.5)
    true = evaluate.score(truth, sharp, "abcd").reliability.counted
    for part in np.split(np.arange(len(rows)), 60):
        one = evaluate.score(truth[part], sharp[part], "abcd").reliability
        inside.append(one.low <= true <= one.high)
    assert true > 0.1
    assert np.mean(inside) > 0.85


def test_reliability_survives_json_and_old_scores_have_none():
    found = evaluate.score(*drawn(0, 50), LABELS)
    values = found.to_dict()
    assert evaluate.Scores.from_dict(values).reliability == found.reliability
    values.pop("reliability")
    assert evaluate.Scores.from_dict(values).reliability is None


def test_the_first_of_equals_is_the_answer():
    scores = evaluate.score([0, 1], [[0.5, 0.5], [0.5, 0.5]], ("a", "b"))
    assert scores.confusion.tolist() == [[1, 0], [1, 0]]


@given(st.integers(0, 1000), st.integers(2, 5), st.integers(1, 60))
@settings(max_examples=30, deadline=None)
def test_the_order_of_samples_does_not_matter(seed, kinds, n):
    truth, probabilities = drawn(seed, n, kinds)
    order = np.random.default_rng(seed).permutation(n)
    names = [f"l{kind}" for kind in range(kinds)]
    one = evaluate.score(truth, probabilities, names).to_dict()
    two = evaluate.score(truth[order], probabilities[order], names).to_dict()
    assert one.pop("reliability")["counted"] == pytest.approx(two.pop("reliability")["counted"])
    for name in ("log_loss", "brier", "calibration_error"):
        assert one.pop(name) == pytest.approx(two.pop(name))
    assert one == two


@given(st.integers(0, 1000), st.integers(2, 5), st.integers(1, 60))
@settings(max_examples=30, deadline=None)
def test_the_order_of_classes_moves_rows_and_changes_no_figure(seed, kinds, n):
    truth, probabilities = drawn(seed, n, kinds)
    order = np.random.default_rng(seed).permutation(kinds)
    names = np.array([f"l{kind}" for kind in range(kinds)])
    one = evaluate.score(truth, probabilities, names)
    two = evaluate.score(np.argsort(order)[truth], probabilities[:, order], names[order])
    assert two.confusion.tolist() == one.confusion[np.ix_(order, order)].tolist()
    assert [row.f1.value for row in two.classes] == [one.classes[kind].f1.value for kind in order]
    for name in ("accuracy", "balanced_accuracy"):
        assert getattr(one, name).value == pytest.approx(getattr(two, name).value)
    for name in ("log_loss", "brier", "calibration_error"):
        assert getattr(one, name) == pytest.approx(getattr(two, name))


@given(st.integers(0, 10_000), st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_figures_stay_in_range_and_inside_their_intervals(seed, n):
    truth, probabilities = drawn(seed, n)
    scores = evaluate.score(truth, probabilities, LABELS)
    parts = [*scores.classes, scores.macro, scores.weighted]
    estimates = [scores.accuracy, scores.balanced_accuracy]
    estimates += [getattr(part, name) for part in parts for name in ("precision", "recall", "f1")]
    assert all(0 <= one.low <= one.value <= one.high <= 1 for one in estimates)
    assert 0 <= scores.brier <= 2
    assert 0 <= scores.calibration_error <= 1
    assert scores.confusion.sum() == scores.n == n


def test_the_same_seed_gives_the_same_intervals():
    truth, probabilities = drawn(0)
    one = evaluate.score(truth, probabilities, LABELS, seed=3)
    assert one.to_dict() == evaluate.score(truth, probabilities, LABELS, seed=3).to_dict()
    assert one.macro.f1 != evaluate.score(truth, probabilities, LABELS, seed=4).macro.f1


def test_the_interval_is_that_of_resampled_samples():
    truth, probabilities = drawn(1, n=120)
    answers, draw = probabilities.argmax(axis=1), np.random.default_rng(9)
    f1 = []
    for _ in range(2000):
        again = draw.integers(0, 120, 120)
        there, said = np.eye(4)[truth[again]], np.eye(4)[answers[again]]
        f1.append((2 * (there * said).sum(axis=0) / (there + said).sum(axis=0)).mean())
    found = evaluate.score(truth, probabilities, LABELS).macro.f1
    np.testing.assert_allclose([found.low, found.high], np.percentile(f1, [2.5, 97.5]), atol=0.01)


def test_nineteen_of_twenty_intervals_hold_the_true_accuracy():
    draw = np.random.default_rng(5)
    held = 0
    for seed in range(300):
        wrong = draw.random(150) < 0.3
        probabilities = np.where(wrong[:, None], [0.2, 0.8], [0.8, 0.2])
        found = evaluate.score(np.zeros(150, int), probabilities, ("a", "b"), seed=seed).accuracy
        held += found.low <= 0.7 <= found.high
    assert 0.91 <= held / 300 <= 0.98


def test_ten_right_of_ten_is_no_proof_of_perfection():
    scores = evaluate.score([0, 1] * 5, [[0.9, 0.1], [0.1, 0.9]] * 5, ("a", "b"))
    assert scores.accuracy.value == 1
    assert scores.accuracy.low == pytest.approx(10 / (10 + 1.96**2), abs=1e-4)  # Wilson 1927
    assert scores.classes[0].recall.low == pytest.approx(5 / (5 + 1.96**2), abs=1e-4)
    assert evaluate.score([1], [[0.9, 0.1]], ("a", "b")).accuracy.high == pytest.approx(0.7935, abs=1e-4)


def test_a_hundred_classes_fit_in_memory():
    truth, probabilities = drawn(0, n=300, kinds=100)
    assert len(evaluate.score(truth, probabilities, [str(kind) for kind in range(100)]).classes) == 100


def test_json_and_back():
    scores = evaluate.score(*drawn(2), LABELS)
    again = evaluate.Scores.from_dict(json.loads(json.dumps(scores.to_dict())))
    assert again.to_dict() == scores.to_dict()
    assert again.confusion.dtype == np.int64
    assert again.classes == scores.classes


@pytest.mark.parametrize(
    ("change", "words"), [({"format": 99}, "newer Mien"), ({"format": None}, "damaged"), ({"accuracy": {}}, "damaged")]
)
def test_scores_that_are_none_are_refused(change, words):
    values = {**evaluate.score(*drawn(2), LABELS).to_dict(), **change}
    with pytest.raises(ModelFileError, match=words):
        evaluate.Scores.from_dict(values)


@pytest.mark.parametrize(
    ("truth", "probabilities", "labels", "words"),
    [
        ([], np.zeros((0, 2)), "ab", "at least 1"),
        ([0.5], [[0.5, 0.5]], "ab", "whole class numbers"),
        ([[0]], [[0.5, 0.5]], "ab", "whole class numbers"),
        ([2], [[0.5, 0.5]], "ab", "0 to 1"),
        ([-1], [[0.5, 0.5]], "ab", "0 to 1"),
        ([0], [[1.0]], "a", "at least 2 classes"),
        ([0], [0.5, 0.5], "ab", "at least 2 classes"),
        ([0], [[1, 0]], "ab", "floats"),
        ([0, 1], [[0.5, 0.5]], "ab", "2 labels for 1 rows"),
        ([0], [[0.5, np.nan]], "ab", "add up to 1"),
        ([0, 0], [[0.5, 0.5], [0.9, 0.9]], "ab", r"Row 1 .* \[0.9, 0.9\]"),
        ([0], [[1.5, -0.5]], "ab", "add up to 1"),
        ([0], [[0.5, 0.5]], "abc", "2 different ones"),
        ([0], [[0.5, 0.5]], "aa", "2 different ones"),
    ],
)
def test_what_does_not_fit_is_said(truth, probabilities, labels, words):
    with pytest.raises(SettingError, match=words):
        evaluate.score(truth, probabilities, labels)


def test_the_sentences():
    truth = np.zeros(100, int)
    probabilities = np.repeat([[0.9, 0.1], [0.2, 0.8]], [84, 16], axis=0)
    scores = evaluate.score(truth, probabilities, ("a", "b"))
    assert set(scores.sentences()) == {
        "accuracy",
        "balanced_accuracy",
        "macro",
        "log_loss",
        "brier",
        "calibration_error",
    }


def test_samples_of_one_person_are_drawn_together():
    draw = np.random.default_rng(0)
    who = draw.integers(0, 8, 200)
    right = draw.normal(0, 1, 200) < 0.5 + draw.normal(0, 1.5, 8)[who]
    probabilities = np.where(right[:, None], [[0.8, 0.2]], [[0.3, 0.7]])
    alone = evaluate.score(np.zeros(200, int), probabilities, ("a", "b"))
    together = evaluate.score(np.zeros(200, int), probabilities, ("a", "b"), clusters=who)
    assert together.accuracy.value == alone.accuracy.value
    assert together.accuracy.high - together.accuracy.low > 2 * (alone.accuracy.high - alone.accuracy.low)
    assert (
        evaluate.score(np.zeros(200, int), probabilities, ("a", "b"), clusters=range(200)).to_dict() == alone.to_dict()
    )
    order = draw.permutation(200)
    moved = evaluate.score(
        np.zeros(200, int), probabilities[order], ("a", "b"), clusters=[f"p{one}" for one in who[order]]
    )
    assert moved.accuracy == together.accuracy


def test_one_person_tells_nothing_of_others():
    found = evaluate.score([0, 0, 1], [[0.9, 0.1]] * 3, ("a", "b"), clusters=["Ann"] * 3).accuracy
    assert (found.low, found.high) == (0.0, 1.0)


def test_two_persons_who_are_always_right_prove_less_than_their_pictures():
    probabilities = [[0.9, 0.1]] * 40
    alone, together = (
        evaluate.score([0] * 40, probabilities, ("a", "b"), clusters=who) for who in (None, [1] * 20 + [2] * 20)
    )
    assert together.accuracy.low < 0.4 < alone.accuracy.low
