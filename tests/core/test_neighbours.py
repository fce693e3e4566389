"""Signatures that are close to each other: found as comparing each with each would find them."""

from __future__ import annotations

import numpy as np
import pytest

from mien.core import neighbours


def drawn(count: int, copies: int, seed: int = 0) -> np.ndarray:
    """Signatures of which the last few are near the first few, every second one mirrored."""
    draw = np.random.default_rng(seed)
    found = draw.normal(0, 1, (count, 64))
    found[count - copies :] = found[:copies] + draw.normal(0, 0.3, (copies, 64))
    marks = np.rint(127 * found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.int8)
    marks[count - copies :: 2] = neighbours.mirror(marks[count - copies :: 2])
    return marks


def by_force(marks: np.ndarray, least: float) -> set[tuple[int, int, int]]:
    unit = marks / np.maximum(np.linalg.norm(marks.astype(float), axis=1, keepdims=True), 1e-9)
    turned = neighbours.mirror(marks) / np.maximum(np.linalg.norm(marks.astype(float), axis=1, keepdims=True), 1e-9)
    found = set()
    for mirrored, other in ((0, unit), (1, turned)):
        rows, columns = np.nonzero(unit @ other.T >= least)
        found |= {(int(a), int(b), mirrored) for a, b in zip(rows, columns, strict=True) if a < b}
    return found


def test_pairs_are_those_that_comparing_each_with_each_finds():
    marks = drawn(1500, 200)
    found, near = neighbours.pairs(marks, 0.7)
    expected = by_force(marks, 0.7)
    assert len(expected) >= 200
    assert {tuple(row) for row in found.tolist()} == expected
    assert (np.diff(near) <= 0).all()
    assert near.min() >= 0.7 - 1e-6


def test_the_same_signatures_give_the_same_pairs():
    marks = drawn(800, 100, seed=3)
    once, again = neighbours.pairs(marks), neighbours.pairs(marks)
    np.testing.assert_array_equal(once[0], again[0])


def test_a_signature_of_nothing_has_no_neighbours():
    marks = drawn(50, 0)
    marks[10:30] = 0
    assert not len(neighbours.pairs(marks)[0])
    assert not len(neighbours.pairs(np.zeros((5, 64), np.int8))[0])
    assert not len(neighbours.pairs(np.zeros((0, 64), np.int8))[0])
    assert not len(neighbours.matches(np.zeros((3, 64), np.int8), marks)[0])


@pytest.mark.parametrize("count", [1, 2, 17])
def test_few_signatures_are_enough(count):
    marks = drawn(count, 0)
    found, near = neighbours.matches(marks, marks)
    assert {tuple(row) for row in found.tolist()} == {(row, row, 0) for row in range(count)}
    assert near == pytest.approx(1, abs=1e-4)


def test_a_crowd_of_copies_is_joined_in_chains():
    one = drawn(1, 0)
    crowd = np.clip(one + np.random.default_rng(0).integers(-2, 3, (300, 64)), -127, 127).astype(np.int8)
    found, _ = neighbours.pairs(crowd)
    from mien.core.units import join

    codes = np.arange(300)
    for first, second, _ in found:
        codes[codes == codes[second]] = codes[first]
    assert len(np.unique(join([codes], 300))) == 1


def test_among_many_cells_next_to_all_pairs_are_found():
    marks = drawn(12000, 2000, seed=5)
    assert len(marks) > 2 * neighbours._CELL * neighbours._CELLS  # most cells are not looked into
    found, _ = neighbours.pairs(marks, 0.7)
    expected = by_force(marks, 0.7)
    held = {tuple(row) for row in found.tolist()}
    assert held <= expected
    assert len(held) >= 0.999 * len(expected) >= 1998


def test_of_pairs_further_apart_only_the_closest_are_returned():
    marks = drawn(3000, 900, seed=6)
    every, near = neighbours.pairs(marks, 0.4)
    found, closeness = neighbours.pairs(marks, 0.4, most=50)
    close = int((near >= neighbours.CLOSE).sum())
    assert close >= 800
    assert len(every) > close + 1000  # so the bar has risen
    assert {tuple(row) for row in found.tolist()} == {tuple(row) for row in every[: close + 50].tolist()}
    np.testing.assert_array_equal(closeness, near[: close + 50])


def test_pictures_that_are_their_own_mirror_image_take_no_place_of_others():
    marks = drawn(400, 100, seed=7).astype(float)
    marks[:, neighbours.EVEN :] *= 0.4  # each is close to itself when mirrored, at about 0.72
    marks = np.rint(marks).astype(np.int8)
    found, near = neighbours.pairs(marks, 0.6, most=40)
    every, _ = neighbours.pairs(marks, 0.6)
    assert (found[:, 0] != found[:, 1]).all()
    close = int((near >= neighbours.CLOSE).sum())
    assert len(found) == min(close + 40, len(every))


def test_of_many_neighbours_the_closest_are_kept_wherever_their_cells_are():
    draw = np.random.default_rng(2)
    crowd = drawn(1, 0).repeat(5000, axis=0) + draw.integers(-16, 17, (5000, 64))
    marks = np.clip(crowd, -127, 127).astype(np.int8)
    found, near = neighbours.matches(marks[:20], marks, 0.5)
    unit = marks / np.linalg.norm(marks.astype(float), axis=1, keepdims=True)
    for row in range(20):
        straight = near[(found[:, 0] == row) & (found[:, 2] == 0)]
        best = np.sort(unit @ unit[row])[::-1][: neighbours.NEIGHBOURS]
        assert np.sort(straight)[::-1] == pytest.approx(best, abs=0.03)
        assert straight.max() == pytest.approx(1, abs=1e-5)
