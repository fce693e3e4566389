from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import evaluate
from mien.core.errors import SettingError


def sampled(true_temperature: float, n: int = 20_000, kinds: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Weights of a model that is wrong about how sure it may be, by exactly this temperature."""
    draw = np.random.default_rng(0)
    logits = 2 * draw.normal(size=(n, kinds))
    honest = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    truth = (draw.random((n, 1)) > honest.cumsum(axis=1)).sum(axis=1).clip(0, kinds - 1)
    shown = np.exp(logits * true_temperature)
    return truth, shown / shown.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("known", [0.4, 1.0, 2.5])
def test_a_known_temperature_is_found(known):
    assert evaluate.temperature(*sampled(known)) == pytest.approx(known, rel=0.03)


def test_it_is_the_best_temperature_there_is():
    truth, probabilities = sampled(1.8, n=500)
    found = evaluate.temperature(truth, probabilities)

    def loss(temperature: float) -> float:
        return evaluate.score(truth, evaluate.apply_temperature(probabilities, temperature), "abcd").log_loss

    assert loss(found) < min(loss(found * 1.01), loss(found / 1.01))


def test_it_mends_the_calibration_error_and_changes_no_answer():
    truth, probabilities = sampled(2.5)
    mended = evaluate.apply_temperature(probabilities, evaluate.temperature(truth, probabilities))
    before, after = (evaluate.score(truth, one, "abcd") for one in (probabilities, mended))
    assert before.calibration_error > 0.1
    assert after.calibration_error < 0.02
    assert after.confusion.tolist() == before.confusion.tolist()


@pytest.mark.parametrize(("truth", "end"), [([0, 0], 0.05), ([1, 1], 20.0)])
def test_always_right_or_always_wrong_ends_at_a_bound(truth, end):
    assert evaluate.temperature(truth, [[0.8, 0.2]] * 2) == pytest.approx(end, rel=1e-5)


def test_probabilities_of_exactly_nothing_are_survived():
    truth, probabilities = [0, 1, 1], np.array([[1.0, 0.0]] * 3)
    assert 0.05 <= evaluate.temperature(truth, probabilities) <= 20.0001
    assert np.isfinite(evaluate.apply_temperature(probabilities, 0.05)).all()


@given(st.integers(0, 999), st.floats(0.05, 20))
@settings(max_examples=40, deadline=None)
def test_probabilities_stay_probabilities(seed, temperature):
    probabilities = np.random.default_rng(seed).dirichlet(np.ones(5), 8)
    found = evaluate.apply_temperature(probabilities, temperature)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (found.argmax(axis=1) == probabilities.argmax(axis=1)).all()
    np.testing.assert_allclose(evaluate.apply_temperature(probabilities, 1.0), probabilities, atol=1e-9)


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan"), float("inf")])
def test_no_temperature_is_refused(temperature):
    with pytest.raises(SettingError, match="above 0"):
        evaluate.apply_temperature([[0.5, 0.5]], temperature)


def test_what_does_not_fit_is_said():
    with pytest.raises(SettingError, match="add up to 1"):
        evaluate.temperature([0], [[0.5, 0.9]])
