"""What can be measured of a sample itself, so that groups can be told where no column names them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from mien.core.types import Floats


@dataclass(frozen=True)
class Property:
    """A property of samples, and how far its measure can be trusted. A measure stands for it; it is not it.

    Parameters
    ----------
    word : str
        The column that it becomes, such as ``skin_tone``.
    unit : str
        What its numbers are, such as ``degrees``.
    about : str
        What is measured, in a sentence.
    source : str
        Where the measure comes from.
    error : str
        How far off it is where the truth is known, in a sentence: from ``bench/fairness.py``.
    values : callable
        From rows, [N, *contract.shape], or where `of_faces` from N `mien.faces.Face`, to float64 [N]; NaN is unknown.
    cuts : tuple of float
        Where one group ends and the next begins, ascending. Empty: thirds of the samples that are measured.
    names : tuple of str
        The groups, from low to high: one more than `cuts`, three where these are empty.
    of_faces : bool
        Whether it is measured on what a detector says of the largest face, and not on rows.
    """

    word: str
    unit: str
    about: str
    source: str
    error: str
    values: Callable[[Any], Floats]
    cuts: tuple[float, ...]
    names: tuple[str, ...]
    of_faces: bool = False

    def groups(self, values: Floats) -> list[str | None]:
        """Name the group of each value.

        Parameters
        ----------
        values : float [N]
            From `values`.

        Returns
        -------
        list of str or None
            Names, from `names`; None where the value is NaN.

        Examples
        --------
        >>> made = Property("hue", "degrees", "", "", "", np.asarray, (90.0,), ("red", "blue"))
        >>> made.groups([12, 90, np.nan])
        ['red', 'blue', None]
        """
        given = np.asarray(values, np.float64)
        known = np.isfinite(given)
        cuts = self.cuts or tuple(np.quantile(given[known], (1 / 3, 2 / 3)) if known.any() else ())
        place = np.searchsorted(cuts, given, side="right")
        return [self.names[at] if there else None for at, there in zip(place, known, strict=True)]
