"""Over rounds of cross-validation intervals are wider, and the figures the same."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from mien import evaluate

LABELS = ("happy", "sad")


def scored(rounds: int) -> evaluate.Scores:
    draw = np.random.default_rng(0)
    truth = draw.integers(0, 2, 80)
    answers = np.where(draw.uniform(size=80) < 0.7, truth, 1 - truth)
    return evaluate.score(truth, np.eye(2)[answers] * 0.8 + 0.1, LABELS, basis=evaluate.Basis(rounds=rounds))


@pytest.mark.parametrize(("rounds", "factor"), [(5, 1.5), (2, 3**0.5), (10, (19 / 9) ** 0.5)])
def test_half_an_interval_grows_with_what_the_rounds_share(rounds, factor):
    one, several = scored(0), scored(rounds)
    for name in ("accuracy", "balanced_accuracy"):
        narrow, wide = getattr(one, name), getattr(several, name)
        assert wide.value == narrow.value
        assert wide.value - wide.low == pytest.approx(factor * (narrow.value - narrow.low))
        assert wide.high == pytest.approx(min(1, narrow.value + factor * (narrow.high - narrow.value)))
    assert several.classes[0].recall.low < one.classes[0].recall.low
    assert several.macro.f1.high > one.macro.f1.high


def test_an_interval_stays_within_what_a_share_can_be():
    right = evaluate.score([0, 1] * 6, np.eye(2)[[0, 1] * 6], LABELS, basis=evaluate.Basis(rounds=5))
    assert 0 <= right.accuracy.low < right.accuracy.high == 1


def test_two_models_over_rounds_are_told_apart_less_easily():
    draw = np.random.default_rng(1)
    truth = draw.integers(0, 2, 200)
    ones, twos = (np.where(draw.uniform(size=200) < share, truth, 1 - truth) for share in (0.8, 0.7))
    once, over = (evaluate.paired(truth, ones, twos, rounds=rounds) for rounds in (0, 5))
    assert over.accuracy.value == once.accuracy.value
    for narrow, wide in ((once.accuracy, over.accuracy), (once.balanced_accuracy, over.balanced_accuracy)):
        assert wide.value - wide.low == pytest.approx(1.5 * (narrow.value - narrow.low))
        assert wide.high - wide.value == pytest.approx(1.5 * (narrow.high - narrow.value))
    assert over.error == pytest.approx(1.5 * once.error)
    quantile = NormalDist().inv_cdf
    for name in ("p", "mcnemar"):
        assert quantile(getattr(over, name) / 2) == pytest.approx(quantile(getattr(once, name) / 2) / 1.5)
    assert evaluate.paired(truth, ones, ones, rounds=5).p == 1
    seeds = [[np.where(draw.uniform(size=200) < share, truth, 1 - truth) for _ in range(3)] for share in (0.8, 0.7)]
    few, many = (evaluate.paired_seeds(truth, *seeds, rounds=rounds) for rounds in (0, 5))
    assert many.accuracy.low < few.accuracy.low
    assert many.p > few.p


def test_groups_over_rounds_and_over_people():
    truth = np.repeat([0, 1], 10)
    probabilities = np.tile([[0.8, 0.2]], (20, 1))  # right on the first ten
    column = {"glasses": [True, False] * 10}
    alone, over = (evaluate.by_group(truth, probabilities, LABELS, column, rounds=rounds)[0] for rounds in (0, 5))
    assert over.accuracy - over.low == pytest.approx(1.5 * (alone.accuracy - alone.low))
    (of_two, _) = evaluate.by_group(truth, probabilities, LABELS, column, clusters=["anna"] * 10 + ["ben"] * 10)
    expected = evaluate.by_group([0, 1], probabilities[:2], LABELS, {"glasses": [True, True]})[0]
    assert (of_two.n, of_two.low, of_two.high) == (10, expected.low, expected.high)


def test_the_sentence_says_why():
    assert "because the rounds learn from each other's samples" in evaluate.interval_note(scored(5))
    assert "rounds" not in evaluate.interval_note(scored(0))
