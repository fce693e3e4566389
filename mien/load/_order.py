"""The order of an epoch: from seed and epoch alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from mien.core.types import Integers

ORDERS = ("given", "once", "balanced")


def order(how: str, numbers: Integers, seed: int, epoch: int) -> Integers:
    """Say in which order samples come.

    ``given``: as they stand; ``once``: shuffled; ``balanced``: shuffled, every class equally often. Of the int64 draws,
    ``draw % samples`` is a sample's place and ``draw // samples`` how often it came before in this epoch, so that each
    looks different.
    """
    count = len(numbers)
    if how == "given":
        return np.arange(count)
    random = np.random.default_rng([seed, epoch])
    if how == "once":
        return random.permutation(count)
    classes = np.unique(numbers)
    # The first classes get one more where the epoch cannot be divided evenly.
    quotas = [len(part) for part in np.array_split(np.arange(count), len(classes))]
    drawn = [
        _draws(random, np.flatnonzero(numbers == label), q, count) for label, q in zip(classes, quotas, strict=True)
    ]
    return random.permutation(np.concatenate(drawn))


def _draws(random: np.random.Generator, places: Integers, quota: int, count: int) -> Integers:
    rounds = -(-quota // len(places))
    return np.concatenate([random.permutation(places) + count * number for number in range(rounds)])[:quota]
