"""Look at pairs of pictures, wherever they lie, and say which are copies of each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from mien.core.errors import MediaError
from mien.media._decode import decode
from mien.media._read import read_many
from mien.media._same_picture import COPY, same_picture
from mien.media._signature import reduce_picture

if TYPE_CHECKING:
    from mien.core.types import Pixels

Place = tuple[str, str | None]


def reduce_file(data: bytes) -> Pixels | None:
    """Decode a picture and reduce it to what near copies share. Returns uint8 [48, 48], or None."""
    try:
        return reduce_picture(decode(data))
    except MediaError:
        return None


def confirm_copies(
    pairs: Sequence[tuple[Place, Place, bool, float]], reduce: Callable[[bytes], Pixels | None] = reduce_file
) -> list[bool | None]:
    """Decode both pictures of each pair and compare them; see `core.lineage.Confirm`.

    Parameters
    ----------
    pairs : sequence of (place, place, bool, float)
        Path and container of both pictures, whether the second is mirrored, and the cosine of their signatures.
    reduce : callable, optional
        From a file to uint8 [48, 48], or None where it cannot be read; for samples of another kind.

    Returns
    -------
    list of bool or None
        Whether they are copies; None where one of them cannot be read.
    """
    places = sorted({place for first, second, *_ in pairs for place in (first, second)}, key=_order)
    with ThreadPoolExecutor(thread_name_prefix="mien-copies") as pool:
        reduced = dict(zip(places, pool.map(lambda data: _reduced(data, reduce), read_many(places)), strict=True))
        answers = pool.map(lambda pair: _compared(reduced[pair[0]], reduced[pair[1]], *pair[2:]), pairs)
        return list(answers)


def _order(place: Place) -> tuple[str, int, str]:
    path, container = place
    return (container or "", int(path) if path.isdecimal() and len(path) < 12 else -1, path)


def _reduced(data: bytes | MediaError, reduce: Callable[[bytes], Pixels | None]) -> Pixels | None:
    return None if isinstance(data, MediaError) else reduce(data)


def _compared(first: Pixels | None, second: Pixels | None, mirrored: bool, closeness: float) -> bool | None:
    if first is None or second is None:
        return None
    turned = np.ascontiguousarray(second[:, ::-1]) if mirrored else second
    return same_picture(first, turned, closeness) >= COPY
