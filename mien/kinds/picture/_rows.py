"""What a model is given of a picture: its faces, the whole, or both. Training and every answer cut by this rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from mien.faces import crop
from mien.media import fit

if TYPE_CHECKING:
    from mien.core.types import InputContract, Pixels
    from mien.faces import Face


def rows(pixels: Pixels, faces: Sequence[Face] | None, contract: InputContract, *, cut_already: bool = False) -> Pixels:
    """Make a model's inputs of a picture, uint8 [H, W, 3], RGB: uint8 [N, *contract.shape], one a face.

    Without a face, one of the whole picture, where nobody looked (`faces` is None) or the model takes both; else none.
    `cut_already`: the picture is a face crop, and where the model takes both, it stands in both places.
    """
    size, both = contract.size, contract.crop == "both"
    whole = fit(pixels, size) if both or faces is None else None
    cut = [crop(pixels, face, size, contract.margin) for face in faces or ()]
    if whole is None:
        return np.stack(cut) if cut else np.zeros((0, *contract.shape), np.uint8)
    if not both:
        return whole[None]
    return np.stack([stacked(face, whole) for face in cut or [whole if cut_already else np.zeros_like(whole)]])


def stacked(face: Pixels, whole: Pixels) -> Pixels:
    """Lay a face over the whole picture, both uint8 [size, size, 3]; a face of zeros says that there is none."""
    return np.concatenate([face, whole])
