"""What a kind makes of a sample: for a model, and for a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mien.faces import Face


@dataclass(frozen=True)
class Prepared:
    """A sample as a model takes it.

    Parameters
    ----------
    rows : array [N, *contract.shape]
        In the contract's dtype: one row a sample, or one a face.
    faces : tuple of Face, or None
        Where the rows come from; None where nobody looked for faces.
    """

    rows: Any
    faces: tuple[Face, ...] | None = None


@dataclass(frozen=True)
class Preview:
    """Something small to put on a page.

    Parameters
    ----------
    data : bytes
        A file.
    media_type : str
        Of a picture, such as ``image/webp``, or of a sound, such as ``audio/wav``.
    sound : bytes
        Where `data` is the picture of a sound: a few seconds of it to play, MP3; empty where there are none.
    """

    data: bytes
    media_type: str = "image/webp"
    sound: bytes = b""
