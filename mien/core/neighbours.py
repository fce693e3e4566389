"""Which signatures are close to each other, among a million of them, without comparing each with each.

A signature is int8 ``[64]``; how close two are is the cosine of the angle between them. The first `EVEN` numbers of a
picture's signature stay when it is mirrored, the others change sign. Signatures are sorted into cells by the nearest of
some centres (inverted file: Sivic & Zisserman 2003), and compared with those of the nearest cells alone;
docs/decisions/0024-near-copies.md says why. Whole numbers are compared, so the same data gives the same pairs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Signatures = npt.NDArray[np.int8]
    Integers = npt.NDArray[np.int64]
    Singles = npt.NDArray[np.float32]

LENGTH = 64
EVEN = 32
CLOSE = 0.74  # cosine: of planted copies 99.5 % are closer, of different faces 1 % (bench/sceptic.py)
NEIGHBOURS = 16  # of each signature; a chain of copies needs a few each, not all
_CELL = 256  # signatures in a cell, on average
_CELLS = 16  # in which neighbours are looked for: 99.98 % of FER2013's pairs closer than `CLOSE` are found
_ROUNDS, _SAMPLE = 3, 16  # in which the centres settle, and on how many signatures for each
_BLOCK = 4096
_AT_ONCE = 1 << 19  # cosines: 2 MB, which stay near the processor
_SIGNS = np.repeat(np.array([1, -1], np.float32), (EVEN, LENGTH - EVEN))  # what mirroring does to a signature


def pairs(signatures: Signatures, least: float = CLOSE, further: Signatures | None = None) -> tuple[Integers, Singles]:
    """Find signatures that are close to each other, mirrored or not.

    Parameters
    ----------
    signatures : int8 [N, 64]
        Different or not; those that are all zero have no neighbours.
    least : float
        Cosine, 0..1.
    further : int8 [F, 64], optional
        More of them, which are compared with the others but not among themselves; their rows go on from N.

    Returns
    -------
    (int64 [M, 3], float32 [M])
        First row, second row (first below second), and 1 where the second is close when mirrored, else 0; and the
        cosine. The closest first. Of a crowd of copies each row has up to `NEIGHBOURS`, enough to join them in chains.
    """
    every = signatures if further is None else np.concatenate([signatures, further])
    found, near = _found(every, len(signatures), 0, least)
    found, near = found[found[:, 0] != found[:, 1]], near[found[:, 0] != found[:, 1]]
    found[:, :2].sort(axis=1)
    keys = (found[:, 0] * len(every) + found[:, 1]) * 2 + found[:, 2]  # one number sorts faster than three
    first = np.unique(keys, return_index=True)[1]
    order = first[np.argsort(-near[first], kind="stable")]
    return found[order], near[order]


def matches(queries: Signatures, known: Signatures, least: float = CLOSE) -> tuple[Integers, Singles]:
    """Find for each of some signatures those among others that are close to it, mirrored or not.

    Parameters
    ----------
    queries : int8 [N, 64]
        Whose neighbours are wanted.
    known : int8 [K, 64]
        Among which.
    least : float
        Cosine, 0..1.

    Returns
    -------
    (int64 [M, 3], float32 [M])
        Row in `queries`, row in `known`, and 1 where it is close when mirrored, else 0; and the cosine.
    """
    found, near = _found(np.concatenate([known, queries]), len(known), len(known), least)
    found[:, 0] -= len(known)
    return found, near


def _found(every: Signatures, held: int, first: int, least: float) -> tuple[Integers, Singles]:
    """Find neighbours of the rows from `first` on among the rows before `held`."""
    there = np.flatnonzero(every.any(axis=1))
    known, asked = there[there < held], there[there >= first]
    if not len(known) or not len(asked):
        return np.zeros((0, 3), np.int64), np.zeros(0, np.float32)
    centres = _centres(every[known])
    looked = _nearest(every[there], centres)
    home, looked = looked[there < held, 0], looked[there >= first]
    parts = []
    for mirrored in (0, 1):  # a mirrored signature is as near to a centre as the signature to the mirrored centre
        queries = mirror(every[asked]) if mirrored else every[asked]
        cells = (looked + mirrored * (len(centres) // 2)) % len(centres)
        row, place, near = _search((queries, cells), (every[known], home), least)
        parts.append((np.column_stack([asked[row], known[place], np.full(len(row), mirrored)]), near))
    found, closeness = (np.concatenate([part[number] for part in parts]) for number in (0, 1))
    return found, closeness


def _centres(known: Signatures) -> Singles:
    """Find centres by a few rounds of spherical k-means, in whole numbers; the second half is the first mirrored."""
    draw = np.random.default_rng(1)
    order = draw.permutation(len(known))
    count = _CELLS // 2 * -(-len(known) // (_CELL * _CELLS))
    centres = known[order[:count]].astype(np.float32)
    sample = known[order[: 2 * _SAMPLE * count]]
    for _ in range(_ROUNDS if 2 * count > _CELLS else 0):  # below, all cells are looked into
        sums = np.zeros((2 * count, LENGTH))
        np.add.at(sums, _nearest(sample, _with_mirrored(centres))[:, 0], sample)
        sums = sums[:count] + sums[count:] * _SIGNS
        length = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(length > 0, np.rint(127 * sums / np.maximum(length, 1)), centres).astype(np.float32)
    return _with_mirrored(centres)


def _with_mirrored(centres: Singles) -> Singles:
    return np.concatenate([centres, centres * _SIGNS])


def _nearest(marks: Signatures, centres: Singles) -> npt.NDArray[np.int32]:
    """Return the numbers of the `_CELLS` nearest centres, the nearest first."""
    found = np.zeros((len(marks), min(_CELLS, len(centres))), np.int32)
    for start in range(0, len(marks), _BLOCK):
        near = marks[start : start + _BLOCK].astype(np.float32) @ centres.T
        some = _likely(near)
        if some.shape[1] > _CELLS:
            best = np.argpartition(np.take_along_axis(near, some, axis=1), -_CELLS, axis=1)[:, -_CELLS:]
            some = np.take_along_axis(some, best, axis=1)
        order = np.argsort(-np.take_along_axis(near, some, axis=1), axis=1, kind="stable")
        found[start : start + _BLOCK] = np.take_along_axis(some, order, axis=1)
    return found


def _likely(near: Singles) -> Integers:
    """Name columns among which are the highest `_CELLS`: those of the groups whose highest are."""
    rows, columns = near.shape
    groups = columns // _CELLS
    if groups <= _CELLS:
        return np.tile(np.arange(columns), (rows, 1))
    highest = near.reshape(rows, _CELLS, groups).max(axis=1)
    best = np.argpartition(highest, -_CELLS, axis=1)[:, -_CELLS:]
    named: Integers = (best[:, :, None] + groups * np.arange(_CELLS)).reshape(rows, -1)
    return named


def _search(
    asked: tuple[Signatures, npt.NDArray[np.int32]], held: tuple[Signatures, npt.NDArray[np.int32]], least: float
) -> tuple[Integers, Integers, Singles]:
    """Return rows among the asked and the held, and cosines: of each that is asked about the closest `NEIGHBOURS`."""
    (queries, looked), (known, home) = asked, held
    near = np.full((len(queries), NEIGHBOURS), -1, np.float32)
    place = np.zeros((len(queries), NEIGHBOURS), np.int32)
    for rows_here, members in _meetings(looked, home):
        step = max(1, _AT_ONCE // len(members))
        for start in range(0, len(rows_here), step):
            part = rows_here[start : start + step]
            rows, columns, cosines = _close(queries[part], known[members], least)
            _keep((near, place), part[rows], members[columns], cosines)
    row, rank = np.nonzero(near >= 0)
    return row, place[row, rank].astype(np.int64), near[row, rank]


def _meetings(looked: npt.NDArray[Any], home: npt.NDArray[Any]) -> Iterator[tuple[Integers, Integers]]:
    """Walk over the cells: who looks into it, and whom it holds."""
    count = 1 + max(int(looked.max()), int(home.max()))
    kind = np.uint16 if count < 1 << 16 else np.uint32  # 16 bits sort in linear time
    flat = looked.ravel().astype(kind), home.astype(kind)
    asked, held = (np.argsort(one, kind="stable") for one in flat)
    ends_asked, ends_held = (np.cumsum(np.bincount(one, minlength=count)) for one in flat)
    asked_parts, held_parts = np.split(asked, ends_asked[:-1]), np.split(held, ends_held[:-1])
    for rows, members in zip(asked_parts, held_parts, strict=True):
        if len(members):
            yield rows // looked.shape[1], members


def _close(queries: Signatures, known: Signatures, least: float) -> tuple[Integers, Integers, Singles]:
    """Compare each with each: rows, columns and cosines of those that are close, at most `NEIGHBOURS` a row."""
    one, other = queries.astype(np.float32), known.astype(np.float32)
    lengths, others = np.linalg.norm(one, axis=1), np.linalg.norm(other, axis=1)
    products = one @ other.T
    likely = np.flatnonzero(products >= least * lengths.min() * others.min())
    rows, columns = likely // len(known), likely % len(known)
    cosines = products.ravel()[likely] / (lengths[rows] * others[columns])
    kept = cosines >= least
    rows, columns, cosines = rows[kept], columns[kept], cosines[kept]
    order = np.lexsort((-cosines, rows))
    rows, columns, cosines = rows[order], columns[order], cosines[order]
    first = np.arange(len(rows)) - np.searchsorted(rows, rows) < NEIGHBOURS
    return rows[first], columns[first], cosines[first]


def _keep(best: tuple[Singles, npt.NDArray[np.int32]], rows: Integers, places: Integers, cosines: Singles) -> None:
    """Put what a cell held among the closest that each row has so far; `rows` come in groups."""
    if not len(rows):
        return
    starts = np.flatnonzero(np.diff(rows, prepend=-1))
    group = np.cumsum(np.diff(rows, prepend=rows[0]) != 0)
    rank = np.arange(len(rows)) - starts[group]
    near = np.full((len(starts), 2 * NEIGHBOURS), -1, np.float32)
    place = np.zeros(near.shape, np.int32)
    own = rows[starts]
    near[:, :NEIGHBOURS], place[:, :NEIGHBOURS] = best[0][own], best[1][own]
    near[group, NEIGHBOURS + rank], place[group, NEIGHBOURS + rank] = cosines, places
    order = np.argsort(-near, axis=1, kind="stable")[:, :NEIGHBOURS]
    best[0][own] = np.take_along_axis(near, order, axis=1)
    best[1][own] = np.take_along_axis(place, order, axis=1)


def mirror(signatures: Signatures) -> Signatures:
    """Return the signatures of the mirrored pictures.

    Parameters
    ----------
    signatures : int8 [N, 64]
        Of pictures.

    Returns
    -------
    int8 [N, 64]
        Of their mirror images.

    Examples
    --------
    >>> one = np.arange(64, dtype=np.int8)[None]
    >>> (mirror(mirror(one)) == one).all()
    np.True_
    """
    turned = signatures.copy()
    turned[:, EVEN:] *= -1
    return turned
