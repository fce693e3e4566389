"""Which samples belong together: copies of one picture, pictures of one person, and what such chains join."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from mien.core.types import Integers

KEYS = ("content", "pixels", "copies", "person")
"""Columns of a manifest in which two samples that belong together have the same value."""


def units_of(frame: pl.DataFrame, keys: Sequence[str] = KEYS) -> Integers:
    """Say what must not be cut by a split, and what an interval is drawn over.

    Returns int64 [N]: the unit of each row of a manifest, named by the smallest number of a row in it; rows with the
    same value of one of the `keys` (some of `KEYS`) are joined.
    """
    return join([codes(frame[key]) for key in keys], frame.height)


def codes(column: pl.Series) -> Integers:
    """Give the values of a column numbers from 0, int64 [N]; each null or empty text has one of its own."""
    text = column.cast(pl.String)
    found: Integers = text.set(text == "", None).rank("dense").cast(pl.Int64).fill_null(0).to_numpy(writable=True)
    alone = found == 0
    found[alone] = np.arange(alone.sum()) + found.max(initial=0) + 1
    return found - 1


def join(keys: Sequence[Integers], count: int) -> Integers:
    """Join rows that share a value of any key, and rows joined to those: int64 [count], the smallest row of each.

    `keys` are int64 [count], values numbered from 0.

    Examples
    --------
    >>> join([np.array([0, 1, 1, 2]), np.array([0, 1, 2, 2])], 4).tolist()
    [0, 1, 1, 1]
    """
    root = np.arange(count)
    while True:
        before = root
        for numbers in keys:
            least = np.full(int(numbers.max(initial=-1)) + 1, count)
            np.minimum.at(least, numbers, root)
            root = least[numbers]
        root = root[root]  # halves the way along a chain of copies and people
        if np.array_equal(root, before):
            return root
