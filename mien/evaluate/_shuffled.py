"""What gaps between groups chance makes: the same units, dealt to the groups anew.

A unit that lies in one group, such as a person, changes places with units of other groups, whole; of a unit that lies
in several groups, such as a person in two kinds of light, the samples change places among themselves. Neither changes
anything where the groups do not matter, whatever else makes some units harder than others (Pesarin & Salmaso 2010,
"Permutation Tests for Complex Data", chapter 2). Units that are alike are dealt together, as a hypergeometric draw, so
that the number of samples costs nothing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mien.evaluate._checks import Floats, Integers

ROUNDS = 4999  # shufflings
MANY = 500  # units in several groups: of more, dealing each by itself would take minutes


def shuffled(right: NDArray[np.bool_], units: Integers, codes: Integers, seed: int = 0) -> Floats:
    """Shuffle units between groups.

    `right` bool [N], `units` int64 [N], `codes` int64 [N], group of each sample, 0 and up, none empty. Returns the
    accuracy of each group, float64 [ROUNDS, groups].
    """
    random, groups = np.random.default_rng(seed), int(codes.max()) + 1
    _, unit = np.unique(units, return_inverse=True)
    count = int(unit.max()) + 1
    table = np.bincount(unit * groups + codes, minlength=count * groups).reshape(count, groups)
    hits = np.bincount(unit, weights=right, minlength=count).astype(np.int64)
    several = (table > 0).sum(axis=1) > 1
    hit, size = _dealt_whole(table[~several], hits[~several], random)
    inside = _dealt_inside(table[several], hits[several], random)
    return np.asarray((hit + inside) / (size + table[several].sum(axis=0)))


def movable(units: Integers, codes: Integers) -> Integers:
    """Count what changes places with other groups, int64 [groups]: whole units, and samples of units in several."""
    cells, number = np.unique(np.stack([units, codes], axis=1), axis=0, return_counts=True)
    _, unit, parts = np.unique(cells[:, 0], return_inverse=True, return_counts=True)
    return np.bincount(cells[:, 1], weights=np.where(parts[unit] > 1, number, 1)).astype(np.int64)


def _dealt_inside(table: Integers, hits: Integers, random: np.random.Generator) -> Floats:
    """Deal the right answers of each unit among its own samples; returns right answers, float64 [ROUNDS, groups].

    `table` int64 [units, groups] holds samples. Of many units the sum is normal, with the moments of the draws.
    """
    if len(table) <= MANY:
        found = np.zeros((ROUNDS, table.shape[1]))
        for row, one in zip(table, hits, strict=True):
            found += random.multivariate_hypergeometric(row, one, size=ROUNDS)
        return found
    size = table.sum(axis=1)
    shares = table / size[:, None]
    spread = hits * (size - hits) / (size - 1)
    covariance = np.diag(spread @ shares) - (spread[:, None] * shares).T @ shares
    return random.multivariate_normal(hits @ shares, covariance, ROUNDS, method="eigh")


def _dealt_whole(table: Integers, hits: Integers, random: np.random.Generator) -> tuple[Integers, Integers]:
    """Deal units that lie in one group each; returns right answers and samples, int64 [ROUNDS, groups] each."""
    groups = table.shape[1]
    room = np.tile(
        np.bincount(table.argmax(axis=1), minlength=groups) if len(table) else np.zeros(groups, int), (ROUNDS, 1)
    )
    hit, size = np.zeros((ROUNDS, groups), np.int64), np.zeros((ROUNDS, groups), np.int64)
    alike, many = np.unique(np.stack([hits, table.sum(axis=1)], axis=1), axis=0, return_counts=True)
    for (one, samples), number in zip(alike.tolist(), many.tolist(), strict=True):
        got = _dealt(room, number, random)
        room, hit, size = room - got, hit + one * got, size + samples * got
    return hit, size


def _dealt(room: Integers, number: int, random: np.random.Generator) -> Integers:
    """Deal units that are alike to the room that the groups have left, int64 [ROUNDS, groups]."""
    got, left, rest = np.zeros_like(room), np.full(len(room), number), room.sum(axis=1)
    for group in range(room.shape[1]):
        rest = rest - room[:, group]
        got[:, group] = random.hypergeometric(room[:, group], rest, left)
        left = left - got[:, group]
    return got
