"""What is compared, how, and which of it has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from mien import evaluate
from mien.core.answer_counts import ANSWERS, CONFIDENCE, SETS, SURE, TABLES, AnswerCounts
from mien.watch._population import estimate, reweighted
from mien.watch._reference import NOTHING, Reference

if TYPE_CHECKING:
    from mien.core.types import Floats
    from mien.kinds import Kind

LEVEL, POWER = 0.05, 0.8
FEWEST = 20  # answers, below which nothing is compared
_NAMES = {
    SURE: ("sure", "probable", "between two", "not sure"),
    SETS: ("1 class", "2 classes", "3 classes", "4 classes", "5 classes or more"),
    CONFIDENCE: tuple(f"{ten * 10}\N{EN DASH}{ten * 10 + 10} %" for ten in range(10)),
    NOTHING: ("answered", "nothing"),
}


@dataclass(frozen=True)
class Change:
    """One thing that was compared.

    Parameters
    ----------
    name : str
        Of the table, such as ``words``.
    categories : tuple of str
        What was counted.
    before, now : tuple of float
        The share of each category when the model was made and now, 0..1, summing to 1.
    n_before, n : float
        How many independent samples the shares are worth, then and now.
    moved : float
        Effect size, 0..1: the share of answers that would have to be others (total variation distance); of scores the
        largest gap between the two distributions (Kolmogorov and Smirnov).
    share : tuple of str
        The categories of which the sentence speaks.
    was, value, low, high : float
        Their share then, and now with its 95 % interval.
    p : float
        Of the test of no change, 0..1, corrected for how many things were compared and how often was looked.
    least : float
        The smallest change of that share, 0..1, that four such comparisons of five would find.
    """

    name: str
    categories: tuple[str, ...]
    before: tuple[float, ...]
    now: tuple[float, ...]
    n_before: float
    n: int
    moved: float
    share: tuple[str, ...]
    was: float
    value: float
    low: float
    high: float
    p: float
    least: float

    @property
    def found(self) -> bool:
        """Whether it is more than chance."""
        return self.p < LEVEL

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return {**asdict(self), "found": self.found}


def compare(
    reference: Reference, counts: AnswerCounts, kind: Kind, *, scores: Floats | None = None, looks: int = 1
) -> tuple[Change, ...]:
    """Compare counts with those of a reference, at least `FEWEST`.

    `scores`, the highest probabilities, [n], are compared as they are, where they are known; p-values are multiplied by
    `looks`, beside Holm's correction. Where the reference does not know how frequent the classes were, it is weighted
    with the shares that would bring these answers, which then say nothing of themselves.
    """
    if reference.shares_known:
        found = _of_tables(reference, counts, scores, None)
    else:
        estimated = estimate(reference, counts.tables[ANSWERS])
        weights = reweighted(reference, estimated[0]) if estimated else None
        found = [one for one in _of_tables(reference, counts, scores, weights) if one.name != ANSWERS]
    return _corrected([*found, *_of_looks(reference, counts, kind)], looks)


def explained(reference: Reference, counts: AnswerCounts, scores: Floats | None, shares: Floats) -> bool:
    """Say whether nothing has changed about the answers but how frequent the classes are: `shares`, [classes]."""
    found = _of_tables(reference, counts, scores, reweighted(reference, shares))
    return not any(one.found for one in _corrected(found, 1))


def _corrected(found: Sequence[Change], looks: int) -> tuple[Change, ...]:
    """Correct p-values, and turn the standard error in `least` into the smallest change that would be found."""
    values = evaluate.holm([one.p for one in found])
    reach = NormalDist().inv_cdf(POWER) - NormalDist().inv_cdf(LEVEL / looks / len(found) / 2)
    return tuple(
        replace(one, p=min(p * looks, 1.0), least=min(reach * one.least, 1.0))
        for one, p in zip(found, values, strict=True)
    )


def _of_tables(
    reference: Reference, counts: AnswerCounts, scores: Floats | None, weights: Floats | None
) -> list[Change]:
    return [_of_answers(reference, counts, table, scores, weights) for table in TABLES]


def _of_answers(
    reference: Reference, counts: AnswerCounts, table: str, scores: Floats | None, weights: Floats | None
) -> Change:
    now = counts.tables[table]
    shares, worth = reference.shares(table, len(now), weights)
    names = counts.labels if table == ANSWERS else _NAMES[table]
    if table == CONFIDENCE and scores is not None:
        distance = evaluate.ks_distance(scores, reference.confidence, reference.weights if weights is None else weights)
        tested = distance, evaluate.ks_test(distance, len(scores), worth)
        return _change(table, names, shares, worth, now, tested)
    return _change(table, names, shares, worth, now)


def _of_looks(reference: Reference, counts: AnswerCounts, kind: Kind) -> list[Change]:
    """Compare quality, and how many samples show nothing, where that is known of the reference."""
    named = {one.name: (one.words, counts.quality.get(one.name, [])) for one in kind.qualities}
    named[NOTHING] = _NAMES[NOTHING], [counts.n, counts.nothing]
    found = []
    for name, (words, now) in named.items():
        if sum(now) < FEWEST or len(now) != len(words):
            continue
        was, worth = reference.looks(name, len(words))
        if worth and (name != NOTHING or was[1] or counts.nothing):
            found.append(_change(name, words, was, worth, now))
    return found


def _change(
    name: str,
    names: tuple[str, ...],
    before: Floats,
    worth: float,
    counts: Sequence[int],
    tested: tuple[float, float] | None = None,
) -> Change:
    """Test one table; `tested` are distance and p-value where scores were compared. `least` is a standard error."""
    numbers = np.array(counts)
    total = int(numbers.sum())
    now = numbers / total
    moved = float(np.abs(now - before).sum() / 2)
    distance, p = tested or (moved, evaluate.shares_test(numbers, before * worth))
    some = _spoken_of(name, names, now - before, moved)
    was, value = (float(shares[some].sum()) for shares in (before, now))
    ends = evaluate.wilson(value, total)
    usual = min(max(was, 1 / worth), 1 - 1 / max(worth, 2.0))
    error = sqrt(max(usual * (1 - usual), 0.0) * (1 / total + 1 / worth))
    told = tuple(names[place] for place in some)
    figures = (told, was, value, ends.low, ends.high, p, error)
    return Change(name, names, tuple(before.tolist()), tuple(now.tolist()), worth, total, distance, *figures)


_USUAL = {SURE: (2, 3), SETS: (1, 2, 3, 4), CONFIDENCE: (0, 1, 2, 3, 4), NOTHING: (1,)}


def _spoken_of(name: str, names: Sequence[str], gaps: Floats, moved: float) -> list[int]:
    """Choose the categories to speak of: the usual ones, or the one that has risen most where those have not."""
    usual = _USUAL.get(name)
    if usual and abs(gaps[[*usual]].sum()) >= moved / 2:
        return [*usual]
    return [int((np.abs(gaps) if name == SURE else gaps).argmax())]
