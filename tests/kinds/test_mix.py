"""MixUp and CutMix: pictures and labels in the same shares."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien.kinds import Variation
from mien.kinds.picture._mix import mix


def flat(count=6, size=20):
    """Pictures of one grey each, and labels that say which: what is mixed can be read off both."""
    pixels = np.broadcast_to((np.arange(count, dtype=np.uint8) * 40)[:, None, None, None], (count, size, size, 3))
    return np.ascontiguousarray(pixels), np.eye(count, dtype=np.float32)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.05, 4), st.integers(0, 2**31), st.integers(0, 500), st.integers(0, 500))
def test_a_blend_has_its_labels_shares(alpha, seed, epoch, batch):
    pixels, targets = flat()
    mixed, both = mix(pixels, targets, Variation(mixup=alpha), (seed, epoch, batch))
    assert (mixed.dtype, both.dtype) == (np.uint8, np.float32)
    np.testing.assert_allclose(both.sum(1), 1, atol=1e-6)
    wanted = both @ (np.arange(6) * 40)
    np.testing.assert_allclose(mixed[:, 0, 0, 0], wanted, atol=1.5)  # a 256th of 200, and rounding
    assert (mixed == mixed[:, :1, :1]).all()


@settings(max_examples=60, deadline=None)
@given(st.floats(0.05, 4), st.integers(0, 2**31), st.integers(1, 30))
def test_a_rectangle_has_its_labels_share(alpha, seed, size):
    pixels, targets = flat(size=size)
    mixed, both = mix(pixels, targets, Variation(cutmix=alpha), (seed, 0, 0))
    for picture, shares, own in zip(mixed, both, pixels, strict=True):
        kept = (picture == own).all(-1).mean()
        other = np.flatnonzero(shares)
        if len(other) > 1:
            np.testing.assert_allclose(sorted(shares[other]), sorted([kept, 1 - kept]), atol=1e-5)


def test_both_come_in_turn_and_each_batch_draws_anew():
    pixels, targets = flat()
    kinds = []
    for batch in range(40):
        mixed, _ = mix(pixels, targets, Variation(mixup=1.0, cutmix=1.0), (0, 0, batch))
        kinds.append(bool((mixed == mixed[:, :1, :1]).all()))
    assert 8 < sum(kinds) < 32


def test_the_batch_that_came_is_unchanged():
    pixels, targets = flat()
    kept = pixels.copy(), targets.copy()
    for variation in (Variation(mixup=1.0), Variation(cutmix=1.0)):
        mix(pixels, targets, variation, (0, 0, 0))
    np.testing.assert_array_equal(pixels, kept[0])
    np.testing.assert_array_equal(targets, kept[1])


@pytest.mark.parametrize("alpha", [0.1, 0.2, 1.0])
def test_the_share_is_drawn_from_beta(alpha):
    pixels, targets = flat()
    shares = [mix(pixels, targets, Variation(mixup=alpha), (0, 0, batch))[1].max(1) for batch in range(400)]
    # Of Beta(a, a) the variance is 1 / (4 (2a + 1)); folded at a half, its second moment about a half is the same.
    both = np.concatenate([np.where(part < 1, part, np.nan) for part in shares])
    assert np.nanmean((both - 0.5) ** 2) == pytest.approx(1 / (4 * (2 * alpha + 1)), rel=0.15)
