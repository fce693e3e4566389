"""A frame with its faces: what `mien predict clip.mp4 --show` draws, and the frames in `answer_picture`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.web import class_colour, class_ink

if TYPE_CHECKING:
    from mien.core.types import Pixels
    from mien.predict import Moment

Box = tuple[int, int, int, int]


def draw_moment(moment: Moment) -> Pixels:
    """Draw the boxes of the faces of a frame, each with its number, its label and the label's weight.

    Parameters
    ----------
    moment : Moment
        From `predict.watch`.

    Returns
    -------
    uint8 [H, W, 3]
        RGB; a copy.
    """
    from PIL import Image

    image = Image.fromarray(moment.frame.pixels)
    faces = [
        (seen.box, seen.label, f"{seen.track}  {seen.label} {seen.probabilities[seen.label]:.0%}")
        for seen in moment.faces
    ]
    draw_boxes(image, faces)
    return np.array(image, np.uint8)


def draw_boxes(image: Any, faces: Sequence[tuple[Box, str, str]]) -> None:  # noqa: ANN401 - PIL.Image.Image
    """Draw boxes on an image, the smallest last so that it lies on top.

    Parameters
    ----------
    image : PIL.Image.Image
        RGB; changed.
    faces : sequence of (box, label, words)
        Box in pixels of the image, the label that gives the colour, and what is written at the box.
    """
    from PIL import ImageDraw

    pen = ImageDraw.Draw(image)
    line = max(2, round(min(image.size) / 180))
    size = max(11, round(min(image.size) / 26))
    for (left, top, width, height), label, words in sorted(faces, key=lambda face: -face[0][2] * face[0][3]):
        colour = class_colour(label)
        pen.rectangle((left, top, left + width, top + height), outline=colour, width=line)
        if not words:
            continue
        font, pad = letters(size), max(2, size // 4)
        across, down = pen.textbbox((0, 0), words, font=font, anchor="lt")[2:]
        x = min(max(0, left), max(0, image.width - across - 2 * pad))
        y = top - down - 2 * pad if top >= down + 2 * pad else min(top + height, image.height - down - 2 * pad)
        pen.rectangle((x, y, x + across + 2 * pad, y + down + 2 * pad), fill=colour)
        pen.text((x + pad, y + pad), words, fill=class_ink(label), font=font, anchor="lt")


@cache
def letters(size: int) -> Any:  # noqa: ANN401 - PIL.ImageFont
    """Return Pillow's own font.

    Parameters
    ----------
    size : int
        Pixels.

    Returns
    -------
    PIL.ImageFont.FreeTypeFont
        The same object for the same size.
    """
    from PIL import ImageFont

    return ImageFont.load_default(size)
