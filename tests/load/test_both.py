"""Caches of faces above whole pictures: what each row is, and that no picture is lost for want of a face."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from mien import faces, load, media
from mien.core.types import InputContract
from mien.faces import Face

SIZE = 16
PLACE = Face((20, 12, 24, 24))


class InRed:
    """Sees a face in what is red."""

    name = "in-red"

    def find(self, pixels):
        return (PLACE, Face((0, 0, 16, 16))) if pixels[..., 0].mean() > 100 else ()


def scene(seed, red):
    pixels = np.random.default_rng(seed).integers(0, 100, (60, 90, 3), dtype=np.uint8)
    pixels[..., 0] += 100 * red
    file = io.BytesIO()
    Image.fromarray(pixels + np.uint8(1)).save(file, "png")
    return file.getvalue()


@pytest.fixture
def photos(lay, tmp_path):
    named = {f"{'happy' if i % 2 else 'sad'}-{i}.png": scene(i, red=i < 6) for i in range(8)}
    return lay(tmp_path / "photos", named | {"sad-cut.png": scene(9, red=True)[:300]})


def build(manifest, folder, detector, inputs="both", **how):
    return load.build(manifest, InputContract(("happy", "sad"), SIZE, inputs=inputs), folder, detector=detector, **how)


def test_each_row_holds_the_face_and_the_whole(photos, tmp_path):
    cache = build(photos, tmp_path / "cache", InRed())
    assert set(cache.failed) == {"sad-cut.png"}
    assert cache.faceless == {"sad-6.png", "happy-7.png"}
    readable = photos.set_aside(dict.fromkeys(cache.failed, "unreadable")).used
    rows = cache.array(readable)
    assert (rows.shape, rows.dtype) == ((8, 2 * SIZE, SIZE, 3), np.uint8)
    for one, row in zip(readable.frame["id"], rows, strict=True):
        pixels = media.decode((tmp_path / "photos" / one).read_bytes())
        black = np.zeros((SIZE, SIZE, 3), np.uint8)
        face = black if one in cache.faceless else faces.crop(pixels, PLACE, SIZE)
        np.testing.assert_array_equal(row, np.concatenate([face, media.fit(pixels, SIZE)]))


def test_the_next_run_and_a_part_of_the_data_know_who_had_no_face(photos, tmp_path):
    first, again = (build(photos, tmp_path / "cache", InRed()) for _ in range(2))
    assert (again.path, again.faceless) == (first.path, first.faceless)
    part = build(photos.set_aside({"sad-6.png": "chance"}), tmp_path / "cache", InRed())
    assert part.faceless == {"happy-7.png"}


def test_rows_of_another_kind_are_never_borrowed(photos, tmp_path):
    folder = tmp_path / "cache"
    made = [
        build(photos, folder, InRed()),
        build(photos, folder, InRed(), inputs="faces"),
        build(photos, folder, None),
        build(photos, folder, None, cut_already=True),
        build(photos, folder, None, inputs="whole"),
    ]
    assert len({cache.path for cache in made}) == len(made)
    _, _, alone, crops, whole = made
    assert (alone.faceless, crops.faceless) == (frozenset(), frozenset())
    assert not alone.source[:, :SIZE].any()
    np.testing.assert_array_equal(crops.source[:, :SIZE], crops.source[:, SIZE:])
    np.testing.assert_array_equal(alone.source[:, SIZE:], whole.source)
