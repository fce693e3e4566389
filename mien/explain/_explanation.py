"""What moved an answer: in numbers, in words, and as a map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import html

if TYPE_CHECKING:
    from mien.core.types import Singles
    from mien.explain._faithfulness import Faithfulness
    from mien.kinds import Parts

AGAINST = 0.05  # of probability: what speaks against a class by less is not named


@dataclass(frozen=True)
class Line:
    """Whole lines of parts along one axis, each hidden by itself.

    Parameters
    ----------
    unit : str
        Of `edges`, such as ``seconds``.
    edges : tuple of float
        Where parts begin and end, one more than there are.
    drops : float32 [parts]
        How much probability the class loses without each, -1..1.
    words : tuple of str
        What each is called, such as ``0.8-1.2 s``.
    """

    unit: str
    edges: tuple[float, ...]
    drops: Singles
    words: tuple[str, ...]


@dataclass(frozen=True)
class Stretch:
    """Neighbouring lines of parts that moved an answer.

    Parameters
    ----------
    words : str
        What lies there, such as ``1-2 kHz``.
    without : float
        The probability of the class with all of them hidden at once, 0..1.
    """

    words: str
    without: float


@dataclass(frozen=True)
class Explanation:
    """What moved an answer.

    Parameters
    ----------
    label : int
        The class that is explained, its column in the probabilities.
    probability : float
        What the model gives it, 0..1.
    grid : float32 [down, across]
        How much of that it loses without each part, -1..1: above 0 the part spoke for the class, below 0 against it.
    lines : tuple of Line
        The same without whole lines of parts, along each axis that has a unit: across, then down.
    most : tuple of Stretch
        What moved it most along each axis, the strongest first; none where nothing moved it by 0.02.
    together : float
        The probability without all of those at once, 0..1.
    method : str
        How the grid was found.
    checked : Faithfulness or None
        Whether it tells the truth of the model; None where that was not measured.
    """

    label: int
    probability: float
    grid: Singles
    lines: tuple[Line, ...] = ()
    most: tuple[Stretch, ...] = ()
    together: float = 1.0
    method: str = "occlusion"
    checked: Faithfulness | None = None

    def heat(self, parts: Parts) -> Singles:
        """Give each pixel of the parts' picture the loss of the parts that hid it, by how much each did.

        Parameters
        ----------
        parts : Parts
            That were explained.

        Returns
        -------
        float32 [H, W]
            -1..1.
        """
        return np.asarray(parts.down.spread.T @ self.grid @ parts.across.spread, np.float32)

    def sentence(self, label: str) -> str:
        """Say it in words, of a class by its name; empty where parts have no names, as in a picture.

        Every figure was measured: the model was asked with all that a sentence names hidden at once.
        """
        if not self.lines:
            return ""
        lowest, highest = self._range()
        if not self.most:
            words = "Nothing moved it by itself: whichever stretch or band is hidden,"
            low, high = html.percent(lowest), html.percent(highest)
            return f"{words} '{label}' stays {f'at {low}' if low == high else f'between {low} and {high}'}."
        words = f"Most moved by {self._fall(label)}."
        if highest - self.probability < AGAINST:
            return words
        return f"{words} Against it spoke {self._strongest()}: without it '{label}' rises to {html.percent(highest)}."

    def _fall(self, label: str) -> str:
        first, rest = self.most[0], self.most[1:]
        falls = f"'{label}' falls from {html.percent(self.probability)} to"
        if rest and self.together < first.without:  # one does not stand in for the other
            named = " and by ".join(stretch.words for stretch in self.most)
            return f"{named}: without them {falls} {html.percent(self.together)}"
        alone = [f"then by {one.words}: without it, to {html.percent(one.without)}" for one in rest]
        return "; ".join([f"{first.words}: without it {falls} {html.percent(first.without)}", *alone])

    def _range(self) -> tuple[float, float]:
        drops = np.concatenate([line.drops for line in self.lines])
        return self.probability - float(drops.max()), self.probability - float(drops.min())

    def _strongest(self) -> str:
        line = min(self.lines, key=lambda line: float(line.drops.min()))
        return line.words[int(line.drops.argmin())]

    def to_dict(self, label: str) -> dict[str, Any]:
        """Return it as JSON values, with the class by its name."""
        grid = (np.round(self.grid.astype(float), 4) + 0.0).tolist()  # no minus before a zero
        found: dict[str, Any] = {"label": label, "probability": round(self.probability, 4), "method": self.method}
        found |= {"grid": grid, **({"faithfulness": self.checked.to_dict()} if self.checked else {})}
        if not self.lines:
            return found
        lines = [
            {"unit": one.unit, "edges": [round(edge, 3) for edge in one.edges], "drops": _rounded(one.drops)}
            for one in self.lines
        ]
        most = [{"words": one.words, "without": round(one.without, 4)} for one in self.most]
        named = {"lines": lines, "most": most, "together": round(self.together, 4)}
        return {**found, **named, "sentence": self.sentence(label)}


def _rounded(drops: Singles) -> list[float]:
    return [round(float(drop), 4) + 0.0 for drop in drops]
