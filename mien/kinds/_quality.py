"""Simple measures of how good a sample is to judge: what a world that has changed changes first."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

if TYPE_CHECKING:
    from mien.core.types import InputContract, Rows


@dataclass(frozen=True)
class Quality:
    """Something that can be measured of what a model takes, in coarse ranges.

    Parameters
    ----------
    name : str
        What it is called in logs and tables, such as ``brightness``.
    about : str
        What is measured, with its unit.
    edges : tuple of float
        Where one range ends and the next begins, rising.
    words : tuple of str
        What each range is called, one more than edges.

    Examples
    --------
    >>> Quality("brightness", "mean grey, 0..255", (60, 200), ("dark", "medium", "bright")).range(40)
    0
    """

    name: str
    about: str
    edges: tuple[float, ...]
    words: tuple[str, ...]

    def range(self, value: float) -> int:
        """Say in which range a value lies."""
        return bisect_right(self.edges, value)


class Rated:
    """What a kind says of the quality of its samples; `qualities` are what it measures."""

    windowed: ClassVar[bool]
    qualities: ClassVar[tuple[Quality, ...]] = ()

    def quality(self, row: Any, contract: InputContract) -> tuple[float, ...]:  # noqa: ANN401
        """Measure what a model takes.

        Parameters
        ----------
        row : array [*contract.shape]
            From `Kind.prepare`.
        contract : InputContract
            The model's.

        Returns
        -------
        tuple of float
            One for each of `qualities`.
        """
        return ()

    def ranges(self, rows: Rows, contract: InputContract) -> dict[str, tuple[int, int]]:
        """Say of a sample in which range of each of `qualities` it is, and how many ranges there are.

        Parameters
        ----------
        rows : array [N, *contract.shape]
            Of the sample: its faces, of which the first counts, or its windows, of which the mean does.
        contract : InputContract
            The model's.

        Returns
        -------
        dict of str to (int, int)
            Empty where there are no rows.
        """
        if not len(rows) or not self.qualities:
            return {}
        values = np.mean([self.quality(row, contract) for row in (rows if self.windowed else rows[:1])], axis=0)
        pairs = zip(self.qualities, values.tolist(), strict=True)
        return {one.name: (one.range(value), len(one.words)) for one, value in pairs}
