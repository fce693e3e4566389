"""A frame with its faces: what `mien predict clip.mp4 --show` draws, and the frames in `answer_picture`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from mien.html import class_colour, class_ink, percent

if TYPE_CHECKING:
    from mien.core.types import Pixels
    from mien.predict import FrameResult, TrackedFace

FEW = 4  # faces in a frame that get words; more would lie over one another
DASH = 7  # lengths of the line: a dash of the box of a face of which it is not sure, and the gap after it

Box = tuple[int, int, int, int]


class Mark(NamedTuple):
    """A box to draw: where, the class that gives its colour, what is written at it, and whether it is sure of it."""

    box: Box
    label: str
    words: str = ""
    sure: bool = True


def draw_frame(result: FrameResult) -> Pixels:
    """Draw the boxes of the faces of a frame, each with its number and, of a few faces, the answer in words.

    Returns a copy, uint8 [H, W, 3], RGB. A dashed box is one of which the model is not sure.
    """
    from PIL import Image

    image = Image.fromarray(result.frame.pixels)
    few = len(result.faces) <= FEW
    draw_boxes(image, [Mark(face.box, face.label, _words(face, few=few), face.verdict.sure) for face in result.faces])
    return np.array(image, np.uint8)


def _words(face: TrackedFace, *, few: bool) -> str:
    if not few:
        return str(face.track)
    verdict = face.verdict
    share = f" {in_percent(face.probabilities[face.label])}" if verdict.kind in {"looks", "probably"} else ""
    return f"{face.track}  {verdict.words}{share}"


def draw_boxes(image: Any, marks: Sequence[Mark]) -> None:  # noqa: ANN401 - PIL.Image.Image
    """Draw boxes on an RGB image, the smallest last so that it lies on top, and over all of them what is written."""
    from PIL import ImageDraw

    pen = ImageDraw.Draw(image)
    line = max(2, round(min(image.size) / 180))
    size = max(11, round(min(image.size) / 26))
    ordered = sorted(marks, key=lambda mark: -mark.box[2] * mark.box[3])
    for mark in ordered:
        _frame(pen, mark, line)
    for mark in (mark for mark in ordered if mark.words):
        left, top, _, height = mark.box
        font, pad = letters(size), max(2, size // 4)
        across, down = pen.textbbox((0, 0), mark.words, font=font, anchor="lt")[2:]
        x = min(max(0, left), max(0, image.width - across - 2 * pad))
        y = top - down - 2 * pad if top >= down + 2 * pad else min(top + height, image.height - down - 2 * pad)
        pen.rectangle((x, y, x + across + 2 * pad, y + down + 2 * pad), fill=class_colour(mark.label))
        pen.text((x + pad, y + pad), mark.words, fill=class_ink(mark.label), font=font, anchor="lt")


def _frame(pen: Any, mark: Mark, line: int) -> None:  # noqa: ANN401 - ImageDraw
    (left, top, width, height), colour = mark.box, class_colour(mark.label)
    if mark.sure:
        pen.rectangle((left, top, left + width, top + height), outline=colour, width=line)
        return
    step = DASH * line
    for x in range(left, left + width, 2 * step):
        for y in (top, top + height - line + 1):
            pen.rectangle((x, y, min(x + step, left + width), y + line - 1), fill=colour)
    for y in range(top, top + height, 2 * step):
        for x in (left, left + width - line + 1):
            pen.rectangle((x, y, x + line - 1, min(y + step, top + height)), fill=colour)


def in_percent(share: float) -> str:
    """Write a share, 0..1, with a space that Pillow's font has."""
    return f"{percent(share, unit=False)} %"


@cache
def letters(size: int) -> Any:  # noqa: ANN401 - PIL.ImageFont
    """Return Pillow's own font."""
    from PIL import ImageFont

    return ImageFont.load_default(size)
