"""What of a face crop forbids to be sure of it: dark, faint, blurred, small, covered. The one place of these limits.

A model has lost half of what it knows over chance there: measured on 742 validation faces of `face` (FER2013), made
dark, faint and blurred (bench/face_doubts.py), or with a mask drawn over the mouth (bench/corruptions.py). Fewer than 1
real face in 200 is doubted for its picture, and about as many as covered (bench/face_cover.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mien.core.types import Floats
    from mien.faces._face import Face

FAINT = 0.0215  # standard deviation of the grey, 0..1
DARK = 0.164  # mean of the grey, 0..1: what is faint and no lighter is called dark
BLURRED = -1.65  # decimal logarithm of the Laplacian's variance beside that of the crop
COVERED = 0.0  # how far the mouth is from being seen, in logarithms of odds: the net holds the threshold
SMALL = 18  # pixels of the shorter side of a face in its photo


def doubts_of(quality: Floats, faces: Sequence[Face] | None = None) -> list[tuple[str, ...]]:
    """Say what speaks against being sure of each crop.

    `quality` float [N, 4] is how light a crop is, its contrast, how much of that is fine detail, and how surely its
    mouth is covered; `faces` are those that they were cut of.
    """
    small = [min(face.box[2:]) < SMALL for face in faces] if faces else [False] * len(quality)
    return [_doubts(*row, small=one) for row, one in zip(np.asarray(quality).tolist(), small, strict=True)]


def _doubts(light: float, contrast: float, detail: float, cover: float, *, small: bool) -> tuple[str, ...]:
    faint = contrast < FAINT
    found = {"dark": faint and light < DARK, "faint": faint and light >= DARK}
    # A face of few pixels is blurred when it is enlarged: one reason is enough.
    found |= {"small": small, "blurred": detail < BLURRED and not small}
    found["covered"] = cover > COVERED and not any(found.values())  # of what is hardly seen nobody can tell
    return tuple(word for word, holds in found.items() if holds)
