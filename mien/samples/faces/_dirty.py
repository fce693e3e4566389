"""Defects planted on purpose and written down, so that audits can be graded.

They are what folders scraped from the web hold: files that are no pictures, pictures that stop half way, the
same picture twice or under two emotions, and faces filed under the wrong one.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import partial

import cv2
import numpy as np
from PIL import Image

from mien.samples._folder import Planted
from mien.samples._garden import SHARED, Defect, Garden, renamed
from mien.samples._order import defects_of
from mien.samples.faces._draw import draw
from mien.samples.faces._plan import Picture


def _ending(garden: Garden, number: int) -> Planted[Picture]:
    shown: Picture = renamed(garden.fresh(number), ".jpg")
    return Planted(shown.path, "wrong_ending", "PNG bytes named .jpg", shown.data("png"), shown)


def _no_picture(defect: str, ending: str, detail: str, data: bytes) -> Defect:
    return lambda garden, number: Planted(renamed(garden.fresh(number), ending).path, defect, detail, data)


def _truncated(garden: Garden, number: int) -> Planted[Picture]:
    shown: Picture = renamed(garden.fresh(number), ".jpg")
    data = shown.data("jpg")
    keep = int(len(data) * (0.35 + 0.1 * (number % 4)))
    return Planted(shown.path, "truncated", f"{keep} of {len(data)} bytes", data[:keep])


def _gif(garden: Garden, number: int) -> Planted[Picture]:
    shown: Picture = renamed(garden.fresh(number), ".gif")
    first = Image.fromarray(draw(shown.face, shown.size))
    second = Image.fromarray(np.ascontiguousarray(cv2.flip(np.asarray(first), 1)))
    room = io.BytesIO()
    first.save(room, "GIF", save_all=True, append_images=[second], duration=200, loop=0)
    return Planted(shown.path, "animated_gif", "2 frames", room.getvalue())


_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128"><circle cx="64" cy="64" r="50"/></svg>\n'
_PAGE = b"<!doctype html><title>404</title><p>Not found</p>\n"

DEFECTS: Mapping[str, Defect] = {
    "wrong_ending": _ending,
    "svg": _no_picture("svg", ".svg", "a vector drawing", _SVG),
    "truncated": _truncated,
    "empty": _no_picture("empty", ".jpg", "0 bytes", b""),
    "text": _no_picture("text", ".jpg", "a web page named .jpg", _PAGE),
    "animated_gif": _gif,
    **SHARED,
}

# Wrong labels and twins are what audits find hardest, so there are more of them.
OFTEN = ("wrong_label", "wrong_label", "twin", "twin_other_label")
kinds = partial(defects_of, (*DEFECTS, *OFTEN))
