"""Are two pictures copies of one? They are laid over each other, and what agrees then is weighed.

Candidates come from their signatures, where look-alikes are close too: two faces in one pose. So a small network weighs
eighteen measures of what agrees after registration. It was fitted, like the signatures, on changed copies and on the
closest pairs of different people (bench/copies_model.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mien.media._signature import copies_weights

if TYPE_CHECKING:
    from mien.core.types import Pixels

COPY = 0.6  # probability from which on two pictures count as copies of one


def same_picture(first: Pixels, second: Pixels, closeness: float) -> float:
    """Say how sure it is that two pictures are copies of one.

    Parameters
    ----------
    first, second : uint8 [48, 48]
        From `reduce_picture`; the second mirrored already where its signature was close when mirrored.
    closeness : float
        Cosine of their signatures.

    Returns
    -------
    float
        Probability, 0..1.
    """
    from mien.media._registration import measures

    found = measures(first, second, closeness)
    if found is None:
        return 0.0
    weights = copies_weights()
    hidden = np.maximum(0, (found - weights["centre"]) / weights["scale"] @ weights["first"] + weights["first_bias"])
    return float(1 / (1 + np.exp(-(hidden @ weights["second"] + weights["second_bias"])[0])))
