"""Whether a map tells the truth: a random map fails; that of a model with one known corner passes and points there."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.stats import spearmanr

from mien import explain
from mien.core.errors import SettingError
from mien.kinds.picture import patches

SIDE = 24


def noise(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 3), np.uint8)


def spot(rows: slice, columns: slice):
    """A model that goes by the contrast in one place and nothing else."""
    full = float(noise()[rows, columns].std())

    def predict(pixels: np.ndarray) -> np.ndarray:
        sure = 0.05 + 0.9 * np.clip(pixels[:, rows, columns].std(axis=(1, 2, 3)) / full, 0, 1)
        return np.stack([sure, 1 - sure], axis=1).astype(np.float32)

    return predict


CORNER, ELSEWHERE = spot(slice(3, 9), slice(15, 21)), spot(slice(15, 21), slice(0, 6))
PARTS = patches(noise(), slice(None))


@pytest.mark.parametrize("method", explain.METHODS)
def test_a_model_with_one_known_corner_is_explained_by_it(method):
    found = explain.measure(CORNER, PARTS, label=0, method=method)
    region = np.zeros((SIDE, SIDE), bool)
    region[3:9, 15:21] = True
    assert explain.points_at(found.heat(PARTS), region)
    assert not explain.points_at(-found.heat(PARTS), region)
    checked = explain.faithfulness(CORNER, PARTS, found)
    assert (checked.ahead, checked.fails) == (20, "")
    assert checked.after < checked.random < checked.before
    assert checked.deletion < checked.chance < checked.insertion
    assert checked.span[0] <= checked.random <= checked.span[1]


def test_random_maps_fail():
    """One in 22 may pass by luck: that is what ten orders and their reverses mean."""
    found, draw = explain.measure(CORNER, PARTS, label=0), np.random.default_rng(1)
    failed = []
    for _ in range(20):
        lot = dataclasses.replace(found, grid=draw.permutation(found.grid.ravel()).reshape(found.grid.shape))
        failed.append(explain.faithfulness(CORNER, PARTS, lot).fails)
    assert sum(map(bool, failed)) >= 17
    assert "of 20 random orders do worse than its own, not all" in next(filter(None, failed))


@pytest.mark.parametrize("method", explain.METHODS)
def test_two_classes_have_opposite_maps_and_calls_stay_small(method):
    largest = []

    def watched(pixels):
        largest.append(len(pixels))
        return CORNER(pixels)

    one, two = (explain.measure(watched, PARTS, label=label, method=method) for label in (0, 1))
    np.testing.assert_allclose(one.grid, -two.grid, atol=1e-5)
    assert max(largest) == 32
    assert np.array_equal(one.grid, explain.measure(CORNER, PARTS, label=0, method=method).grid)


def test_shapley_values_add_up_to_what_the_picture_gives():
    found = explain.measure(CORNER, PARTS, label=0, method="shapley")
    hidden = float(CORNER(PARTS.hide(np.ones((1, 8, 8), np.float32)))[0, 0])
    assert found.grid.sum() == pytest.approx(found.probability - hidden, abs=1e-5)


def test_a_map_that_shuffled_weights_leave_as_it_is_fails():
    found = explain.measure(CORNER, PARTS, label=0)
    same = explain.checked(found, CORNER, PARTS, shuffled=CORNER).checked
    assert same.weights == pytest.approx(1)
    assert same.fails == "with shuffled weights the map stays nearly the same (rank correlation 1.00)"
    assert explain.checked(found, CORNER, PARTS, shuffled=ELSEWHERE).checked.fails == ""


def test_a_map_that_noise_changes_fails():
    def moody(pixels):
        """Look elsewhere where the picture is darker."""
        return CORNER(pixels) if pixels.mean() > 100 else ELSEWHERE(pixels * 2)

    found, dark = explain.measure(moody, PARTS, label=0), patches(noise() // 2, slice(None))
    assert "a little noise makes another map" in explain.checked(found, moody, PARTS, noisy=dark).checked.fails
    assert explain.checked(found, CORNER, PARTS, noisy=PARTS).checked.noise == pytest.approx(1)


def test_the_first_method_that_passes_is_taken():
    tried = explain.first_passing(CORNER, PARTS, label=0)
    assert [one.method for one in tried] == ["shapley"]
    every = explain.first_passing(CORNER, PARTS, label=0, shuffled=CORNER)
    assert [one.method for one in every] == list(explain.METHODS)
    assert all(one.checked.fails for one in every)


def test_a_model_that_rests_on_nothing_is_told_and_fails_nothing():
    (found,) = explain.first_passing(lambda pixels: np.full((len(pixels), 2), 0.5, np.float32), PARTS)
    assert (found.checked.moves, found.checked.fails) == (False, "")
    assert found.checked.sentence("x") == "Whatever is hidden, 'x' stays within 2 of 100."


def test_the_sentence_and_the_json_say_what_was_measured():
    (found,) = explain.first_passing(CORNER, PARTS, label=0)
    values, checked = found.to_dict("corner"), found.checked
    assert values["method"] == "shapley"
    assert values["faithfulness"]["after"] == pytest.approx(checked.after, abs=1e-4)
    assert values["faithfulness"]["weights"] is None
    hidden = np.zeros(64, np.float32)
    hidden[np.argsort(-found.grid, axis=None)[:13]] = 1
    left = float(CORNER(PARTS.hide(hidden.reshape(1, 8, 8)))[0, 0])
    assert checked.after == pytest.approx(left, abs=1e-6)
    assert checked.sentence("corner").startswith("Hiding the fifth that the map marks first takes 'corner' from 95")


def test_ranks_correlate_as_scipy_says():
    draw = np.random.default_rng(0)
    for _ in range(5):
        one, two = draw.integers(0, 9, (2, 4, 8)).astype(float)
        wanted = spearmanr(one.ravel(), two.ravel()).statistic
        assert explain.rank_correlation(one, two) == pytest.approx(wanted)
    assert explain.rank_correlation(np.zeros((2, 2)), np.eye(2)) == 0


def test_an_unknown_method_is_refused():
    with pytest.raises(SettingError, match="Did you mean 'shapley'"):
        explain.measure(CORNER, PARTS, method="shaply")
