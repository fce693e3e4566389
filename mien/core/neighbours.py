"""Which signatures are close to each other, among a million of them, without comparing each with each.

A signature is int8 ``[64]``; how close two are is the cosine of the angle between them. The first `EVEN` numbers of a
picture's signature stay when it is mirrored, the others change sign. Neighbours come from an HNSW graph (Malkov &
Yashunin 2018, https://arxiv.org/abs/1603.09320), built by voyager; docs/decisions/0024-near-copies.md says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt
    from voyager import Index

    Signatures = npt.NDArray[np.int8]
    Integers = npt.NDArray[np.int64]
    Singles = npt.NDArray[np.float32]

LENGTH = 64
EVEN = 32
CLOSE = 0.74  # cosine: of planted copies 99.5 % are closer, of different faces 1 % (bench/sceptic.py)
NEIGHBOURS = 16  # of each signature; a chain of copies needs a few each, not all
_LINKS, _BREADTH = 12, 80  # of the graph: 99.8 % of the true neighbours are found among 200,000
_BLOCK = 8192


def pairs(signatures: Signatures, least: float = CLOSE) -> tuple[Integers, Singles]:
    """Find signatures that are close to each other, mirrored or not.

    Parameters
    ----------
    signatures : int8 [N, 64]
        Different or not; those that are all zero have no neighbours.
    least : float
        Cosine, 0..1.

    Returns
    -------
    (int64 [M, 3], float32 [M])
        First row, second row (first below second), and 1 where the second is close when mirrored, else 0; and the
        cosine. The closest first. Of a crowd of copies each row has up to `NEIGHBOURS`, enough to join them in chains.
    """
    found, near = matches(signatures, signatures, least)
    found, near = found[found[:, 0] != found[:, 1]], near[found[:, 0] != found[:, 1]]
    found[:, :2].sort(axis=1)
    found, first = np.unique(found, axis=0, return_index=True)
    order = np.argsort(-near[first], kind="stable")
    return found[order], near[first][order]


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
    rows = np.flatnonzero(known.any(axis=1))
    if not len(rows) or not queries.any():
        return np.zeros((0, 3), np.int64), np.zeros(0, np.float32)
    index = _index(known[rows])
    parts = [_search(index, queries, least, mirrored) for mirrored in (0, 1)]
    found, near = (np.concatenate([part[number] for part in parts]) for number in (0, 1))
    found[:, 1] = rows[found[:, 1]]
    return found, near


def _index(known: Signatures) -> Index:
    import voyager

    index = voyager.Index(
        voyager.Space.Cosine,
        num_dimensions=LENGTH,
        M=_LINKS,
        ef_construction=_BREADTH,
        random_seed=1,
        max_elements=len(known),
    )
    for start in range(0, len(known), _BLOCK):
        # One thread: with several the graph, and so what is found, would differ from run to run.
        index.add_items(known[start : start + _BLOCK].astype(np.float32), num_threads=1)
    return index


def _search(index: Index, queries: Signatures, least: float, mirrored: int) -> tuple[Integers, Singles]:
    there = np.flatnonzero(queries.any(axis=1))
    most = min(NEIGHBOURS, len(index))
    found, near = [np.zeros((0, 3), np.int64)], [np.zeros(0, np.float32)]
    for start in range(0, len(there), _BLOCK):
        rows = there[start : start + _BLOCK]
        asked = mirror(queries[rows]) if mirrored else queries[rows]
        keys, distances = index.query(asked.astype(np.float32), k=most, query_ef=_BREADTH)
        row, place = np.nonzero(distances <= 1 - least)
        found.append(np.column_stack([rows[row], keys[row, place].astype(np.int64), np.full(len(row), mirrored)]))
        near.append(1 - distances[row, place])
    return np.concatenate(found), np.concatenate(near)


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
