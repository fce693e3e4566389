"""A face becomes a square: five landmarks come to lie where they lie in FER2013, whatever the picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mien import faces
from mien.core.errors import SettingError
from mien.faces import Face
from mien.faces._crop import BOX_CENTRE, BOX_SIDE, LANDMARKS

NO_BOX = (0, 0, 1, 1)
SIDE = 400  # of the pictures here, pixels


def laid(side, angle, centre):
    """Five landmarks, as in FER2013, of a frame with this side, turn (radians) and centre: float32 [5, 2], pixels."""
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return ((LANDMARKS - 0.5) * side @ turn.T + centre).astype(np.float32)


def dot(place, spread, shape=(SIDE, SIDE)):
    """A soft dot, uint8 [H, W, 3]; a pixel's centre lies half a pixel inside it."""
    y, x = (np.arange(length) + 0.5 for length in shape)
    light = np.exp(-((x - place[0]) ** 2) / (2 * spread**2)) * np.exp(-((y - place[1]) ** 2) / (2 * spread**2))[:, None]
    return np.repeat((255 * light).round().astype(np.uint8)[..., None], 3, axis=2)


def middle(pixels):
    """The centre of what is bright: x and y, pixels."""
    light = pixels[..., 0].astype(float)
    light[light < 8] = 0
    y, x = np.mgrid[: light.shape[0], : light.shape[1]] + 0.5
    return np.array([(light * x).sum(), (light * y).sum()]) / light.sum()


def landing(landmarks, size, margin=0.0):
    """Where each of the five comes to lie in the square: float64 [5, 2], pixels."""
    spread = max(np.hypot(*(landmarks[1] - landmarks[0])) / 8, 0.8)
    face = Face(NO_BOX, landmarks=landmarks)
    return np.array([middle(faces.crop(dot(point, spread), face, size, margin)) for point in landmarks])


@settings(max_examples=40, deadline=None)
@given(
    side=st.floats(30, 240),
    angle=st.floats(-np.pi, np.pi),
    x=st.floats(180, 220),
    y=st.floats(180, 220),
    size=st.integers(24, 96),
    margin=st.sampled_from([0.0, 0.3, 1.0]),
)
def test_five_landmarks_land_where_fer2013_has_them(side, angle, x, y, size, margin):
    found = landing(laid(side, angle, (x, y)), size, margin)
    np.testing.assert_allclose(found, (LANDMARKS + margin) / (1 + 2 * margin) * size, atol=0.5)


def test_a_margin_below_0_shows_less():
    landmarks = laid(200, 0.2, (200, 200))
    nose = np.array([0.5, 0.6])
    found = middle(faces.crop(dot(landmarks[2], 6), Face(NO_BOX, landmarks=landmarks), 48, -0.2))
    np.testing.assert_allclose(found, (nose - 0.2) / 0.6 * 48, atol=0.3)


@pytest.mark.parametrize("margin", [-0.41, 4.1, float("nan"), float("inf")])
def test_a_margin_that_leaves_nothing_is_answered_with_a_sentence(margin):
    with pytest.raises(SettingError, match=r"margin = .* is out of range. Expected: -0.4 to 4"):
        faces.crop(dot((9, 9), 3), Face(NO_BOX), 48, margin)


def test_what_is_shrunk_far_is_averaged():
    noise = np.random.default_rng(0).integers(0, 256, (1600, 1600, 3), np.uint8)
    square = faces.crop(noise, Face(NO_BOX, landmarks=laid(1500, 0.3, (800, 800))), 24)
    assert abs(square.mean() - 127.5) < 2
    assert square.std() < 6  # a plain warp leaves 40
    dots = np.zeros((1600, 1600, 3), np.uint8)
    landmarks = laid(1200, -0.4, (800, 700))
    for point in landmarks:
        dots = np.maximum(dots, dot(point, 40, (1600, 1600)))
    square = faces.crop(dots, Face(NO_BOX, landmarks=landmarks), 48)
    for x, y in LANDMARKS * 48:
        around = square[round(y) - 4 : round(y) + 4, round(x) - 4 : round(x) + 4]
        np.testing.assert_allclose(middle(around), [x - round(x) + 4, y - round(y) + 4], atol=0.5)


