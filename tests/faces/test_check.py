"""The face check: drawn faces pass however they are shown, and what is none does not."""

from __future__ import annotations

import hashlib

import numpy as np
import onnx
import pytest

from mien import faces
from mien.faces import Face
from mien.samples.faces import EMOTIONS, draw, sample_parameters

SIDES = (30, 48, 97, 200)


def drawn(number: int, side: int = 96) -> np.ndarray:
    emotion = tuple(EMOTIONS)[number % len(EMOTIONS)]
    return draw(sample_parameters(3, number, emotion), side)


def nothing(kind: str, side: int) -> np.ndarray:
    y, x = np.mgrid[0 : 1 : side * 1j, 0 : 1 : side * 1j]
    noise = np.random.default_rng(1).normal(128, 50, (side, side))
    found = {
        "blank": 0 * x + 90,
        "black": 0 * x,
        "gradient": 255 * x,
        "stripes": 255 * (y * 12 % 2 > 1),
        "noise": noise,
    }
    return np.repeat(np.clip(found[kind], 0, 255).astype(np.uint8)[..., None], 3, 2)


@pytest.mark.parametrize("side", SIDES)
def test_drawn_faces_of_any_size_look_like_faces(side):
    rows = np.stack([drawn(number, side) for number in range(14)])
    assert faces.look_like_faces(rows).all()


@pytest.mark.parametrize("kind", ["blank", "black", "gradient", "stripes", "noise"])
@pytest.mark.parametrize("side", SIDES)
def test_what_is_empty_or_a_pattern_does_not(kind, side):
    assert not faces.look_like_faces(nothing(kind, side)[None]).any()


def test_a_margin_is_left_out():
    wide = np.full((1, 96, 96, 3), 30, np.uint8)
    wide[:, 24:72, 24:72] = drawn(1, 48)
    assert faces.look_like_faces(wide, 0.5).all()
    assert faces.look_like_faces(drawn(1)[None], -0.2).shape == (1,)


def test_colour_and_a_little_light_decide_nothing():
    rows = np.stack([drawn(number) for number in range(7)])
    assert faces.look_like_faces(rows[..., ::-1]).all()
    assert faces.look_like_faces((rows * 0.5 + 40).astype(np.uint8)).all()


def test_none_is_none():
    assert faces.look_like_faces(np.zeros((0, 48, 48, 3), np.uint8)).shape == (0,)


class Sees:
    """A detector that finds what it is told."""

    def __init__(self, name: str, *found: Face) -> None:
        self.name, self._found = name, found

    def find(self, pixels: np.ndarray) -> tuple[Face, ...]:
        return self._found


def test_what_a_detector_of_ours_finds_wrongly_is_left_out():
    picture = np.concatenate([drawn(2, 120), nothing("noise", 120)], axis=1)
    right, wrong = Face((10, 8, 100, 100)), Face((130, 10, 100, 100))
    for name in faces.detectors():
        own = faces.checked(Sees(name, right, wrong))
        assert (own.name, own.find(picture)) == (name, (right,))
    another = Sees("cats", right, wrong)
    assert faces.checked(another) is another
    assert faces.checked(Sees("fcos")).find(picture) == ()


def test_the_file_is_small_and_says_what_it_takes():
    data = faces.check_bytes()
    assert len(data) <= 60_000, hashlib.sha256(data).hexdigest()
    graph = onnx.load_from_string(data).graph
    assert ([one.name for one in graph.input], [one.name for one in graph.output]) == (["pixels"], ["face", "quality"])
