"""A picture's signature: 64 numbers that its copies share, however they were saved, cut, turned or coloured.

What a copy keeps is where its edges are and which way they run. So a picture is reduced to 48 x 48 grey pixels without
its frame, their gradients are counted by direction and place (Dalal & Triggs 2005), and the counts are projected onto
what copies have in common and different pictures have not: Fisher's discriminant (1936), fitted on changed copies of
photos and faces by bench/copies_model.py. The first `EVEN` numbers stay when a picture is mirrored, the others change
sign: so one signature finds mirrored copies too.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from mien.core.errors import StorageError
from mien.core.neighbours import EVEN, LENGTH

if TYPE_CHECKING:
    import numpy.typing as npt

    from mien.core.types import Pixels

    Singles = npt.NDArray[np.float32]
    Signatures = npt.NDArray[np.int8]

WEIGHTS = Path(__file__).parents[1] / "weights" / "copies.npz"
SIDE = 48  # pixels of the reduced picture, as FER2013 has; where copies are compared in the end
LARGE = 2 * SIDE  # a frame is looked for before the last reduction; where copies are looked at closer
_SMALL = 32  # pixels, where gradients are taken
_CELLS, _ANGLES = 6, 8
_SPREAD = 3.5  # pixels: how far a gradient reaches into the cells around it
_FLAT = 12  # grey levels within a line of a frame
_FRAME = 4  # a frame takes at most this part of a side, on each edge
_LENGTHS = np.array([1, 2**0.5, 1, 2**0.5], np.float32)[:, None, None]  # of what slopes are taken along
FAINT = 2.0  # grey levels: below this spread there is nothing to tell one picture from another by


@cache
def copies_weights() -> dict[str, Any]:
    """Read what signatures and their comparison were fitted to."""
    try:
        with WEIGHTS.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            return {name: file[name].astype(np.float32) for name in file.files}
    except Exception as error:  # zipfile and NumPy raise half a dozen kinds for a damaged file
        raise StorageError(f"'{WEIGHTS}' is missing or damaged", todo="Install Mien again") from error


def reduce_picture(picture: Pixels) -> Pixels:
    """Reduce RGB pixels, uint8 [H, W, 3], to what copies are told by: uint8 [48, 48].

    Grey, stretched to a square, without a frame of one colour around it.
    """
    return reduced_forms(picture)[0]


def reduced_forms(picture: Pixels) -> list[Pixels]:
    """Reduce a picture without the frame around it, as `reduce_picture` does, and with it where there is one.

    A white background on all sides looks like a frame until a copy is cut or turned: then it is none any more. To be
    compared with other pictures' first form alone: frames may be alike where the pictures in them are not.
    """
    grey = to_grey(picture)  # before it is reduced: a third of the work
    reduced = shrunk(grey)
    inner = without_frame(reduced)
    return [square(one, SIDE) for one in ((inner,) if inner.shape == reduced.shape else (inner, reduced))]


def to_grey(picture: Pixels) -> Pixels:
    """Weigh the colours of RGB; uint8 [H, W]."""
    import cv2

    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def shrunk(picture: Pixels) -> Pixels:
    """Reduce to at most `LARGE` pixels a side, each by itself; grey or colours."""
    while min(picture.shape[:2]) >= 4 * LARGE:  # halves are averaged faster than any other part
        picture = _scaled(picture, picture.shape[1] // 2, picture.shape[0] // 2)
    if max(picture.shape[:2]) > LARGE:
        picture = _scaled(picture, min(picture.shape[1], LARGE), min(picture.shape[0], LARGE))
    return picture


def _scaled(picture: Pixels, width: int, height: int) -> Pixels:
    import cv2

    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def square(picture: Pixels, side: int) -> Pixels:
    """Stretch to a square; grey or colours."""
    import cv2

    if picture.shape[:2] == (side, side):
        return np.ascontiguousarray(picture)
    how = cv2.INTER_AREA if min(picture.shape[:2]) > side else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(picture, (side, side), interpolation=how), np.uint8)


def without_frame(grey: Pixels) -> Pixels:
    """Cut off lines of one colour, as many on an edge as on the opposite one: a white wall on one side is no frame."""
    if not (_is_flat(grey[0]) or _is_flat(grey[:, 0])):  # as in most pictures
        return grey
    height, width = grey.shape
    rows = min(_on_both(grey), height // _FRAME)
    inner = grey[rows : height - rows]
    columns = min(_on_both(inner.T), width // _FRAME)
    return inner[:, columns : width - columns]


def _on_both(grey: Pixels) -> int:
    return min(_flat_lines(grey), _flat_lines(grey[::-1]))


def _flat_lines(grey: Pixels) -> int:
    if not _is_flat(grey[0]):
        return 0
    low, high = grey.min(axis=1).astype(np.int16), grey.max(axis=1).astype(np.int16)
    flat = (high - low <= _FLAT) & (np.abs(low - low[0]) <= _FLAT)
    return len(flat) if flat.all() else int(np.argmin(flat))


def _is_flat(line: Pixels) -> bool:
    values = line.tobytes()
    return max(values) - min(values) <= _FLAT


def signatures(reduced: Pixels) -> Signatures:
    """Compute signatures of reduced pictures, uint8 [N, 48, 48]: int8 [N, 64], compared by the cosine of their angle.

    Each is of about the same length; all zero where a picture has next to no contrast.
    """
    if not len(reduced):
        return np.zeros((0, LENGTH), np.int8)
    weights = copies_weights()
    found = (gradients(reduced) - weights["mean"]) @ weights["projection"]  # [N, 64]
    length = np.linalg.norm(found, axis=1, keepdims=True)
    found *= 127 / np.maximum(length, 1e-9)
    found[_spread(reduced) < FAINT] = 0
    return np.asarray(np.rint(found), np.int8)


def _spread(reduced: Pixels) -> Singles:
    """Return the standard deviation of each picture, in a third of the time that `std` takes."""
    grey = reduced.reshape(len(reduced), -1).astype(np.float32)
    grey -= grey.mean(axis=1, keepdims=True)
    spread: Singles = np.sqrt(np.einsum("np,np->n", grey, grey) / grey.shape[1])
    return spread


def gradients(reduced: Pixels) -> Singles:
    """Count gradients by direction and place.

    `reduced` uint8 [N, 48, 48]; returns float32 [N, 288], eight directions in 6 x 6 places; square roots, less their
    mean, of length 1.
    """
    import cv2

    # One below the other they are reduced in one call: 48 lines become 32, so no line is made of two pictures.
    size = _SMALL, _SMALL * len(reduced)
    small = cv2.resize(reduced.reshape(-1, SIDE), size, interpolation=cv2.INTER_AREA)
    slopes = _slopes(small.reshape(-1, _SMALL, _SMALL).astype(np.float32))
    differences = _summed(slopes)
    totals = _summed(np.abs(slopes, out=slopes))
    # What runs one way is half of total and difference, what runs the opposite way half of total less difference.
    counts = np.concatenate([totals + differences, totals - differences], axis=1) / 2
    np.maximum(counts, 0, out=counts)
    roots: Singles = np.sqrt(counts.reshape(len(reduced), _ANGLES * _CELLS**2), dtype=np.float32)
    roots -= roots.mean(axis=1, keepdims=True)
    roots /= np.linalg.norm(roots, axis=1, keepdims=True) + 1e-6
    return roots


def _slopes(grey: Singles) -> Singles:
    """Return how fast the grey rises in four directions, in steps of an eighth: [N, 4, 32, 32]; see `_LENGTHS`."""
    found = np.zeros((len(grey), _ANGLES // 2, _SMALL, _SMALL), np.float32)
    across, down = found[:, 0], found[:, 2]
    np.subtract(grey[:, :, 2:], grey[:, :, :-2], out=across[:, :, 1:-1])
    np.subtract(grey[:, 2:], grey[:, :-2], out=down[:, 1:-1])
    np.add(down, across, out=found[:, 1])
    np.subtract(down, across, out=found[:, 3])
    return found


def _summed(slopes: Singles) -> Singles:
    """Sum what lies in each place: [N, 4, 6, 6]."""
    window = _window()
    lines = slopes.reshape(len(slopes), -1, _SMALL) @ window.T  # small enough for BLAS to start no threads in threads
    sums: Singles = window @ lines.reshape(*slopes.shape[:2], _SMALL, _CELLS)
    sums /= _LENGTHS
    return sums


@cache
def _window() -> Singles:
    """Return [6, 32]: how much a line of pixels counts in each place; rows sum to 1."""
    centres = (np.arange(_CELLS) + 0.5) * _SMALL / _CELLS - 0.5
    window = np.exp(-0.5 * ((np.arange(_SMALL) - centres[:, None]) / _SPREAD) ** 2)
    shares: Singles = (window / window.sum(axis=1, keepdims=True)).astype(np.float32)
    return shares


def mirrored_order() -> npt.NDArray[np.int64]:
    """Say where each number of `gradients` stands after the picture is mirrored.

    Returns int64 [288], ``gradients(mirrored) == gradients(picture)[:, mirrored_order()]``.
    """
    places = np.arange(_ANGLES * _CELLS * _CELLS).reshape(_ANGLES, _CELLS, _CELLS)
    turned = [(_ANGLES // 2 - angle) % _ANGLES for angle in range(_ANGLES)]
    return places[turned][:, :, ::-1].ravel()


__all__ = [
    "EVEN",
    "LENGTH",
    "SIDE",
    "copies_weights",
    "gradients",
    "mirrored_order",
    "reduce_picture",
    "reduced_forms",
    "signatures",
]
