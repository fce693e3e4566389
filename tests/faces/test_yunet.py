"""The way to YuNet and back, with a toy net in its place: sizes, border, colours, coordinates, threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from mien import faces
from mien.faces import _yunet

CELL = 32  # pixels of the picture as the net gets it
PLACES = np.array([(0.25, 0.25), (0.75, 0.25), (0.5, 0.5), (0.3, 0.75), (0.7, 0.75)])


@pytest.fixture
def yunet(toy_file, expect, tmp_path, monkeypatch):
    expect(toy_file)
    (tmp_path / "given.onnx").write_bytes(toy_file)
    monkeypatch.setenv("MIEN_YUNET", str(tmp_path / "given.onnx"))
    return faces.detector("yunet")


def scene(height, width, *faces, looks=480):
    """A grey picture with green squares, each laid on one cell: column and row, and red from 0 to 255.

    `looks` is the longest side at which they are one cell. Returns the picture and the boxes, float64 [N, 4].
    """
    scale = looks / max(height, width)
    edge = max(8, round(0.1 * looks))
    picture, boxes = np.full((height, width, 3), 40, np.uint8), []
    for column, row, red in faces:
        left, top = (CELL * column - edge) / scale, (CELL * row - edge) / scale
        side = CELL / scale
        # A little more than the cell: a side that is no whole number must not darken it.
        rows, columns = (slice(max(0, int(at)), int(np.ceil(at + side))) for at in (top, left))
        picture[rows, columns] = (red, 255, 128)
        grown = 2 ** (red / 255)
        boxes.append([left + side / 2 * (1 - grown), top + side / 2 * (1 - grown), side * grown, side * grown])
    return picture, np.array(boxes)


SIZES = [
    (480, 480),
    (270, 480),
    (480, 360),
    (960, 960),
    (1200, 800),
    (3000, 4000),
    (123, 457),
    (333, 500),
    (2001, 1999),
]


@pytest.mark.parametrize(("height", "width"), SIZES, ids=str)
def test_boxes_and_landmarks_are_measured_in_the_picture_that_came(yunet, height, width):
    picture, (box,) = scene(height, width, (4, 4, 0))
    (found,) = yunet.find(picture)
    pixel = max(1.0, max(height, width) / 480)  # of the small picture, in the large one
    np.testing.assert_allclose(found.box, box, atol=pixel)
    np.testing.assert_allclose(found.landmarks, box[:2] + PLACES * box[2:], atol=pixel)
    assert found.landmarks.dtype == np.float32
    assert 0.9 < found.score <= 1


def test_the_detector_says_its_name(yunet):
    assert yunet.name == "yunet"


def test_of_several_faces_the_largest_comes_first(yunet):
    picture, boxes = scene(600, 800, (3, 3, 0), (8, 4, 255), (4, 8, 120), (11, 9, 0))
    found = yunet.find(picture)
    order = [1, 2, 0, 3]
    np.testing.assert_allclose([face.box for face in found], boxes[order], atol=2)
    nearest = [boxes[number, :2] + boxes[number, 2:] / 2 for number in order]
    np.testing.assert_allclose([face.landmarks[2] for face in found], nearest, atol=2)


def test_red_and_blue_are_not_swapped(yunet):
    (with_red,), (without,) = (yunet.find(scene(480, 480, (5, 5, red))[0]) for red in (255, 0))
    assert (with_red.box[2], without.box[2]) == (64, 32)  # blue is 128 in both


def test_a_face_without_bounds_is_none(boundless_file, expect, tmp_path, monkeypatch):
    expect(boundless_file)
    (tmp_path / "given.onnx").write_bytes(boundless_file)
    monkeypatch.setenv("MIEN_YUNET", str(tmp_path / "given.onnx"))
    detector = faces.detector("yunet")
    picture, boxes = scene(600, 800, (3, 3, 255), (8, 4, 0))
    (found,) = detector.find(picture)
    np.testing.assert_allclose(found.box, boxes[1], atol=2)


def test_where_there_is_nothing_nothing_is_found(yunet):
    rng = np.random.default_rng(0)
    for shape in ((1, 1), (1, 5000), (5000, 1), (300, 400)):
        assert yunet.find(np.full((*shape, 3), 40, np.uint8)) == ()
        assert yunet.find(rng.integers(0, 200, (*shape, 3), np.uint8)) == ()


def test_a_small_face_in_a_large_picture_is_found_at_the_second_look(yunet):
    picture, (box,) = scene(960, 1280, (20, 15, 0), looks=1280)
    (found,) = yunet.find(picture)
    np.testing.assert_allclose(found.box, box, atol=1)
    assert found.box[2] == 32  # 12 px at 480


def test_the_third_look_sees_the_picture_small(yunet, monkeypatch):
    monkeypatch.setattr(_yunet, "SIDES", (240,))
    picture, (box,) = scene(600, 800, (4, 3, 0), looks=240)
    (found,) = yunet.find(picture)
    np.testing.assert_allclose(found.box, box, atol=4)


@pytest.mark.parametrize(
    ("longest", "sides"),
    [(2000, [480, 1280, 240]), (320, [480, 1280, 240]), (200, [480, 800, 240]), (100, [400, 240]), (10, [40])],
)
def test_each_size_is_looked_at_once_and_none_is_blown_up_without_end(yunet, monkeypatch, longest, sides):
    looked = []
    monkeypatch.setattr(yunet, "_look", lambda pixels, scale: looked.append(round(scale * longest)) or [])
    assert yunet.find(np.zeros((longest // 2, longest, 3), np.uint8)) == ()
    assert looked == sides


def test_a_face_at_the_edge_of_the_picture_is_cut_off_there(yunet):
    picture, (box,) = scene(480, 480, (1, 6, 0))  # 48 px of border: half of the cell lies in it
    assert box[0] == -16
    (found,) = yunet.find(picture)
    assert found.box == (0, 144, 16, 32)
    np.testing.assert_allclose(found.landmarks, box[:2] + PLACES * CELL, atol=0.1)  # the landmarks stay where they are


def test_a_face_below_16_px_is_left_out(yunet):
    small, _ = scene(100, 150, (7, 8, 0))  # 400 px are looked at: a cell is 12 px
    assert yunet.find(small) == ()


def test_a_view_will_do_and_nothing_is_changed(yunet):
    picture, _ = scene(600, 800, (4, 5, 90))
    before = picture.copy()
    view = np.flip(np.flip(picture, 1).copy(), 1)
    assert yunet.find(view) == yunet.find(picture)
    np.testing.assert_array_equal(picture, before)


def test_eight_threads_at_once_find_what_one_finds(yunet):
    scenes = [scene(300 + 40 * number, 500 + 90 * number, (3 + number, 4, 30 * number))[0] for number in range(8)]
    wanted = [yunet.find(picture) for picture in scenes]
    assert all(len(faces) == 1 for faces in wanted)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(yunet.find, scenes * 4))
    assert found == wanted * 4
    for ours, others in zip(found, wanted * 4, strict=True):
        np.testing.assert_array_equal(ours[0].landmarks, others[0].landmarks)
