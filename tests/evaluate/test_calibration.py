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


def uneven(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """A model that is too sure of one class and shuns another: no one temperature mends that."""
    draw = np.random.default_rng(seed)
    honest = draw.dirichlet([0.7] * 4, n)
    truth = (honest.cumsum(1) > draw.random((n, 1))).argmax(1)
    bent = honest ** np.array([1.8, 1.0, 1.0, 0.6]) * np.exp([0.8, 0.0, 0.0, -1.0])
    return truth, bent / bent.sum(1, keepdims=True)


def test_numbers_for_each_class_are_taken_where_they_help_and_undo_what_was_bent():
    truth, rows = uneven(6000)
    found = evaluate.calibrate(truth, rows)
    assert found.by_class
    assert found.scale[0] < 0.6
    assert found.scale[3] > 1.2
    new, fresh = uneven(20_000, 1)
    before, after = (evaluate.score(new, one, "abcd") for one in (fresh, found.apply(fresh)))
    assert after.log_loss < before.log_loss - 0.02
    assert after.reliability.by_class < 0.2 * before.reliability.by_class


def test_newton_finds_what_scipy_finds():
    from scipy.optimize import minimize

    from mien.evaluate import _calibration

    truth, rows = uneven(500)
    logs = np.log(rows)
    start = 1 / evaluate.temperature(truth, rows)

    def loss(values: np.ndarray) -> float:
        shifted = logs * values[:4] + values[4:]
        norm = np.log(np.exp(shifted).sum(1))
        pull = ((values[:4] - start) ** 2).sum() + (values[4:] ** 2).sum()
        return float((norm - shifted[np.arange(500), truth]).sum() + pull / 2)

    best = minimize(loss, np.r_[np.full(4, start), np.zeros(4)], method="BFGS").x
    found = _calibration._by_class(truth, logs)
    np.testing.assert_allclose(found.scale, best[:4], atol=1e-3)
    np.testing.assert_allclose(found.bias, best[4:] - best[4:].mean(), atol=1e-3)


@pytest.mark.parametrize("n", [4, 30, 200])
def test_where_they_do_not_help_one_temperature_stays(n):
    truth, probabilities = sampled(1.7, n)
    found = evaluate.calibrate(truth, probabilities)
    assert not found.by_class
    assert found.temperature == pytest.approx(evaluate.temperature(truth, probabilities))


def test_twenty_samples_of_one_person_are_one_witness_for_the_choice():
    truth, rows = uneven(60)
    assert not evaluate.calibrate(
        np.tile(truth, 100), np.tile(rows, (100, 1)), clusters=np.tile(np.arange(60), 100)
    ).by_class
