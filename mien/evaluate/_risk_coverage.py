"""What is left wrong when the least sure answers are left out: risk against coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from mien.core.errors import ModelFileError
from mien.core.prediction_sets import SetRule
from mien.evaluate._checks import Clusters, Floats, Integers, names_of, pair
from mien.evaluate._figures import wilson
from mien.evaluate._resample import bounds, draws, tally, units_of
from mien.evaluate._scores import Estimate
from mien.evaluate._sets import members, rules_of
from mien.evaluate._widened import stretch, wider
from mien.html import percent

COVERAGES = tuple(step / 10 for step in range(1, 11))
LEVELS, DRAWS = 200, 500  # of the interval: steps of sureness, resamples


@dataclass(frozen=True)
class Covered:
    """The share of the samples that get an answer, 0..1, and how many of these answers are right."""

    coverage: float
    right: Estimate


@dataclass(frozen=True)
class RiskCoverage:
    """What answering only where it is surer is worth.

    Parameters
    ----------
    aurc : Estimate
        Area under the risk-coverage curve (Geifman & El-Yaniv 2017), 0..1: the share of wrong answers, averaged over
        all the shares of samples, surest first, that may be answered. Lower is better.
    best : float
        The same if every right answer were surer than every wrong one.
    guessing : float
        The same if sureness told nothing: the share of wrong answers.
    points : tuple of Covered
        At a tenth of the samples, two tenths, and so on.
    sure : Covered or None
        Where it says so without "probably"; None where it is sure of nothing.
    """

    aurc: Estimate
    best: float
    guessing: float
    points: tuple[Covered, ...]
    sure: Covered | None

    @property
    def sentence(self) -> str:
        """All of it in plain words."""
        whole = f"of all on {self.points[-1].right}."
        first = f"It is sure of none; {whole}"
        if self.sure:
            share = percent(self.sure.coverage, unit=False)
            first = f"It is sure of {share} in 100, and right on {self.sure.right} of 100 of these; {whole}"
        wrong, blind, best = (percent(one, unit=False) for one in (self.aurc.value, self.guessing, self.best))
        ends = f"{percent(self.aurc.low, unit=False)}\u2013{percent(self.aurc.high, unit=False)}"
        return (
            f"{first} Leaving the least sure answers out one after the other leaves {wrong} ({ends}) wrong of 100 on "
            f"average (AURC); leaving out any gives {blind}, and knowing which are wrong {best}."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; `from_dict` reads them back."""
        return {**asdict(self), "sentence": self.sentence}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> RiskCoverage:
        """Read what `to_dict` wrote; `ModelFileError` if it is damaged."""
        try:
            points = tuple(_read(one) for one in values["points"])
            sure = _read(values["sure"]) if values["sure"] else None
            return cls(Estimate(**values["aurc"]), float(values["best"]), float(values["guessing"]), points, sure)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelFileError("The scores are damaged", todo="Run: mien evaluate") from error


def _read(values: Mapping[str, Any]) -> Covered:
    return Covered(float(values["coverage"]), Estimate(**values["right"]))


