"""Lay the map over the picture so that it can be read on any skin and by any eye."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from mien.core.errors import SettingError

if TYPE_CHECKING:
    from mien.core.types import Pixels

# The house's accent and warning (LOOK.md).
TEAL = (15, 118, 110)
AMBER = (180, 83, 9)

DARKEST, LIGHTEST = 96.0, 250.0  # the picture turns to these greys, so that colour shows on dark and on fair skin
LEAST_SPAN = 64.0  # a picture of less contrast than this is not stretched to the full range: that is its noise
STRONGEST = 0.8  # opacity of the strongest colour: the face stays visible below it
FAINTEST = 0.02  # a map that moves the answer by less than this many of 1 stays as faint as it is


def overlay(picture: Pixels, heat: NDArray[np.floating], *, stripe: int = 0) -> Pixels:
    """Draw what spoke for the answer in plain teal, and what spoke against it in striped amber.

    The picture becomes light grey, from its own darkest to its own lightest, so that dark skin shows as well as
    fair; the colour grows with the map up to its strongest place. Stripes tell the two apart without colour.

    Parameters
    ----------
    picture : uint8 [size, size, 3]
        RGB, 0..255.
    heat : float [size, size]
        From `occlusion`: above 0 for, below 0 against.
    stripe : int
        Pixels that a stripe is wide; 0 takes a 48th of the height.

    Returns
    -------
    uint8 [size, size, 3]
        RGB, 0..255.

    Raises
    ------
    SettingError
        If the two do not fit each other.

    Examples
    --------
    >>> overlay(np.zeros((8, 8, 3), np.uint8), np.zeros((8, 8))).max()
    np.uint8(96)
    """
    picture, heat = np.asarray(picture), np.asarray(heat, dtype=np.float64)
    fits = picture.ndim == 3 and picture.shape == (*heat.shape, 3) and picture.dtype == np.uint8
    if not (fits and np.isfinite(heat).all()):
        came = f"a picture of shape {list(picture.shape)} and a map of shape {list(heat.shape)}"
        raise SettingError(f"Received {came}", expected="uint8 [size, size, 3], and finite numbers [size, size]")
    grey = picture @ np.array([0.299, 0.587, 0.114])
    low, high = np.percentile(grey, [1, 99])
    grey = np.clip((grey - low) / max(high - low, LEAST_SPAN), 0, 1)
    base = (DARKEST + grey * (LIGHTEST - DARKEST))[..., None]
    strength = STRONGEST * np.abs(heat) / max(float(np.abs(heat).max(initial=0)), FAINTEST)
    against = heat < 0
    rows, columns = np.indices(heat.shape)
    width = stripe or max(1, len(heat) // 48)
    between = (rows + columns) // width % 4 >= 2
    strength = np.where(against & between, 0.45 * strength, strength)[..., None]
    colour = np.where(against[..., None], AMBER, TEAL)
    return np.asarray(np.rint(base + strength * (colour - base)), np.uint8)
