"""The page lays a face over the whole picture as `mien.kinds.picture.rows` does."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from mien import media
from mien.core.types import InputContract
from mien.faces import Face
from mien.kinds.picture import rows as picture_rows

SIZE = 24
STEP = 1  # of 255, by which the page's resize may differ from Pillow's
WALL = np.repeat(np.repeat(np.random.default_rng(2).integers(90, 160, (4, 4, 3), np.uint8), 16, 0), 16, 1)
ROWS = """async ([data, size, options, finder]) => {
  const { prepare } = await import("/kinds/picture-rows.js");
  const config = await (await fetch("/mien.json")).json();
  const sample = new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))]);
  const model = { size, inputs: "both", margin: 0 };
  const { rows, count, faces } = await prepare(sample, model, { finder: config.finder, ...options });
  return [[...rows], count, faces];
}"""


def prepared(page, picture, give, **options):
    data = base64.b64encode(give.encoded(picture)).decode()
    rows, count, faces = page.evaluate(ROWS, [data, SIZE, options, None])
    return np.array(rows, np.uint8).reshape(count, 2 * SIZE, SIZE, 3).astype(int), faces


def wanted(picture, faces, **how):
    return picture_rows(picture, faces, InputContract(("happy", "sad"), SIZE, inputs="both"), **how).astype(int)


def test_a_face_stands_above_the_whole(desk, give):
    picture = give.scene(*give.two)
    rows, faces = prepared(desk, picture, give)
    found = [Face(tuple(one["box"]), one["score"], np.array(one["points"], np.float32)) for one in faces]
    assert len(rows) == len(found) == 2
    apart = np.abs(rows - wanted(picture, found))
    assert apart[:, SIZE:].max() <= STEP
    assert apart[:, :SIZE].mean() < 0.5  # places of eyes and mouth differ by a tenth of a pixel


@pytest.mark.parametrize("inputs", ["auto", "whole"])
def test_without_a_face_the_upper_half_is_black(desk, give, inputs):
    picture = WALL
    rows, faces = prepared(desk, picture, give, inputs=inputs)
    assert not faces
    assert not rows[:, :SIZE].any()
    assert np.abs(rows - wanted(picture, None)).max() <= STEP


def test_faces_alone_a_face_crop_and_a_frame(desk, give):
    picture = give.drawn("happy", 0, 64)
    assert len(prepared(desk, WALL, give, inputs="photos")[0]) == 0
    crops, _ = prepared(desk, picture, give, inputs="faces")
    assert np.abs(crops - wanted(picture, None, cut_already=True)).max() <= STEP
    (row,), _ = prepared(desk, picture, give, square=[8, 8, 40])
    for half, seen in ((row[:SIZE], picture[8:48, 8:48]), (row[SIZE:], picture)):
        assert np.abs(half - media.fit(seen, SIZE).astype(int)).max() <= STEP
