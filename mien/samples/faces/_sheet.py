"""A contact sheet: many faces in one picture."""

from __future__ import annotations

import cv2
import numpy as np

from mien.core.errors import SettingError
from mien.samples.faces._canvas import Photo
from mien.samples.faces._draw import draw
from mien.samples.faces._expression import LABELS
from mien.samples.faces._scene import sample_parameters

_PAPER = (251, 250, 247)
_INK = (27, 27, 31)
_GAP = 6  # pixels between pictures
_CAPTION = 18  # height of a caption, pixels


def contact_sheet(
    seed: int = 0, samples: int = 40, columns: int = 8, *, size: int = 128, labelled: bool = True
) -> Photo:
    """Draw different people, their expressions at full strength, side by side: uint8 [H, W, 3]; classes take turns.

    `size`: side of each face, pixels. `SettingError` as `draw`, or if there is nothing to draw.
    """
    if samples < 1 or columns < 1:
        raise SettingError(f"{samples} faces in rows of {columns}", expected="at least 1 of each")
    tall, wide = size + _GAP + (_CAPTION if labelled else 0), size + _GAP
    height, width = -(-samples // columns) * tall + _GAP, columns * wide + _GAP
    sheet: Photo = np.full((height, width, 3), _PAPER, np.uint8)
    for index in range(samples):
        label = LABELS[index % len(LABELS)]
        top, left = _GAP + index // columns * tall, _GAP + index % columns * wide
        face = sample_parameters(seed, index, label, intensity=1.0)
        sheet[top : top + size, left : left + size] = draw(face, size)
        if labelled:
            place = (left + 1, top + size + _CAPTION - 5)
            cv2.putText(sheet, label, place, cv2.FONT_HERSHEY_SIMPLEX, 0.42, _INK, 1, cv2.LINE_AA)
    return sheet
