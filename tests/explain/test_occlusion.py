from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import explain
from mien.core.errors import SettingError


class Spot:
    """A toy model that looks at one square only: the finer its checks, the surer it is of class 0."""

    def __init__(self, top: int, left: int, side: int) -> None:
        self.place = (slice(None), slice(top, top + side), slice(left, left + side))
        self.largest = 0

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        self.largest = max(self.largest, len(pixels))
        sure = pixels[self.place].reshape(len(pixels), -1).astype(float).std(axis=1) / 255
        return np.stack([sure, 1 - sure], axis=1).astype(np.float32)


def noise(side: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (side, side, 3), dtype=np.uint8)


def test_a_part_is_mapped_alone_and_answered_with_the_rest():
    """Of two squares the lower one is explained: the model is asked with the upper one as it is."""
    upper, lower, asked = noise(48), noise(48)[::-1], []
    spot = Spot(6, 12, 12)

    def predict(pixels):
        asked.append(pixels[:, :48])
        return spot(pixels[:, 48:])

    heat = explain.occlusion(predict, np.concatenate([upper, lower]), part=slice(48, 96))
    np.testing.assert_array_equal(heat, explain.occlusion(spot, lower))
    assert all((pixels == upper).all() for pixels in asked)


@given(st.integers(0, 6), st.integers(0, 6), st.sampled_from([48, 64, 100]))
@settings(max_examples=20, deadline=None)
def test_the_planted_patch_is_found(row, column, side):
    step = side // 8
    spot = Spot(row * step, column * step, 2 * step)
    heat = explain.occlusion(spot, noise(side), label=0)
    assert heat.shape == (side, side)
    assert heat.dtype == np.float32
    inside = np.zeros((side, side), bool)
    inside[spot.place[1:]] = True
    assert inside[np.unravel_index(heat.argmax(), heat.shape)]
    assert heat[inside].mean() > 4 * np.abs(heat[~inside]).mean()


def test_what_speaks_for_one_of_two_classes_speaks_against_the_other():
    spot = Spot(8, 8, 16)
    for_it, against = (explain.occlusion(spot, noise(48), label=label) for label in (0, 1))
    np.testing.assert_allclose(for_it, -against, atol=1e-6)
    assert for_it.max() > 0.05
    assert against.min() < -0.05


def test_the_answers_own_class_is_explained_by_default():
    spot, picture = Spot(8, 8, 16), noise(48)
    answer = int(spot(picture[None])[0].argmax())
    assert np.array_equal(explain.occlusion(spot, picture), explain.occlusion(spot, picture, label=answer))


def test_a_model_that_never_changes_its_mind_leaves_the_map_empty():
    heat = explain.occlusion(lambda pixels: np.full((len(pixels), 3), 1 / 3, np.float32), noise(32), grid=5)
    assert not heat.any()


def test_one_tone_hides_nothing():
    heat = explain.occlusion(Spot(0, 0, 48), np.full((48, 48, 3), 7, np.uint8))
    assert not heat.any()


def test_the_picture_is_left_alone_and_the_map_repeats():
    picture = noise(50)
    before = picture.copy()
    one, two = (explain.occlusion(Spot(5, 5, 12), picture, grid=7) for _ in range(2))
    assert np.array_equal(one, two)
    assert np.array_equal(picture, before)


def test_no_call_has_more_than_32_pictures():
    spot = Spot(0, 0, 16)
    explain.occlusion(spot, noise(32), grid=12)
    assert spot.largest == 32


@pytest.mark.parametrize(
    ("picture", "options", "words"),
    [
        (np.zeros((8, 9, 3), np.uint8), {}, "size, size, 3"),
        (np.zeros((8, 8), np.uint8), {}, "size, size, 3"),
        (np.zeros((8, 8, 3)), {}, "float64"),
        (np.zeros((8, 8, 3), np.uint8), {"grid": 1}, "2 to 8"),
        (np.zeros((8, 8, 3), np.uint8), {"grid": 9}, "2 to 8"),
        (np.zeros((8, 8, 3), np.uint8), {"label": 2}, "0 to 1"),
        (np.zeros((8, 8, 3), np.uint8), {"label": -1}, "0 to 1"),
    ],
)
def test_what_does_not_fit_is_said(picture, options, words):
    with pytest.raises(SettingError, match=words):
        explain.occlusion(Spot(0, 0, 4), picture, **options)


@pytest.mark.parametrize("answer", [np.zeros(3), np.zeros((2, 3)), np.full((1, 3), np.nan)])
def test_a_model_that_answers_otherwise_is_refused(answer):
    with pytest.raises(SettingError, match="finite probabilities"):
        explain.occlusion(lambda pixels: answer, np.zeros((8, 8, 3), np.uint8), grid=2)