def risk_coverage(
    truth: ArrayLike,
    probabilities: ArrayLike,
    labels: Sequence[str],
    rules: SetRule | Sequence[SetRule],
    *,
    clusters: Clusters = None,
    rounds: int = 0,
) -> RiskCoverage:
    """Measure what it is worth to leave the least sure answers out, by the probability of the answer.

    Answers that are equally sure are left out together: what any order among them would give on average is counted.

    Parameters
    ----------
    truth : int [N]
        Class numbers, 0..classes-1.
    probabilities : float [N, classes]
        0..1; each row sums to 1 within 0.001.
    labels : sequence of str
        The classes' names.
    rules : SetRule, or a sequence of N
        What says that it is sure, as for `set_scores`.
    clusters : sequence of N values, optional
        As for `score`: samples with the same value are drawn together, and count as one witness.
    rounds : int
        Of cross-validation: intervals are then wider (Nadeau & Bengio 2003).

    Returns
    -------
    RiskCoverage
        The curve, its area with a 95 % bootstrap interval, shares with Wilson's over the witnesses.

    Raises
    ------
    SettingError
        If shapes or ranges do not fit.

    Examples
    --------
    >>> rows = [[0.99, 0.01], [0.9, 0.1], [0.4, 0.6], [0.55, 0.45]]
    >>> found = risk_coverage([0, 0, 1, 1], rows, ("happy", "sad"), SetRule(0.95))
    >>> round(found.aurc.value, 4), found.guessing, found.sure.coverage  # the least sure of four is wrong
    (0.0625, 0.25, 0.25)
    """
    whole, rows = pair(truth, probabilities)
    names = names_of(labels, rows.shape[1])
    each, top = rules_of(rules, len(whole)), rows.max(axis=1)
    wrong = rows.argmax(axis=1) != whole
    units, factor = units_of(clusters, len(whole)), stretch(rounds)
    witnesses = 1.0 if units is None else (int(units.max()) + 1) / len(units)
    levels = np.unique(-top, return_inverse=True)[1].reshape(-1)  # 0: the surest
    counts, wrongs = np.bincount(levels), np.bincount(levels, weights=wrong)
    value, hits = float(_area(counts, wrongs)), int((~wrong).sum())
    best = float(_area(np.array([hits, wrong.sum()]), np.array([0, wrong.sum()])))
    area = wider(_interval(levels, wrong, units, value), factor)
    shares = np.array(COVERAGES) * len(whole)
    kept = np.interp(shares, np.append(0.0, counts.cumsum()), np.append(0.0, wrongs.cumsum()))
    points = [_covered(*ends, len(whole), witnesses, factor) for ends in zip(shares.tolist(), kept, strict=True)]
    sure = (members(each, names, rows).sum(axis=1) == 1) & (top >= each[0].confidence)
    told = _covered(int(sure.sum()), int(wrong[sure].sum()), len(whole), witnesses, factor) if sure.any() else None
    return RiskCoverage(area, best, float(wrong.mean()), tuple(points), told)


def _covered(count: float, wrong: float, samples: int, witnesses: float, factor: float) -> Covered:
    right = wilson(min(max(1 - wrong / count, 0.0), 1.0), max(1, round(count * witnesses)))
    return Covered(count / samples, wider(right, factor))


def _area(counts: NDArray[Any], wrongs: NDArray[Any]) -> Floats:
    """Average the share of wrong ones over the first, the first two, ... samples: [..., levels] to [...].

    Within a level any order is as likely: after i of its samples, i times its share are wrong.
    """
    before, missed = counts.cumsum(-1) - counts, wrongs.cumsum(-1) - wrongs
    share = np.divide(wrongs, counts, out=np.zeros(counts.shape), where=counts > 0)
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, int(counts.sum(-1).max()) + 1))])
    sums = share * counts + (missed - share * before) * (harmonic[before + counts] - harmonic[before])
    found: Floats = sums.sum(-1) / counts.sum(-1)
    return found


def _interval(levels: Integers, wrong: NDArray[np.bool_], units: Integers | None, value: float) -> Estimate:
    """Draw units again; equally many samples stand at each of the steps that this is done on."""
    order = np.argsort(levels, kind="stable")
    steps = np.empty(len(levels), np.int64)
    steps[order] = np.arange(len(levels)) * min(LEVELS, len(levels)) // len(levels)
    first = np.full(levels.max() + 1, len(levels), np.int64)
    np.minimum.at(first, levels, steps)
    steps = first[levels]  # equally sure samples stand together
    bins = int(steps.max()) + 1
    rows, many = tally(units, steps * 2 + wrong, 2 * bins)
    drawn = np.concatenate([*draws(rows, many, 0)])[:DRAWS].reshape(-1, bins, 2)
    if many.sum() == 1:
        return Estimate(value, 0.0, 1.0)  # one witness knows nothing of others
    own = float(_area(np.bincount(steps, minlength=bins), np.bincount(steps, weights=wrong, minlength=bins)))
    spread = _area(drawn.sum(2), drawn[:, :, 1].astype(np.float64)) + value - own
    low, high = bounds(np.array(value), spread, int(many.sum()))
    if wrong.all() or not wrong.any():  # all draws agree, which is no proof
        alone = wilson(value, int(many.sum()))
        low, high = alone.low, alone.high
    return Estimate(value, max(0.0, min(float(low), value)), min(1.0, max(float(high), value)))
