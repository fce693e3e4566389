"""A picture at twice the size of its reduced form, in colour: what is compared where the reduced forms leave doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mien.copies._signature import SIDE, without_frame

if TYPE_CHECKING:
    from mien.core.types import Pixels

LARGE = 2 * SIDE
_GREY = 4  # levels between the channels: JPEGs of grey pictures have some


def coloured_forms(picture: Pixels) -> list[Pixels]:
    """Reduce a picture in colour as `reduced_forms` does in grey: uint8 [96, 96, 3], without its frame, and with it.

    None at all where the reduced forms show all that there is to see: of a small picture in grey.
    """
    import cv2

    if max(picture.shape[:2]) <= SIDE and np.ptp(picture, axis=2).mean() < _GREY:
        return []
    while min(picture.shape[:2]) >= 4 * LARGE:
        picture = _scaled(picture, picture.shape[1] // 2, picture.shape[0] // 2)
    if max(picture.shape[:2]) > LARGE:
        picture = _scaled(picture, min(picture.shape[1], LARGE), min(picture.shape[0], LARGE))
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    height, width = without_frame(grey).shape
    top, left = (grey.shape[0] - height) // 2, (grey.shape[1] - width) // 2
    inner = picture[top : top + height, left : left + width]
    return [_square(one) for one in ((inner,) if inner.shape == picture.shape else (inner, picture))]


def _scaled(picture: Pixels, width: int, height: int) -> Pixels:
    import cv2

    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _square(picture: Pixels) -> Pixels:
    import cv2

    how = cv2.INTER_AREA if min(picture.shape[:2]) > LARGE else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (LARGE, LARGE), interpolation=how), np.uint8)
