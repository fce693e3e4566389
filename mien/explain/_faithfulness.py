"""Does a map tell the truth of the model? It is asked again, in the order that the map gives and in random orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import html

if TYPE_CHECKING:
    from mien.core.types import Floats, Predict, Singles
    from mien.explain._answers import Left
    from mien.explain._explanation import Explanation
    from mien.kinds import Parts

from mien.explain._answers import left

SHARES = (0.1, 0.2, 0.4, 0.6, 0.8)  # of the parts that are hidden, between none and all
TOLD = 1  # which of them the sentence tells
LOTS = 20  # random orders, ten and their reverses: a map that knows nothing is ahead of all in one of 22
STILL = 0.02  # of probability: an answer that never moves by more rests on nothing that can be hidden
ALIKE = 0.7  # rank correlation with the map of shuffled weights, from which on a map shows the picture, not the model
STEADY = 0.5  # rank correlation with the map under noise, below which a map shows the noise
SEED = 0


@dataclass(frozen=True)
class Faithfulness:
    """How well a map's order of parts is the one that the model goes by.

    Parameters
    ----------
    before, after, random : float
        The probability, 0..1, with nothing hidden; with the fifth of all parts hidden that the map marks first; with a
        fifth hidden at random, on average over 20 draws.
    span : tuple of float
        The lowest and the highest of those 20 draws.
    deletion, insertion : float
        The mean probability, 0..1, while parts are hidden, or come back, in the map's order, the strongest first:
        areas under the curves of Petsiuk et al. (2018, section 4.2). Low and high are good.
    chance : float
        Either area for random orders, on average.
    ahead : int
        Of 20 random orders, how many have a smaller gap between insertion and deletion than the map's.
    moves : bool
        Whether the answer moved at all, by 0.02, whatever was hidden.
    weights : float or None
        Rank correlation with the map of the same model with its weights shuffled, -1..1 (Adebayo et al. 2018): near 1
        the map shows the sample, not the model. None where it was not measured.
    noise : float or None
        Rank correlation with the map of the sample under a little noise, -1..1: near 1 is steady.
    """

    before: float
    after: float
    random: float
    span: tuple[float, float]
    deletion: float
    insertion: float
    chance: float
    ahead: int
    moves: bool
    weights: float | None = None
    noise: float | None = None

    @property
    def fails(self) -> str:
        """Say which check the map fails, with its figure; empty where it passes."""
        if not self.moves:
            return ""
        if self.ahead < LOTS:
            left = f"{html.percent(self.after)}, hiding as much at random {html.percent(self.random)}"
            worse = f"{self.ahead} of {LOTS} random orders do worse than its own, not all"
            return f"hiding what it marks first leaves {left}; {worse}"
        if self.weights is not None and self.weights > ALIKE:
            return f"with shuffled weights the map stays nearly the same (rank correlation {self.weights:.2f})"
        if self.noise is not None and self.noise < STEADY:
            return f"a little noise makes another map of it (rank correlation {self.noise:.2f})"
        return ""

    def sentence(self, label: str) -> str:
        """Say what hiding in the map's order costs the class, beside hiding at random."""
        if not self.moves:
            return f"Whatever is hidden, '{label}' stays within {html.points(STILL, places=0)} of 100."
        low, high = self.span
        takes = f"takes '{label}' from {html.percent(self.before)} to {html.percent(self.after)}"
        return (
            f"Hiding the fifth that the map marks first {takes}; hiding as much at random leaves "
            f"{html.percent(self.random)} ({html.span(low, high)}, {LOTS} draws)."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        names = ("before", "after", "random", "deletion", "insertion", "chance", "weights", "noise")
        values = {name: None if (value := getattr(self, name)) is None else round(value, 4) for name in names}
        counts = {"ahead": self.ahead, "orders": LOTS, "moves": self.moves}
        return {**values, "span": [round(end, 4) for end in self.span], **counts, "fails": self.fails}


def faithfulness(predict: Predict, parts: Parts, found: Explanation) -> Faithfulness:
    """Hide parts in a map's order, and in random orders, and compare what is left of the answer.

    Parameters
    ----------
    predict : callable
        From rows, array [N, *contract.shape], to probabilities, float32 [N, classes].
    parts : Parts
        That were explained.
    found : Explanation
        Of them.

    Returns
    -------
    Faithfulness
        The same input gives the same one. 112 rows are predicted.

    Examples
    --------
    >>> from mien.explain import measure
    >>> from mien.kinds.picture import patches
    >>> def bright_corner(pixels):
    ...     corner = pixels[:, :8, :8].mean(axis=(1, 2, 3)) / 255
    ...     return np.stack([corner, 1 - corner], axis=1).astype(np.float32)
    >>> picture = np.zeros((32, 32, 3), np.uint8)
    >>> picture[:8, :8] = 255
    >>> parts = patches(picture, slice(None))
    >>> checked = faithfulness(bright_corner, parts, measure(bright_corner, parts, label=0))
    >>> checked.ahead, checked.after < checked.random, checked.fails
    (20, True, '')
    """
    lost, draw = left(predict, parts, found.label), np.random.default_rng(SEED)
    ties = draw.random(found.grid.size)  # by lot: the top of a picture is no better than its foot
    own = np.lexsort((ties, -found.grid.ravel()))
    lots = [draw.permutation(own.size) for _ in range(LOTS // 2)]
    orders = [each for one in (own, *lots) for each in (one, one[::-1])]
    curves = _curves(lost, orders, found.grid.shape, found.probability)
    areas: Floats = np.asarray(np.trapezoid(curves, [0, *SHARES, 1], axis=1))  # [orders]
    by_lot = np.sort(curves[2:, 1 + TOLD])
    gaps = areas[1::2] - areas[::2]  # what is brought back from the strongest on was hidden from the weakest on
    return Faithfulness(
        before=found.probability,
        after=float(curves[0, 1 + TOLD]),
        random=float(by_lot.mean()),
        span=(float(by_lot[0]), float(by_lot[-1])),
        deletion=float(areas[0]),
        insertion=float(areas[1]),
        chance=float(areas[2:].mean()),
        ahead=int((gaps[1:] < gaps[0]).sum() + (-gaps[1:] < gaps[0]).sum()),
        moves=bool(np.ptp(curves) >= STILL),
    )


def _curves(lost: Left, orders: list[Any], shape: tuple[int, ...], whole: float) -> Floats:
    """Hide ever larger shares in each order: float64 [orders, 2 + SHARES], from nothing to everything."""
    count = shape[0] * shape[1]
    first = np.array([max(1, round(share * count)) for share in SHARES])
    hidden = np.stack([np.argsort(order) < first[:, None] for order in orders])  # [orders, SHARES, count]
    rows = np.concatenate([hidden.reshape(-1, *shape), np.ones((1, *shape), bool)]).astype(np.float32)
    answered = lost(rows)
    inner = answered[:-1].reshape(len(orders), len(SHARES))
    ends = np.full((len(orders), 1), whole), np.full((len(orders), 1), answered[-1])
    return np.concatenate([ends[0], inner, ends[1]], axis=1).astype(float)


def rank_correlation(one: Singles, other: Singles) -> float:
    """Correlate the ranks of two maps (Spearman), ties at their mean rank.

    Parameters
    ----------
    one, other : float32 [down, across]
        Maps of the same parts.

    Returns
    -------
    float
        -1..1; 0 where one of them is of one tone.

    Examples
    --------
    >>> rank_correlation(np.array([[1.0, 2.0]]), np.array([[5.0, 9.0]]))
    1.0
    """
    first, second = (_ranks(np.asarray(each, float).ravel()) for each in (one, other))
    if min(np.ptp(first), np.ptp(second)) == 0:
        return 0.0
    return float(np.round(np.corrcoef(first, second)[0, 1], 12))


def _ranks(values: Floats) -> Floats:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[inverse], float)


def points_at(heat: Singles, region: Singles) -> bool:
    """Play the pointing game (Zhang et al. 2018, IJCV 126); say whether a map peaks where it should.

    Parameters
    ----------
    heat : float32 [H, W]
        From `Explanation.heat`.
    region : bool [H, W]
        Where it should.

    Returns
    -------
    bool
        Whether its strongest pixel lies there.

    Examples
    --------
    >>> points_at(np.eye(2), np.array([[True, False], [False, False]]))
    True
    """
    return bool(np.asarray(region)[np.unravel_index(np.argmax(heat), np.shape(heat))])
