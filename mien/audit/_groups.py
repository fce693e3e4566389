"""Which pictures are copies of one: equal pixels, or one changed into the other; and what a chain of copies joins."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mien import copies
from mien.audit._look import Looked, Rows
from mien.core import neighbours
from mien.core.threads import in_order
from mien.core.types import Progress
from mien.kinds import Kind

if TYPE_CHECKING:
    from mien.core.types import Floats, Integers, Pixels

_FAR = 0.68  # cosine: pairs further apart than `neighbours.CLOSE` are compared as well where there are not too many
_FEW = 500  # such pairs, and one more for every twentieth picture
_TOGETHER = 2048  # pairs that are looked at more closely before the groups are joined anew
_BLOCK = 256  # pairs compared before the groups are joined anew: pairs within a group need no comparison


def groups(looked: Looked, kind: Kind, progress: Progress) -> pl.DataFrame:
    """Find the groups of copies.

    For each row ``copies`` (the same text for a whole group), ``copy_of`` (the row that a near copy is one of) and
    ``copy_sure`` (0..1); null elsewhere.
    """
    frame = looked.frame
    # Of exact copies one is enough; sorted by pixels, so that the order of files decides nothing.
    one_each = frame.drop_nulls("pixels").unique("pixels", keep="first", maintain_order=True).sort("pixels")
    root, copy_of, sure = _joined(one_each, looked, kind, progress)
    names = one_each["pixels"].str.slice(0, 16)
    ids = pl.Series([one_each["id"][int(row)] if row >= 0 else None for row in copy_of], dtype=pl.String)
    found = one_each.select("pixels", group=names[root], copy_of=ids, copy_sure=pl.Series(sure).fill_nan(None))
    rows = frame.select("id", "pixels").join(found, on="pixels", how="left", maintain_order="left")
    several = (pl.len().over("group") > 1) & pl.col("group").is_not_null()
    first = pl.col("id").is_in(one_each["id"].to_list())
    return rows.select(
        copies=pl.when(several).then("group"),
        copy_of=pl.when(first).then("copy_of"),
        copy_sure=pl.when(first).then("copy_sure"),
    )


def _joined(frame: pl.DataFrame, looked: Looked, kind: Kind, progress: Progress) -> tuple[Integers, Integers, Floats]:
    """Return for each picture the first of its group, the picture that it is a copy of (-1: none), and how sure."""
    joined = _Groups(frame.height)
    forms = _forms(frame, looked, kind)
    found, near = _candidates(forms, frame.height)
    unsure: list[tuple[Integers, float]] = []
    blocks = progress(_blocks(found, near), total=-(-len(found) // _BLOCK), what="comparing look-alikes")
    for block, closeness in blocks:
        asked = joined.apart(forms.picture[block[:, :2]])
        answers = in_order(lambda one: forms.compare(*one), zip(block[asked], closeness[asked].tolist(), strict=True))
        for pair, answer in zip(block[asked], answers, strict=True):
            if copies.is_unsure(answer):
                unsure.append((pair, answer))
            elif answer >= copies.COPY:
                one, other = forms.picture[pair[:2]].tolist()
                joined.join(one, other, answer)
    _look_closer(joined, unsure, forms, frame)
    return joined.root, *_originals(joined.root, joined.links)


def _look_closer(joined: _Groups, unsure: list[tuple[Integers, float]], forms: _Forms, frame: pl.DataFrame) -> None:
    """Compare what is still apart at twice the size and in colour."""
    places = Rows(frame)
    for start in range(0, len(unsure), _TOGETHER):
        asked = []
        for pair, known in unsure[start : start + _TOGETHER]:
            one, other = forms.picture[pair[:2]].tolist()
            if joined.root[one] != joined.root[other]:
                asked.append((one, other, bool(pair[2]), forms.which(pair), known))
        answers = copies.look_closer([(places[one], places[other], *rest) for one, other, *rest in asked])
        for (one, other, *_), answer in zip(asked, answers, strict=True):
            if answer >= copies.COPY:
                joined.join(one, other, answer)


class _Groups:
    """What a chain of copies has joined: `root` is the first of each picture's group, `links` what joined them."""

    def __init__(self, count: int) -> None:
        self.root = np.arange(count)
        self.links: list[tuple[int, int, float]] = []
        self._members = {picture: [picture] for picture in range(count)}

    def apart(self, ends: Integers) -> NDArray[np.bool_]:
        """Say of each pair [N, 2] whether it stands in two groups."""
        return np.asarray(self.root[ends[:, 0]] != self.root[ends[:, 1]])

    def join(self, one: int, other: int, answer: float) -> None:
        first, second = sorted((int(self.root[one]), int(self.root[other])))
        if first != second:
            self.root[self._members[second]] = first
            self._members[first] += self._members.pop(second)
            self.links.append((one, other, answer))


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


def _forms(frame: pl.DataFrame, looked: Looked, kind: Kind) -> _Forms:
    empty = bytes(neighbours.LENGTH)
    marks = np.frombuffer(b"".join(mark or empty for mark in frame["signature"]), np.int8)
    rows = frame["row"].to_numpy().astype(np.int64)
    picture = np.full(len(looked.reduced), -1)
    picture[rows] = np.arange(len(rows))
    framed = np.flatnonzero(picture[looked.framed_rows] >= 0)
    parts = [looked.framed[framed[start : start + _BLOCK]] for start in range(0, len(framed), _BLOCK)]
    more = [kind.signatures(part) for part in parts]
    return _Forms(
        kind,
        np.concatenate([np.arange(len(rows)), picture[looked.framed_rows[framed]]]),
        np.concatenate([marks.reshape(-1, neighbours.LENGTH), *more]),
        [looked.reduced, looked.framed],
        [*((0, int(row)) for row in rows), *((1, int(number)) for number in framed)],
    )


@dataclass(frozen=True)
class _Forms:
    """What is compared: each picture without its frame, and with it where it has one."""

    kind: Kind
    picture: Integers  # [F]: whose form it is
    signature: neighbours.Signatures  # [F, 64]
    reduced: list[Pixels]  # without and with frames
    place: list[tuple[int, int]]  # [F]: in which of the two, and where

    def which(self, pair: Integers) -> tuple[int, int]:
        """Say whether each of two forms is without its frame, 0, or with it, 1."""
        return self.place[int(pair[0])][0], self.place[int(pair[1])][0]

    def compare(self, pair: Integers, closeness: float) -> float:
        """Say how sure it is that two forms are copies; the third number says whether the second is mirrored."""
        first, second = (self.reduced[which][number] for which, number in (self.place[form] for form in pair[:2]))
        return self.kind.compare_forms(first, second, bool(pair[2]), closeness)


def _candidates(forms: _Forms, pictures: int) -> tuple[Integers, NDArray[np.float32]]:
    # Two pictures with frames are not compared by their frames: these may be alike where the pictures are not.
    found, near = neighbours.pairs(forms.signature[:pictures], _FAR, forms.signature[pictures:], _FEW + pictures // 20)
    other = forms.picture[found[:, 0]] != forms.picture[found[:, 1]]
    return found[other], near[other]


def _blocks(found: Integers, near: NDArray[np.float32]) -> Iterator[tuple[Integers, NDArray[np.float32]]]:
    for start in range(0, len(found), _BLOCK):
        yield found[start : start + _BLOCK], near[start : start + _BLOCK]
