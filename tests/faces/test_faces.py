"""Who finds faces: the net in the box on drawn ones, and what is made when a detector is asked for by name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from mien import faces
from mien.core.errors import SettingError, StorageError
from mien.faces import Face
from mien.faces._face import LEAST, inside, ordered

# Where eyes, nose and mouth lie in a drawn picture, as shares of its side, about.
DRAWN = np.array([[0.37, 0.47], [0.63, 0.47], [0.5, 0.61], [0.39, 0.72], [0.61, 0.72]])


@pytest.fixture(scope="module")
def fcos():
    return faces.detector("fcos")


def overlap(one, other):
    """Intersection over union of two boxes: left, top, width, height."""
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right, bottom = min(one[0] + one[2], other[0] + other[2]), min(one[1] + one[3], other[1] + other[3])
    shared = max(0, right - left) * max(0, bottom - top)
    return shared / (one[2] * one[3] + other[2] * other[3] - shared)


def within(left, top, side):
    """Where in a drawn picture the face is, from brows to chin."""
    return left + 0.16 * side, top + 0.2 * side, 0.68 * side, 0.68 * side


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize(("side", "left", "top"), [(100, 60, 40), (240, 201, 117)])
def test_a_face_is_found_where_it_is(fcos, clear_face, photo, number, side, left, top):
    (found,) = fcos.find(photo((clear_face(number, side), left, top)))
    assert overlap(found.box, within(left, top, side)) > 0.6
    assert all(isinstance(value, int) for value in found.box)
    assert 0 < found.score <= 1
    np.testing.assert_allclose((found.landmarks - [left, top]) / side, DRAWN, atol=0.1)


def test_the_box_is_measured_in_the_picture_that_came(fcos, clear_face, photo):
    large = photo((clear_face(0, 800), 900, 300), height=1500, width=2400)  # looked at with 640 px
    (found,) = fcos.find(large)
    assert overlap(found.box, within(900, 300, 800)) > 0.6


def test_of_several_faces_the_largest_comes_first(fcos, clear_face, photo):
    picture = photo((clear_face(0, 120), 20, 20), (clear_face(1, 240), 300, 140), (clear_face(2, 160), 60, 200))
    found = fcos.find(picture)
    places = [within(300, 140, 240), within(60, 200, 160), within(20, 20, 120)]
    assert [overlap(face.box, place) > 0.6 for face, place in zip(found, places, strict=True)] == [True] * 3
    assert [face.area for face in found] == sorted((face.area for face in found), reverse=True)


def test_a_face_without_colours_is_found_at_the_same_place(fcos, clear_face, photo):
    picture = photo((clear_face(1, 200), 100, 100))
    grey = np.repeat(picture.mean(2, keepdims=True).astype(np.uint8), 3, axis=2)
    (one,), (other,) = fcos.find(picture), fcos.find(grey)
    assert overlap(one.box, other.box) > 0.7


RNG = np.random.default_rng(7)
EMPTY = {
    "black": np.zeros((300, 400, 3), np.uint8),
    "white": np.full((300, 400, 3), 255, np.uint8),
    "noise": RNG.integers(0, 256, (300, 400, 3), np.uint8),
    "1 x 1": np.full((1, 1, 3), 90, np.uint8),
    "30,000 x 1": RNG.integers(0, 256, (1, 30_000, 3), np.uint8),
    "1 x 30,000": RNG.integers(0, 256, (30_000, 1, 3), np.uint8),
}


@pytest.mark.parametrize("pixels", EMPTY.values(), ids=EMPTY)
def test_where_there_is_no_face_none_is_found(fcos, pixels):
    assert fcos.find(pixels) == ()


def test_any_turn_of_a_picture_is_looked_at(fcos, clear_face, photo):
    picture = photo((clear_face(0, 200), 100, 100))
    for turned in (picture[::-1], picture[:, ::-1], np.rot90(picture), picture[::2, ::3]):
        for face in fcos.find(turned):
            assert face.box[0] + face.box[2] <= turned.shape[1]
            assert face.box[1] + face.box[3] <= turned.shape[0]
    assert fcos.find(picture[:, ::-1])  # its mirror image is a face, and a view will do


def test_a_picture_is_not_changed_by_looking(fcos, clear_face, photo):
    picture = photo((clear_face(0, 200), 100, 100))
    before = picture.copy()
    fcos.find(picture)
    np.testing.assert_array_equal(picture, before)


def test_many_threads_find_the_same(fcos, clear_face, photo):
    pictures = [photo((clear_face(number, 100 + 20 * number), 40 * number, 30)) for number in range(8)]
    wanted = [fcos.find(picture) for picture in pictures]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(fcos.find, pictures)) == wanted
    assert len({face.box for (face,) in wanted}) == 8


def test_a_face_too_small_to_read_is_left_out(fcos, clear_face, photo):
    sides = (LEAST - 1, LEAST, 40)
    faces = [Face((0, 0, side, 50)) for side in sides] + [Face((0, 0, 50, LEAST - 1))]
    assert [face.box[2] for face in ordered(faces)] == [40, LEAST]
    small = photo((clear_face(0, 24), 10, 10), height=40, width=56)  # brows to chin are 16 px; it is looked at enlarged
    tiny = photo((clear_face(0, 18), 10, 10), height=40, width=56)
    assert all(min(face.box[2:]) >= LEAST for picture in (small, tiny) for face in fcos.find(picture))
    assert fcos.find(tiny) == ()


def test_of_equal_faces_the_upper_left_comes_first():
    boxes = [(50, 9, 20, 20), (0, 9, 20, 20), (70, 0, 20, 20), (0, 30, 40, 10), (0, 30, 21, 20)]
    assert [face.box for face in ordered([Face(box) for box in boxes])] == [
        (0, 30, 21, 20),
        (70, 0, 20, 20),
        (0, 9, 20, 20),
        (50, 9, 20, 20),
    ]


@pytest.mark.parametrize(
    ("box", "wanted"),
    [
        ((2.4, 3.6, 10, 10), (2, 4, 10, 10)),
        ((-5, -5, 10, 10), (0, 0, 5, 5)),
        ((25, 15, 10, 10), (25, 15, 5, 5)),
        ((-50, 3, 10, 10), (0, 3, 0, 10)),
        ((40, 3, 10, 10), (40, 3, 0, 10)),
    ],
)
def test_a_box_ends_where_the_picture_ends(box, wanted):
    assert inside(box, 20, 30) == wanted


# Who is asked


def test_every_detector_has_its_own_name():
    assert faces.detectors() == ("fcos", "yunet")
    assert faces.detector("fcos").name == "fcos"


def test_what_lies_in_the_box_is_asked_unless_another_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert faces.detector().name == faces.detector("auto").name == "fcos"
    with pytest.raises(StorageError, match=r"YuNet is not in .* could not be fetched \(MIEN_OFFLINE is set\)"):
        faces.detector("yunet")


def test_the_cascade_of_earlier_releases_is_answered_with_what_to_do():
    with pytest.raises(
        SettingError, match=r"'haar', OpenCV's cascade, is no longer part of Mien\. Take 'fcos'.* again"
    ):
        faces.detector("haar")


def test_an_unknown_detector_is_answered_with_the_nearest():
    with pytest.raises(SettingError, match=r"There is no detector 'yunett'\. Did you mean 'yunet'"):
        faces.detector("yunett")
    with pytest.raises(SettingError, match=r"There is no detector 'nope'\. Known: 'fcos', 'yunet'"):
        faces.detector("nope")
