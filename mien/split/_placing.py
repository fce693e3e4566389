"""Where the units of a split go: arithmetic for `mien.split`, kept apart so that both stay short.

A unit is what must not be cut: samples that share content, pixels or a person. Units of one class are placed
exactly (see `_single`); units that hold several classes, such as a person with every expression, greedily and
then by moves and swaps, as vector bin packing has no quick exact answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from mien.core.types import Floats, Integers

    Flags = npt.NDArray[np.bool_]

FEW = 200  # units that are placed together when some hold several classes
ATTEMPTS = 40  # seeded orders tried when units hold several classes each
REPAIRS = 200  # moves and swaps after each attempt
SWAPPED = 500  # units of a side that a swap looks at
BARE = 1e6  # cost of a class that a side has nothing of, against lacks of about 1


def place(cells: tuple[Integers, Integers, Integers], part: Floats, seed: int) -> Integers:
    """Choose the side of each unit, 0..sides-1: int64 [units].

    `cells` are int64 [cells], unit, class and size: cell i says that unit ``unit[i]`` holds ``size[i]`` samples of
    class ``label[i]``. Units are numbered from 0 in the order in which ties are decided, and the cells sorted by unit;
    `part` is float64 [sides].
    """
    unit, label, size = cells
    count, kinds = int(unit.max()) + 1, int(label.max()) + 1
    side = np.zeros(count, dtype=np.int64)
    mixed = np.bincount(unit, minlength=count) > 1
    if mixed.any() and count <= FEW:
        mixed[:] = True  # few units: the simple ones may be what saves a class from an empty side
    wide = mixed[unit]
    held = np.zeros((len(part), kinds))
    if wide.any():
        sizes = np.zeros((int(mixed.sum()), kinds))
        sizes[(np.cumsum(mixed) - 1)[unit[wide]], label[wide]] = size[wide]
        side[mixed] = _mixed(sizes, part, np.bincount(label[~wide], minlength=kinds), seed)
        np.add.at(held, side[mixed], sizes)
    for kind in range(kinds):
        mine = np.flatnonzero(~wide & (label == kind))
        lack = part * (size[mine].sum() + held[:, kind].sum()) - held[:, kind]
        side[unit[mine]] = _single(size[mine], lack, held[:, kind] == 0)
    return side


def _single(size: Integers, lack: Floats, empty: Flags) -> Integers:
    """Place units of one class: the largest first, each where most is lacking. Ends within one unit of the target."""
    side = np.zeros(size.size, dtype=np.int64)
    order = np.argsort(-size, kind="stable")
    lack, empty, large = lack.copy(), empty.copy(), int((size > 1).sum())
    for at, unit in enumerate(order[:large]):
        only = empty.any() and size.size - at <= empty.sum()  # what is left must go where nothing is yet
        best = int(np.argmax(np.where(empty, lack, -np.inf) if only else lack))
        side[unit], empty[best] = best, False
        lack[best] -= size[unit]
    rest = order[large:]
    side[rest] = np.repeat(np.arange(lack.size), _pour(rest.size, lack, empty))
    return side


def _pour(count: int, lack: Floats, empty: Flags) -> Integers:
    """Share out single samples so that what is still lacking is as even as whole numbers allow."""
    down = np.sort(lack)[::-1]
    levels = (np.cumsum(down) - count) / np.arange(1, lack.size + 1)
    amount = np.maximum(lack - levels[np.flatnonzero(down >= levels)[-1]], 0)
    whole: Integers = np.floor(amount + 1e-9).astype(np.int64)
    whole[np.argsort(whole - amount, kind="stable")[: count - int(whole.sum())]] += 1
    for bare in np.flatnonzero(empty & (whole == 0))[:count]:
        whole[np.argmax(whole - empty)] -= 1
        whole[bare] = 1
    return whole


def _mixed(sizes: Floats, part: Floats, spare: Integers, seed: int) -> Integers:
    """Place units that hold several classes, ``sizes`` [units, classes]: greedily, then by moves and swaps."""
    target, largest = np.outer(part, sizes.sum(axis=0)), np.maximum(sizes.max(axis=0), 1)
    must = ((sizes > 0) & (spare < len(part))).astype(float)  # classes whose empty sides only these units can fill
    draw = np.random.default_rng(seed)
    best, least = np.zeros(len(sizes), dtype=np.int64), np.inf
    for attempt in range(ATTEMPTS):
        jitter = draw.uniform(0.4, 1, len(sizes)) if attempt else np.ones(len(sizes))
        side = _greedy(sizes / largest, target / largest, np.argsort(-jitter * (sizes / largest).sum(axis=1)))
        side = _repaired(side, sizes / largest, target / largest, must)
        held, seen = np.zeros_like(target), np.zeros_like(target)
        np.add.at(held, side, sizes)
        np.add.at(seen, side, must)
        bad = BARE * ((must.max(axis=0) > 0) & (seen == 0)).sum() + float((np.abs(held - target) / largest).max())
        if bad < least:
            best, least = side, bad
        if least <= 1:
            break
    return best


def _greedy(sizes: Floats, target: Floats, order: Integers) -> Integers:
    side, lack = np.zeros(len(sizes), dtype=np.int64), target.copy()
    for unit in order:
        side[unit] = best = int(np.argmax(lack @ sizes[unit]))  # smallest sum of squared lacks afterwards
        lack[best] -= sizes[unit]
    return side


def _repaired(side: Integers, sizes: Floats, target: Floats, must: Floats) -> Integers:
    """Move or swap units while the sum of squared lacks falls; an empty side counts far more than any lack."""
    square, every = (sizes**2).sum(axis=1), np.arange(len(side))
    for _ in range(REPAIRS):
        lack, seen = target.copy(), np.zeros_like(target)
        np.subtract.at(lack, side, sizes)
        np.add.at(seen, side, must)
        loss = BARE * (must * (seen[side] == 1)).sum(axis=1)
        pull = sizes @ lack.T  # [units, sides]
        move = 2 * (pull[every, side][:, None] - pull + square[:, None]) + loss[:, None] - BARE * must @ (seen == 0).T
        move[every, side] = 0
        unit, to = np.unravel_index(int(np.argmin(move)), move.shape)
        if move[unit, to] < -1e-9:
            side[unit] = to
            continue
        swap = _swap(side, sizes, pull, loss)
        if swap is None:
            break
        side[swap] = side[swap[::-1]]
    return side


def _swap(side: Integers, sizes: Floats, pull: Floats, loss: Floats) -> Integers | None:
    """Find the two units whose exchange lowers the sum of squared lacks most."""
    best, least = None, -1e-9
    for one in range(pull.shape[1]):
        for other in range(one):
            a, b = np.flatnonzero(side == one)[:SWAPPED], np.flatnonzero(side == other)[:SWAPPED]
            gap = pull[:, one] - pull[:, other]
            apart = (sizes[a] ** 2).sum(1)[:, None] + (sizes[b] ** 2).sum(1) - 2 * sizes[a] @ sizes[b].T
            cost = 2 * (gap[a][:, None] - gap[b] + apart) + loss[a][:, None] + loss[b]
            if cost.size and cost.min() < least:
                i, j = np.unravel_index(int(np.argmin(cost)), cost.shape)
                best, least = np.array([a[i], b[j]]), float(cost.min())
    return best
