"""Faces instead of whole pictures: which one is cut, what has none, and caches that are not mixed up."""

import io
import shutil
import threading

import numpy as np
import polars as pl
import pytest
from PIL import Image

from mien import faces, load, media
from mien.core.errors import SourceError
from mien.core.types import InputContract, Manifest
from mien.faces import Face


class Bright:
    """A detector that sees a face where a picture is white, and counts."""

    def __init__(self, name="bright", smallest_too=False):
        self.name, self.asked, self.smallest_too = name, 0, smallest_too
        self.lock = threading.Lock()

    def find(self, pixels):
        with self.lock:
            self.asked += 1
        rows, columns = np.nonzero(pixels.min(2) > 240)
        if not len(rows):
            return ()
        left, top = int(columns.min()), int(rows.min())
        found = Face((left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1))
        return (found, Face((0, 0, 16, 16))) if self.smallest_too else (found,)


def scene(seed, left=None):
    """A PNG of 90 x 60 pixels: noise, and a white square of 20 px at `left`, with a grey mark in its middle."""
    pixels = np.random.default_rng(seed).integers(0, 200, (60, 90, 3), dtype=np.uint8)
    if left is not None:
        pixels[20:40, left : left + 20] = 255
        pixels[28:32, left + 8 : left + 12] = (120, 130, 140)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "png")
    return file.getvalue()


@pytest.fixture
def photos(lay, tmp_path):
    """Eight photos with a face and two without one."""
    faces = {f"{'happy' if i % 2 else 'sad'}-{i}.png": scene(i, 10 + 5 * i) for i in range(8)}
    return lay(tmp_path / "photos", faces | {"happy-none.png": scene(90), "sad-none.png": scene(91)})


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "a folder" / "cache"


def build(manifest, folder, detector=None, margin=0.0, size=16):
    contract = InputContract(("happy", "sad"), size, inputs="faces" if detector else "whole", margin=margin)
    return load.build(manifest, contract, folder, detector=detector)


def with_face(manifest):
    return manifest.set_aside(dict.fromkeys(("happy-none.png", "sad-none.png"), "faceless")).used


def test_each_row_is_the_face_that_was_found(photos, folder):
    cache = build(photos, folder, Bright(smallest_too=True), margin=0.25)
    rows = cache.array(with_face(photos))
    assert (rows.shape, rows.dtype) == ((8, 16, 16, 3), np.uint8)
    for seed, row in enumerate(rows):
        pixels = media.decode(scene(seed, 10 + 5 * seed))
        wanted = faces.crop(pixels, Face((10 + 5 * seed, 20, 20, 20)), 16, 0.25)
        np.testing.assert_array_equal(row, wanted)


def test_what_shows_no_face_is_named_and_told_apart_from_what_cannot_be_read(photos, lay, tmp_path, folder):
    bad = lay(tmp_path / "bad", {"sad-cut.png": scene(7, 30)[:400], "sad-empty.png": b""})
    both = Manifest(pl.concat([photos.frame, bad.frame]))
    cache = build(both, folder, Bright())
    assert cache.faceless == {"happy-none.png", "sad-none.png"}
    assert set(cache.failed) == cache.faceless | {"sad-cut.png", "sad-empty.png"}
    assert all(cache.failed[one].startswith("No face was found in the picture") for one in cache.faceless)
    assert not any("face" in cache.failed[one] for one in ("sad-cut.png", "sad-empty.png"))
    assert len(cache) == 8
    with pytest.raises(SourceError, match="4 of 12 samples are not in the cache"):
        cache.rows(both)


def test_without_a_detector_no_picture_is_faceless(photos, folder):
    cache = build(photos, folder)
    assert (cache.failed, cache.faceless, len(cache)) == ({}, frozenset(), 10)


def test_a_second_call_looks_at_nothing(photos, folder, tmp_path):
    first, again = Bright(), Bright()
    cache = build(photos, folder, first)
    shutil.rmtree(tmp_path / "photos")
    second = build(photos, folder, again)
    assert (first.asked, again.asked) == (10, 0)
    assert (second.path, second.failed, second.faceless) == (cache.path, cache.failed, cache.faceless)
    np.testing.assert_array_equal(second.array(with_face(photos)), cache.array(with_face(photos)))


