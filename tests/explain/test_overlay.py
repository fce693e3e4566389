from __future__ import annotations

import numpy as np
import pytest

from mien import explain
from mien.core.errors import SettingError

TEAL, AMBER = np.array([15, 118, 110]), np.array([180, 83, 9])


def distance(pixels: np.ndarray, colour: np.ndarray) -> float:
    return float(np.linalg.norm(pixels.reshape(-1, 3).mean(axis=0) - colour))


@pytest.mark.parametrize("skin", [(246, 237, 228), (160, 126, 86), (41, 36, 32)])  # Monk tones 1, 6 and 10
def test_for_is_teal_against_is_amber_on_any_skin(skin):
    picture = np.full((96, 96, 3), skin, np.uint8)
    heat = np.zeros((96, 96))
    heat[:32], heat[64:] = 1, -1
    drawn = explain.overlay(picture, heat)
    assert drawn.dtype == np.uint8
    assert drawn.shape == picture.shape
    above, middle, below = drawn[:32], drawn[32:64], drawn[64:]
    assert distance(above, TEAL) < distance(above, AMBER)
    assert distance(below, AMBER) < distance(below, TEAL)
    assert np.ptp(middle.astype(int), axis=2).max() == 0  # what did not matter is grey
    assert np.abs(above.mean(axis=(0, 1)) - middle.mean(axis=(0, 1))).max() > 40
    assert np.abs(below.mean(axis=(0, 1)) - middle.mean(axis=(0, 1))).max() > 40


def test_against_is_striped_and_for_is_plain():
    picture = np.full((48, 48, 3), 128, np.uint8)
    for_it, against = (explain.overlay(picture, np.full((48, 48), sign)) for sign in (1.0, -1.0))
    assert len(np.unique(for_it.reshape(-1, 3), axis=0)) == 1
    assert len(np.unique(against.reshape(-1, 3), axis=0)) == 2


def test_the_face_stays_visible_under_the_strongest_colour():
    picture = np.zeros((48, 48, 3), np.uint8)
    picture[:, 24:] = 255
    drawn = explain.overlay(picture, np.ones((48, 48))).astype(int)
    assert (drawn[:, 24:] - drawn[:, :24]).min() > 20


def test_a_face_in_the_dark_shows_as_well_as_one_in_the_light():
    light = np.random.default_rng(0).integers(40, 240, (48, 48, 1)).repeat(3, axis=2).astype(np.uint8)
    dark = np.rint(light * 0.35).astype(np.uint8)
    drawn = [explain.overlay(picture, np.zeros((48, 48))).astype(int) for picture in (light, dark)]
    assert np.abs(drawn[0] - drawn[1]).max() <= 4


def test_a_map_of_almost_nothing_stays_faint():
    picture = np.full((48, 48, 3), 128, np.uint8)
    faint, none = (explain.overlay(picture, np.full((48, 48), heat)).astype(int) for heat in (1e-4, 0.0))
    assert np.abs(faint - none).max() <= 2


@pytest.mark.parametrize(
    ("picture", "heat"),
    [
        (np.zeros((8, 8, 3), np.uint8), np.zeros((4, 4))),
        (np.zeros((8, 8, 3)), np.zeros((8, 8))),
        (np.zeros((8, 8), np.uint8), np.zeros((8, 8))),
        (np.zeros((8, 8, 3), np.uint8), np.full((8, 8), np.nan)),
    ],
)
def test_what_does_not_fit_is_said(picture, heat):
    with pytest.raises(SettingError, match="map of shape"):
        explain.overlay(picture, heat)
