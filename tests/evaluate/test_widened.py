"""Over rounds of cross-validation intervals are wider, and the figures the same."""

from __future__ import annotations

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


def test_the_sentence_says_why():
    assert "because the rounds learn from each other's samples" in evaluate.interval_note(scored(5))
    assert "rounds" not in evaluate.interval_note(scored(0))
