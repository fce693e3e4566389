"""Which signatures are close to each other, among a million of them, without comparing each with each.

A signature is int8 ``[64]``; how close two are is the cosine of the angle between them. The first `EVEN` numbers of a
picture's signature stay when it is mirrored, the others change sign. Signatures are sorted into cells, one for each
pair of a centre of their first half and one of their second (inverted multi-index: Babenko & Lempitsky 2012), and
compared with those of the nearest cells alone; docs/decisions/0024-near-copies.md says why. Whole numbers are compared,
so the same data gives the same pairs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Signatures = npt.NDArray[np.int8]
    Integers = npt.NDArray[np.int64]
    Singles = npt.NDArray[np.float32]
    Numbers = npt.NDArray[np.unsignedinteger[Any]]

LENGTH = 64
EVEN = 32
CLOSE = 0.74  # cosine: of planted copies 99.5 % are closer, of different faces 1 % (bench/sceptic.py)
NEIGHBOURS = 16  # of each signature; a chain of copies needs a few each, not all
_CELL = 96  # signatures in a cell, on average
_CELLS = 48  # in which neighbours are looked for
_OF_EACH = 16  # nearest centres of each half, among whose pairs these cells are chosen
_ROUNDS, _SAMPLE = 4, 256  # in which the centres settle, and on how many signatures for each
_STEPS = 1000  # in which the pairs below `CLOSE` are counted
_HALVES = slice(EVEN), slice(EVEN, LENGTH)
_BLOCK, _CHUNK = 4096, 1 << 19  # signatures at once: while cells are chosen, and while they are looked into
_AT_ONCE = 1 << 19  # cosines: 2 MB, which stay near the processor


def pairs(
    signatures: Signatures, least: float = CLOSE, further: Signatures | None = None, most: int | None = None
) -> tuple[Integers, Singles]:
    """Find signatures, int8 [N, 64], that are close to each other, mirrored or not; zero ones have no neighbours.

    `further` ones (int8 [F, 64]) are compared with the others but not among themselves; their rows go on from N. Of
    pairs further apart than `CLOSE` only the closest `most` are kept. Returns int64 [M, 3], first row, second row
    (above it) and 1 where the second is close when mirrored, else 0; and cosines, float32 [M]; the closest first. Of a
    crowd of copies each row has up to `NEIGHBOURS`, enough to join them in chains.
    """
    every = signatures if further is None else np.concatenate([signatures, further])
    found, near = _found(every, len(signatures), 0, _Bar(least, most))
    found[:, :2].sort(axis=1)
    keys = (found[:, 0] * len(every) + found[:, 1]) * 2 + found[:, 2]  # one number sorts faster than three
    first = np.unique(keys, return_index=True)[1]
    order = first[np.argsort(-near[first], kind="stable")]
    if most is not None:
        order = order[: int((near[first] >= CLOSE).sum()) + most]
    return found[order], near[order]


def matches(queries: Signatures, known: Signatures, least: float = CLOSE) -> tuple[Integers, Singles]:
    """Find for each of some signatures, int8 [N, 64], those of `known`, int8 [K, 64], close to it, mirrored or not.

    Returns int64 [M, 3], row in `queries`, row in `known`, and 1 where it is close when mirrored, else 0; and the
    cosines, float32 [M], of `least` (0..1) or more.
    """
    found, near = _found(np.concatenate([known, queries]), len(known), len(known), _Bar(least))
    found[:, 0] -= len(known)
    return found, near


@dataclass
class _Bar:
    """How close pairs must be to be wanted: it rises as more pairs than wanted are found above it."""

    least: float
    most: int | None = None
    counts: Integers = field(default_factory=lambda: np.zeros(_STEPS, np.int64))

    def rise(self, cosines: Singles) -> None:
        """Count what was found below `CLOSE`; each pair is met twice at most."""
        width = CLOSE / _STEPS
        if self.most is None or self.least > CLOSE - 1.5 * width:
            return
        steps = (cosines[cosines < CLOSE] / width).astype(np.int64)
        self.counts += np.bincount(np.minimum(steps, _STEPS - 1), minlength=_STEPS)
        above = np.cumsum(self.counts[::-1])[::-1]  # of each step, how many are in it or above
        enough = np.flatnonzero(above >= 2 * self.most)
        if len(enough):
            self.least = max(self.least, enough[-1] * width)


def _found(every: Signatures, held: int, first: int, bar: _Bar) -> tuple[Integers, Singles]:
    """Find neighbours of the rows from `first` on among the rows before `held`."""
    there = np.flatnonzero(every.any(axis=1))
    known, asked = there[there < held], there[there >= first]
    found, closeness = [np.zeros((0, 3), np.int64)], [np.zeros(0, np.float32)]
    if len(known) and len(asked):
        centres = _centres(every[known])
        home = _nearest(every[there], centres, 1)[:, 0]
        index = _Index(every, centres, known, home[there < held])
        asked = asked[np.argsort(home[there >= first], kind="stable")]  # near ones together
        for rows in np.split(asked, range(_CHUNK, len(asked), _CHUNK)):
            cells = _nearest(every[rows], index.centres)
            for mirrored in (0, 1):
                queries = mirror(every[rows]) if mirrored else every[rows]
                looked = _mirrored(cells, index) if mirrored else cells
                first_row, second_row, near = _search((rows, queries), looked, index, bar)
                found.append(np.column_stack([first_row, second_row, np.full(len(near), mirrored)]))
                closeness.append(near)
    return np.concatenate(found), np.concatenate(closeness)


class _Index:
    """Some rows of signatures, sorted into cells."""

    def __init__(self, every: Signatures, centres: tuple[Singles, Singles], rows: Integers, home: Numbers) -> None:
        self.every = every
        self.centres = centres
        self.half = len(centres[0])
        self.members = [rows[held] for held in _by_cell(home, self.half**2)]


def _centres(known: Signatures) -> tuple[Singles, Singles]:
    """Find centres of both halves of the signatures, as many of each; each pair of them is a cell."""
    count = 2 * max(1, round((len(known) / _CELL) ** 0.5 / 2))
    sample = known[np.random.default_rng(1).permutation(len(known))[: _SAMPLE * count]].astype(np.float32)
    odd = _settled(np.concatenate([sample[:, EVEN:], -sample[:, EVEN:]]), count // 2, both=True)
    return _settled(sample[:, :EVEN], count), odd


def _settled(sample: Singles, count: int, both: bool = False) -> Singles:
    """Find centres by a few rounds of k-means, in whole numbers; if `both`, their opposites are centres as well."""
    centres = sample[:count]
    for _ in range(_ROUNDS):
        every = np.concatenate([centres, -centres]) if both else centres
        home = _nearness(sample, every).argmax(axis=1)
        sums = np.stack([np.bincount(home, column, len(every)) for column in sample.T], axis=1)
        held = np.bincount(home, minlength=len(every))
        if both:
            sums, held = sums[:count] - sums[count:], held[:count] + held[count:]
        centres = np.where(held[:, None] > 0, np.rint(sums / np.maximum(held, 1)[:, None]), centres[: len(sums)])
        centres = centres.astype(np.float32)
    return np.concatenate([centres, -centres]) if both else centres


def _nearness(marks: Singles, centres: Singles) -> Singles:
    """Return a number for each pair that is the higher the nearer they are; exact, of whole and half numbers."""
    near: Singles = marks @ centres.T
    near -= (centres**2).sum(axis=1) / 2
    return near


def _nearest(marks: Signatures, centres: tuple[Singles, Singles], cells: int = _CELLS) -> Numbers:
    """Return the numbers of the nearest cells, the nearest first."""
    count = len(centres[0])
    some = 1 if cells == 1 else min(count, _OF_EACH)
    found = np.zeros((len(marks), min(some**2, cells)), _kind(count**2))
    for start in range(0, len(marks), _BLOCK):
        block = marks[start : start + _BLOCK].astype(np.float32)
        (even, near), (odd, other) = (
            _best(_nearness(block[:, half], own), some) for half, own in zip(_HALVES, centres, strict=True)
        )
        best = _best((near[:, :, None] + other[:, None, :]).reshape(len(block), -1), found.shape[1])[0]
        numbers = np.take_along_axis(even, best // some, axis=1) * count + np.take_along_axis(odd, best % some, axis=1)
        found[start : start + _BLOCK] = numbers
    return found


def _kind(count: int) -> type[np.unsignedinteger[Any]]:
    return np.uint16 if count <= 1 << 16 else np.uint32  # 16 bits sort in linear time


def _best(near: Singles, count: int) -> tuple[Integers, Singles]:
    """Return the columns of the `count` highest of each row, the highest first, and their values."""
    best = np.argpartition(near, -count, axis=1)[:, -count:]
    values = np.take_along_axis(near, best, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    return np.take_along_axis(best, order, axis=1), np.take_along_axis(values, order, axis=1)


def _mirrored(cells: Numbers, index: _Index) -> Numbers:
    """Return where the mirrored signatures look: the opposite of a centre stands half of the centres further."""
    odd = cells % index.half
    return cells - odd + (odd + index.half // 2) % index.half


def _by_cell(cells: Numbers, count: int) -> list[Integers]:
    """Return for each cell where it stands."""
    ends = np.cumsum(np.bincount(cells, minlength=count))
    return np.split(np.argsort(cells, kind="stable"), ends[:-1])


def _search(
    asked: tuple[Integers, Signatures], cells: Numbers, index: _Index, bar: _Bar
) -> tuple[Integers, Integers, Singles]:
    """Return rows that are asked about and others, and cosines: of each the closest `NEIGHBOURS` but itself."""
    own, queries = asked
    near = np.full((len(queries), NEIGHBOURS), -1, np.float32)
    place = np.zeros((len(queries), NEIGHBOURS), np.int32)
    for meeting, members in zip(_by_cell(cells.ravel(), index.half**2), index.members, strict=True):
        looking, known = meeting // cells.shape[1], index.every[members]
        step = max(1, _AT_ONCE // max(1, len(members)))
        for start in range(0, len(looking) if len(members) else 0, step):
            part = looking[start : start + step]
            rows, columns, cosines = _close(queries[part], known, bar.least)
            rows, columns = part[rows], members[columns]
            other = own[rows] != columns
            bar.rise(cosines[other])
            _keep((near, place), rows[other], columns[other], cosines[other])
    row, rank = np.nonzero(near >= 0)
    return own[row], place[row, rank].astype(np.int64), near[row, rank]


def _close(queries: Signatures, known: Signatures, least: float) -> tuple[Integers, Integers, Singles]:
    """Compare each with each: rows, columns and cosines of those that are close, at most `NEIGHBOURS` a row."""
    one, other = queries.astype(np.float32), known.astype(np.float32)
    lengths, others = (np.sqrt(np.einsum("nd,nd->n", marks, marks)) for marks in (one, other))
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
    """Return the signatures, int8 [N, 64], of the mirrored pictures."""
    turned = signatures.copy()
    turned[:, EVEN:] *= -1
    return turned