@pytest.mark.parametrize("first", ["whole", "face"])
def test_faces_and_whole_pictures_of_one_folder_are_not_mixed_up(photos, folder, first):
    order = (None, Bright()) if first == "whole" else (Bright(), None)
    made = {("face" if detector else "whole"): build(photos, folder, detector) for detector in order}
    alone = {kind: build(photos, folder.parent / kind, Bright() if kind == "face" else None) for kind in made}
    assert made["face"].path != made["whole"].path
    for kind, cache in made.items():
        np.testing.assert_array_equal(cache.array(with_face(photos)), alone[kind].array(with_face(photos)))
    assert not np.array_equal(*(cache.array(with_face(photos)) for cache in made.values()))
    assert made["whole"].failed == {}
    assert {path.name.partition("-")[0] for path in folder.glob("*.u8")} == {"faces", "pictures"}


@pytest.mark.parametrize(
    "other",
    [{"margin": 0.3}, {"margin": -0.1}, {"size": 20}, {"detector": "other"}, {"detector": "bright-0.3"}],
    ids=str,
)
def test_another_margin_size_or_detector_is_another_cache(photos, folder, other):
    build(photos, folder, Bright())
    detector = Bright(other.get("detector", "bright"))
    settings = {name: value for name, value in other.items() if name != "detector"}
    cache = build(photos, folder, detector, **settings)
    assert detector.asked == 10
    assert len(list(folder.glob("faces-*.u8"))) == 2
    alone = build(photos, folder.parent / "alone", Bright(detector.name), **settings)
    np.testing.assert_array_equal(cache.array(with_face(photos)), alone.array(with_face(photos)))


def test_a_detector_named_like_another_with_its_margin_has_its_own_cache(photos, folder):
    build(photos, folder, Bright("bright-0.3"))
    detector = Bright()
    build(photos, folder, detector, margin=0.3)
    assert detector.asked == 10


def test_caches_of_two_margins_do_not_borrow_from_each_other(photos, folder):
    build(Manifest(photos.frame[:5]), folder, Bright(), margin=0.3)
    detector = Bright()
    build(photos, folder, detector)
    assert detector.asked == 10


def test_a_folder_that_grows_looks_at_the_new_pictures_alone(photos, folder):
    build(Manifest(photos.frame[:5]), folder, Bright())
    detector = Bright()
    cache = build(photos, folder, detector)
    assert detector.asked == 5
    alone = build(photos, folder.parent / "alone", Bright())
    np.testing.assert_array_equal(cache.array(with_face(photos)), alone.array(with_face(photos)))


def test_a_part_of_a_cache_knows_its_own_faceless(photos, folder):
    build(photos, folder, Bright())
    detector = Bright()
    part = build(photos.set_aside({"sad-none.png": "twin"}), folder, detector)
    assert detector.asked == 0
    assert part.faceless == {"happy-none.png"} == set(part.failed)


def test_twins_are_looked_at_once_and_are_faceless_together(lay, tmp_path, folder):
    files = {"happy-1.png": scene(1, 30), "sad-1.png": scene(1, 30), "happy-2.png": scene(2), "sad-2.png": scene(2)}
    manifest, detector = lay(tmp_path / "twins", files), Bright()
    cache = build(manifest, folder, detector)
    assert detector.asked == 2
    assert cache.faceless == {"happy-2.png", "sad-2.png"} == set(cache.failed)
    rows = cache.rows(manifest.set_aside(dict.fromkeys(cache.faceless, "faceless")).used)
    assert rows[0] == rows[1]


def test_pictures_without_any_face_are_answered(lay, tmp_path, folder):
    manifest = lay(tmp_path / "walls", {"happy-1.png": scene(1), "sad-1.png": scene(2)})
    with pytest.raises(SourceError, match=r"None of 2 pictures could be decoded; the first: No face was found"):
        build(manifest, folder, Bright())


def test_a_detector_of_the_registry_cuts_a_drawn_face(lay, clear_face, photo, tmp_path, folder):
    data = media.encode_png(photo((clear_face(0, 160), 100, 50)))
    manifest = lay(tmp_path / "drawn", {"happy-1.png": data})
    fcos = faces.detector("fcos")
    cache = build(manifest, folder, fcos, size=32)
    pixels = media.decode(data)
    np.testing.assert_array_equal(cache.array(manifest)[0], faces.crop(pixels, fcos.find(pixels)[0], 32))
    assert [path.name.rpartition("-")[0] for path in folder.glob("*.u8")] == ["faces-32-fcos-0"]
