"""What a model is given of a picture: one rule for training and for every answer."""

from __future__ import annotations

import numpy as np
import pytest

from mien import faces, media
from mien.core.types import InputContract
from mien.faces import Face
from mien.kinds import picture

SIZE = 16
PICTURE = np.random.default_rng(0).integers(0, 256, (50, 70, 3), dtype=np.uint8)
FACES = (Face((5, 8, 30, 30)), Face((40, 20, 18, 18)))
WHOLE = media.fit(PICTURE, SIZE)
CUT = [faces.crop(PICTURE, face, SIZE, 0.1) for face in FACES]
BLACK = np.zeros_like(WHOLE)


def eats(inputs):
    return InputContract(("happy", "sad"), SIZE, inputs=inputs, margin=0.1)


@pytest.mark.parametrize(
    ("inputs", "faces", "wanted"),
    [
        ("whole", None, [WHOLE]),
        ("faces", None, [WHOLE]),
        ("faces", FACES, CUT),
        ("whole", FACES, CUT),
        ("faces", (), []),
        ("both", None, [np.concatenate([BLACK, WHOLE])]),
        ("both", (), [np.concatenate([BLACK, WHOLE])]),
        ("both", FACES, [np.concatenate([face, WHOLE]) for face in CUT]),
    ],
)
def test_rows_are_faces_the_whole_or_both(inputs, faces, wanted):
    found = picture.rows(PICTURE, faces, eats(inputs))
    assert (found.shape, found.dtype) == ((len(wanted), *eats(inputs).shape), np.uint8)
    for row, one in zip(found, wanted, strict=True):
        np.testing.assert_array_equal(row, one)


def test_what_is_a_face_crop_already_is_both():
    (row,) = picture.rows(PICTURE, None, eats("both"), cut_already=True)
    np.testing.assert_array_equal(row, np.concatenate([WHOLE, WHOLE]))
    np.testing.assert_array_equal(picture.rows(PICTURE, None, eats("faces"), cut_already=True), [WHOLE])
