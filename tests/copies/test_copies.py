"""Near copies by signature and by comparison: changed copies are told from look-alikes."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

from mien import collect, copies, kinds, media, samples
from mien.copies import _signature
from mien.core.neighbours import EVEN, mirror


def saved(picture: Image.Image, quality: int = 90) -> np.ndarray:
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=quality)
    return media.decode(file.getvalue())


def cropped(picture: Image.Image) -> Image.Image:
    width, height = picture.size
    return picture.crop((0, round(0.06 * height), round(0.92 * width), round(0.98 * height)))


CHANGES = {
    "saved again": lambda picture: saved(picture, 60),
    "another size": lambda picture: saved(picture.resize((picture.width * 3 // 4, picture.height * 3 // 4))),
    "another shape": lambda picture: saved(picture.resize((picture.width, picture.height * 3 // 4))),
    "cut": lambda picture: saved(cropped(picture)),
    "mirrored": lambda picture: saved(ImageOps.mirror(picture)),
    "turned": lambda picture: saved(picture.rotate(4, Image.Resampling.BILINEAR)),
    "brightened": lambda picture: saved(ImageEnhance.Brightness(picture).enhance(1.25)),
    "in grey": lambda picture: saved(ImageOps.grayscale(picture)),
    "framed": lambda picture: saved(ImageOps.expand(picture, picture.width // 12, "white")),
    "mirrored and cut": lambda picture: saved(ImageOps.mirror(cropped(picture))),
}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    manifest = collect.scan(samples.draw(tmp_path_factory.mktemp("faces") / "faces", samples=48, seed=11))
    return [media.decode(data) for data in media.read_many(manifest.frame.select("path", "container").iter_rows())]


@pytest.fixture(scope="module")
def reduced(drawn):
    return np.stack([copies.reduce_picture(picture) for picture in drawn])


def closeness(one: np.ndarray, other: np.ndarray) -> float:
    one, other = one.astype(float), other.astype(float)
    return float(one @ other / np.sqrt((one @ one) * (other @ other)))


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_is_close_and_is_the_same_picture(drawn, reduced, change):
    signatures = copies.signatures(reduced)
    for number in range(0, len(drawn), 4):
        copy = copies.reduce_picture(CHANGES[change](Image.fromarray(drawn[number])))
        (mark,) = copies.signatures(copy[None])
        straight, turned = closeness(mark, signatures[number]), closeness(mirror(mark[None])[0], signatures[number])
        other = np.ascontiguousarray(copy[:, ::-1]) if turned > straight else copy
        near = max(straight, turned)
        assert near > 0.68, number
        assert copies.same_picture(reduced[number], other, near) >= copies.COPY, number
        everything = [max(closeness(mark, one), closeness(mirror(mark[None])[0], one)) for one in signatures]
        assert int(np.argmax(everything)) == number


def test_look_alikes_are_not_the_same_picture(reduced):
    signatures = copies.signatures(reduced)
    compared = 0
    for first in range(len(reduced)):
        for second in range(first):
            near = closeness(signatures[first], signatures[second])
            if near > 0.6 and first // 12 != second // 12:  # twelve pictures show one person
                compared += 1
                assert copies.same_picture(reduced[first], reduced[second], near) < copies.COPY
    assert compared > 5


def test_a_mirrored_picture_turns_half_of_its_signature_round(reduced):
    turned = copies.signatures(np.ascontiguousarray(reduced[:, :, ::-1]))
    expected = mirror(copies.signatures(reduced))
    assert np.abs(turned.astype(int) - expected).max() <= 2
    assert EVEN == 32
    assert _signature.LENGTH == 64


def test_a_frame_of_one_colour_is_cut_off_on_opposite_edges_alike():
    noise = np.random.default_rng(0).integers(0, 256, (60, 60, 3), np.uint8)
    framed = np.pad(noise, ((10, 10), (10, 10), (0, 0)), constant_values=255)
    assert np.abs(copies.reduce_picture(framed).astype(int) - copies.reduce_picture(noise)).mean() < 2
    wall = np.pad(noise, ((20, 0), (0, 0), (0, 0)), constant_values=255)  # a white wall above a head is no frame
    assert (copies.reduce_picture(wall)[:8] == 255).all()


def test_a_picture_without_contrast_has_no_signature():
    plain = np.full((3, 48, 48), 128, np.uint8)
    plain[1, ::2] += 1
    assert not copies.signatures(plain).any()
    assert not copies.signatures(np.zeros((0, 48, 48), np.uint8)).any()


@pytest.mark.parametrize("shape", [(16, 16, 3), (17, 300, 3), (300, 17, 3), (1, 1, 3), (400, 400, 3)])
def test_every_shape_can_be_reduced(shape):
    picture = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    found = copies.reduce_picture(picture)
    assert (found.shape, found.dtype) == ((48, 48), np.uint8)
    assert np.abs(copies.signatures(found[None])).max() <= 127


def test_pairs_are_read_from_wherever_they_lie_and_what_is_gone_is_not_known(tmp_path, drawn):
    for name, picture in (("a", drawn[0]), ("b", drawn[20])):
        Image.fromarray(picture).save(tmp_path / f"{name}.png")
    Image.fromarray(drawn[0][:, ::-1]).resize((90, 90)).save(tmp_path / "c.jpg")
    (tmp_path / "d.png").write_bytes(b"no picture")
    pairs = [
        ("a.png", "c.jpg", True),
        ("a.png", "b.png", False),
        ("a.png", "d.png", False),
        ("gone.png", "a.png", False),
    ]
    asked = [((str(tmp_path / a), None), (str(tmp_path / b), None), mirrored, 0.9) for a, b, mirrored in pairs]
    assert kinds.kind("picture").confirm_copies(asked) == [True, False, None, None]
    assert kinds.kind("picture").confirm_copies([]) == []


def test_a_picture_with_a_frame_has_two_forms_and_one_without_has_one():
    noise = np.random.default_rng(4).integers(0, 255, (64, 64, 3), np.uint8)
    framed = np.pad(noise, ((8, 8), (8, 8), (0, 0)), constant_values=250)
    assert len(copies.reduced_forms(noise)) == 1
    inner, whole = copies.reduced_forms(framed)
    np.testing.assert_array_equal(inner, copies.reduce_picture(framed))
    assert (whole[:3] == 250).all()
    assert inner[0].std() > 10
