"""One exam for the corruptions of every kind that is installed: who brings a kind has them pass by existing."""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytest

from mien import kinds
from mien.core.errors import SettingError
from mien.kinds.sound._spectrum import bands, decibels
from mien.samples import faces, voices

ALL = [(name, corruption) for name in kinds.names() for corruption in kinds.kind(name).corruptions()]
every = pytest.mark.parametrize(("kind", "corruption"), ALL, ids=[f"{name}-{one.name}" for name, one in ALL])
SIDES, LENGTHS = (16, 48, 224), (320, 8_000, 48_000)


@pytest.fixture(scope="module")
def drawn() -> list[np.ndarray]:
    return [faces.draw(faces.sample_parameters(0, index, "happy"), 224) for index in range(3)]


@pytest.fixture(scope="module")
def spoken() -> list[np.ndarray]:
    return [voices.synthesise(voices.sample_parameters(0, index, "happy")) for index in range(3)]


@pytest.fixture(scope="module")
def rows_of(drawn, spoken):
    """Rows of a kind in each size: faces, in colour and grey, and clips, the last of which ends early."""

    def rows(kind: str, size: int) -> np.ndarray:
        if kind == kinds.PICTURE:
            small = np.stack([cv2.resize(one, (size, size), interpolation=cv2.INTER_AREA) for one in drawn])
            grey = small.mean(axis=3, keepdims=True).astype(np.uint8)
            return np.concatenate([small, np.repeat(grey, 3, axis=3)])
        found = np.stack([np.resize(clip[len(clip) // 3 :], size) for clip in spoken]).astype(np.float32)
        found[-1, size * 3 // 4 :] = 0
        return found

    return rows


def sizes(kind: str) -> tuple[int, ...]:
    return {kinds.PICTURE: SIDES, kinds.SOUND: LENGTHS}[kind]  # a kind with corruptions says here what its rows are


def far(kind: str, first: np.ndarray, second: np.ndarray) -> float:
    """How different rows are: of pictures by their values, of clips by the levels of bands, which is what is heard."""
    if kind == kinds.PICTURE:
        return float(np.abs(first.astype(float) - second).mean())
    pairs = [(decibels(bands(one, 40)), decibels(bands(two, 40))) for one, two in zip(first, second, strict=True)]
    return float(np.mean([np.abs(one - two).mean() for one, two in pairs]))


def test_there_are_those_of_imagenet_c_and_further_ones():
    pictures = kinds.kind("picture").corruptions()
    assert len([one for one in pictures if not one.further]) == 15
    assert {"mask", "sunglasses", "hand", "low_light", "colour_cast", "resampling", "turn", "frame_shift"} == {
        one.name for one in pictures if one.further
    }
    assert len(kinds.kind("sound").corruptions()) >= 10


@every
def test_it_has_a_name_a_group_and_a_sentence(kind, corruption):
    assert re.fullmatch(r"[a-z][a-z0-9_]+", corruption.name)
    assert corruption.group
    assert re.fullmatch(r"[A-Z].*\.", corruption.about)
    assert [one.name for _, one in ALL].count(corruption.name) == 1


@every
def test_rows_keep_their_shape_and_range_and_the_clean_ones_stay(kind, corruption, rows_of):
    for size in sizes(kind):
        rows = rows_of(kind, size)
        before = rows.copy()
        for strength in (1, 5):
            found = corruption.apply(rows, strength)
            assert (found.shape, found.dtype) == (rows.shape, rows.dtype)
            assert not np.shares_memory(found, rows)
            assert np.isfinite(found).all()
            if kind == kinds.SOUND:
                assert np.abs(found).max() <= 1
                assert corruption.name == "tempo" or not found[-1, -size // 8 :].any()  # slower speech is longer
        np.testing.assert_array_equal(rows, before)


@every
def test_the_same_seed_gives_the_same_bytes_whatever_stands_beside(kind, corruption, rows_of):
    rows = rows_of(kind, sizes(kind)[1])
    found = corruption.apply(rows, 3, seed=4)
    np.testing.assert_array_equal(found, corruption.apply(rows, 3, seed=4))
    np.testing.assert_array_equal(found[2:3], corruption.apply(rows[2:3], 3, seed=4, numbers=np.array([2])))


@every
def test_each_strength_is_further_from_the_clean_row_than_the_last(kind, corruption, rows_of):
    for size in sizes(kind)[1:]:
        rows = rows_of(kind, size)
        away = [far(kind, corruption.apply(rows, strength), rows) for strength in kinds.STRENGTHS]
        assert away[0] > 0
        assert away == sorted(away), away
        assert away[4] > 1.2 * away[0]


@every
def test_what_is_blank_or_silent_comes_back_without_an_error(kind, corruption):
    for size in sizes(kind):
        shape, dtype = ((size, size, 3), np.uint8) if kind == kinds.PICTURE else ((size,), np.float32)
        for value in (0, 255) if kind == kinds.PICTURE else (0,):
            found = corruption.apply(np.full((1, *shape), value, dtype), 5)
            assert np.isfinite(found).all()
            assert kind == kinds.PICTURE or not found.any()


def test_the_strength_is_one_of_five(rows_of):
    corruption = kinds.kind("picture").corruptions()[0]
    with pytest.raises(SettingError, match="strength 6 came for 'gaussian noise'"):
        corruption.apply(rows_of("picture", 16), 6)


def test_a_grey_face_stays_grey_but_for_coloured_light(rows_of):
    rows = rows_of("picture", 48)[3:]
    for corruption in kinds.kind("picture").corruptions():
        found = corruption.apply(rows, 4).astype(int)
        assert (np.ptp(found, axis=3).max() > 12) == (corruption.name == "colour_cast"), corruption.name


def test_of_face_and_whole_picture_each_is_changed_and_no_face_stays_none(rows_of):
    square = rows_of("picture", 48)[0]
    both = np.stack([np.concatenate([square, square]), np.concatenate([np.zeros_like(square), square])])
    for corruption in kinds.kind("picture").corruptions():
        found = corruption.apply(both, 4)
        alone = corruption.apply(square[None], 4)[0]
        np.testing.assert_array_equal(found[0], np.concatenate([alone, alone]))
        assert not found[1, :48].any(), corruption.name
        assert (found[1, 48:] != square).any(), corruption.name
