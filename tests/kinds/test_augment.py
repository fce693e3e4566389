import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.kinds import Variation
from mien.kinds.picture._augment import matrices, tables, uniform, varied, vary

STILL = np.array([[0.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]])
MIRROR = np.array([[0.9, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]])
FIRST = np.array([0])


def pictures(count=4, size=17, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, size, size, 3), dtype=np.uint8)


@pytest.mark.parametrize("size", [1, 2, 16, 17, 48])
def test_a_flip_is_an_exact_mirror(size):
    source = pictures(1, size)
    np.testing.assert_array_equal(vary(source, FIRST, MIRROR, 1.0), source[:, :, ::-1])


@pytest.mark.parametrize("size", [1, 2, 16, 17, 48])
def test_middle_draws_change_nothing(size):
    source = pictures(1, size)
    np.testing.assert_array_equal(vary(source, FIRST, STILL, 1.0), source)


def test_strength_nought_is_the_identity_and_new_memory():
    source = pictures()
    rows = np.array([3, 1, 1])
    out = varied(source, rows, np.arange(3), (0, 0), Variation())
    np.testing.assert_array_equal(out, source[rows])
    assert not np.shares_memory(out, source)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(1, 40), st.floats(0, 1), st.integers(0, 2**40), st.integers(0, 1000))
def test_any_strength_keeps_shape_and_type(count, size, strength, seed, epoch):
    source = pictures(count, size)
    before = source.copy()
    out = varied(
        source, np.arange(count), np.arange(count), (seed, epoch), Variation(strength, count % 4, strength / 2)
    )
    assert (out.shape, out.dtype) == (source.shape, np.uint8)
    np.testing.assert_array_equal(source, before)


@pytest.mark.parametrize("mirror", [0.0, 0.9])
@pytest.mark.parametrize(
    ("column", "moved"),
    [(3, (10, 8)), (4, (8, 10))],  # right, down: 0.1 of 20 px either way
)
def test_a_shift_moves_by_a_tenth_of_the_side(mirror, column, moved):
    source = np.zeros((1, 20, 20, 3), np.uint8)
    source[0, 8, 11 if mirror else 8] = 255
    draws = STILL.copy()
    draws[0, 0], draws[0, column] = mirror, 1.0
    out = vary(source, FIRST, draws, 1.0)[0, :, :, 0]
    assert np.unravel_index(out.argmax(), out.shape) == moved[::-1]


def test_rotation_and_scale_reach_what_the_page_says():
    draws = np.array([[0.0, 1.0, 0.5, 0.5, 0.5], [0.0, 0.5, 1.0, 0.5, 0.5], [0.0, 1.0, 1.0, 1.0, 1.0]])
    turned, grown, half = matrices(draws, 1.0, 48)[:2].tolist() + matrices(draws[2:], 0.0, 48).tolist()
    assert np.degrees(np.arctan2(turned[1][0], turned[0][0])) == pytest.approx(15)
    assert grown[0][0] == pytest.approx(1 / 1.12)
    np.testing.assert_allclose(half, np.eye(2, 3), atol=1e-12)


def test_light_turns_within_a_quarter():
    draws = np.full((4, 7), 0.5)
    draws[0, 5], draws[1, 5], draws[2, 6], draws[3, 6] = 0, 1, 0, 1
    dark, bright, flat, hard = tables(draws, 1.0)
    assert (dark[100], bright[100], bright[255]) == (75, 125, 255)
    assert (flat[0], flat[255], hard[0], hard[255]) == (32, 223, 0, 255)
    assert (np.diff(tables(np.random.default_rng(0).random((50, 7)), 1.0).astype(int)) >= 0).all()


def test_draws_are_even_and_unrelated():
    draws = uniform(1, 2, np.arange(20_000), 7)
    assert draws.min() >= 0
    assert draws.max() < 1
    np.testing.assert_allclose(draws.mean(0), 0.5, atol=0.01)
    np.testing.assert_allclose(draws.var(0), 1 / 12, atol=0.002)
    both = np.hstack([draws[:-1], draws[1:], uniform(1, 3, np.arange(19_999), 7)])
    together = np.corrcoef(both, rowvar=False) - np.eye(21)
    assert np.abs(together).max() < 0.04


@given(st.lists(st.integers(0, 2**31), min_size=1, max_size=20), st.integers(0, 2**31), st.integers(0, 500))
def test_a_draw_does_not_see_its_neighbours(numbers, seed, epoch):
    together = uniform(seed, epoch, np.array(numbers), 7)
    alone = np.vstack([uniform(seed, epoch, np.array([number]), 7) for number in numbers])
    np.testing.assert_array_equal(together, alone)


def test_seed_and_epoch_each_change_the_draws():
    seen = {uniform(seed, epoch, FIRST, 1).item() for seed in range(5) for epoch in range(5)}
    assert len(seen) == 25
