"""LBP is scikit-image's, pattern by pattern, but for the frame and the order of its bins."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from mien.core.types import InputContract
from mien.models.features import PIXELS, Graph, _lbp, count, measure


def session(size):
    contract = InputContract(("a", "b"), size)
    graph = Graph(contract)
    tensor = measure(graph, ("lbp",), contract)
    return onnxruntime.InferenceSession(
        graph.to_bytes(tensor, "out", count(("lbp",))), providers=["CPUExecutionProvider"]
    )


SESSIONS = {size: session(size) for size in (24, 48)}


def ours(pixels):
    found = SESSIONS.get(pixels.shape[1]) or session(pixels.shape[1])
    return found.run(None, {PIXELS: pixels})[0]


def theirs(plane):
    """Histograms of 6 x 6 cells: scikit-image's codes on the picture with its rim repeated."""
    from skimage.feature import local_binary_pattern

    codes = local_binary_pattern(np.pad(plane, 1, "edge"), 8, 1, "nri_uniform")[1:-1, 1:-1].astype(int)
    side = len(plane) // _lbp.CELLS
    cells = codes.reshape(_lbp.CELLS, side, _lbp.CELLS, side).swapaxes(1, 2).reshape(_lbp.CELLS**2, -1)
    return np.sqrt([np.bincount(cell, minlength=_lbp.PATTERNS) / side**2 for cell in cells])


def by_cell(found):
    """From features [N, 2124], all cells of a pattern together, to [N, 36, 59]."""
    return found.reshape(len(found), _lbp.PATTERNS, -1).swapaxes(1, 2)


def sorted_bins(cells):
    """Forget the order of the patterns, which scikit-image numbers otherwise: columns of [36, 59], sorted."""
    columns = np.round(np.square(cells), 4).T
    return columns[np.lexsort(columns.T)]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([24, 48]), st.integers(0, 2**32 - 1), st.integers(1, 255))
def test_it_is_scikit_images(size, seed, levels):
    """Few levels make flat places, where an equal neighbour must count as at least as bright."""
    plane = np.random.default_rng(seed).integers(0, levels + 1, (size, size)).astype(np.uint8)
    found = ours(np.repeat(plane[None, ..., None], 3, 3))
    np.testing.assert_allclose(sorted_bins(by_cell(found)[0]), sorted_bins(theirs(plane)), atol=2e-4)


@settings(max_examples=25, deadline=None)
@given(arrays.arrays(np.uint8, (2, 24, 24, 3)))
def test_shares_of_a_cell_sum_to_one(pixels):
    found = ours(pixels)
    assert found.shape == (2, _lbp.COUNT)
    np.testing.assert_allclose((by_cell(found) ** 2).sum(2), 1, atol=1e-5)


def test_a_flat_picture_is_one_pattern():
    found = by_cell(ours(np.full((1, 48, 48, 3), 200, np.uint8)))[0]
    flat = _lbp.patterns()[0b11111111]
    np.testing.assert_allclose(found[:, flat], 1, atol=1e-6)


def test_light_does_not_matter():
    plane = np.random.default_rng(0).integers(0, 120, (1, 48, 48, 1), np.uint8)
    pixels = np.repeat(plane, 3, 3)
    assert np.array_equal(ours(pixels * 2 + 3), ours(pixels))


def test_58_patterns_change_at_most_twice_and_share_no_bin():
    table = np.array(_lbp.patterns())
    assert table.shape == (256,)
    assert (table == 58).sum() == 198
    assert sorted(table[table < 58]) == list(range(58))


@pytest.mark.parametrize("size", [6, 7, 31, 65, 100])
def test_every_size_divides(size):
    pixels = np.random.default_rng(0).integers(0, 256, (3, size, size, 3), np.uint8)
    found = ours(pixels)
    np.testing.assert_allclose((by_cell(found) ** 2).sum(2), 1, atol=1e-4)
