"""Look at pairs of pictures, wherever they lie, and say which are copies of each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from mien.copies._closer_forms import coloured_forms
from mien.copies._same_picture import COPY, is_unsure, same_close_up, same_picture
from mien.core.errors import MediaError
from mien.media import decode, read_many

if TYPE_CHECKING:
    from mien.core.types import Pixels

R = TypeVar("R")
Place = tuple[str, str | None]

_TOGETHER = 2048  # pairs whose pictures, 28 kB each, are held at once


def _coloured_file(data: bytes) -> list[Pixels] | None:
    try:
        return coloured_forms(decode(data))
    except MediaError:
        return None


def compare_forms(first: Pixels, second: Pixels, mirrored: bool, closeness: float) -> float:
    """Say how sure it is that two reduced pictures are copies; see `kinds.Kind.compare_forms`."""
    return same_picture(first, _turned(second, mirrored), closeness)


def confirm_copies(
    pairs: Sequence[tuple[Place, Place, bool, float]],
    reduce: Callable[[bytes], Pixels | None],
    compare: Callable[[Pixels, Pixels, bool, float], float] = compare_forms,
) -> list[bool | None]:
    """Decode both samples of each pair and compare them; None where one cannot be read (`kinds.Kind.confirm_copies`).

    A pair is the path and container of both, whether the second is mirrored, and the cosine of their signatures.
    `reduce` makes of a file uint8 [48, 48], or None where it cannot be read or has no such form; `compare` says how
    sure it is of two of them.
    """
    with _reduced((pair[:2] for pair in pairs), reduce) as (forms, pool):
        answers = list(pool.map(lambda pair: _compared((forms[pair[0]], forms[pair[1]]), pair[2:], compare), pairs))
    unsure = {number: known for number, known in enumerate(answers) if known is not None and is_unsure(known)}
    closer = look_closer([(*pairs[number][:3], (0, 0), known) for number, known in unsure.items()])
    for number, answer in zip(unsure, closer, strict=True):
        answers[number] = answer
    return [None if answer is None else answer >= COPY for answer in answers]


def look_closer(pairs: Sequence[tuple[Place, Place, bool, tuple[int, int], float]]) -> list[float]:
    """Decode both pictures of each pair, and compare them at twice the size of `same_picture`, in colour.

    A pair is the path and container of both, whether the second is mirrored, which of its `reduced_forms` to compare of
    each, and the probability from `same_picture`: returned as it is where there is nothing more to be seen, because one
    is small and grey, no picture, or cannot be read any more.
    """
    found: list[float] = []
    for start in range(0, len(pairs), _TOGETHER):
        some = pairs[start : start + _TOGETHER]
        with _reduced((pair[:2] for pair in some), _coloured_file) as (forms, pool):
            found += pool.map(lambda pair: _looked(forms[pair[0]], forms[pair[1]], *pair[2:]), some)
    return found


@contextmanager
def _reduced(
    pairs: Iterable[tuple[Place, Place]], reduce: Callable[[bytes], R | None]
) -> Iterator[tuple[dict[Place, R | None], ThreadPoolExecutor]]:
    """Read and reduce each file once, in the order of their containers; None where it cannot be read."""
    places = sorted({place for pair in pairs for place in pair}, key=_order)

    def reduced(data: bytes | MediaError) -> R | None:
        return None if isinstance(data, MediaError) else reduce(data)

    with ThreadPoolExecutor(thread_name_prefix="mien-copies") as pool:
        yield dict(zip(places, pool.map(reduced, read_many(places)), strict=True)), pool


def _order(place: Place) -> tuple[str, int, str]:
    path, container = place
    return (container or "", int(path) if path.isdecimal() and len(path) < 12 else -1, path)


def _compared(
    forms: tuple[Pixels | None, Pixels | None],
    how: tuple[bool, float],
    compare: Callable[[Pixels, Pixels, bool, float], float],
) -> float | None:
    first, second = forms
    return None if first is None or second is None else compare(first, second, *how)


def _looked(
    first: list[Pixels] | None, second: list[Pixels] | None, mirrored: bool, which: tuple[int, int], known: float
) -> float:
    if not first or not second:
        return known
    one, other = (forms[min(number, len(forms) - 1)] for forms, number in zip((first, second), which, strict=True))
    return same_close_up(one, _turned(other, mirrored), known)


def _turned(picture: Pixels, mirrored: bool) -> Pixels:
    return np.ascontiguousarray(picture[:, ::-1]) if mirrored else picture
