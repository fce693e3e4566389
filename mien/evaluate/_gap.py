"""The clearest gap between two groups of a column, and what goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from mien.core.errors import ModelFileError
from mien.evaluate._paired import LEVEL, Difference


@dataclass(frozen=True)
class Between:
    """The clearest gap between two groups: of all pairs, the one that chance alone makes least often.

    Parameters
    ----------
    best, worst : str
        The two groups.
    of_best, of_worst : float
        Share of right answers in each, 0..1.
    gap : Difference
        The first less the second, with its 95 % interval over the clusters.
    p : float
        How often chance alone makes as clear a gap between any two of the groups, 0..1: 4,999 shufflings of whole
        clusters, two-sided.
    corrected : float
        The same for all that was looked at together (Holm 1979).
    """

    best: str
    worst: str
    of_best: float
    of_worst: float
    gap: Difference
    p: float
    corrected: float

    @property
    def beyond_chance(self) -> bool:
        """Whether it stands after the correction, at 5 %."""
        return self.corrected < LEVEL


@dataclass(frozen=True)
class Gap:
    """Whether the groups of one column are served alike.

    Parameters
    ----------
    column : str
        What the groups differ in.
    accuracy : Between
        The clearest gap in right answers.
    mix : float
        The gap that the classes alone would make between these two groups, were each class recognised as often
        everywhere, -1..1.
    detectable : float or None
        The least gap between the two groups that are easiest to compare which four tests of five would tell at the
        corrected level, 0..1; None where no gap at all could have been told.
    detectable_hardest : float or None
        The same between the two groups that are hardest to compare.
    columns : int
        How many columns were looked at.
    recall : Between or None
        The clearest gap in how often one class is recognised, corrected for all classes of all columns; None without
        two classes that have 5 clusters in two groups.
    label : str
        That class; empty without one.
    small : tuple of str
        Groups of fewer than 5 clusters, which were not compared.
    """

    column: str
    accuracy: Between
    mix: float
    detectable: float | None
    detectable_hardest: float | None
    columns: int
    recall: Between | None = None
    label: str = ""
    small: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values, the verdict among them."""
        return {**asdict(self), "beyond_chance": self.accuracy.beyond_chance}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Gap:
        """Read what `to_dict` wrote; `ModelFileError` if the values are no gap."""
        try:
            known = {one.name: values[one.name] for one in fields(cls)}
            both = {name: None if known[name] is None else _between(known[name]) for name in ("accuracy", "recall")}
            return cls(**{**known, **both, "small": tuple(known["small"])})
        except (KeyError, TypeError, ValueError) as error:
            raise ModelFileError("The scores are damaged", todo="Run: mien evaluate") from error


def _between(values: Mapping[str, Any]) -> Between:
    return Between(**{**values, "gap": Difference(**values["gap"])})