def mapped(height=256, width=256):
    """A picture that says where each of its pixels is: red is x, green is y, uint8 [H, W, 3]."""
    y, x = np.mgrid[:height, :width]
    return np.dstack([x, y, np.zeros_like(x)]).astype(np.uint8)


@pytest.mark.parametrize("box", [(80, 60, 100, 100), (90, 70, 60, 100), (100, 100, 40, 30)])
@pytest.mark.parametrize("margin", [0.0, 0.25])
def test_without_landmarks_the_box_decides(box, margin):
    size = 40
    square = faces.crop(mapped(), Face(box), size, margin).astype(float)
    left, top, width, height = box
    side = BOX_SIDE * height * (1 + 2 * margin)
    steps = ((np.arange(size) + 0.5) / size - 0.5) * side - 0.5
    np.testing.assert_allclose(square[size // 2, :, 0], left + width / 2 + steps, atol=1)
    np.testing.assert_allclose(square[:, size // 2, 1], top + BOX_CENTRE * height + steps, atol=1)


def test_a_frame_is_cut_as_if_the_whole_picture_were_turned():
    """A pixel at the rim of the square is mixed with its neighbour outside."""
    picture = np.random.default_rng(3).integers(0, 256, (120, 120, 3), np.uint8)
    side, size = 40 * BOX_SIDE, 96
    scale = size / side
    left, top = 50 + 20 - side / 2, 40 + BOX_CENTRE * 40 - side / 2
    warp = np.array([[scale, 0, (0.5 - left) * scale - 0.5], [0, scale, (0.5 - top) * scale - 0.5]])
    whole = cv2.warpAffine(picture, warp, (size, size), flags=cv2.INTER_LINEAR)
    found = faces.crop(picture, Face((50, 40, 40, 40)), size)
    assert np.abs(found.astype(int) - whole).max() <= 12  # OpenCV rounds places to 1/32 px
    assert np.abs(found.astype(int) - whole).mean() < 1


POINTLESS = {
    "one point": np.full((5, 2), 100),
    "a column": [[100, 90], [100, 95], [100, 100], [100, 110], [100, 110]],
    "a row": [[90, 100], [95, 100], [100, 100], [110, 100], [112, 100]],
    "no numbers": np.full((5, 2), np.nan),
}


@pytest.mark.parametrize("landmarks", POINTLESS.values(), ids=POINTLESS)
def test_landmarks_that_say_nothing_leave_it_to_the_box(landmarks):
    box = (80, 60, 100, 100)
    found = faces.crop(mapped(), Face(box, landmarks=np.array(landmarks, np.float32)), 40)
    np.testing.assert_array_equal(found, faces.crop(mapped(), Face(box), 40))


@settings(max_examples=200, deadline=None)
@given(landmarks=st.lists(st.tuples(*[st.integers(-400, 400)] * 2), min_size=5, max_size=5), size=st.integers(1, 64))
def test_any_five_landmarks_give_a_square(landmarks, size):
    square = faces.crop(mapped(), Face((80, 60, 100, 100), landmarks=np.array(landmarks, np.float32)), size)
    assert (square.shape, square.dtype) == ((size, size, 3), np.uint8)


def test_mirrored_landmarks_give_a_square():
    mirrored = (laid(100, 0, (100, 100)) * [-1, 1] + [200, 0]).astype(np.float32)
    assert faces.crop(mapped(), Face((80, 60, 100, 100), landmarks=mirrored), 40).shape == (40, 40, 3)


def test_what_lies_outside_the_picture_repeats_its_edge():
    picture = np.full((100, 100, 3), 60, np.uint8)
    picture[:, :2] = (200, 0, 0)
    square = faces.crop(picture, Face((0, 30, 20, 40)), 44)  # the frame begins 12 px left of the picture
    np.testing.assert_array_equal(square[:, :10], np.broadcast_to([200, 0, 0], (44, 10, 3)))
    np.testing.assert_array_equal(square[:, -10:], np.full((44, 10, 3), 60))
    outside = faces.crop(picture, Face(NO_BOX, landmarks=laid(40, 0, (-60, 50))), 44)
    np.testing.assert_array_equal(outside, np.broadcast_to([200, 0, 0], (44, 44, 3)))


@pytest.mark.parametrize("margin", [-0.4, 0.0, 4.0])
@pytest.mark.parametrize("landmarks", [None, laid(1, 0.3, (0.5, 0.5)), laid(300, 2, (50, 80))], ids=["box", "1", "300"])
def test_a_picture_of_one_pixel_has_its_colour(landmarks, margin):
    pixel = np.array([[[10, 120, 250]]], np.uint8)
    square = faces.crop(pixel, Face((0, 0, 1, 1), landmarks=landmarks), 48, margin)
    np.testing.assert_array_equal(square, np.broadcast_to(pixel, (48, 48, 3)))


@pytest.mark.parametrize("long", [0, 1], ids=["wide", "high"])
@pytest.mark.parametrize("margin", [0.0, 4.0])
def test_a_picture_longer_than_opencv_warps_is_cut_where_the_face_is(long, margin):
    wide = np.zeros((4, 60_000, 3), np.uint8)
    wide[:, 49_900:50_100] = (0, 200, 90)
    picture, box = (wide, (50_000, 0, 4, 4)) if long == 0 else (wide.transpose(1, 0, 2), (0, 50_000, 4, 4))
    square = faces.crop(picture, Face(box), 32, margin)
    np.testing.assert_array_equal(square, np.broadcast_to([0, 200, 90], (32, 32, 3)))


def test_a_face_as_long_as_the_longest_picture_is_cut_too():
    wide = np.full((4, 60_000, 3), 77, np.uint8)
    face = Face((0, 0, 60_000, 4), landmarks=laid(50_000, 0, (30_000, 2)))
    np.testing.assert_array_equal(faces.crop(wide, face, 32), np.full((32, 32, 3), 77))


@settings(max_examples=30, deadline=None)
@given(angle=st.floats(-np.pi, np.pi), side=st.floats(40, 120), seed=st.integers(0, 9))
def test_what_is_far_from_the_face_does_not_matter(angle, side, seed):
    picture = np.random.default_rng(seed).integers(0, 256, (SIDE, SIDE, 3), np.uint8)
    other = np.zeros_like(picture)
    near = slice(100, 300)  # the frame's corners are at most 85 px from the middle
    other[near, near] = picture[near, near]
    face = Face(NO_BOX, landmarks=laid(side, angle, (200, 200)))
    np.testing.assert_array_equal(faces.crop(picture, face, 48), faces.crop(other, face, 48))


def test_cutting_changes_nothing_and_takes_any_view():
    picture = np.random.default_rng(1).integers(0, 256, (90, 120, 3), np.uint8)
    before, face = picture.copy(), Face((30, 30, 40, 40))
    square = faces.crop(picture, face, 48)
    np.testing.assert_array_equal(picture, before)
    view = np.flip(np.flip(picture, 1).copy(), 1)
    np.testing.assert_array_equal(faces.crop(view, face, 48), square)
    assert square.flags.c_contiguous


def test_one_pixel_to_one_pixel_is_the_picture_itself():
    picture = np.random.default_rng(2).integers(0, 256, (64, 64, 3), np.uint8)
    np.testing.assert_array_equal(faces.crop(picture, Face(NO_BOX, landmarks=(LANDMARKS * 64)), 64), picture)
