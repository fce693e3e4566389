"""Which pictures are copies of one: equal pixels, or one changed into the other; and what a chain of copies joins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from mien import media
from mien.audit._look import Looked, in_order
from mien.core import neighbours
from mien.core.types import Progress

if TYPE_CHECKING:
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]

_FAR = 0.68  # cosine: pairs further apart than `neighbours.CLOSE` are compared as well where there are not too many
_FEW = 500  # such pairs, and one more for every twentieth picture
_BLOCK = 256  # pairs compared before the groups are joined anew: pairs within a group need no comparison


def groups(looked: Looked, progress: Progress) -> pl.DataFrame:
    """Find the groups of copies.

    Parameters
    ----------
    looked : Looked
        Every picture, reduced, with its signature.
    progress : Progress
        Wraps the comparison of pairs.

    Returns
    -------
    polars.DataFrame
        One row for each row of `looked`'s frame, in its order: ``copies`` (the same text for all pictures of a group,
        null where there is no other), and for a near copy the row ``id`` that it is a copy of (``copy_of``) and how
        sure that is (``copy_sure``, 0..1); null for the first of a group, and for exact copies.
    """
    frame = looked.frame
    # Of exact copies one is enough; sorted by pixels, so that the order of files decides nothing.
    one_each = frame.drop_nulls("pixels").unique("pixels", keep="first", maintain_order=True).sort("pixels")
    root, copy_of, sure = _joined(one_each, looked, progress)
    names = one_each["pixels"].str.slice(0, 16)
    found = one_each.select(
        "pixels", group=names[root], copy_of=_ids(one_each["id"], copy_of), copy_sure=pl.Series(sure).fill_nan(None)
    )
    rows = frame.select("id", "pixels").join(found, on="pixels", how="left", maintain_order="left")
    several = (pl.len().over("group") > 1) & pl.col("group").is_not_null()
    first = pl.col("id").is_in(one_each["id"].to_list())
    return rows.select(
        copies=pl.when(several).then("group"),
        copy_of=pl.when(first).then("copy_of"),
        copy_sure=pl.when(first).then("copy_sure"),
    )


def _ids(ids: pl.Series, rows: Integers) -> pl.Series:
    return pl.Series([ids[int(row)] if row >= 0 else None for row in rows], dtype=pl.String)


def _joined(frame: pl.DataFrame, looked: Looked, progress: Progress) -> tuple[Integers, Integers, Floats]:
    """Return for each picture the first of its group, the picture that it is a copy of (-1: none), and how sure."""
    root = np.arange(frame.height)
    found, near = _candidates(frame)
    rows, links = frame["row"].to_numpy(), []

    def compare(pair: Integers, closeness: float) -> float:
        first, second = looked.reduced[rows[pair[0]]], looked.reduced[rows[pair[1]]]
        return media.same_picture(first, np.ascontiguousarray(second[:, ::-1]) if pair[2] else second, closeness)

    blocks = progress(_blocks(found, near), total=-(-len(found) // _BLOCK), what="comparing look-alikes")
    for block, closeness in blocks:
        apart = root[block[:, 0]] != root[block[:, 1]]
        asked = list(zip(block[apart], closeness[apart].tolist(), strict=True))
        for (pair, _), answer in zip(asked, in_order(lambda one: compare(*one), asked), strict=True):
            first, second = sorted((int(root[pair[0]]), int(root[pair[1]])))
            if answer >= media.COPY and first != second:
                root[root == second] = first
                links.append((int(pair[0]), int(pair[1]), answer))
    return root, *_originals(root, links)


def _originals(root: Integers, links: list[tuple[int, int, float]]) -> tuple[Integers, Floats]:
    """Walk from the first of each group along what joined it: each other picture is a copy of the one before it."""
    copy_of, sure = np.full(len(root), -1), np.full(len(root), np.nan)
    beside: dict[int, list[tuple[int, float]]] = {}
    for one, other, answer in links:
        beside.setdefault(one, []).append((other, answer))
        beside.setdefault(other, []).append((one, answer))
    waiting = [int(first) for first in np.unique(root) if int(first) in beside]
    while waiting:
        here = waiting.pop()
        for there, answer in beside[here]:
            if there != root[here] and copy_of[there] < 0 and there != copy_of[here]:
                copy_of[there], sure[there] = here, answer
                waiting.append(there)
    return copy_of, sure


def _candidates(frame: pl.DataFrame) -> tuple[Integers, npt.NDArray[np.float32]]:
    empty = bytes(neighbours.LENGTH)
    marks = b"".join(mark or empty for mark in frame["signature"])
    found, near = neighbours.pairs(np.frombuffer(marks, np.int8).reshape(-1, neighbours.LENGTH), _FAR)
    most = int((near >= neighbours.CLOSE).sum()) + _FEW + frame.height // 20
    return found[:most], near[:most]


def _blocks(found: Integers, near: npt.NDArray[np.float32]) -> Iterator[tuple[Integers, npt.NDArray[np.float32]]]:
    for start in range(0, len(found), _BLOCK):
        yield found[start : start + _BLOCK], near[start : start + _BLOCK]
