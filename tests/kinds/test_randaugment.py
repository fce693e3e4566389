"""Further changes: each keeps shape, type and the picture that came; strength nought leaves it nearly alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.kinds import Variation
from mien.kinds.picture._augment import varied
from mien.kinds.picture._randaugment import CHANGES, erase, randaugment


def face(size=24, seed=0):
    rough = np.random.default_rng(seed).integers(60, 200, (size, size, 1), np.uint8)
    return np.ascontiguousarray(np.broadcast_to(rough, (size, size, 3)))


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("by", [-1.0, 1.0])
def test_each_change_changes(change, by):
    picture = face()
    kept = picture.copy()
    found = change(picture, by)
    assert (found.shape, found.dtype) == (picture.shape, np.uint8)
    assert (found != picture).any()
    np.testing.assert_array_equal(picture, kept)


@pytest.mark.parametrize(
    "change",
    [one for one in CHANGES if one.__name__ not in {"_autocontrast", "_equalize"}],
    ids=lambda one: one.__name__,
)
def test_strength_nought_changes_nothing(change):
    np.testing.assert_array_equal(change(face(), 0.0), face())


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(0, 6), st.floats(0, 1), st.integers(0, 2**31))
def test_any_draw_gives_a_picture(size, changes, strength, seed):
    draws = np.random.default_rng(seed).random(2 * changes)
    found = randaugment(face(size), draws, strength)
    assert (found.shape, found.dtype) == ((size, size, 3), np.uint8)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(0, 2**31))
def test_a_hole_is_one_rectangle_of_the_size_that_was_asked_for(size, seed):
    picture, draws = np.zeros((size, size, 3), np.uint8), np.random.default_rng(seed).random(5)
    erase(picture, draws, 1.0)
    touched = picture.any(-1)
    if touched.any():
        rows, columns = touched.any(1), touched.any(0)
        assert (np.diff(np.flatnonzero(rows)) <= 3).all()  # one piece: noise may be black here and there
        assert rows.sum() * columns.sum() <= 0.45 * size**2 + 2 * size + 1


def test_holes_come_in_the_share_that_was_asked_for():
    source = np.zeros((400, 16, 16, 3), np.uint8)
    found = varied(source, np.arange(400), np.arange(400), (0, 0), Variation(erase=0.3))
    assert found.any((1, 2, 3)).mean() == pytest.approx(0.3, abs=0.07)


def test_what_a_sample_looks_like_follows_from_its_number():
    source = np.stack([face(seed=number) for number in range(5)])
    rows, variation = np.arange(5), Variation(0.8, 2, 0.5)
    together = varied(source, rows, rows, (1, 2), variation)
    alone = np.concatenate([varied(source, rows[n : n + 1], rows[n : n + 1], (1, 2), variation) for n in rows])
    np.testing.assert_array_equal(together, alone)
    assert (together != varied(source, rows, rows + 5, (1, 2), variation)).any()
