"""How far probabilities are from what they promise: plain values, to and from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Bin:
    """Answers that are about equally sure: `sure` on average, and the share that was right with its 95 % interval."""

    n: int
    sure: float
    right: float
    low: float
    high: float


@dataclass(frozen=True)
class Reliability:
    """How far probabilities are from what they promise.

    Parameters
    ----------
    bins : tuple of Bin
        By the probability of the answer, the least sure first.
    error : float
        Mean gap between the probability of the answer and the share of right answers, 0..1, less what chance alone
        makes of a perfect model (Kumar, Liang & Ma 2019, "Verified Uncertainty Calibration"; for absolute gaps).
    low, high : float
        Its 95 % interval over the units.
    counted : float
        The same gap as it is counted: 0..1, the larger the fewer samples there are.
    by_class : float
        Mean over the classes of the gap between a class's probability and its share, 0..1, less what chance makes.
    """

    bins: tuple[Bin, ...]
    error: float
    low: float
    high: float
    counted: float
    by_class: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; `from_dict` reads them back."""
        return {**asdict(self), "bins": [asdict(one) for one in self.bins]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Reliability:
        """Read what `to_dict` wrote."""
        figures = {name: float(values[name]) for name in ("error", "low", "high", "counted", "by_class")}
        return cls(tuple(Bin(**row) for row in values["bins"]), **figures)
