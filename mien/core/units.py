"""Which samples belong together: copies of one picture, pictures of one person, and what such chains join."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt
    import polars as pl

    Integers = npt.NDArray[np.int64]

KEYS = ("content", "pixels", "copies", "person")
"""Columns of a manifest in which two samples that belong together have the same value."""


def units_of(frame: pl.DataFrame, keys: Sequence[str] = KEYS) -> Integers:
    """Say what must not be cut by a split, and what an interval is drawn over.

    Parameters
    ----------
    frame : polars.DataFrame
        Rows of a manifest.
    keys : sequence of str
        What joins two rows: some of `KEYS`, or all.

    Returns
    -------
    int64 [N]
        The unit of each row, named by the smallest number of a row in it.
    """
    return join([codes(frame[key]) for key in keys], frame.height)


def codes(column: pl.Series) -> Integers:
    """Give the values of a column numbers.

    Parameters
    ----------
    column : polars.Series
        Text; null or empty where a row belongs to no other.

    Returns
    -------
    int64 [N]
        From 0 on; each null has a number of its own.
    """
    import polars as pl

    text = column.cast(pl.String)
    found: Integers = text.set(text == "", None).rank("dense").cast(pl.Int64).fill_null(0).to_numpy(writable=True)
    alone = found == 0
    found[alone] = np.arange(alone.sum()) + found.max(initial=0) + 1
    return found - 1


def join(keys: Sequence[Integers], count: int) -> Integers:
    """Join rows that share a value of any key, and rows joined to those.

    Parameters
    ----------
    keys : sequence of int64 [count]
        Values numbered from 0, one array a key; rows with the same number belong together.
    count : int
        Rows.

    Returns
    -------
    int64 [count]
        For each row the smallest row number in its connected component.

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
