"""A picture at twice the size of its reduced form, in colour: what is compared where the reduced forms leave doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mien.copies._signature import LARGE, SIDE, shrunk, square, to_grey, without_frame

if TYPE_CHECKING:
    from mien.core.types import Pixels

_GREY = 4  # levels between the channels: JPEGs of grey pictures have some


def coloured_forms(picture: Pixels) -> list[Pixels]:
    """Reduce a picture in colour as `reduced_forms` does in grey: uint8 [96, 96, 3], without its frame, and with it.

    None at all where the reduced forms show all that there is to see: of a small picture in grey.
    """
    if max(picture.shape[:2]) <= SIDE and np.ptp(picture, axis=2).mean() < _GREY:
        return []
    whole = shrunk(picture)
    height, width = without_frame(to_grey(whole)).shape
    top, left = (whole.shape[0] - height) // 2, (whole.shape[1] - width) // 2
    inner = whole[top : top + height, left : left + width]
    return [square(one, LARGE) for one in ((inner,) if inner.shape == whole.shape else (inner, whole))]
