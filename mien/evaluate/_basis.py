"""Of what a figure is: which samples, how they were measured, over what its interval is drawn, and how to say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mien import kinds
from mien.html import count, listing, percent, span

if TYPE_CHECKING:
    from mien.evaluate._scores import Scores

NEW, PEOPLE, UNKNOWN = "new", "people", "unknown"
BASELINES = {
    "commonest": "always saying {label}",
    "nearest_neighbour": "copying the most similar training {sample}",
    "box": "the face model in the box",
}
"""What a model is compared with, by name, as a clause: with the class that is commonest, and what a sample is."""

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Basis:
    """What a figure was measured on.

    Parameters
    ----------
    what : str
        The samples, in the plural, with their kind: ``photos``, ``face crops``, ``drawn faces``.
    seen : str
        ``new``: the model has not seen them; ``people``: they are new, but of people that it was trained on;
        ``unknown``: it cannot be known.
    rounds : int
        Of cross-validation; 0 where there is one test split.
    unit : str
        What intervals are drawn over, in the plural: ``people`` or ``pictures``.
    kind : str
        What the samples are, a name of `mien.kinds`.
    """

    what: str = "pictures"
    seen: str = UNKNOWN
    rounds: int = 0
    unit: str = "pictures"
    kind: str = kinds.PICTURE

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Basis:
        """Read what `to_dict` made of one; what is missing takes its default."""
        return cls(**{name: type(value)(values.get(name, value)) for name, value in asdict(cls()).items()})

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def claim(scores: Scores) -> str:
    """Say how often answers are right, on what, and the interval, so that anyone can follow."""
    basis, what = scores.basis, scores.basis.what
    right = f"Right on {percent(scores.accuracy.value, unit=False)} of 100"
    ends = f"({span(scores.accuracy.low, scores.accuracy.high)})"
    if basis.seen == PEOPLE:
        return f"{right} new {what} of people that it was trained on {ends}. Of other people this says nothing."
    if basis.seen == UNKNOWN:
        return f"{right} {what} {ends}. It cannot be known whether it was trained on some of them."
    if basis.rounds:
        rounds = f"{number_word(basis.rounds)} rounds: each was measured once, by a model that had not seen it"
        return f"{right} {what} {ends}, in {rounds}."
    return f"{right} {what} it had never seen {ends}."


def absent_classes(scores: Scores) -> str:
    """Say which classes the figures say nothing of, as no sample shows them; empty where every class is there."""
    absent = [row.label for row in scores.classes if not row.support]
    if not absent:
        return ""
    every, there = len(scores.labels), len(scores.labels) - len(absent)
    measured = f"{number_word(there)} of {number_word(every)} classes {'is' if there == 1 else 'are'} measured"
    return f"None of the test samples is labelled {listing(absent, 'or')}: {measured}."


def compared(scores: Scores, baselines: Mapping[str, Scores]) -> str:
    """Say what the `BASELINES` reach on the same samples; empty without baselines."""
    words = {"label": commonest_label(scores), "sample": kinds.kind(scores.basis.kind).one}
    known = [name for name in BASELINES if name in baselines]
    shares = [percent(baselines[name].accuracy.value, unit=False) for name in known]
    parts = [f"{BASELINES[name].format(**words)} gives {share}" for name, share in zip(known, shares, strict=True)]
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def sentence(scores: Scores, baselines: Mapping[str, Scores] | None = None) -> str:
    """Say how good a model is: the claim, what it leaves out, and what it has to be compared with.

    Parameters
    ----------
    scores : Scores
        Of the model.
    baselines : mapping of str to Scores, optional
        Of simpler answers, on the same samples.

    Returns
    -------
    str
        A few sentences.
    """
    return " ".join(part for part in (claim(scores), absent_classes(scores), compared(scores, baselines or {})) if part)


def interval_note(scores: Scores) -> str:
    """Say what the range in brackets is."""
    return interval_of(scores.basis, scores.n, scores.units)


def interval_of(basis: Basis, n: int, units: int) -> str:
    """Say what the range in brackets is, of a figure that was measured on `n` samples of so many units."""
    over = drawn = ""
    if units != n and basis.unit == "people":
        over = f" of {count(units, 'person', 'people')}"
        drawn = " It is drawn over people, because theirs go together."
    elif units != n:
        over = f", {units:,} of them different"
        drawn = f" Copies of one {kinds.kind(basis.kind).one} are drawn together."
    if basis.rounds:
        drawn += " It is wider than that of one split, because the rounds learn from each other's samples."
    return (
        f"Measured on {count(n, *_singular(basis.what))}{over}. The range in brackets is a 95 % interval: of "
        f"ranges made in this way, 95 in 100 hold the share that the model reaches on {basis.what} of this kind.{drawn}"
    )


def commonest_label(scores: Scores) -> str:
    """Name the class that most of the samples have, the first of equals."""
    return max(scores.classes, key=lambda row: row.support).label


def number_word(number: int) -> str:
    """Write a small number, up to ten, as a word."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _singular(plural: str) -> tuple[str, str]:
    return ("person", "people") if plural == "people" else (plural.removesuffix("s"), plural)
