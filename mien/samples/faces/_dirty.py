"""Defects planted on purpose and written down, so that audits can be graded.

They are what folders scraped from the web hold: files that are no pictures, pictures that stop half way, the
same picture twice or under two emotions, and faces filed under the wrong one.
"""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath

import cv2
import numpy as np
from PIL import Image

from mien.samples import _folder
from mien.samples._order import defects_of, other_label
from mien.samples.faces._camera import encode
from mien.samples.faces._draw import draw
from mien.samples.faces._plan import Picture, picture

Planted = _folder.Planted[Picture]


@dataclasses.dataclass(frozen=True)
class Garden:
    """What defects are made from."""

    seed: int  # seed of the data set
    labels: tuple[str, ...]  # the classes
    clean: Sequence[Picture]  # the clean pictures
    size: int  # side of the pictures, pixels

    def fresh(self, number: int, filed: str = "") -> Picture:
        """Plan a new picture of a known person."""
        index = len(self.clean) + number
        someone = self.clean[(number * 31) % len(self.clean)].face.identity.person
        return picture(self.seed, index, self.labels, someone, filed)

    def bytes_of(self, shown: Picture) -> bytes:
        """Draw and encode a picture."""
        return encode(draw(shown.face, self.size), shown.face.camera)

    def other(self, label: str, number: int) -> str:
        """Give a class that is not `label`."""
        return other_label(self.labels, label, number)


Defect = Callable[[Garden, int], Planted]


def _ending(garden: Garden, number: int) -> Planted:
    shown = garden.fresh(number)
    data = encode(draw(shown.face, garden.size), dataclasses.replace(shown.face.camera, kind="png"))
    shown = _renamed(shown, ".jpg")
    return Planted(shown.path, "wrong_ending", "PNG bytes named .jpg", data, shown)


def _no_picture(defect: str, ending: str, detail: str, data: bytes) -> Defect:
    return lambda garden, number: Planted(_renamed(garden.fresh(number), ending).path, defect, detail, data)


def _truncated(garden: Garden, number: int) -> Planted:
    shown = garden.fresh(number)
    data = encode(draw(shown.face, garden.size), dataclasses.replace(shown.face.camera, kind="jpg"))
    keep = int(len(data) * (0.35 + 0.1 * (number % 4)))
    return Planted(_renamed(shown, ".jpg").path, "truncated", f"{keep} of {len(data)} bytes", data[:keep])


def _gif(garden: Garden, number: int) -> Planted:
    shown = garden.fresh(number)
    first = Image.fromarray(draw(shown.face, garden.size))
    second = Image.fromarray(np.ascontiguousarray(cv2.flip(np.asarray(first), 1)))
    room = io.BytesIO()
    first.save(room, "GIF", save_all=True, append_images=[second], duration=200, loop=0)
    return Planted(_renamed(shown, ".gif").path, "animated_gif", "2 frames", room.getvalue())


def _twin(garden: Garden, number: int) -> Planted:
    first = garden.clean[(number * 17) % len(garden.clean)]
    return _copy(garden, number, first, first.label, "twin")


def _torn_twin(garden: Garden, number: int) -> Planted:
    first = garden.clean[(number * 13 + 5) % len(garden.clean)]
    return _copy(garden, number, first, garden.other(first.label, number), "twin_other_label")


def _copy(garden: Garden, number: int, first: Picture, folder: str, defect: str) -> Planted:
    old = PurePosixPath(first.path)
    path = f"{folder}/{old.stem}_{number:03d}{old.suffix}"
    return Planted(path, defect, first.path, garden.bytes_of(first), Picture(path, first.face, folder, first.seed))


def _wrong_label(garden: Garden, number: int) -> Planted:
    truth = garden.labels[(len(garden.clean) + number) % len(garden.labels)]
    shown = garden.fresh(number, garden.other(truth, number))
    return Planted(shown.path, "wrong_label", f"shows {truth}", garden.bytes_of(shown), shown)


def _renamed(shown: Picture, ending: str) -> Picture:
    return dataclasses.replace(shown, path=str(PurePosixPath(shown.path).with_suffix(ending)))


_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128"><circle cx="64" cy="64" r="50"/></svg>\n'
_PAGE = b"<!doctype html><title>404</title><p>Not found</p>\n"

DEFECTS: Mapping[str, Defect] = {
    "wrong_ending": _ending,
    "svg": _no_picture("svg", ".svg", "a vector drawing", _SVG),
    "truncated": _truncated,
    "empty": _no_picture("empty", ".jpg", "0 bytes", b""),
    "text": _no_picture("text", ".jpg", "a web page named .jpg", _PAGE),
    "animated_gif": _gif,
    "twin": _twin,
    "twin_other_label": _torn_twin,
    "wrong_label": _wrong_label,
}

# Wrong labels and twins are what audits find hardest, so there are more of them.
kinds = partial(defects_of, (*DEFECTS, "wrong_label", "wrong_label", "twin", "twin_other_label"))
