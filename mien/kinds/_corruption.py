"""What can happen to a sample before a model is given it: named, in five strengths, the same for the same seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from mien.core.errors import SettingError

if TYPE_CHECKING:
    from mien.core.types import Integers, Rows

STRENGTHS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Corruption:
    """One way in which what a model is given can be worse than what it learnt from.

    Parameters
    ----------
    name : str
        In lower-case letters and underscores: ``gaussian_noise``.
    group : str
        What it has in common with others, in a word or two: ``noise``.
    about : str
        What it is, in a sentence.
    change : callable
        From one row, array [*contract.shape], a strength 1..5 and a NumPy generator to a row of the same shape and
        dtype; the row that came stays as it is.
    further : bool
        Whether it stands beside a published set, and is averaged apart from it.
    """

    name: str
    group: str
    about: str
    change: Callable[[Any, int, np.random.Generator], Any]
    further: bool = False

    @property
    def title(self) -> str:
        """The name as people read it."""
        return self.name.replace("_", " ")

    def apply(self, rows: Rows, strength: int, *, seed: int = 0, numbers: Integers | None = None) -> Rows:
        """Corrupt rows; what becomes of one depends on its number and the seed, not on what stands beside it.

        Parameters
        ----------
        rows : array [N, *contract.shape]
            What models take.
        strength : int
            1, which is hardly seen or heard, to 5.
        seed : int
            0 and up: the same one gives the same bytes. All strengths share the draws of a row.
        numbers : int64 [N], optional
            The number of each row, 0 and up; its place by default.

        Returns
        -------
        array [N, *contract.shape]
            New memory, the same dtype and range.

        Raises
        ------
        SettingError
            If the strength is none of the five.
        """
        if strength not in STRENGTHS:
            raise SettingError(f"The strength {strength} came for '{self.title}'", expected="1, 2, 3, 4 or 5")
        out, own = np.empty_like(rows), crc32(self.name.encode())
        for place, row in enumerate(rows):
            number = place if numbers is None else int(numbers[place])
            out[place] = self.change(row, strength, np.random.default_rng([seed, own, number]))
        return out


class Corruptible:
    """What a kind says of corruptions; a plain one knows none."""

    def corruptions(self) -> tuple[Corruption, ...]:
        """List what can be wrong with what a model is given, in the order in which it is shown; docs/evaluate.md."""
        return ()
