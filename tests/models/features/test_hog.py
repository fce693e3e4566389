"""HOG is scikit-image's, at every size that it divides, and defined where it does not."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mien.core.types import InputContract
from mien.models.features import PIXELS, Graph, _hog, count, measure
from mien.models.features._grey import grey, overlaps


def session(size, add=None):
    """From pixels to HOG, or to what `add` makes of the greys."""
    contract = InputContract(("a", "b"), size)
    graph = Graph(contract)
    if add is None:
        tensor, width = measure(graph, ("hog",), contract), count(("hog",))
    else:
        tensor, width = add(graph, *grey(graph, contract.size))
    return onnxruntime.InferenceSession(graph.to_bytes(tensor, "out", width), providers=["CPUExecutionProvider"])


SESSIONS = {size: session(size) for size in (24, 48, 64)}


def ours(pixels):
    found = SESSIONS.get(pixels.shape[1]) or session(pixels.shape[1])
    return found.run(None, {PIXELS: pixels})[0]


def theirs(plane):
    from skimage.feature import hog

    cell = len(plane) // _hog.CELLS
    return hog(plane, _hog.DIRECTIONS, (cell, cell), (2, 2), "L2-Hys", feature_vector=True)


def near(plane):
    """Whether a gradient lies so close to the middle of two directions that rounding decides."""
    down, right = np.gradient(plane.astype(float))
    turns = np.rad2deg(np.arctan2(2 * down[1:-1, 1:-1], 2 * right[1:-1, 1:-1])) % 20
    return np.minimum(turns, 20 - turns)[np.hypot(down, right)[1:-1, 1:-1] > 0]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([24, 48, 64]), st.integers(0, 2**32 - 1), st.integers(1, 128))
def test_it_is_scikit_images(size, seed, steps):
    """Noise of few and of many levels, so that flat places and equal gradients occur."""
    noise = np.random.default_rng(seed).integers(0, steps + 1, (size, size)) * (255 // (steps + 1))
    plane = noise.astype(np.uint8)
    found = ours(np.repeat(plane[None, ..., None], 3, 3))[0]
    # In 180 directions of whole greys, a few lie on a border between two bins; either is right there.
    differing = np.abs(found - theirs(plane)) > 1e-4
    assert differing.mean() <= (0.03 if near(plane).min(initial=9) < 1e-6 else 0)


@settings(max_examples=25, deadline=None)
@given(arrays.arrays(np.uint8, (2, 24, 24, 3)))
def test_any_picture_has_one_and_it_lies_between_0_and_1(pixels):
    found = ours(pixels)
    assert found.shape == (2, _hog.COUNT)
    assert np.isfinite(found).all()
    assert 0 <= found.min() <= found.max() <= 1


def test_a_real_face_is_measured_as_there(pictures):
    for pixels in pictures(1, 4, 48):
        plane = np.rint(pixels @ [0.299, 0.587, 0.114])
        found = ours(pixels[None])[0]
        assert (np.abs(found - theirs(plane)) > 1e-3).mean() < 0.02


def test_a_flat_picture_has_no_edges():
    assert (ours(np.full((1, 48, 48, 3), 77, np.uint8)) == 0).all()


def test_light_and_contrast_hardly_matter(pictures):
    pixels = pictures(2, 1, 48) // 2
    brighter = ours(pixels + 60)
    np.testing.assert_allclose(brighter, ours(pixels), atol=1e-5)


@pytest.mark.parametrize("size", [8, 9, 31, 47, 65, 100])
def test_every_size_divides(size):
    pixels = np.random.default_rng(0).integers(0, 256, (3, size, size, 3), np.uint8)
    found = ours(pixels)
    assert found.shape == (3, _hog.COUNT)
    assert np.isfinite(found).all()


def test_a_larger_picture_is_first_made_small(pictures):
    small = pictures(1, 1, 64)
    large = np.repeat(np.repeat(small, 4, 1), 4, 2)
    np.testing.assert_allclose(ours(large), ours(small), atol=1e-4)


@pytest.mark.parametrize(("side", "cells"), [(48, 8), (48, 6), (31, 8), (5, 7), (64, 6)])
def test_cells_share_pixels_and_lose_none(side, cells):
    shares = overlaps(side, cells)
    assert shares.shape == (cells, side)
    np.testing.assert_allclose(shares.sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(shares.sum(0) * side / cells, 1, rtol=1e-5)


def test_greys_are_whole_and_weighed_as_the_eye_does():
    found = session(2, lambda graph, plane, side: (graph("Flatten", plane), side * side))
    pixels = np.array([[[[255, 0, 0], [0, 255, 0]], [[0, 0, 255], [255, 255, 255]]]], np.uint8)
    assert found.run(None, {PIXELS: pixels})[0].tolist() == [[76, 150, 29, 255]]
